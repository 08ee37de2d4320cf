"""Outlines of paper parts: rows of (x, y), x to the right, y up."""

from __future__ import annotations

import math
from functools import cache
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
    return _between(len(places), steps) @ np.array(places, np.float32)


@cache
def _between(count: int, steps: int) -> Floats:
    """The shares of ``count`` places in the points of a closed curve, ``steps`` from one to the next."""
    begin = np.eye(count, dtype=np.float32)
    before, end, after = (np.roll(begin, shift, axis=0) for shift in (1, -1, -2))
    t = (np.arange(steps, dtype=np.float32) / steps)[None, :, None]
    a, b, c, d = (part[:, None, :] for part in (before, begin, end, after))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.asarray(curve.reshape(-1, count), np.float32)


@cache
def _circle(count: int) -> Floats:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([np.cos(angle), np.sin(angle)], 1).astype(np.float32)


@cache
def _swell(count: int) -> NDArray[np.complex128]:
    """How wide a stroke is along its way, 0..1, a quarter turned: what is across the way."""
    return np.sqrt(np.sin(np.linspace(0.06, np.pi - 0.06, count))) * 1j


@cache
def _steps(count: int) -> NDArray[np.complex64]:
    """The way at each of ``count`` places: from the one before to the one after."""
    shares = np.eye(count, k=1) - np.eye(count, k=-1)
    shares[0, 0], shares[-1, -1] = -1, 1
    return shares.astype(np.complex64)


@cache
def _bow(count: int) -> Floats:
    """The shares of a bow's three points along its way."""
    t = np.linspace(0, 1, count)
    return np.stack([(1 - t) ** 2, 2 * t * (1 - t), t**2], 1).astype(np.float32)


def oval(middle: Place, width: float, height: float, turn: float = 0.0, count: int = 36) -> Floats:
    """An ellipse of these half axes, turned by ``turn`` degrees against the clock."""
    edge = _circle(count) * np.array((width, height), np.float32)
    return (turned(edge, turn) if turn else edge) + np.array(middle, np.float32)


def turned(outline: Points, degrees: float, about: Place = (0.0, 0.0)) -> Floats:
    """The outline turned against the clock."""
    if not degrees:
        return np.asarray(outline, np.float32)
    angle = math.radians(degrees)
    c, s = math.cos(angle), math.sin(angle)
    turn = np.array([[c, s], [-s, c]])
    if about == (0.0, 0.0):
        return np.asarray(outline @ turn, np.float32)
    return np.asarray((outline - np.array(about)) @ turn + np.array(about), np.float32)


def limb(places: Sequence[Place], widths: Sequence[float]) -> Floats:
    """A rounded band along two places, half as wide as ``widths`` at each: the hull of two discs."""
    sizes = np.array(widths, np.float32)[:, None, None]
    return hull((_circle(20) * sizes + np.array(places, np.float32)[:, None]).reshape(-1, 2))


def stroke(places: Floats, width: float) -> Floats:
    """A line along the places, ``width`` wide in its middle and pointed at its ends."""
    way = np.ascontiguousarray(places, np.float32).view(np.complex64)[:, 0]
    along = _steps(len(way)) @ way
    aside = along * (_swell(len(way)) * (width / 2) / np.maximum(np.abs(along), 1e-6))
    return (
        np.concatenate([way + aside, (way - aside)[::-1]])
        .astype(np.complex64)
        .view(np.float32)
        .reshape(-1, 2)
    )


def curve(begin: Place, control: Place, end: Place, count: int = 14) -> Floats:
    """Points of a bow from ``begin`` to ``end`` pulled towards ``control``."""
    return np.asarray(_bow(count) @ np.array((begin, control, end), np.float32), np.float32)


def hull(*outlines: Floats) -> Floats:
    """The tightest convex outline around all of them."""
    spots = np.concatenate(outlines) if len(outlines) > 1 else outlines[0]
    return np.asarray(cv2.convexHull(np.asarray(spots, np.float32))[:, 0], np.float32)


def narrowed(outline: Floats, by: float, side: float) -> Floats:
    """The outline without a rim of ``by`` on the side away from the light (``side`` -1: left)."""
    low, high = float(outline[:, 0].min()), float(outline[:, 0].max())
    width = max(high - low, 1e-6)
    share = max(0.35, 1 - by / width)
    lit = low if side < 0 else high
    moved = outline.copy()
    moved[:, 0] = lit + (outline[:, 0] - lit) * share
    return moved
