"""Pictures at half their size: what is out of focus is painted from them, at a quarter of the cost."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.world.sheets import Bytes, Canvas, Element, Sheet

_FINEST = 4
"""Canvases whose sides these many pixels divide have halves whose sides are even."""

_halves: WeakKeyDictionary[Halvable, Element] = WeakKeyDictionary()
_lock = Lock()


@runtime_checkable
class Halvable(Protocol):
    """An element that there is at half the size too."""

    def halved(self) -> Element:
        """The same for the canvas that :func:`half_canvas` gives: it looks alike, averaged."""
        ...


def half_canvas(canvas: Canvas) -> Canvas | None:
    """The canvas of half the size. None when its sides would not be even."""
    if canvas.width % _FINEST or canvas.height % _FINEST:
        return None
    return canvas.half


def halves_of(elements: Sequence[Element]) -> tuple[Element, ...] | None:
    """All of them at half the size. None when one cannot be had so."""
    halves = []
    for element in elements:
        if not isinstance(element, Halvable):
            return None
        halves.append(_half_of(element))
    return tuple(halves)


def _half_of(element: Halvable) -> Element:
    """Made once: a place's elements are seen in scene after scene."""
    with _lock:
        half = _halves.get(element)
        if half is None:
            half = _halves[element] = element.halved()
        return half


def half_plane(plane: Bytes) -> Bytes:
    """A plane averaged two by two; both sides even."""
    size = (plane.shape[1] // 2, plane.shape[0] // 2)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def half_sheet(sheet: Sheet, above: int = 0) -> Sheet:
    """A sheet at half its size, after ``above`` more rows like its first at its head; ``above`` even.

    Rows or columns like its last follow where its sides are no multiples of four.
    """
    rows, columns = sheet.y.shape
    more = (-(rows + above) % 4, -columns % 4)

    def half(plane: Bytes, unit: int) -> Bytes:
        edges = (above // unit, more[0] // unit, 0, more[1] // unit)
        return half_plane(np.asarray(cv2.copyMakeBorder(plane, *edges, cv2.BORDER_REPLICATE), np.uint8))

    return sheet.changed(half, sheet.spare // 2)
