"""The picture of a film as editing programs count it: pieces in a row, and what leads from one to the next.

A cut list says where two scenes are seen together; a timeline has no overlaps. There the earlier piece ends
where the overlap begins, and the later one begins there too. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from veo_story.film.edit import Cut, Edit


@dataclass(frozen=True, slots=True)
class Piece:
    """``frames`` of the film from frame ``at`` on: a scene, its last frame ``held``, or black (no ``cut``).

    ``start`` is the first frame of ``clip`` that is seen; of a held one the only.
    """

    at: int
    frames: int
    cut: Cut | None = None
    clip: Path | None = None
    start: int = 0
    held: bool = False

    @property
    def end(self) -> int:
        """The film's first frame after it."""
        return self.at + self.frames


@dataclass(frozen=True, slots=True)
class Passage:
    """What leads from one piece to the next: over ``before`` frames of the one and ``after`` of the other.

    ``dissolve`` and ``wipe`` show both in the ``after`` frames (``before`` is 0). A ``fade`` lets the one go
    dark in its last ``before`` frames and the other come out of black in its first ``after``.
    """

    kind: Literal["dissolve", "wipe", "fade"]
    before: int
    after: int


Lane = tuple[Piece | Passage, ...]


def is_retimed(cut: Cut) -> bool:
    """Whether effects made the scene longer or shorter than the footage that it is cut from."""
    return cut.frames != cut.out_frame - cut.in_frame


def footage_of(cut: Cut) -> tuple[Path, int]:
    """The file in which an editing program finds a scene, and its first frame there.

    That is the take itself, whose handles can be trimmed; where effects changed the length of the scene,
    what they made of it, if that is there.
    """
    if cut.finished is not None and is_retimed(cut):
        return cut.finished.clip, 0
    return cut.clip, cut.in_frame


def lane_of(edit: Edit) -> Lane:
    """The picture of a film: its pieces add up to its frames, and no two passages meet."""
    return tuple(_entries(edit))


def pieces(lane: Lane) -> tuple[Piece, ...]:
    """Its pieces."""
    return tuple(entry for entry in lane if isinstance(entry, Piece))


def _entries(edit: Edit) -> Iterator[Piece | Passage]:
    dark = 0
    for index, cut in enumerate(edit.cuts):
        following = edit.cuts[index + 1] if index + 1 < len(edit.cuts) else None
        if cut.gap:
            if dark:
                yield Passage("fade", dark, 0)
            yield Piece(cut.start_frame - cut.gap, cut.gap)
            dark = 0
        if cut.join.overlap and index:
            yield Passage("wipe" if cut.join.kind == "wipe" else "dissolve", 0, cut.join.overlap)
        elif dark or cut.fade_in:
            yield Passage("fade", dark, cut.fade_in)
        yield from _of(cut, following.join.overlap if following is not None else 0)
        dark = min(cut.fade_out, cut.hold or cut.frames)
    if dark:
        yield Passage("fade", dark, 0)


def _of(cut: Cut, shared: int) -> Iterator[Piece]:
    """A scene and its hold, without the last ``shared`` frames, which belong to the next scene."""
    clip, start = footage_of(cut)
    frames = cut.frames - max(shared - cut.hold, 0)
    yield Piece(cut.start_frame, frames, cut, clip, start)
    held = cut.hold - shared
    if held > 0:
        yield Piece(cut.start_frame + cut.frames, held, cut, clip, start + cut.frames - 1, held=True)
