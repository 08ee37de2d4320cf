"""What a film is made of, as media sees it: ranges of clips in a row. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Span:
    """Film frames ``start`` to ``end`` (exclusive) of a clip.

    ``continuous``: its sound goes on from the span before, so no fade is wanted between them.
    """

    clip: Path
    start: int
    end: int
    continuous: bool = False

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named part of a film; ``end`` is exclusive, both in frames."""

    title: str
    start: int
    end: int


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same film with neighbours that follow each other in one clip taken together."""
    whole: list[Span] = []
    for span in spans:
        if whole and whole[-1].clip == span.clip and whole[-1].end == span.start:
            whole[-1] = replace(whole[-1], end=span.end)
        else:
            whole.append(span)
    return tuple(whole)


def fades(spans: tuple[Span, ...]) -> tuple[tuple[bool, bool], ...]:
    """Whether each span's sound is faded in and out: at joins where it breaks off, not at the film's ends."""
    breaks = [index > 0 and not span.continuous for index, span in enumerate(spans)]
    return tuple(zip(breaks, [*breaks[1:], False], strict=True))
