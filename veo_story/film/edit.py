"""The cut list of a film, frame by frame: what a cutter would call the edit. Types; pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from veo_story.media.spans import Chapter
from veo_story.plan.model import HARD, Join

if TYPE_CHECKING:
    from veo_story.media.spans import Caption
    from veo_story.storyboard.finish import Overlay

_FORMAT = 3
"""Counts up when the same cut list would be made into another film, so that films are cut anew."""


@dataclass(frozen=True, slots=True)
class Finishing:
    """What is done to a scene's picture before it is cut in: its frames are encoded anew, once, and kept.

    ``effects`` are moviepy's, as (name, parameters as JSON), in order; ``overlays`` and ``captions`` (their
    frames counted from the scene's first one in the film) are laid over what they make. ``frames`` is
    how long the scene is then. Its last frame is made another ``hold`` times, so that what is laid over it
    comes and goes while it stands still; 0 where nothing is.
    """

    frames: int
    effects: tuple[tuple[str, str], ...] = ()
    overlays: tuple[Overlay, ...] = ()
    captions: tuple[Caption, ...] = ()
    hold: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    """A scene with its effects and overlays: ``clip`` holds its frames from 0 on, ready to be copied,
    and after them those of its finishing's hold.

    ``sound`` is a file with its sound from 0 on where an effect changed that, else None.
    """

    clip: Path
    sound: Path | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """One scene's place in the film: frames ``in_frame`` to ``out_frame`` (exclusive) of ``clip``.

    All that is seen of it counts, also where a transition shows it together with a neighbour. ``start_frame``
    is the film's frame at which it is first seen. ``continuous``: picture and sound go on from the cut
    before, so the join is hard. ``clip`` may be the file of a later take of the chain that repeats this one
    faithfully; ``take_id`` is the scene's own, and empty for a ``placeholder`` (a scene without a take).

    ``head`` and ``rest`` are its handles: frames of the scene's own footage in ``clip`` before ``in_frame``
    and from ``out_frame`` on. ``gap`` black frames come before it, its last frame stands still for ``hold``
    frames after it. ``fade_in`` and ``fade_out`` are frames out of and into black at its ends. Its sound
    begins ``lead`` frames before its picture and goes on ``tail`` frames after it. ``finished`` is there
    as soon as its ``finishing`` is done.
    """

    scene_id: str
    title: str
    clip: Path
    clip_sha256: str
    in_frame: int
    out_frame: int
    start_frame: int
    continuous: bool = False
    take_id: str = ""
    backend: str = ""
    model: str = ""
    cost_usd: Decimal = Decimal(0)
    join: Join = HARD
    fade_in: int = 0
    fade_out: int = 0
    gap: int = 0
    hold: int = 0
    lead: int = 0
    tail: int = 0
    gain_db: Decimal = Decimal(0)
    head: int = 0
    rest: int = 0
    finishing: Finishing | None = None
    finished: Finished | None = None

    @property
    def frames(self) -> int:
        """Frames that are seen, the hold not counted."""
        return self.out_frame - self.in_frame if self.finishing is None else self.finishing.frames

    @property
    def end_frame(self) -> int:
        """The film's first frame after it, its hold included."""
        return self.start_frame + self.frames + self.hold

    @property
    def placeholder(self) -> bool:
        """Whether it stands for a scene without a take."""
        return not self.take_id


@dataclass(frozen=True)
class Edit:
    """A film as a list of cuts. ``size`` is width and height in pixels."""

    title: str
    size: tuple[int, int]
    cuts: tuple[Cut, ...]

    @property
    def frames(self) -> int:
        """Length of the film in frames."""
        return self.cuts[-1].end_frame if self.cuts else 0

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """A chapter for every scene: from where it is first seen to where the next one is."""
        starts = [cut.start_frame - cut.gap for cut in self.cuts]
        ends = [*starts[1:], self.frames]
        return tuple(
            Chapter(cut.title, start, end) for cut, start, end in zip(self.cuts, starts, ends, strict=True)
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides how the picture looks and what is heard of the clips.

        Where the files lie does not count, nor which take it was: its clip's digest does.
        """
        written = json.dumps(
            [_FORMAT, self.title, self.size, [_decisive(cut) for cut in self.cuts]],
            ensure_ascii=True,
            separators=(",", ":"),
            default=str,
        )
        return hashlib.sha256(written.encode()).hexdigest()


def _decisive(cut: Cut) -> list[object]:
    finishing = cut.finishing
    if finishing is not None:
        # Where a picture lies does not count; what is in it does, and that the film's own digest knows.
        overlays = tuple(replace(o, image=o.image and Path(o.image.name)) for o in finishing.overlays)
        finishing = replace(finishing, overlays=overlays)
    return [
        *(cut.scene_id, cut.title, cut.clip_sha256, cut.in_frame, cut.out_frame, cut.start_frame),
        *(cut.continuous, cut.join.kind, cut.join.frames, cut.fade_in, cut.fade_out, cut.gap, cut.hold),
        *(cut.lead, cut.tail, cut.gain_db, None if finishing is None else repr(finishing)),
    ]
