"""What will be asked of the backends, and in which order: values without clock, disk or network.

A :class:`Plan` holds :class:`Chain` s of :class:`Step` s. Everything that reaches a model stands in
the step and nothing else does, so that its fingerprint says whether a take still fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from veo_story.storyboard.model import FPS, Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from veo_story.catalog.model import Capabilities
    from veo_story.storyboard.model import FrameOf

Role = Literal["first_frame", "last_frame", "reference", "image", "clip"]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The settings of one request. ``seed`` is None where the author gave none.

    ``duration_s`` is the length of the new footage. ``people`` is ``auto`` when nothing is to be sent.
    ``resize`` (``pad``, ``crop``) says how a picture of another shape is fitted in, ``compression``
    (``optimized``, ``lossless``) how the clip is encoded; None leaves it to the service.
    """

    aspect: str
    resolution: str
    duration_s: Decimal
    audio: bool = True
    seed: int | None = None
    people: str = "auto"
    negative_prompt: str | None = None
    resize: str | None = None
    compression: str | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        short = {"720p": 720, "1080p": 1080, "4k": 2160}[self.resolution]
        long = short * 16 // 9
        return (long, short) if self.aspect == "16:9" else (short, long)


@dataclass(frozen=True, slots=True)
class FileInput:
    """A file of the author's: image or clip, known by its digest."""

    role: Role
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class FrameInput:
    """A frame of another scene's take, found when that take exists."""

    role: Role
    frame: FrameOf


Input = FileInput | FrameInput


@dataclass(frozen=True, slots=True)
class Step:
    """A scene as one request to a backend.

    ``parent`` is the scene whose take is extended. ``hints`` are words for the local renderer only
    (camera, cast, title); paid backends never see them and their fingerprints leave them out.
    ``parts`` maps a readable name to the digest of each thing that reaches the model: the fingerprint
    is made of them, and comparing them says *why* a take is stale.
    ``expected_usd`` and ``worst_usd`` are the price of one take; ``takes`` says how many are wanted.
    ``new_frames`` is the footage the film gets, ``window_frames`` the tail of the parent that is sent when
    the plan windows a long chain (None: the parent whole). ``pick`` is the take the storyboard names.
    ``kept`` is the take that a person has pinned the scene to, whatever became of the scenes before it: the
    step then has that take's fingerprint and needs nothing.
    """

    scene_id: str
    mode: Mode
    backend: str
    model: str
    prompt: str
    parameters: Parameters
    new_frames: int
    fingerprint: str
    parts: Mapping[str, str]
    inputs: tuple[Input, ...] = ()
    parent: str | None = None
    hints: Mapping[str, str] | None = None
    window_frames: int | None = None
    takes: int = 1
    pick: int | None = None
    expected_usd: Decimal = Decimal(0)
    worst_usd: Decimal = Decimal(0)
    kept: str | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """Scenes whose takes must exist before this step can be sent, the parent first."""
        if self.kept is not None:
            return ()
        frames = tuple(i.frame.scene_id for i in self.inputs if isinstance(i, FrameInput))
        parent = () if self.parent is None else (self.parent,)
        return tuple(dict.fromkeys((*parent, *frames)))

    @property
    def new_s(self) -> Decimal:
        """Length of the new footage in seconds."""
        return Decimal(self.new_frames) / FPS


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps where each needs the one before. ``split_from`` names the scene it was split off from."""

    id: str
    steps: tuple[Step, ...]
    split_from: str | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """How the film gets into a scene.

    ``dissolve`` and ``wipe`` show the last ``frames`` of the scene before and the first of this one over each
    other. ``fade`` lets the one before go dark in its last ``frames // 2`` and this one come up in the rest.
    """

    kind: Literal["cut", "dissolve", "wipe", "fade"] = "cut"
    frames: int = 0

    @property
    def overlap(self) -> int:
        """Frames that two scenes share."""
        return self.frames if self.kind in ("dissolve", "wipe") else 0


HARD = Join()


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a scene's footage goes in the film, in whole frames.

    ``in_frame`` and ``out_frame`` count within the scene's new footage (``out_frame`` exclusive) and hold
    all that is seen of it, also where a transition shows it together with a neighbour; ``start_frame`` is the
    film's frame at which it is first seen. ``effect_frames`` is how long its effects make that, None
    without any. ``gap`` black frames come before it, its last frame stands still for ``hold`` frames; it
    comes out of black in ``fade_in`` frames and goes into it in ``fade_out``. Its sound begins ``lead``
    frames before its picture and goes on ``tail`` frames after it.
    """

    scene_id: str
    start_frame: int
    in_frame: int
    out_frame: int
    join: Join = HARD
    fade_in: int = 0
    fade_out: int = 0
    gap: int = 0
    hold: int = 0
    lead: int = 0
    tail: int = 0
    effect_frames: int | None = None

    @property
    def frames(self) -> int:
        """Frames that are seen of it, the hold not counted."""
        return self.out_frame - self.in_frame if self.effect_frames is None else self.effect_frames

    @property
    def end_frame(self) -> int:
        """First film frame after the scene, its hold included."""
        return self.start_frame + self.frames + self.hold

    @property
    def is_hard(self) -> bool:
        """Whether the film cuts straight into it."""
        return self.join.kind == "cut" and not self.gap


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole film, compiled for one backend.

    ``placements`` is the film in order, ``capabilities`` goes by scene id. ``other_basis_usd`` is the price
    if extensions bill by the other reading of the price page. ``later`` lists in words what this version
    does not act on, ``warnings`` the messages of the plan's own warnings and notes.
    """

    film: str
    title: str
    backend: str
    chains: tuple[Chain, ...]
    placements: tuple[Placement, ...]
    capabilities: Mapping[str, Capabilities]
    expected_usd: Decimal
    worst_usd: Decimal
    other_basis_usd: Decimal
    basis: str
    later: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def steps(self) -> Iterator[Step]:
        """All steps, chain by chain."""
        for chain in self.chains:
            yield from chain.steps

    def step(self, scene_id: str) -> Step:
        """The step of a scene. Raises KeyError when the plan has none."""
        for step in self.steps():
            if step.scene_id == scene_id:
                return step
        raise KeyError(scene_id)

    @property
    def frames(self) -> int:
        """Frames of the planned film."""
        return self.placements[-1].end_frame if self.placements else 0
