"""The storyboard as the rest of the house sees it: typed, immutable, everything inherited filled in.

Built by :mod:`veo_story.storyboard.build` from checked data; nothing below here knows YAML.
Times are seconds as :class:`~decimal.Decimal` where an author wrote them; frames are counted at
:data:`FPS` from there on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.finish import Finish, Overlay, SceneMix, film_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from veo_story.errors import Where
    from veo_story.storyboard.nodes import DataPath
    from veo_story.storyboard.source import Source

FPS = 24
"""Frames a second of every film; Veo makes nothing else."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Mode(StrEnum):
    """What a scene asks of a backend. The last three are made on this machine and free."""

    OPEN = "open"
    EXTEND = "extend"
    ANIMATE = "animate"
    INTERPOLATE = "interpolate"
    STILL = "still"
    SLATE = "slate"
    IMPORT = "import"

    @property
    def is_generated(self) -> bool:
        """Whether a model makes it (the other modes are local and free on every backend)."""
        return self in _GENERATED


_GENERATED = frozenset({Mode.OPEN, Mode.EXTEND, Mode.ANIMATE, Mode.INTERPOLATE})


@dataclass(frozen=True, slots=True)
class Camera:
    """How a shot is framed and moved. ``text`` is the whole field when the author wrote prose."""

    text: str | None = None
    size: str | None = None
    angle: str | None = None
    move: str | None = None
    lens: str | None = None
    focus: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Style of the picture. ``text`` is the whole field when the author wrote prose."""

    text: str | None = None
    style: str | None = None
    lighting: str | None = None
    palette: tuple[str, ...] = ()
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference image. ``role`` (character, product, style) is for people; models see an asset."""

    path: Path
    role: str | None = None


@dataclass(frozen=True, slots=True)
class CastMember:
    """Somebody in the film. ``is_`` and ``wears`` go verbatim into every prompt that needs them."""

    id: str
    is_: str
    wears: str | None = None
    voice: str | None = None
    says: str | None = None
    refs: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Location:
    """A place, with its hour and its sound."""

    id: str
    is_: str
    when: str | None = None
    ambient: str | None = None
    refs: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class DialogueLine:
    """One spoken line. ``who`` is a cast id or a plain name; ``at`` seconds from the scene's start."""

    who: str
    line: str
    manner: str | None = None
    at: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Shot:
    """A timestamped beat inside one generation, from ``start_s`` to ``end_s``."""

    start_s: Decimal
    end_s: Decimal
    action: str
    camera: Camera | None = None
    dialogue: tuple[DialogueLine, ...] = ()
    sfx: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FrameOf:
    """A frame of another scene: its last usable one (``at_s`` is None) or the one at ``at_s`` seconds."""

    scene_id: str
    at_s: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Handoff:
    """What the last second of a scene must carry into its extension."""

    voice: str = "none"
    hold: str | None = None


@dataclass(frozen=True, slots=True)
class StillMove:
    """A slow move over a still: end ``zoom`` (1 is none) towards ``to``."""

    zoom: Decimal = Decimal(1)
    to: str = "center"


@dataclass(frozen=True, slots=True)
class Transition:
    """The join **into** a scene: ``cut`` or a named transition with its length in seconds."""

    type: str = "cut"
    duration_s: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Trim:
    """Seconds left out of the film at either end of a scene; the take keeps them."""

    in_s: Decimal = Decimal(0)
    out_s: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene, with defaults, sequence, location and look already applied.

    ``gap_s`` is black before it in the film, ``hold_s`` how long its last frame stands still after it.
    ``path`` is the scene's place in the data; ``origins`` says, for values that came from elsewhere
    (defaults, sequence, bible), where they stand.
    """

    id: str
    path: DataPath
    mode: Mode
    duration_s: Decimal
    duration_is_written: bool = False
    title: str | None = None
    cast: tuple[str, ...] = ()
    location: str | None = None
    camera: Camera | None = None
    look: Look | None = None
    action: str | None = None
    dialogue: tuple[DialogueLine, ...] = ()
    sfx: tuple[str, ...] = ()
    ambient: str | None = None
    music: str | None = None
    shots: tuple[Shot, ...] = ()
    avoid: tuple[str, ...] = ()
    first_frame: Path | FrameOf | None = None
    last_frame: Path | FrameOf | None = None
    refs: tuple[Reference, ...] = ()
    image: Path | None = None
    move: StillMove = StillMove()
    clip: Path | None = None
    card: str | None = None
    subtitle: str | None = None
    handoff: Handoff = Handoff()
    transition: Transition = Transition()
    trim: Trim = Trim()
    gap_s: Decimal = Decimal(0)
    hold_s: Decimal = Decimal(0)
    mix: SceneMix = field(default_factory=SceneMix)
    effects: tuple[Mapping[str, Any], ...] = ()
    overlays: tuple[Overlay, ...] = ()
    takes: int = 1
    pick: int | None = None
    seed: int | None = None
    tier: str | None = None
    prompt: str | None = None
    extra: str | None = None
    skip: bool = False
    notes: str | None = None
    tags: tuple[str, ...] = ()
    origins: Mapping[str, DataPath] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A run of scenes that starts a new chain."""

    id: str
    title: str | None
    scenes: tuple[Scene, ...]


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """The ``render:`` block. ``over_limit`` is ``chain.over_limit``; ``concurrency`` counts chains.
    ``resize`` and ``compression`` are those of ``vertex:``, None where nothing was written."""

    backend: str = "local"
    tier: str = "fast"
    model: str | None = None
    aspect: str = "16:9"
    resolution: str = "720p"
    people: str = "auto"
    audio: bool = True
    seed: int | None = None
    dialogue_style: str = "colon"
    over_limit: str = "split"
    concurrency: int = 2
    resize: str | None = None
    compression: str | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """The ``budget:`` block, USD for the whole film with all its takes."""

    max_usd: Decimal | None = None
    per_scene_usd: Decimal | None = None
    confirm_over_usd: Decimal = Decimal(1)
    max_takes: int = 3
    basis: str = "new"


@dataclass(frozen=True, slots=True)
class Storyboard:
    """A whole film as written. ``source`` knows where everything stands in the file.

    ``finish`` is what is wanted of the finished film; ``later`` maps keys that are checked and carried, not
    acted on (``locales``) to their data. ``variant`` is the id of the variant that it was turned into.
    """

    title: str
    source: Source
    sequences: tuple[Sequence, ...]
    render: RenderSettings = RenderSettings()
    budget: Budget = Budget()
    logline: str | None = None
    cast: Mapping[str, CastMember] = field(default_factory=lambda: _NOTHING)
    locations: Mapping[str, Location] = field(default_factory=lambda: _NOTHING)
    finish: Finish = field(default_factory=Finish)
    later: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    variant: str | None = None

    @property
    def name(self) -> str:
        """The film's folder name: the storyboard's file name without its ending, with the variant's id."""
        return film_name(self.source.path, self.variant)

    def scenes(self) -> Iterator[Scene]:
        """All scenes that are not skipped, in film order."""
        for sequence in self.sequences:
            for scene in sequence.scenes:
                if not scene.skip:
                    yield scene

    def where(self, scene: Scene, key: str | None = None) -> Where:
        """The place of a scene, or of one of its keys, wherever that was written."""
        if key is None:
            return self.source.where(scene.path)
        return self.source.where(scene.origins.get(key, (*scene.path, key)))
