"""A drawn world: a picture for every camera and frame number, and nothing else that it depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2

from veo_story.backends.local.world.groups import kept_of

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

    While the camera rests, what does not move is composed once and kept in the thread's scratch.
    """

    def __init__(self, canvas: Canvas, elements: Iterable[Element]) -> None:
        self._canvas = canvas
        ordered = sorted(elements, key=lambda element: element.parallax)
        self._behind = tuple(element for element in ordered if element.parallax < _BEHIND)
        self._before = tuple(element for element in ordered if element.parallax >= _BEHIND)

    def draw(self, eye: Eye, frame: int, into: Planes, scratch: Scratch, *, resting: bool = False) -> None:
        """Draw what ``eye`` sees at the chain's frame number into the planes of a picture.

        ``resting`` says that the eye is where it was a frame before. What is kept is rounded once more than
        what is painted: so this has to follow from the frame, not from what is in ``scratch``.
        """
        limits = self._limits(eye)
        far, near = self._kept(eye, limits, scratch) if resting else (None, None)
        count = len(self._behind)
        _paint(self._behind, far, limits[:count], eye, frame, into)
        _soften(into, eye.blur)
        _paint(self._before, near, limits[count:], eye, frame, into)

    def _limits(self, eye: Eye) -> list[int]:
        """For every element the row from which on nearer ones hide it."""
        ordered = (*self._behind, *self._before)
        height = self._canvas.height
        limits = [height] * len(ordered)
        for index in range(len(ordered) - 2, -1, -1):
            limits[index] = min(limits[index + 1], ordered[index + 1].covered(eye))
            if index == len(self._behind) - 1 and eye.blur >= _FAINT:
                # What lies just below that edge is seen a little, out of focus.
                limits[index] = min(height, limits[index] + _spread(eye.blur, height))
        return [limit + limit % 2 for limit in limits]

    def _kept(self, eye: Eye, limits: list[int], scratch: Scratch) -> tuple[Kept, Kept]:
        """What rests with the camera, of what is behind the plane of focus and of what is not."""
        if scratch.seen is not self or scratch.eye != eye:
            count = len(self._behind)
            far = kept_of(self._behind, limits[:count], eye)
            near = kept_of(self._before, limits[count:], eye)
            scratch.seen, scratch.eye, scratch.kept = self, eye, (far, near)
        kept: tuple[Kept, Kept] = scratch.kept
        return kept


def _paint(
    elements: Sequence[Element],
    kept: Kept | None,
    limits: Sequence[int],
    eye: Eye,
    frame: int,
    into: Planes,
) -> None:
    index = 0
    while index < len(elements):
        group = kept.get(index) if kept else None
        if group is None:
            elements[index].paint(into, eye, frame, limits[index])
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
    for plane in planes:
        rows, columns = plane.shape
        # A blur of half the picture at half the width looks the same and costs a quarter.
        small = cv2.resize(plane, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
        width = _width(blur, rows)
        cv2.blur(small, (width, width), small)
        cv2.blur(small, (width, width), small)
        cv2.resize(small, (columns, rows), plane, interpolation=cv2.INTER_LINEAR)


def _spread(blur: float, height: int) -> int:
    """From how many rows below a row something gets into it when it is put out of focus: luma or colour."""
    return max(2 * _width(blur, height), 4 * _width(blur, height // 2)) + 4
