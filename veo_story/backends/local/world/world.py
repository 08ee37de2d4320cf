"""A drawn world: a picture for every camera and frame number, and nothing else that it depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import cv2

from veo_story.backends.local.world.groups import kept_of
from veo_story.backends.local.world.halves import half_canvas, half_plane, halves_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from veo_story.backends.local.window import Planes, Scratch
    from veo_story.backends.local.world.groups import Kept
    from veo_story.backends.local.world.sheets import Canvas, Element, Eye

_BEHIND = 0.9
"""Parallax up to which things are out of focus when the camera is on the cast."""
_FAINT = 0.04
_SOFTEST = 0.022
"""The widest blur, as a share of the picture's height."""


class World:
    """Elements over each other, far to near. Drawn from several threads, each with its own ``Scratch``.

    What is out of focus is painted at half the size. While the camera rests, what does not move is composed
    once and kept in the thread's scratch.
    """

    def __init__(self, canvas: Canvas, elements: Iterable[Element], *, glass: float = -1.0) -> None:
        """``glass`` is the parallax up to which things are seen through panes: always a little soft."""
        self._canvas, self._half = canvas, half_canvas(canvas)
        ordered = sorted(elements, key=lambda element: element.parallax)
        self._outside = tuple(element for element in ordered if element.parallax <= glass)
        self._behind = tuple(element for element in ordered if element.parallax < _BEHIND)
        self._before = tuple(element for element in ordered if element.parallax >= _BEHIND)

    @property
    def nearest(self) -> float:
        """The parallax of what is nearest; of the cast where there is nothing."""
        return max((element.parallax for element in self._before), default=1.0)

    def draw(self, eye: Eye, frame: int, into: Planes, scratch: Scratch, *, resting: bool = False) -> None:
        """Draw what ``eye`` sees at the chain's frame number into the planes of a picture.

        ``resting`` says that the eye is where it was a frame before. What is kept is rounded once more than
        what is painted: so this has to follow from the frame, not from what is in ``scratch``.
        """
        seen = self._seen(eye)
        kept = self._kept(seen, scratch) if resting else [None] * len(seen)
        for part, groups in zip(seen, kept, strict=True):
            onto = scratch.small if part.small else into
            _paint(part, groups, frame, onto)
            if part.small:
                small = _rows(onto, part.edge)
                _blur(small, part.blur, self._canvas.height)
                _enlarge(small, _rows(into, 2 * part.edge))
            elif part.blur >= _FAINT:
                _soften(into, part.blur)

    def _seen(self, eye: Eye) -> list[_Seen]:
        """What is painted one after the other, far to near."""
        height = self._canvas.height
        near = _seen_by(eye, self._before, height)
        if eye.blur < _FAINT:
            behind = _seen_by(eye, self._behind[len(self._outside) :], near.top)
            far = self._small(eye, self._outside, behind.top)
            return [far, behind, near] if far else [_seen_by(eye, self._behind, near.top), near]
        # What lies just below that edge is seen a little, out of focus.
        edge = _even(min(height, near.top + _spread(eye.blur, height)))
        far = self._small(eye, self._behind, edge) or _seen_by(eye, self._behind, edge, eye.blur)
        return [far, near]

    def _small(self, eye: Eye, elements: Sequence[Element], edge: int) -> _Seen | None:
        """Elements at half the size, the farthest of all. None when there are none."""
        halves = self._halves[: len(elements)] if elements else ()
        if not halves or self._half is None:
            return None
        rows = min(self._half.height // 2 * 2, _even(-(-edge // 2)) + 2)
        return _seen_by(replace(eye, canvas=self._half), halves, rows, eye.blur, small=True)

    @cached_property
    def _halves(self) -> Sequence[Element]:
        """All that is behind at half the size; empty when it cannot be had so."""
        return (halves_of(self._behind) or ()) if self._half else ()

    def _kept(self, seen: Sequence[_Seen], scratch: Scratch) -> list[Kept]:
        """What rests with the camera."""
        if scratch.seen is not self or scratch.eye != seen[-1].eye:
            kept = [kept_of(part.elements, part.limits, part.eye) for part in seen]
            scratch.seen, scratch.eye, scratch.kept = self, seen[-1].eye, kept
        found: list[Kept] = scratch.kept
        return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """Elements, far to near, and how they are painted: by what eye, how soft, and whether at half the size.

    ``limits`` are the rows from which on nearer ones hide each, ``edge`` that from which on all are hidden,
    ``top`` the one from which on they themselves hide what is behind.
    """

    elements: Sequence[Element]
    eye: Eye
    limits: Sequence[int]
    edge: int
    top: int
    blur: float
    small: bool


def _seen_by(
    eye: Eye, elements: Sequence[Element], edge: int, blur: float = 0.0, *, small: bool = False
) -> _Seen:
    limits = []
    top = edge
    for element in reversed(elements):
        limits.append(top)
        top = min(top, _even(element.covered(eye)))
    return _Seen(elements, eye, limits[::-1], edge, top, blur, small)


def _even(row: int) -> int:
    return row + row % 2


def _paint(seen: _Seen, kept: Kept | None, frame: int, into: Planes) -> None:
    index = 0
    while index < len(seen.elements):
        group = kept.get(index) if kept else None
        if group is None:
            seen.elements[index].paint(into, seen.eye, frame, seen.limits[index])
            index += 1
        else:
            group.lay(into)
            index = group.end


def _rows(planes: Planes, last: int) -> Planes:
    y, u, v = planes
    return y[:last], u[: last // 2], v[: last // 2]


def _soften(planes: Planes, blur: float) -> None:
    """Put a picture out of focus, 0..1."""
    # A blur of half the picture at half the width looks the same and costs a quarter.
    y, u, v = (half_plane(plane) for plane in planes)
    _blur((y, u, v), blur, len(planes[0]))
    _enlarge((y, u, v), planes)


def _blur(small: Planes, blur: float, height: int) -> None:
    """Put a picture of half the size out of focus; ``height`` is that of the whole one."""
    if blur < _FAINT:
        return
    for plane, unit in zip(small, (1, 2, 2), strict=True):
        width = _width(blur, height // unit)
        cv2.blur(plane, (width, width), plane)
        cv2.blur(plane, (width, width), plane)


def _enlarge(small: Planes, into: Planes) -> None:
    for half, plane in zip(small, into, strict=True):
        rows, columns = plane.shape
        cv2.resize(half, (columns, rows), plane, interpolation=cv2.INTER_LINEAR)


def _width(blur: float, rows: int) -> int:
    """Of what a picture of so many rows is averaged over, twice, at half its size."""
    return max(1, round(blur * _SOFTEST * rows / 2)) * 2 + 1


def _spread(blur: float, height: int) -> int:
    """From how many rows below a row something gets into it when it is put out of focus: luma or colour."""
    return max(2 * _width(blur, height), 4 * _width(blur, height // 2)) + 4
