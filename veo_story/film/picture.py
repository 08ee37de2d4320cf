"""From the cut list to the stretches of picture that are joined. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.media.spans import Black, Blend, Hold, Shade, Span

if TYPE_CHECKING:
    from collections.abc import Iterator
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
class _Source:
    """The file that a cut is seen in, and where in it the cut begins."""

    clip: Path
    first: int

    def span(self, start: int, end: int, *, continuous: bool = False) -> Span:
        """Frames of the cut, counted from its first."""
        return Span(self.clip, self.first + start, self.first + end, continuous)


def _source(cut: Cut) -> _Source:
    if cut.finished is not None:
        return _Source(cut.finished.clip, 0)
    return _Source(cut.clip, cut.in_frame)


def _of(cut: Cut, before: Cut | None, after: Cut | None) -> Iterator[Stretch]:
    """What is seen of a cut from its gap and its transition on, up to the transition into the next one."""
    source = _source(cut)
    if cut.gap:
        yield Black(cut.gap)
    into = cut.join.overlap if before is not None else 0
    until = cut.frames - (after.join.overlap if after is not None else 0)
    if into and before is not None:
        earlier = _source(before).span(before.frames - into, before.frames)
        yield Blend(earlier, source.span(0, into), "wipe" if cut.join.kind == "wipe" else "dissolve")
    lit = min(into + cut.fade_in, until)
    dark = max(until - cut.fade_out, lit)
    if lit > into:
        yield Shade(source.span(into, lit), 0, lit - into)
    if dark > lit:
        yield source.span(lit, dark, continuous=cut.continuous)
    if until > dark:
        yield Shade(source.span(dark, until), 0, until - dark, darkens=True)
    if cut.hold:
        yield Hold(source.clip, source.first + cut.frames - 1, cut.hold)
