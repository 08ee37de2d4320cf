"""A head with its face: front, three quarters and side, calm at any size."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.figures.cutting import Shape
from veo_story.backends.local.figures.hair import beard, hair_before, hair_behind
from veo_story.backends.local.figures.hats import hat_before, hat_behind
from veo_story.backends.local.figures.outlines import curve, hull, narrowed, oval, stroke
from veo_story.backends.local.figures.skull import HeadPose, Skull, bow_on_face, on_face, oval_on_face

if TYPE_CHECKING:
    from veo_story.backends.local.figures.look import PersonLook
    from veo_story.backends.local.world.sheets import Floats

_DARK = "#2a1d1a"
_LIP = "#9c4a42"
_INSIDE = "#5a2524"
_JAW = {"child": (0.60, 0.86), "teen": (0.55, 0.95)}
_EYE = {"child": (0.105, 0.150), "teen": (0.095, 0.135)}
_MOUTHS = ((0.0, 0.0), (0.105, 0.040), (0.150, 0.085), (0.165, 0.140), (0.080, 0.095))
"""Half width and half height of an open mouth, in half heads."""
_MOUTH = -0.58
_FRECKLE = 10
"""Corners of a freckle."""


def head_shapes(look: PersonLook, pose: HeadPose, side: float) -> list[Shape]:
    """The head from the neck's pivot on, lit from ``side`` (-1 left, 1 right)."""
    below, above = _still(look, HeadPose(pose.yaw, pose.pitch, pose.roll), side)
    skull = _skull(look, pose)
    return [*below, *_mouth(skull, look), *_nose(skull, look), *_eyes(skull, look), *above]


def _skull(look: PersonLook, pose: HeadPose) -> Skull:
    jaw, chin = _JAW.get(look.age, (0.50 if look.sex == "woman" else 0.56, 1.0))
    return Skull(pose, look.head / 2, jaw * (0.94 + 0.06 * look.broad), chin)


@lru_cache(maxsize=256)
def _still(look: PersonLook, pose: HeadPose, side: float) -> tuple[tuple[Shape, ...], tuple[Shape, ...]]:
    """What neither speaks nor blinks, below and above what does."""
    skull = _skull(look, pose)
    below = hat_behind(skull, look) + hair_behind(skull, look)
    below += _ears(skull, look, near=False) + _skin(skull, look, side) + _ears(skull, look, near=True)
    below += _cheeks(skull, look) + beard(skull, look)
    above = _brows(skull, look) + hair_before(skull, look) + _glasses(skull, look) + hat_before(skull, look)
    return tuple(below), tuple(above)


def _skin(skull: Skull, look: PersonLook, side: float) -> list[Shape]:
    face = skull.face()
    return [Shape(face, look.skin, 0.82), Shape(narrowed(face, 0.20 * skull.half, side), look.skin, 1.0)]


def _ears(skull: Skull, look: PersonLook, *, near: bool) -> list[Shape]:
    shapes = []
    half = skull.half
    for x in (-0.74, 0.74):
        depth = skull.depth(x, -0.06)
        if (depth > 0.12) != near or depth < -0.45:
            continue
        middle = skull.at(x, -0.06, -0.06)
        shapes.append(Shape(oval(middle, 0.13 * half, 0.19 * half), look.skin, 0.88))
        if near:
            shapes.append(Shape(oval(middle, 0.07 * half, 0.11 * half), look.skin, 0.72))
    return shapes


def _cheeks(skull: Skull, look: PersonLook) -> list[Shape]:
    shapes = []
    half = skull.half
    for x in (-1.0, 1.0):
        if skull.depth(0.42 * x, 0.6) < 0.2:
            continue
        blush = skull.seen(oval_on_face((0.42 * x, -0.26), 0.17, 0.13))
        shapes.append(Shape(blush, "#d4553f", 1.0, 0.20, 0.05 * half))
        if look.age == "old":
            fold = skull.seen(bow_on_face((0.19 * x, -0.30), (0.32 * x, -0.40), (0.33 * x, -0.58)))
            bag = skull.seen(bow_on_face((0.18 * x, -0.16), (0.30 * x, -0.21), (0.42 * x, -0.14)))
            shapes += [Shape(stroke(line, 0.035 * half), look.skin, 0.66) for line in (fold, bag)]
        if look.freckles:
            spots = skull.seen(_freckles(x)).reshape(-1, _FRECKLE, 2)
            shapes += [Shape(spot, "#8a4a2c", 1.0, 0.55) for spot in spots]
    return shapes


@cache
def _freckles(x: float) -> Floats:
    places = ((0.26, -0.16), (0.36, -0.12), (0.46, -0.18), (0.33, -0.24), (0.42, -0.29), (0.52, -0.26))
    return np.concatenate([oval_on_face((dx * x, dy), 0.024, 0.022, _FRECKLE) for dx, dy in places])


def _nose(skull: Skull, look: PersonLook) -> list[Shape]:
    half, child = skull.half, look.age == "child"
    out, wide = (0.82, 0.085) if child else (0.90, 0.10 if look.sex == "woman" else 0.125)
    bridge, tip, base = skull.at(0, 0.10, 0.70), skull.at(0, -0.24, out), skull.at(0, -0.33, 0.76)
    ridge = hull(
        oval(bridge, 0.055 * half, 0.05 * half, count=12),
        oval(tip, wide * half, wide * 0.86 * half, count=20),
        oval(base, wide * 0.8 * half, 0.05 * half, count=12),
    )
    shade = stroke(
        curve(skull.at(-wide, -0.28, 0.80), skull.at(0, -0.43, out - 0.06), skull.at(wide, -0.28, 0.80)),
        0.055 * half,
    )
    return [Shape(ridge, look.skin, 0.97), Shape(shade, look.skin, 0.62)]


def _mouth(skull: Skull, look: PersonLook) -> list[Shape]:
    pose, half = skull.pose, skull.half
    y = _MOUTH
    wide, high = _MOUTHS[pose.mouth]
    if not pose.mouth:
        lift = 0.05 * pose.smile
        reach = 0.21 + 0.04 * max(0.0, pose.smile)
        line = skull.seen(bow_on_face((-reach, y + lift), (0, y - 1.6 * lift - 0.015), (reach, y + lift)))
        shapes = [Shape(stroke(line, 0.058 * half), _LIP, 0.72)]
        if look.sex == "woman":
            lower = skull.seen(oval_on_face((0, y - 0.05), 0.12, 0.04))
            shapes.insert(0, Shape(lower, _LIP, 1.0, 0.45))
        return shapes
    opening = skull.seen(oval_on_face((0, y - 0.02), wide, high))
    shapes = [
        Shape(skull.seen(oval_on_face((0, y - 0.02), wide + 0.032, high + 0.032)), _LIP, 0.9),
        Shape(opening, _INSIDE),
    ]
    if pose.mouth in (2, 3):
        shapes.append(Shape(skull.seen(_teeth(wide, high)), "#f2e9da", 0.92))
        tongue = oval_on_face((0, y - 0.02 - high * 0.55), wide * 0.6, high * 0.34)
        shapes.append(Shape(skull.seen(tongue), "#b5564e", 0.85))
    return shapes


@cache
def _teeth(wide: float, high: float) -> Floats:
    row = [(-0.6, 0.9), (0.6, 0.9), (0.72, 0.45), (-0.72, 0.45)]
    return on_face(np.array(row) * (wide, high), (0, _MOUTH - 0.03))


def _eyes(skull: Skull, look: PersonLook) -> list[Shape]:
    shapes = []
    wide, high = _EYE.get(look.age, (0.082, 0.118))
    half, lids = skull.half, skull.pose.lids
    for x in (-1.0, 1.0):
        if skull.depth(0.30 * x, 0.72) < 0.24:
            continue
        middle = (0.30 * x + 0.03 * skull.pose.gaze, 0.02)
        if lids == 2:
            line = skull.seen(bow_on_face((-0.13, 0.0), (0, -0.10), (0.13, 0.0), (0.30 * x, 0.0)))
            shapes.append(Shape(stroke(line, 0.055 * half), _DARK))
            continue
        tall = high * (0.55 if lids == 1 else 1.0)
        shapes.append(
            Shape(skull.seen(oval_on_face((middle[0], middle[1] - high + tall), wide, tall)), _DARK)
        )
        if not lids:
            small = wide * 0.34
            shine = skull.seen(oval_on_face((middle[0] - 0.03, middle[1] + 0.045), small, small, 14))
            shapes.append(Shape(shine, "#fff8ea", 1.05))
        lid = skull.seen(bow_on_face((-0.14 * x, 0.06), (0.0, 0.21), (0.16 * x, 0.07), (0.30 * x, 0.0)))
        strong = look.sex == "woman" and look.age != "child"
        shapes.append(
            Shape(
                stroke(lid, (0.055 if strong else 0.035) * half),
                _DARK if strong else look.skin,
                1.0 if strong else 0.6,
            )
        )
        if look.age == "old":
            fold = skull.seen(bow_on_face((0.36 * x, 0.04), (0.42 * x, 0.02), (0.50 * x, 0.07)))
            shapes.append(Shape(stroke(fold, 0.03 * half), look.skin, 0.66))
    return shapes


def _brows(skull: Skull, look: PersonLook) -> list[Shape]:
    thick = {"child": 0.05, "teen": 0.06}.get(look.age, 0.06 if look.sex == "woman" else 0.095)
    shapes = []
    for x in (-1.0, 1.0):
        if skull.depth(0.30 * x, 0.72) < 0.2:
            continue
        bow = skull.seen(bow_on_face((0.15 * x, 0.27), (0.30 * x, 0.36), (0.47 * x, 0.25)))
        shapes.append(Shape(stroke(bow, thick * skull.half), look.hair, 0.72))
    return shapes


def _glasses(skull: Skull, look: PersonLook) -> list[Shape]:
    if not look.glasses:
        return []
    shapes = []
    half = skull.half
    for x in (-1.0, 1.0):
        if skull.depth(0.30 * x, 0.72) < 0.16:
            continue
        tall = 0.235 if look.glasses == "round" else 0.18
        rim = skull.seen(_rim(look.glasses, 0.245, tall, x))
        glass = skull.seen(_rim(look.glasses, 0.21, tall - 0.035, x))
        shapes.append(Shape(glass, "#e8f0f2", 1.0, 0.28))
        shapes.append(Shape(np.concatenate([rim, rim[:1], glass[:1], glass[::-1]]), "#33261f", 1.0))
        if skull.depth(0.72 * x, 0.0) > 0.05:
            arm = np.array(
                [skull.at(0.55 * x, 0.06, 0.70), skull.at(0.72 * x, 0.03, 0.3), skull.at(0.76 * x, 0.0, 0.0)]
            )
            shapes.append(Shape(stroke(arm.astype(np.float32), 0.05 * half), "#33261f"))
    bridge = skull.seen(bow_on_face((-0.08, 0.05), (0, 0.10), (0.08, 0.05), lift=0.12))
    shapes.append(Shape(stroke(bridge, 0.05 * half), "#33261f"))
    return shapes


@cache
def _rim(kind: str, wide: float, tall: float, x: float) -> Floats:
    flat = oval((0, 0), 1.0, 1.0)
    if kind != "round":
        flat = np.asarray(np.sign(flat) * np.abs(flat) ** 0.55, np.float32)
    return on_face(flat * (wide, tall), (0.31 * x, 0.0), lift=0.12)
