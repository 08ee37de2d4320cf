"""What an author wants of the finished film: sound, words, shapes and files. Types only.

Built by :mod:`veo_story.storyboard.build_finish`. Seconds are :class:`~decimal.Decimal` as written, gains dB.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.storyboard.nodes import DataPath

_ZERO = Decimal(0)

LOUDNESS_LUFS = Decimal(-16)
"""Of a film whose ``sound:`` names no other."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """A text, a picture or both over one scene, from ``start_s`` of what the film shows of it.

    ``duration_s`` None: to the scene's end. ``height`` is the picture's, as a share of the frame's. ``path``
    is where it stands in the data.
    """

    text: str | None = None
    subtitle: str | None = None
    image: Path | None = None
    at: str = "lower-third"
    start_s: Decimal = _ZERO
    duration_s: Decimal | None = None
    fade_s: Decimal = Decimal("0.4")
    height: Decimal = Decimal("0.12")
    path: DataPath = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SceneMix:
    """A scene's own sound: ``lead_s`` before its picture (J cut), ``tail_s`` after it (L cut)."""

    gain_db: Decimal = _ZERO
    lead_s: Decimal = _ZERO
    tail_s: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class Music:
    """Music under the whole film, ``duck_db`` softer under speech and narration."""

    file: Path
    gain_db: Decimal = _ZERO
    duck_db: Decimal = _ZERO
    fade_s: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class Sound:
    """The ``sound:`` block. ``loudness_lufs`` is the film's integrated loudness."""

    music: Music | None = None
    native_gain_db: Decimal = _ZERO
    loudness_lufs: Decimal = LOUDNESS_LUFS


@dataclass(frozen=True, slots=True)
class NarrationLine:
    """One line over the film, ``at_s`` seconds after the start of a scene's picture.

    ``file`` is a recording; without one a voice speaks ``text``. ``path`` is where it stands in the data.
    """

    id: str
    scene_id: str
    at_s: Decimal
    text: str | None
    file: Path | None
    path: DataPath


@dataclass(frozen=True, slots=True)
class Narration:
    """The ``narration:`` block."""

    lines: tuple[NarrationLine, ...]
    voice: str | None = None
    gain_db: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class Subtitles:
    """The ``subtitles:`` block: which words, delivered how, in which files."""

    words: Literal["dialogue", "narration", "both"] = "dialogue"
    deliver: Literal["sidecar", "burn", "both"] = "sidecar"
    formats: tuple[str, ...] = ("srt",)

    @property
    def burnt(self) -> bool:
        """Whether they are burnt into the picture."""
        return self.deliver != "sidecar"

    @property
    def beside(self) -> bool:
        """Whether they are files beside the film and a track in it."""
        return self.deliver != "burn"


@dataclass(frozen=True, slots=True)
class Variant:
    """Another shape of the film. ``focus`` is a place of the frame, or ``follow``."""

    id: str
    aspect: str = "16:9"
    method: Literal["reframe", "regenerate"] = "reframe"
    focus: str = "center"
    enabled: bool = True
    path: DataPath = ()


def film_name(file: Path, variant: str | None = None) -> str:
    """What the film of a storyboard's file is called, and its folder; a variant made anew has its own."""
    return file.stem if variant is None else f"{file.stem}.{variant}"


def film_file(file: Path, variant: str | None = None) -> Path:
    """A file's path by which those find a film who take only the name of it: no such file need exist."""
    return file.with_name(film_name(file, variant) + file.suffix)


@dataclass(frozen=True, slots=True)
class Output:
    """One file that is written at the end. ``name`` may hold ``{film}``, ``{variant}``, ``{locale}``."""

    name: str
    kind: str = "mp4"
    max_mb: Decimal | None = None
    path: DataPath = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of the film: ``at_s`` seconds after the start of a scene."""

    scene_id: str
    at_s: Decimal


@dataclass(frozen=True, slots=True)
class Finish:
    """All of it. ``sound`` is None where the storyboard says nothing: then the sound is the clips' own."""

    sound: Sound | None = None
    narration: Narration | None = None
    subtitles: Subtitles | None = None
    variants: tuple[Variant, ...] = ()
    outputs: tuple[Output, ...] = ()
    poster: Moment | None = None
