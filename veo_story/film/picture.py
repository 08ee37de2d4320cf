"""From the cut list to the stretches of picture that are joined. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from veo_story.media.spans import Black, Blend, Hold, Shade, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from veo_story.film.edit import Cut, Edit
    from veo_story.media.spans import Stretch


def stretches_of(edit: Edit) -> tuple[Stretch, ...]:
    """The picture of a film, ``edit.frames`` frames long. Every cut with a finishing has to be finished."""
    found: list[Stretch] = []
    for i, cut in enumerate(edit.cuts):
        before = edit.cuts[i - 1] if i else None
        after = edit.cuts[i + 1] if i + 1 < len(edit.cuts) else None
        found += _of(cut, before, after)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A cut as it is seen: ``frames`` of ``clip`` from ``first`` on, then the last of them for ``hold``."""

    clip: Path
    first: int
    frames: int
    hold: int

    def parts(self, start: int, end: int, *, continuous: bool = False) -> Iterator[Span | Hold]:
        """What is seen from ``start`` to ``end`` (exclusive), counted from the cut's first frame."""
        moving = min(end, self.frames)
        if start < moving:
            yield Span(self.clip, self.first + start, self.first + moving, continuous)
        still = end - max(start, self.frames)
        if still > 0:
            yield Hold(self.clip, self.first + self.frames - 1, still)


def _seen(cut: Cut) -> _Seen:
    if cut.finished is not None:
        made = cut.finishing.hold if cut.finishing is not None else 0
        return _Seen(cut.finished.clip, 0, cut.frames + made, cut.hold - made)
    return _Seen(cut.clip, cut.in_frame, cut.frames, cut.hold)


def _of(cut: Cut, before: Cut | None, after: Cut | None) -> Iterator[Stretch]:
    """What is seen of a cut from its gap and its transition on, up to the transition into the next one."""
    seen = _seen(cut)
    if cut.gap:
        yield Black(cut.gap)
    into = cut.join.overlap if before is not None else 0
    until = cut.frames + cut.hold - (after.join.overlap if after is not None else 0)
    if into and before is not None:
        yield from _blended(before, cut, into)
    lit = min(into + cut.fade_in, until)
    dark = max(until - cut.fade_out, lit)
    yield from _shaded(seen.parts(into, lit), lit - into, darkens=False)
    yield from seen.parts(lit, dark, continuous=cut.continuous)
    yield from _shaded(seen.parts(dark, until), until - dark, darkens=True)


def _blended(before: Cut, cut: Cut, frames: int) -> Iterator[Blend]:
    """The last frames of one cut, its hold included, under the first of the next."""
    kind: Literal["dissolve", "wipe"] = "wipe" if cut.join.kind == "wipe" else "dissolve"
    seen, ends = _seen(cut), before.frames + before.hold
    at = 0
    for part in _seen(before).parts(ends - frames, ends):
        [after] = seen.parts(at, at + part.frames)
        assert isinstance(after, Span)
        yield Blend(part, after, kind, at, frames)
        at += part.frames


def _shaded(parts: Iterable[Span | Hold], frames: int, *, darkens: bool) -> Iterator[Shade]:
    at = 0
    for part in parts:
        yield Shade(part, at, frames, darkens)
        at += part.frames
