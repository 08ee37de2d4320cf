"""A drawn world: a picture for every camera and frame number, and nothing else that it depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2

from veo_story.backends.local.world.groups import kept_of
from veo_story.backends.local.world.halves import half_canvas, half_plane, halves_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from veo_story.backends.local.window import Planes, Scratch
    from veo_story.backends.local.world.groups import Kept
    from veo_story.backends.local.world.sheets import Bytes, Canvas, Element, Eye

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

    def __init__(self, canvas: Canvas, elements: Iterable[Element]) -> None:
        self._canvas = canvas
        ordered = sorted(elements, key=lambda element: element.parallax)
        self._behind = tuple(element for element in ordered if element.parallax < _BEHIND)
        self._before = tuple(element for element in ordered if element.parallax >= _BEHIND)
        self._half = half_canvas(canvas)

    def draw(self, eye: Eye, frame: int, into: Planes, scratch: Scratch, *, resting: bool = False) -> None:
        """Draw what ``eye`` sees at the chain's frame number into the planes of a picture.

        ``resting`` says that the eye is where it was a frame before. What is kept is rounded once more than
        what is painted: so this has to follow from the frame, not from what is in ``scratch``.
        """
        height = self._canvas.height
        near = _limits(self._before, eye, height)
        edge = near[0] if near else height
        if near:
            edge = min(edge, _even(self._before[0].covered(eye)))
        if eye.blur >= _FAINT:
            # What lies just below that edge is seen a little, out of focus.
            edge = _even(min(height, edge + _spread(eye.blur, height)))
        far = self._seen_behind(eye, edge)
        kept = self._kept(eye, far, near, scratch) if resting else (None, None)
        if far.small:
            _paint(far, kept[0], frame, scratch.small)
            _unfocused(scratch.small, eye.blur, into)
        else:
            _paint(far, kept[0], frame, into)
            _soften(into, eye.blur)
        _paint(_Seen(self._before, near, eye), kept[1], frame, into)

    def _seen_behind(self, eye: Eye, edge: int) -> _Seen:
        """What is behind the plane of focus, at half the size where it is out of focus."""
        halves = halves_of(self._behind) if self._half and eye.blur >= _FAINT else None
        if halves is None or self._half is None:
            return _Seen(self._behind, _limits(self._behind, eye, edge), eye)
        small = replace(eye, canvas=self._half)
        return _Seen(halves, _limits(halves, small, _even(edge // 2)), small, small=True)

    def _kept(self, eye: Eye, far: _Seen, near: list[int], scratch: Scratch) -> tuple[Kept, Kept]:
        """What rests with the camera, of what is behind the plane of focus and of what is not."""
        if scratch.seen is not self or scratch.eye != eye:
            behind = kept_of(far.elements, far.limits, far.eye)
            before = kept_of(self._before, near, eye)
            scratch.seen, scratch.eye, scratch.kept = self, eye, (behind, before)
        kept: tuple[Kept, Kept] = scratch.kept
        return kept


@dataclass(frozen=True, slots=True)
class _Seen:
    """Elements, far to near, with the row from which on nearer ones hide each, and the eye that sees them."""

    elements: Sequence[Element]
    limits: Sequence[int]
    eye: Eye
    small: bool = False


def _limits(elements: Sequence[Element], eye: Eye, edge: int) -> list[int]:
    """For every element the row from which on nearer ones hide it; the nearest is hidden from ``edge`` on."""
    limits = [edge] * len(elements)
    for index in range(len(elements) - 2, -1, -1):
        limits[index] = min(limits[index + 1], _even(elements[index + 1].covered(eye)))
    return limits


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


def _width(blur: float, rows: int) -> int:
    """Of what a picture of so many rows is averaged over, twice, at half its size."""
    return max(1, round(blur * _SOFTEST * rows / 2)) * 2 + 1


def _soften(planes: Planes, blur: float) -> None:
    """Put what is painted so far out of focus, 0..1."""
    if blur < _FAINT:
        return
    # A blur of half the picture at half the width looks the same and costs a quarter.
    small = tuple(half_plane(plane) for plane in planes)
    _unfocused(small, blur, planes)


def _unfocused(small: Sequence[Bytes], blur: float, into: Planes) -> None:
    """Put a picture of half the size out of focus, 0..1, and enlarge it."""
    for half, plane in zip(small, into, strict=True):
        rows, columns = plane.shape
        width = _width(blur, rows)
        cv2.blur(half, (width, width), half)
        cv2.blur(half, (width, width), half)
        cv2.resize(half, (columns, rows), plane, interpolation=cv2.INTER_LINEAR)


def _spread(blur: float, height: int) -> int:
    """From how many rows below a row something gets into it when it is put out of focus: luma or colour."""
    return max(2 * _width(blur, height), 4 * _width(blur, height // 2)) + 4
