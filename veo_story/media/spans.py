"""What a film's picture is made of, as media sees it: stretches in a row, each so many frames long. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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
class Hold:
    """One frame of a clip, standing still."""

    clip: Path
    frame: int
    frames: int


@dataclass(frozen=True, slots=True)
class Blend:
    """Two pictures over each other for as long as both last: the film goes from ``before`` to ``after``.

    Frame ``k`` shows the share ``(first + k + 1) / (of + 1)`` of ``after``: no frame is wholly one of them.
    ``of`` is the length of the whole transition, 0: its own.
    """

    before: Span | Hold
    after: Span
    kind: Literal["dissolve", "wipe"] = "dissolve"
    first: int = 0
    of: int = 0

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.after.frames

    def share(self, frame: int) -> float:
        """How much of ``after`` its ``frame`` shows."""
        return (self.first + frame + 1) / ((self.of or self.frames) + 1)


@dataclass(frozen=True, slots=True)
class Shade:
    """A picture that comes out of black, or goes into it.

    Frame ``k`` has the share ``(first + k + 1) / (of + 1)`` of its light, or has lost so much when it
    ``darkens``.
    """

    span: Span | Hold
    first: int
    of: int
    darkens: bool = False

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.span.frames


@dataclass(frozen=True, slots=True)
class Black:
    """Black frames."""

    frames: int


Stretch = Span | Blend | Shade | Black | Hold


def clips_of(stretches: Iterable[Stretch]) -> tuple[Path, ...]:
    """Every clip that is needed, once, in the order of its first frame."""
    found: list[Path] = []
    for stretch in stretches:
        match stretch:
            case Span(clip=clip) | Hold(clip=clip):
                found.append(clip)
            case Shade(span=span):
                found.append(span.clip)
            case Blend(before=before, after=after):
                found += (before.clip, after.clip)
            case Black():
                pass
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named part of a film; ``end`` is exclusive, both in frames."""

    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Caption:
    """Words on the screen from ``start`` to ``end`` (exclusive), in frames of the film."""

    start: int
    end: int
    text: str


def merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same film with neighbours that follow each other in one clip taken together."""
    whole: list[Stretch] = []
    for stretch in stretches:
        last = whole[-1] if whole else None
        if isinstance(last, Span) and isinstance(stretch, Span) and _follows(last, stretch):
            whole[-1] = replace(last, end=stretch.end)
        else:
            whole.append(stretch)
    return tuple(whole)


def _follows(before: Span, span: Span) -> bool:
    return (before.clip, before.end) == (span.clip, span.start)


def heard(stretches: Iterable[Stretch]) -> tuple[tuple[int, Span], ...]:
    """What is heard where nobody mixes: spans of clips, each with the film's frame at which it begins.

    A blend changes over in its middle; what is black or stands still is silent.
    """
    found: list[tuple[int, Span]] = []
    at = 0
    for stretch in stretches:
        match stretch:
            case (Span() as span) | Shade(span=Span() as span):
                found.append((at, span))
            case Blend(before=before, after=after):
                half = stretch.frames // 2
                if isinstance(before, Span):
                    found.append((at, replace(before, end=before.start + half)))
                found.append((at + half, replace(after, start=after.start + half)))
            case _:
                pass
        at += stretch.frames
    return tuple((begins, span) for begins, span in found if span.frames)


def fades(spans: Sequence[Span]) -> tuple[tuple[bool, bool], ...]:
    """Whether each span's sound is faded in and out: at joins where it breaks off, not at the film's ends."""
    breaks = [index > 0 and not span.continuous for index, span in enumerate(spans)]
    return tuple(zip(breaks, [*breaks[1:], False], strict=True))
