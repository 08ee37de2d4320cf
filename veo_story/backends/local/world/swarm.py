"""Single small things in the air: leaves, petals, confetti, sparks, fireflies, motes and bubbles."""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.halves import half_sheet
from veo_story.backends.local.world.paper import Paper
from veo_story.backends.local.world.tint import mix, yuv

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.palette import Palette
    from veo_story.backends.local.world.sheets import Canvas, Eye, Sheet, Yuv

_FPS = 24
_TURNS = 8


@dataclass(frozen=True, slots=True)
class Flight:
    """How a kind moves. Speeds are picture heights a second, ``sway`` picture heights; ``pulse`` seconds."""

    count: int
    fall: float
    wind: float
    sway: float
    size: float
    colours: tuple[str, ...]
    pulse: float = 0.0
    turning: bool = False
    shines: bool = False
    low: float = 0.0
    """From which height of the picture on it is seen, 0 at its top."""


KINDS: dict[str, Flight] = {
    "leaves": Flight(26, 0.13, 0.10, 0.05, 0.020, ("#c8642a", "#d99a33", "#a8432a", "#8a6a2c"), turning=True),
    "petals": Flight(30, 0.09, 0.07, 0.05, 0.013, ("#f6c6d4", "#f9dfe6", "#eda6bd"), turning=True),
    "confetti": Flight(
        54, 0.22, 0.02, 0.03, 0.012, ("#e8433f", "#f3b93a", "#3f8fd8", "#4fae6a", "#b65fc4"), turning=True
    ),
    "embers": Flight(
        34, -0.16, 0.04, 0.04, 0.010, ("#ffb14a", "#ff8a3a", "#ffd27a"), pulse=0.9, shines=True, low=0.15
    ),
    "fireflies": Flight(
        26, -0.012, 0.012, 0.09, 0.022, ("#e8f27a", "#d2ee6a"), pulse=2.6, shines=True, low=0.38
    ),
    "motes": Flight(40, 0.012, 0.014, 0.04, 0.006, ("#fff2d0",), pulse=4.0, shines=True),
    "bubbles": Flight(22, -0.10, 0.0, 0.02, 0.016, ("#dff4ff",)),
    "ash": Flight(40, 0.07, 0.05, 0.04, 0.008, ("#8a8580", "#b8b2aa", "#5c5854"), turning=True),
}
"""The kinds of ``[air.*]`` in ``sky.toml`` that are swarms."""


class Swarm:
    """Things that fly at about one depth, each its own way, with no end to them; an ``Element``."""

    moving = True

    def __init__(
        self, kind: str, canvas: Canvas, palette: Palette, rng: np.random.Generator, parallax: float
    ) -> None:
        flight = KINDS[kind]
        self.parallax, self._flight, self._canvas = parallax, flight, canvas
        aspect = canvas.width / canvas.height
        count = max(6, round(flight.count * min(1.3, aspect / 1.78) ** 0.5))
        # A column each: place across and down, speed, phase, tempo, and which stamps it wears.
        self._own = rng.random((count, 6))
        near = 0.7 + 0.6 * min(1.4, parallax)
        size = flight.size * near * min(canvas.height, canvas.width * 1.2)
        self._stamps = [_stamps(kind, flight, palette, yuv(colour), size) for colour in flight.colours]

    def halved(self) -> Swarm:
        """See :class:`~veo_story.backends.local.world.halves.Halvable`."""
        half = copy(self)
        half._canvas = self._canvas.half
        half._stamps = [[half_sheet(stamp) for stamp in stamps] for stamps in self._stamps]
        return half

    def covered(self, eye: Eye) -> int:
        """Nothing: one sees between them."""
        return eye.canvas.height

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        flight, height = self._flight, self._canvas.height
        moved = self.parallax * height * eye.zoom
        seconds = frame / _FPS
        across, down, speed, phase, tempo, looks = self._own.T
        pace = 0.6 + 0.8 * speed
        turn = 2 * math.pi * (phase + seconds * (0.12 + 0.25 * tempo))
        x = across * 3 + flight.wind * -pace * seconds + flight.sway * np.sin(turn)
        y = down * 1.3 + flight.fall * pace * seconds + flight.sway * 0.6 * np.cos(turn * 0.83)
        wide, tall = self._canvas.width + 0.2 * height, height * (1.2 - flight.low)
        columns = (x * height - eye.x * moved) % wide - 0.1 * height
        rows = (y * height + eye.y * moved) % tall + (flight.low - 0.1) * height
        for number in range(len(self._own)):
            stamps = self._stamps[int(looks[number] * len(self._stamps))]
            stamp = stamps[self._look(number, seconds, float(phase[number]), float(tempo[number]))]
            _stamp(into, stamp, int(columns[number]), int(rows[number]), below)

    def _look(self, number: int, seconds: float, phase: float, tempo: float) -> int:
        flight = self._flight
        if flight.turning:
            return math.floor((phase + seconds * (0.25 + 0.5 * tempo)) * _TURNS) % _TURNS
        if flight.pulse:
            beat = 0.5 + 0.5 * math.sin(2 * math.pi * (phase + seconds / flight.pulse * (0.7 + 0.6 * tempo)))
            return round(float(beat**1.5) * (_TURNS - 1))
        return number % _TURNS


def _stamps(kind: str, flight: Flight, palette: Palette, colour: Yuv, size: float) -> list[Sheet]:
    """The looks of one of them: turned, or from faint to bright."""
    shown = palette.glowing(colour) if flight.shines else palette.tone(colour)
    side = max(4, 2 * math.ceil(size * (1.6 if flight.shines else 1.1)) + 4)
    draw = _DRAWN.get(kind, _leaf)
    sheets = []
    for turn in range(_TURNS):
        paper = Paper(side, side)
        draw(paper, side / 2, size, shown, turn / _TURNS)
        sheets.append(paper.sheet())
    return sheets


def _leaf(paper: Paper, middle: float, size: float, colour: Yuv, turn: float) -> None:
    """A leaf that turns over as it turns round: seen thin it is darker."""
    thin = 0.25 + 0.75 * abs(math.cos(2 * math.pi * turn))
    along = np.linspace(-1, 1, 9)
    half = 0.42 * (1 - along**2) ** 0.8 * thin
    corners = np.concatenate([np.stack([along, half], 1), np.stack([along[::-1], -half[::-1]], 1)]) * size
    angle = math.pi * turn + 0.5
    spin = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    paper.cut(
        (corners @ spin + middle).astype(np.float32), mix(colour, (16.0, *colour[1:]), 0.25 * (1 - thin))
    )


def _scrap(paper: Paper, middle: float, size: float, colour: Yuv, turn: float) -> None:
    """A scrap of paper that tumbles."""
    thin = 0.2 + 0.8 * abs(math.cos(2 * math.pi * turn))
    corners = np.array([[-1, -0.6], [1, -0.6], [1, 0.6], [-1, 0.6]]) * [size * 0.7, size * thin]
    angle = math.pi * turn * 2
    spin = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    paper.cut((corners @ spin + middle).astype(np.float32), colour)


def _spark(paper: Paper, middle: float, size: float, colour: Yuv, turn: float) -> None:
    """A light with a glow, the brighter the later of its looks."""
    bright = 0.10 + 0.90 * turn * _TURNS / (_TURNS - 1)
    paper.glow((middle, middle), size * 1.5, colour, 0.55 * bright)
    paper.oval(
        (middle, middle),
        max(0.8, size * 0.30),
        max(0.8, size * 0.30),
        mix(colour, (235.0, 128.0, 128.0), 0.4),
        bright,
    )


def _bubble(paper: Paper, middle: float, size: float, colour: Yuv, turn: float) -> None:
    """A ring with a light in it."""
    radius = size * (0.45 + 0.55 * turn)
    paper.oval((middle, middle), radius, radius, colour, 0.35)
    paper.oval((middle, middle), radius * 0.82, radius * 0.82, mix(colour, (60.0, 128.0, 128.0), 0.3), 0.12)
    paper.oval((middle - radius * 0.35, middle - radius * 0.4), radius * 0.18, radius * 0.18, colour, 0.9)


_DRAWN: dict[str, Callable[[Paper, float, float, Yuv, float], None]] = {
    "confetti": _scrap,
    "embers": _spark,
    "fireflies": _spark,
    "motes": _spark,
    "bubbles": _bubble,
}


def _stamp(into: Planes, sheet: Sheet, column: int, row: int, below: int) -> None:
    """Put a small sheet on the picture, its middle at a place, as far as row ``below``."""
    side = sheet.y.shape[0]
    height, width = min(below, into[0].shape[0]), into[0].shape[1]
    left, top = column - side // 2, row - side // 2
    if left < 0 or top < 0 or left + side > width or top + side > height:
        # What sticks out of the picture by a part is left out: these are small.
        return
    pairs = ((sheet.y, sheet.hole, 1), (sheet.u, sheet.hole_c, 2), (sheet.v, sheet.hole_c, 2))
    for plane, (own, hole, unit) in zip(into, pairs, strict=True):
        x, y, size = left // unit, top // unit, side // unit
        target = plane[y : y + size, x : x + size]
        cv2.multiply(target, hole, target, 1 / 255)
        cv2.add(target, own, target)
