"""Sheets that move: every pose is a pure function of the chain's frame number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.paint import lay
from veo_story.backends.local.world.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Bytes, Eye

_THIN = 0.02


@dataclass(frozen=True, slots=True)
class Cut:
    """A sheet that is moved: its pivot lies ``left`` and ``top`` sheet pixels from its corner."""

    sheet: Sheet
    left: float
    top: float
    ratio: float


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

    def __init__(self, parallax: float, poses: Callable[[int], Iterable[Pose]]) -> None:
        self.parallax = parallax
        self._poses = poses

    def covered(self, eye: Eye) -> int:
        """Nothing: there is room beside it."""
        return eye.canvas.height

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        placing = eye.placing(self.parallax)
        if placing is None:
            return
        for pose in self._poses(frame):
            if abs(pose.wide) < _THIN or pose.share < 1 / 64:
                continue
            cut = _turned(pose.cut, pose.turn) if pose.turn else pose.cut
            cut = _narrowed(cut, pose.wide) if pose.wide != 1 else cut
            column, row = pose.x - cut.left / cut.ratio, pose.y - cut.top / cut.ratio
            lay(cut.sheet, into, placing, column, row, ratio=cut.ratio, share=pose.share, below=below)


def _turned(cut: Cut, turn: float) -> Cut:
    """The cut turned about its pivot. What comes to lie outside of the sheet is lost."""
    sheet = cut.sheet

    def plane(values: Bytes, unit: int, edge: int) -> Bytes:
        rows, columns = values.shape
        pivot = ((cut.left / unit) - 0.5, (cut.top / unit) - 0.5)
        way = cv2.getRotationMatrix2D(pivot, -math.degrees(turn), 1.0)
        return np.asarray(
            cv2.warpAffine(values, way, (columns, rows), borderMode=cv2.BORDER_CONSTANT, borderValue=(edge,)),
            np.uint8,
        )

    return Cut(_each(sheet, plane), cut.left, cut.top, cut.ratio)


def _narrowed(cut: Cut, wide: float) -> Cut:
    """The cut ``wide`` times as wide about its pivot, mirrored when that is below 0."""
    columns = max(4, round(cut.sheet.y.shape[1] * abs(wide) / 2) * 2)
    share = columns / cut.sheet.y.shape[1]

    def plane(values: Bytes, unit: int, edge: int) -> Bytes:
        size = (columns // unit, values.shape[0])
        seen = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(seen[:, ::-1]) if wide < 0 else np.asarray(seen, np.uint8)

    left = cut.left * share
    return Cut(_each(cut.sheet, plane), columns - left if wide < 0 else left, cut.top, cut.ratio)


def _each(sheet: Sheet, plane: Callable[[Bytes, int, int], Bytes]) -> Sheet:
    return Sheet(
        plane(sheet.y, 1, 0),
        plane(sheet.u, 2, 0),
        plane(sheet.v, 2, 0),
        plane(sheet.hole, 1, 255),
        plane(sheet.hole_c, 2, 255),
    )
