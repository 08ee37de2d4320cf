"""Beams of light that turn: a lighthouse's over the sea, a great lens's through its lamp room."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.sheets import add_light

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.palette import Palette
    from veo_story.backends.local.world.sheets import Bytes, Canvas, Element, Eye

_FPS = 24
_COARSE = 8
"""A beam is soft: it is painted at an eighth of the size."""
_SECONDS = 7.0
"""How long a turn takes."""
_BITS = 4
_SWEPT = 62.0
"""How much light a bar adds in its middle."""


def beams(
    canvas: Canvas,
    palette: Palette,
    seed: int,
    indoors: bool,
    beacon: tuple[float, float] | None = None,
) -> Element:
    """Two beams that turn about ``beacon`` (see :mod:`.weather`); indoors bars that cross the room."""
    phase = (seed % 97) / 97
    strength = (20.0 if indoors else 30.0) + 34.0 * palette.dark
    if indoors:
        return Bars(strength, phase)
    middle, row = beacon or (0.5 * canvas.width / canvas.height + 0.15, 0.36)
    return Beams((canvas.width / 2 + middle * canvas.height, row * canvas.height), strength, phase)


class _Light:
    """Light that is added to the picture; an ``Element``."""

    moving = True
    parallax = 0.93

    def __init__(self, strength: float, phase: float) -> None:
        self._strength, self._phase, self._coarse = strength, phase, _COARSE

    def covered(self, eye: Eye) -> int:
        """Nothing: it is light."""
        return eye.canvas.height

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        height, width = into[0].shape
        if below < 2:
            return
        small = np.zeros((-(-height // self._coarse), -(-width // self._coarse)), np.uint8)
        if not self._draw(small, eye, self._phase + frame / (_FPS * _SECONDS)):
            return
        light = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
        y = into[0][:below]
        cv2.add(y, light[:below], y)

    def _draw(self, small: Bytes, eye: Eye, turns: float) -> bool:
        """Paint the light, small; whether there is any."""
        raise NotImplementedError


class Beams(_Light):
    """Two beams from a place of the canvas, opposite each other, that turn about an upright axis."""

    parallax = 0.19

    def __init__(self, at: tuple[float, float], strength: float, phase: float) -> None:
        super().__init__(strength, phase)
        self._at = at

    def halved(self) -> Beams:
        """See :class:`~veo_story.backends.local.world.halves.Halvable`."""
        half = Beams((self._at[0] / 2, self._at[1] / 2), self._strength, self._phase)
        half._coarse = self._coarse // 2
        return half

    def _draw(self, small: Bytes, eye: Eye, turns: float) -> bool:
        placing = eye.placing(self.parallax)
        if placing is None:
            return False
        x = (self._at[0] * placing.scale + placing.left) / self._coarse
        y = (self._at[1] * placing.scale + placing.top) / self._coarse
        rows = small.shape[0]
        for side in (0.0, 0.5):
            angle = 2 * math.pi * (turns + side)
            # Seen from beside it is long; towards us it is gone but for a flash.
            across, towards = math.cos(angle), math.sin(angle)
            long, wide = rows * 2.4 * across, rows * (0.10 + 0.16 * max(0.0, towards))
            drop = rows * 0.10 * towards
            light = self._strength / 3 * (0.65 + 0.35 * towards) * min(1.0, 1.8 * abs(across))
            # In three, one in the other, so that its middle is the brightest.
            for part in (1.0, 0.66, 0.36):
                corners = [(x, y), (x + long, y + drop - wide * part), (x + long, y + drop + wide * part)]
                _add(small, corners, light)
            if towards > 0.8:
                reach = rows * 0.9 * (towards - 0.8)
                for part in (1.0, 0.6, 0.3):
                    _add(small, _round(x, y, reach * part), self._strength * 3.0 * (towards - 0.8))
        cv2.GaussianBlur(small, (0, 0), 1.1, small)
        return True


class Bars(_Light):
    """Upright bars of light that a turning lens throws through a room, one after the other."""

    def _draw(self, small: Bytes, eye: Eye, turns: float) -> bool:
        rows, columns = small.shape
        seen = False
        for bar in range(2):
            share = (turns + bar / 2) % 1.0
            # A part of a turn it crosses the picture; then it lights what is behind us.
            across = (share - 0.1) / 0.22
            if not -0.2 < across < 1.2:
                continue
            seen = True
            x, lean = columns * (across * 1.5 - 0.25), rows * 0.35
            for part in (1.0, 0.6, 0.3):
                half = columns * 0.085 * part
                corners = [(x - half + lean, 0.0), (x + half + lean, 0.0)]
                corners += [(x + half - lean, float(rows)), (x - half - lean, float(rows))]
                _add(small, corners, self._strength / 3)
        if seen:
            cv2.GaussianBlur(small, (0, 0), 1.6, small)
        return seen


def sweep(planes: Planes, seconds: float) -> None:
    """Lay the warm bars of a light that turns over a finished picture: people and all. It comes up slowly."""
    y, u, v = planes
    rows, columns = y.shape
    small = np.zeros((-(-rows // _COARSE), -(-columns // _COARSE)), np.uint8)
    light = _SWEPT * min(1.0, seconds / 1.5)
    seen = False
    for bar in range(2):
        across = ((seconds / _SECONDS + bar / 2) % 1.0 - 0.04) / 0.40
        if -0.3 < across < 1.3:
            seen = True
            x, lean = small.shape[1] * (across * 1.4 - 0.2), small.shape[0] * 0.22
            for part in (1.0, 0.72, 0.44):
                half = small.shape[1] * 0.16 * part
                corners = [(x - half + lean, 0.0), (x + half + lean, 0.0)]
                _add(small, [*corners, (x + half - lean, rows), (x - half - lean, rows)], light / 3)
    if not seen:
        return
    cv2.GaussianBlur(small, (0, 0), 2.2, small)
    left, right = _lit(small)
    if right <= left:
        return
    small, first, last = small[:, left:right], left * _COARSE, min(columns, right * _COARSE)
    y, u, v = y[:, first:last], u[:, first // 2 : last // 2], v[:, first // 2 : last // 2]
    add_light(y, _enlarged(small, _COARSE)[:rows, : last - first])
    warm = _enlarged(small, _COARSE // 2)[: rows // 2, : (last - first) // 2]
    cv2.scaleAdd(warm, -0.22, u, u)
    cv2.scaleAdd(warm, 0.10, v, v)


def _lit(small: Bytes) -> tuple[int, int]:
    """The columns that have any light, and a dark one at either side to fade to."""
    lit = np.flatnonzero(small.any(axis=0))
    return (max(0, int(lit[0]) - 1), min(small.shape[1], int(lit[-1]) + 2)) if len(lit) else (0, 0)


def _enlarged(small: Bytes, times: int) -> Bytes:
    size = (small.shape[1] * times, small.shape[0] * times)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _round(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    turns = [2 * math.pi * part / 16 for part in range(16)]
    return [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]


def _add(small: Bytes, corners: list[tuple[float, float]], light: float) -> None:
    one = np.zeros_like(small)
    points = np.rint(np.array(corners, np.float32) * 2**_BITS).astype(np.int32)
    cv2.fillConvexPoly(one, points, (max(0, round(light)),), cv2.LINE_AA, _BITS)
    cv2.add(small, one, small)
