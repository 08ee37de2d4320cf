"""Outlines of paper parts: rows of (x, y), x to the right, y up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from veo_story.backends.local.figures.cutting import Place
    from veo_story.backends.local.world.sheets import Floats

    Points = NDArray[np.floating[Any]]


def corners(*places: Place) -> Floats:
    """A polygon of these corners."""
    return np.array(places, np.float32)


def smooth(places: Sequence[Place], steps: int = 6) -> Floats:
    """A closed curve through the places (Catmull-Rom)."""
    begin = np.array(places, np.float32)
    before, end, after = (np.roll(begin, shift, axis=0) for shift in (1, -1, -2))
    t = (np.arange(steps, dtype=np.float32) / steps)[None, :, None]
    a, b, c, d = (part[:, None, :] for part in (before, begin, end, after))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.asarray(curve.reshape(-1, 2), np.float32)


def oval(middle: Place, width: float, height: float, turn: float = 0.0, count: int = 36) -> Floats:
    """An ellipse of these half axes, turned by ``turn`` degrees against the clock."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.asarray(
        turned(np.stack([width * np.cos(angle), height * np.sin(angle)], 1), turn) + np.array(middle),
        np.float32,
    )


def turned(outline: Points, degrees: float, about: Place = (0.0, 0.0)) -> Floats:
    """The outline turned against the clock."""
    if not degrees:
        return np.asarray(outline, np.float32)
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.asarray((outline - np.array(about)) @ np.array([[c, s], [-s, c]]) + np.array(about), np.float32)


def limb(places: Sequence[Place], widths: Sequence[float]) -> Floats:
    """A rounded band along two places, half as wide as ``widths`` at each: the hull of two discs."""
    discs = [oval(place, width, width, count=20) for place, width in zip(places, widths, strict=True)]
    return hull(*discs)


def stroke(places: Floats, width: float) -> Floats:
    """A line along the places, ``width`` wide in its middle and pointed at its ends."""
    along = np.gradient(places, axis=0)
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)[:, None]
    aside = np.stack([-along[:, 1], along[:, 0]], 1) / length
    swell = np.sqrt(np.sin(np.linspace(0.06, np.pi - 0.06, len(places))))[:, None] * width / 2
    return np.concatenate([places + aside * swell, (places - aside * swell)[::-1]]).astype(np.float32)


def curve(begin: Place, control: Place, end: Place, count: int = 14) -> Floats:
    """Points of a bow from ``begin`` to ``end`` pulled towards ``control``."""
    t = np.linspace(0, 1, count)[:, None]
    a, b, c = (np.array(place) for place in (begin, control, end))
    return np.asarray((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c, np.float32)


def hull(*outlines: Floats) -> Floats:
    """The tightest convex outline around all of them."""
    spots = np.concatenate(outlines).astype(np.float32)
    return np.asarray(cv2.convexHull(spots).reshape(-1, 2), np.float32)


def narrowed(outline: Floats, by: float, side: float) -> Floats:
    """The outline without a rim of ``by`` on the side away from the light (``side`` -1: left)."""
    low, high = float(outline[:, 0].min()), float(outline[:, 0].max())
    width = max(high - low, 1e-6)
    share = max(0.35, 1 - by / width)
    lit = low if side < 0 else high
    moved = outline.copy()
    moved[:, 0] = lit + (outline[:, 0] - lit) * share
    return moved
