"""The picture as Final Cut counts it: a transition stands over a cut, half on either side of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from veo_story.export.layout import Passage, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.export.layout import Lane


@dataclass(frozen=True, slots=True)
class Crossing:
    """A dissolve over film frames ``at`` to ``at + frames``; ``left`` is the place of the piece before it.

    ``left`` is -1 where the film begins with it.
    """

    at: int
    frames: int
    left: int


@dataclass(frozen=True, slots=True)
class Spine:
    """Pieces that follow each other without a hole, none of them empty, and what stands over their joins."""

    pieces: tuple[Piece, ...]
    crossings: tuple[Crossing, ...]


def spine_of(lane: Lane) -> Spine:
    """The same film: a fade is a dissolve from or to a piece of black, which lends half of its frames."""
    entries = tuple(_with_black(lane))
    pieces = [entry for entry in entries if isinstance(entry, Piece)]
    crossings: list[Crossing] = []
    left = -1
    for entry in entries:
        if isinstance(entry, Piece):
            left += 1
            continue
        at = pieces[left].end if left >= 0 else 0
        crossings.append(Crossing(at - entry.before, entry.before + entry.after, left))
    for crossing in crossings:
        if 0 <= crossing.left < len(pieces) - 1:
            _share(pieces, crossing)
    return _without_empty(pieces, crossings)


def _with_black(lane: Lane) -> Iterator[Piece | Passage]:
    """The lane with black, of no length yet, wherever a fade leads from one scene to the next."""
    for index, entry in enumerate(lane):
        around = lane[max(index - 1, 0) : index] + lane[index + 1 : index + 2]
        scenes = [piece for piece in around if isinstance(piece, Piece) and piece.cut is not None]
        if isinstance(entry, Piece) or entry.kind != "fade" or len(scenes) < 2:
            yield entry
            continue
        if entry.before:
            yield replace(entry, after=0)
        yield Piece(scenes[1].at, 0)
        if entry.after:
            yield replace(entry, before=0)


def _share(pieces: list[Piece], crossing: Crossing) -> None:
    """Move a cut into the middle of what stands over it."""
    before, after = pieces[crossing.left], pieces[crossing.left + 1]
    half = crossing.frames // 2
    if before.cut is None:
        half = max(half, 1)  # black of no length would be no black
    frames = crossing.at + half - before.end
    pieces[crossing.left] = replace(before, frames=before.frames + frames)
    start = after.start if after.held or after.cut is None else after.start + frames
    pieces[crossing.left + 1] = replace(
        after, at=after.at + frames, start=start, frames=after.frames - frames
    )


def _without_empty(pieces: list[Piece], crossings: list[Crossing]) -> Spine:
    kept = [index for index, piece in enumerate(pieces) if piece.frames > 0]
    places = [sum(other <= index for other in kept) - 1 for index in range(len(pieces))]
    return Spine(
        tuple(pieces[index] for index in kept),
        tuple(replace(c, left=places[c.left] if c.left >= 0 else -1) for c in crossings),
    )
