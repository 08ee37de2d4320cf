"""A drawn world: a picture for every camera and frame number, and nothing else that it depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from veo_story.backends.local.window import Planes, Scratch
    from veo_story.backends.local.world.sheets import Canvas, Element, Eye

_BEHIND = 0.9
"""Parallax up to which things are out of focus when the camera is on the cast."""
_FAINT = 0.04
_SOFTEST = 0.022
"""The widest blur, as a share of the picture's height."""


class World:
    """Elements over each other, far to near. Drawn from several threads, each with its own ``Scratch``."""

    def __init__(self, canvas: Canvas, elements: Iterable[Element]) -> None:
        self._canvas = canvas
        self._elements = tuple(sorted(elements, key=lambda element: element.parallax))
        self._still = next((i for i, e in enumerate(self._elements) if e.moving), len(self._elements))
        self._behind = sum(element.parallax < _BEHIND for element in self._elements)

    def draw(self, eye: Eye, frame: int, into: Planes, scratch: Scratch) -> None:
        """Draw what ``eye`` sees at the chain's frame number into the planes of a picture."""
        limits = self._limits(eye)
        begin = self._begun(eye, frame, limits, into, scratch)
        for index in range(begin, len(self._elements)):
            if index == self._behind:
                _soften(into, eye.blur)
            self._elements[index].paint(into, eye, frame, limits[index])
        if self._behind == len(self._elements):
            _soften(into, eye.blur)

    def _limits(self, eye: Eye) -> list[int]:
        """For every element the row from which on nearer ones hide it."""
        height = self._canvas.height
        limits = [height] * len(self._elements)
        for index in range(len(self._elements) - 2, -1, -1):
            limits[index] = min(limits[index + 1], self._elements[index + 1].covered(eye))
        return [limit + limit % 2 for limit in limits]

    def _begun(self, eye: Eye, frame: int, limits: list[int], into: Planes, scratch: Scratch) -> int:
        """Paint what lies behind everything that moves, or take it from the frame before; how far that is."""
        end = min(self._still, self._behind)
        if end == 0:
            return 0
        if scratch.seen is not self or scratch.eye != eye:
            for element, limit in zip(self._elements[:end], limits, strict=False):
                element.paint(into, eye, frame, limit)
            if scratch.wanted == (id(self), eye):
                # Kept only when the camera was here before: a moving one would copy for nothing.
                for kept, plane in zip(scratch.planes, into, strict=True):
                    np.copyto(kept, plane)
                scratch.seen, scratch.eye = self, eye
            scratch.wanted = (id(self), eye)
            return end
        for kept, plane in zip(scratch.planes, into, strict=True):
            np.copyto(plane, kept)
        return end


def _soften(planes: Planes, blur: float) -> None:
    """Put what is painted so far out of focus, 0..1."""
    if blur < _FAINT:
        return
    for plane in planes:
        rows, columns = plane.shape
        # A blur of half the picture at half the width looks the same and costs a quarter.
        small = cv2.resize(plane, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
        width = max(1, round(blur * _SOFTEST * rows / 2)) * 2 + 1
        cv2.blur(small, (width, width), small)
        cv2.blur(small, (width, width), small)
        cv2.resize(small, (columns, rows), plane, interpolation=cv2.INTER_LINEAR)
