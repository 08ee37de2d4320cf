"""Small pictures of what the camera does, drawn from its label."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Point = tuple[float, float]
    Stroke = Sequence[Point]

_FINE = 8
_THICK = 0.085


def icon(label: str, size: int) -> Bytes:
    """A mask of ``size`` x ``size`` for a label such as ``pan left``; a frame where it says nothing known."""
    strokes = _strokes(set(re.findall(r"[a-z]+", label.lower())))
    side = size * _FINE
    large = np.zeros((side, side), np.uint8)
    thick = max(_FINE, round(side * _THICK))
    for stroke in strokes:
        points = np.array([[round(x * side * 16), round(y * side * 16)] for x, y in stroke], np.int32)
        cv2.polylines(large, [points], False, (255,), thick, cv2.LINE_8, 4)
    return np.asarray(cv2.resize(large, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def _strokes(words: set[str]) -> list[Stroke]:
    for names, draw in _ICONS:
        if names & words:
            return draw(words)
    return [*_corners(0.14), [(0.5, 0.5), (0.5, 0.5)]]


def _pan(words: set[str]) -> list[Stroke]:
    return [*_arrow(_side(words)), [(0.5, 0.2), (0.5, 0.32)], [(0.5, 0.68), (0.5, 0.8)]]


def _tilt(words: set[str]) -> list[Stroke]:
    return [*_arrow(_height(words)), [(0.2, 0.5), (0.32, 0.5)], [(0.68, 0.5), (0.8, 0.5)]]


def _track(words: set[str]) -> list[Stroke]:
    arrow = [[(x, y - 0.12) for x, y in stroke] for stroke in _arrow(_side(words))]
    return [*arrow, _circle(0.32, 0.78, 0.07), _circle(0.68, 0.78, 0.07)]


def _crane(words: set[str]) -> list[Stroke]:
    arrow = [[(x - 0.1, y) for x, y in stroke] for stroke in _arrow(_height(words))]
    return [*arrow, [(0.66, 0.86), (0.86, 0.86)], [(0.76, 0.86), (0.76, 0.3)]]


def _push(words: set[str]) -> list[Stroke]:
    return _converging(inward=not words & {"out", "pull", "back", "away"})


def _zoom(words: set[str]) -> list[Stroke]:
    out = bool(words & {"out", "wide"})
    plus: list[Stroke] = [[(0.3, 0.42), (0.54, 0.42)]]
    if not out:
        plus.append([(0.42, 0.3), (0.42, 0.54)])
    return [_circle(0.42, 0.42, 0.28), [(0.63, 0.63), (0.86, 0.86)], *plus]


def _orbit(words: set[str]) -> list[Stroke]:
    left = "left" in words or "counterclockwise" in words
    arc = [(0.5 + 0.36 * math.cos(a), 0.5 + 0.24 * math.sin(a)) for a in np.linspace(-0.6, 4.4, 28)]
    tip = arc[0]
    head = [(tip[0] - 0.02, tip[1] - 0.2), tip, (tip[0] - 0.22, tip[1] - 0.02)]
    strokes: list[Stroke] = [arc, head, _circle(0.5, 0.5, 0.03)]
    return [[(1 - x, y) for x, y in stroke] for stroke in strokes] if left else strokes


def _handheld(words: set[str]) -> list[Stroke]:
    return [[(x, 0.5 + 0.17 * math.sin((x - 0.12) * 16.5)) for x in np.linspace(0.12, 0.88, 40)]]


def _hold(words: set[str]) -> list[Stroke]:
    return [[(0.22, 0.28), (0.78, 0.28), (0.78, 0.72), (0.22, 0.72), (0.22, 0.28)], _circle(0.5, 0.5, 0.03)]


def _side(words: set[str]) -> Point:
    return (-1.0, 0.0) if "left" in words else (1.0, 0.0)


def _height(words: set[str]) -> Point:
    return (0.0, 1.0) if words & {"down", "lower", "low"} else (0.0, -1.0)


def _arrow(way: Point) -> list[Stroke]:
    x, y = way
    tip, tail = (0.5 + 0.38 * x, 0.5 + 0.38 * y), (0.5 - 0.38 * x, 0.5 - 0.38 * y)
    wings = [(tip[0] - 0.22 * x + s * 0.2 * y, tip[1] - 0.22 * y + s * 0.2 * x) for s in (1, -1)]
    return [[tail, tip], [wings[0], tip, wings[1]]]


def _converging(*, inward: bool) -> list[Stroke]:
    strokes: list[Stroke] = []
    for x, y in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        far, near = (0.5 + 0.38 * x, 0.5 + 0.38 * y), (0.5 + 0.13 * x, 0.5 + 0.13 * y)
        tip, back = (near, 1) if inward else (far, -1)
        strokes += [
            [far, near],
            [(tip[0] + back * 0.2 * x, tip[1]), tip, (tip[0], tip[1] + back * 0.2 * y)],
        ]
    return strokes


def _corners(inset: float) -> list[Stroke]:
    far, arm = 1 - inset, 0.2
    return [
        [(x, y + s * arm), (x, y), (x + r * arm, y)]
        for x, r in ((inset, 1), (far, -1))
        for y, s in ((inset, 1), (far, -1))
    ]


def _circle(x: float, y: float, radius: float) -> Stroke:
    angles = np.linspace(0, 2 * math.pi, 25)
    return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]


# The first that shares a word with the label is drawn.
_ICONS: tuple[tuple[frozenset[str], Callable[[set[str]], list[Stroke]]], ...] = (
    (frozenset({"handheld", "shaky", "shake"}), _handheld),
    (frozenset({"orbit", "arc", "circle", "around"}), _orbit),
    (frozenset({"crane", "boom", "jib", "pedestal", "rise", "drone", "aerial"}), _crane),
    (frozenset({"zoom"}), _zoom),
    (frozenset({"push", "pull", "dolly"}), _push),
    (frozenset({"track", "tracking", "truck", "follow", "slide", "drift"}), _track),
    (frozenset({"pan", "whip"}), _pan),
    (frozenset({"tilt"}), _tilt),
    (frozenset({"hold", "static", "still", "locked", "fixed"}), _hold),
)
