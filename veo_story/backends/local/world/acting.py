"""Sheets that move: every pose is a pure function of the chain's frame number."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.halves import half_sheet
from veo_story.backends.local.world.paint import lay, overlay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Bytes, Eye, Placing, Sheet

    Floats = NDArray[np.float64]

_THIN = 0.02
_SMALL = 0.6
"""Below this zoom pixels of a sheet are skipped."""
_TINY, _EDGE = 32, 4


@dataclass(frozen=True, slots=True)
class Cut:
    """A sheet that is moved: its pivot lies ``left`` and ``top`` sheet pixels from its corner.

    ``small`` is the same at half the size, for when it is seen from far away. Make it with :func:`cut_of`.
    """

    sheet: Sheet
    left: float
    top: float
    ratio: float
    small: Cut | None = None

    def seen(self, zoom: float) -> Cut:
        """This one or a smaller one, so that no pixel of it is skipped at ``zoom`` screen pixels for each."""
        return self if zoom >= _SMALL or self.small is None else self.small.seen(zoom * 2)


def cut_of(sheet: Sheet, left: float, top: float, ratio: float) -> Cut:
    """A cut of what there is on a sheet, with its pivot ``left`` and ``top`` sheet pixels from its corner."""
    rows, columns = _filled(sheet.hole, 1), _filled(sheet.hole, 0)

    def part(plane: Bytes, unit: int) -> Bytes:
        return plane[rows[0] // unit : rows[1] // unit, columns[0] // unit : columns[1] // unit]

    kept = sheet.changed(part)
    left, top = left - columns[0], top - rows[0]
    small = cut_of(half_sheet(kept), left / 2, top / 2, ratio / 2) if min(kept.y.shape) > _TINY else None
    return Cut(kept.spared(), left, top, ratio, small)


def _filled(hole: Bytes, axis: int) -> tuple[int, int]:
    """First and last (exclusive) row or column with something, and a few more; whole fours where possible."""
    there = np.flatnonzero(hole.min(axis=axis) < 255)
    length = hole.shape[1 - axis]
    first, last = (int(there[0]), int(there[-1])) if len(there) else (0, 0)
    return max(0, (first - _EDGE) // 4 * 4), min(length, -(-(last + 1 + _EDGE) // 4) * 4)


@dataclass(frozen=True, slots=True)
class Pose:
    """How one cut is seen in a frame: its pivot at ``x``, ``y`` of the canvas.

    It is turned clockwise by ``turn`` radians; ``wide`` makes it narrower (below 0 mirrored), ``share``
    (0..1) fainter.
    """

    cut: Cut
    x: float
    y: float
    turn: float = 0.0
    wide: float = 1.0
    share: float = 1.0


class Acting:
    """Cuts in the poses of a frame; an :class:`~veo_story.backends.local.world.sheets.Element`."""

    moving = True

    def __init__(self, parallax: float, poses: Callable[[int], Iterable[Pose]], size: float = 1.0) -> None:
        self.parallax = parallax
        self._poses, self._size = poses, size

    def halved(self) -> Acting:
        """See :class:`~veo_story.backends.local.world.halves.Halvable`."""
        return Acting(self.parallax, self._poses, self._size / 2)

    def covered(self, eye: Eye) -> int:
        """Nothing: there is room beside it."""
        return eye.canvas.height

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        placing = eye.placing(self.parallax)
        if placing is None:
            return
        # Its poses are in pixels of the whole canvas.
        seen = replace(placing, scale=placing.scale * self._size)
        for pose in self._poses(frame):
            if abs(pose.wide) < _THIN or pose.share < 1 / 64:
                continue
            zoom = seen.scale / pose.cut.ratio
            cut = pose.cut.seen(zoom * (0.5 + 0.5 * min(1.0, abs(pose.wide))))
            if pose.turn or pose.wide != 1:
                _lay_turned(cut, pose, into, seen, below)
            else:
                column, row = pose.x - cut.left / cut.ratio, pose.y - cut.top / cut.ratio
                lay(cut.sheet, into, seen, column, row, ratio=cut.ratio, share=pose.share, below=below)


def _lay_turned(cut: Cut, pose: Pose, into: Planes, placing: Placing, below: int) -> None:
    """Turn, narrow and enlarge at once, straight to where it is seen."""
    sheet, zoom = cut.sheet, placing.scale / cut.ratio
    cosine, sine = math.cos(pose.turn), math.sin(pose.turn)
    # From pixels of the sheet about the pivot to pixels of the screen about where that is seen.
    way = np.array([[cosine * pose.wide, -sine * pose.wide], [sine, cosine]]) * zoom
    rows, columns = (length - sheet.spare for length in sheet.y.shape)
    corners = np.array([[0, 0], [columns, 0], [0, rows], [columns, rows]]) - (cut.left, cut.top)
    place = np.array([pose.x * placing.scale + placing.left, pose.y * placing.scale + placing.top])
    spots = corners @ way.T + place
    height, width = into[0].shape
    first = np.maximum(np.floor(spots.min(0) / 2).astype(int) * 2, 0)
    last = np.minimum(np.ceil(spots.max(0) / 2).astype(int) * 2, (width, min(height, below)))
    if (last - first < 2).any():
        return
    back = np.linalg.inv(way)
    start = back @ (first - place) + (cut.left + sheet.spare, cut.top + sheet.spare)
    for number, (colours, hole, unit) in enumerate(
        (((sheet.y,), sheet.hole, 1), ((sheet.u, sheet.v), sheet.hole_c, 2))
    ):
        across, down = slice(first[0] // unit, last[0] // unit), slice(first[1] // unit, last[1] // unit)
        matrix = np.column_stack([back, start / unit + back @ (0.5, 0.5) - 0.5])
        size = (across.stop - across.start, down.stop - down.start)
        through = _warped(hole, matrix, size, 255)
        for plane, colour in zip(into[number : number + len(colours)], colours, strict=True):
            overlay(plane[down, across], through, _warped(colour, matrix, size, 0), pose.share)


def _warped(plane: Bytes, matrix: Floats, size: tuple[int, int], edge: int) -> Bytes:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(plane, matrix, size, None, flags, cv2.BORDER_CONSTANT, (edge,)), np.uint8
    )
