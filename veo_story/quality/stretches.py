"""Where a film shows nothing but a scene's own footage, at full light: what can be judged. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from veo_story.quality.finding import Place
from veo_story.quality.limits import CUT_LIKENESS
from veo_story.quality.planned import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.quality.figures import Picture

_CUT_LEVELS = 8.0
_LEAST = 6


@dataclass(frozen=True, slots=True)
class Footage:
    """Frames ``first`` to ``last`` (exclusive) of the film: scenes that go on from each other, or one alone.

    Transitions, fades, holds and gaps are not in it. ``seams`` are the frames at which a later scene begins.
    """

    parts: tuple[Part, ...]
    first: int
    last: int

    @property
    def seams(self) -> tuple[int, ...]:
        """Where the film goes on from one scene to the next."""
        return tuple(part.start for part in self.parts[1:])

    @property
    def rests(self) -> bool:
        """Whether the picture may stand still."""
        return self.parts[0].rests

    def part_at(self, frame: int) -> Part:
        """The part that a frame belongs to."""
        return next((part for part in reversed(self.parts) if part.start <= frame), self.parts[0])

    def scene_at(self, frame: int) -> str:
        """The scene that a frame belongs to."""
        return self.part_at(frame).scene_id

    def place(self, start: int, end: int) -> Place:
        """Some frames of it as the place of a finding."""
        return Place(self.scene_at(start), start, end, seam=start in self.seams or end in self.seams)


def footage_of(parts: Sequence[Part], frames: int) -> tuple[Footage, ...]:
    """The footage of a film of so many frames, in order."""
    found: list[Footage] = []
    group: list[Part] = []
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        group.append(part)
        if after is None or not _goes_on(part, after):
            first, last = _lit(group[0]), min(_until(part, after), frames)
            if first < last:
                found.append(Footage(tuple(group), first, last))
            group = []
    return tuple(found)


def _goes_on(part: Part, after: Part) -> bool:
    broken = part.hold or part.fade_out or after.fade_in or after.gap or after.join_frames
    return after.continuous and not broken and not part.rests and not after.rests


def _lit(part: Part) -> int:
    """The first frame after what leads into a part."""
    fade = part.join_frames - part.join_frames // 2 if part.join == "fade" else 0
    return part.start + part.overlap + max(part.fade_in, fade)


def _until(part: Part, after: Part | None) -> int:
    """The frame at which a part begins to go."""
    fade = after.join_frames // 2 if after is not None and after.join == "fade" else 0
    overlap = 0 if after is None else after.overlap
    return part.end - part.hold - max(part.fade_out, fade) - overlap


def parts_by_sight(picture: Picture) -> tuple[Part, ...]:
    """The scenes of a film nobody has a record of: a new one begins where nothing is where it was.

    A jump that cannot be told from a hard cut is taken for one.
    """
    usual = np.median(picture.shape) if len(picture) else 0.0
    cuts = [0]
    for frame in range(1, len(picture)):
        new = picture.likeness[frame] < CUT_LIKENESS and picture.shape[frame] > max(_CUT_LEVELS, 4 * usual)
        if new and frame - cuts[-1] >= _LEAST:
            cuts.append(frame)
    ends = [*cuts[1:], len(picture)]
    return tuple(
        Part(f"shot {number}", *place) for number, place in enumerate(zip(cuts, ends, strict=True), 1)
    )
