"""Those of the cast who are no people: four-legged beasts, birds, robots, ghosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.figures.cutting import Shape
from veo_story.backends.local.figures.outlines import (
    corners,
    curve,
    hull,
    limb,
    narrowed,
    oval,
    smooth,
    stroke,
)
from veo_story.backends.local.lexicon.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.backends.local.figures.cutting import Place
    from veo_story.backends.local.figures.look import PersonLook
    from veo_story.backends.local.figures.skull import HeadPose

_DARK = "#241c1c"


def creature_shapes(look: PersonLook, head: HeadPose, gait: float, side: float) -> list[Shape]:
    """A creature that faces to the side it looks to; ``gait`` is how far through its steps it is, 0 standing."""
    entry: dict[str, Any] = vocabulary("figures")["creature"][look.kind]
    forms: dict[str, Callable[..., list[Shape]]] = {
        "beast": _beast,
        "bird": _bird,
        "robot": _robot,
        "ghost": _ghost,
    }
    way = 1.0 if head.yaw >= 0 else -1.0
    shapes = forms[str(entry["form"])](look, entry, head, gait, side * way)
    if way < 0:
        return [Shape(s.outline * np.float32((-1, 1)), s.colour, s.light, s.share, s.soft) for s in shapes]
    return shapes


def _eye(middle: Place, size: float, lids: int) -> list[Shape]:
    x, y = middle
    if lids == 2:
        return [Shape(stroke(curve((x - size, y), (x, y - size), (x + size, y)), size * 0.7), _DARK)]
    return [
        Shape(oval(middle, size * 0.8, size * (0.55 if lids else 1.0), count=18), _DARK),
        Shape(oval((x - size * 0.2, y + size * 0.35), size * 0.28, size * 0.28, count=10), "#fff8ea", 1.05),
    ]


def _legs(
    look: PersonLook, xs: tuple[float, float], top: float, wide: float, gait: float, near: bool
) -> list[Shape]:
    shapes = []
    for number, x in enumerate(xs):
        turn = 2 * np.pi * (gait + 0.5 * ((number + near) % 2))
        swing = 0.42 * top * float(np.sin(turn)) if gait else 0.0
        lift = 0.16 * top * max(0.0, float(np.cos(turn))) if gait else 0.0
        knee = (x + swing * 0.45, top * 0.5)
        foot = (x + swing, wide * 0.5 + lift)
        light = 0.92 if near else 0.70
        shapes.append(Shape(limb([(x, top), knee], [wide * 1.25, wide * 0.85]), look.skin, light))
        shapes.append(Shape(limb([knee, foot], [wide * 0.85, wide * 0.62]), look.skin, light))
        paw = oval((foot[0] + wide * 0.35, foot[1]), wide * 0.95, wide * 0.5, count=18)
        shapes.append(Shape(paw, look.skin, light * 0.8))
    return shapes


def _beast(look: PersonLook, entry: dict[str, Any], head: HeadPose, gait: float, side: float) -> list[Shape]:
    """Seen from the side, facing right; one height is from the ground to the top of the head."""
    bulk, long = float(entry.get("bulk", 1.0)), float(entry.get("legs", 1.0))
    neck, muzzle = float(entry.get("neck", 1.0)), float(entry.get("muzzle", 1.0))
    back = 0.62 if long < 1.2 else 0.66
    depth = 0.125 * bulk * (0.9 if long < 1.2 else 0.95)
    top = back - depth * 1.6
    hips, chest = (-0.36, back - depth), (0.26, back - depth * 0.92)
    wide = 0.052 * (bulk**0.5) / (1.1 if long > 1.2 else 1.0)
    size = 0.155 if neck < 1.3 else 0.115
    skull = (0.40 + 0.05 * neck, 1 - size * 1.25 + 0.004 * head.pitch)
    body = hull(oval(hips, 0.14, depth * 0.98), oval(chest, 0.15, depth * 1.08))
    nape = limb(
        [(chest[0] + 0.05, chest[1] + 0.02), (skull[0] - 0.03, skull[1] - 0.02)], [depth * 0.86, size * 0.66]
    )
    shapes = _tail(look, str(entry["tail"]), hips, back)
    shapes += _legs(look, (-0.34, 0.24), top + depth * 0.5, wide, gait, near=False)
    shapes += [Shape(body, look.skin, 0.80), Shape(nape, look.skin, 0.80)]
    shapes += [Shape(narrowed(body, 0.10, side), look.skin, 0.96), Shape(_lit(nape, side), look.skin, 0.96)]
    belly = hull(
        oval((chest[0] + 0.03, chest[1] - depth * 0.4), 0.10, depth * 0.6),
        oval((0, top + depth * 0.3), 0.1, 0.03),
    )
    shapes.append(Shape(belly, look.hair, 0.95, 0.55 if look.kind in ("fox", "cat", "dog") else 0.0))
    shapes += _legs(look, (-0.40, 0.30), top + depth * 0.5, wide, gait, near=True)
    return shapes + _muzzle(look, entry, head, skull, size, muzzle, side)


def _lit(outline: Any, side: float) -> Any:
    return narrowed(outline, 0.03, side)


def _tail(look: PersonLook, kind: str, hips: Place, back: float) -> list[Shape]:
    x, y = hips[0] - 0.12, back - 0.03
    match kind:
        case "bush":
            outline = smooth(
                [
                    (x + 0.04, y),
                    (x - 0.12, y + 0.02),
                    (x - 0.32, y - 0.10),
                    (x - 0.36, y - 0.20),
                    (x - 0.20, y - 0.20),
                    (x, y - 0.09),
                ]
            )
            tip = smooth(
                [(x - 0.26, y - 0.06), (x - 0.34, y - 0.11), (x - 0.36, y - 0.20), (x - 0.27, y - 0.19)]
            )
            return [Shape(outline, look.skin, 0.86), Shape(tip, look.hair, 0.95)]
        case "curl":
            line = np.concatenate(
                [
                    curve((x, y), (x - 0.22, y - 0.02), (x - 0.22, y + 0.18)),
                    curve((x - 0.22, y + 0.18), (x - 0.22, y + 0.30), (x - 0.12, y + 0.28)),
                ]
            )
            return [Shape(stroke(line, 0.085), look.skin, 0.84)]
        case "mane":
            return [
                Shape(
                    stroke(curve((x + 0.02, y), (x - 0.18, y - 0.04), (x - 0.14, y - 0.36)), 0.11),
                    look.skin,
                    0.55,
                )
            ]
        case "thin":
            return [
                Shape(
                    stroke(curve((x + 0.02, y), (x - 0.16, y + 0.04), (x - 0.20, y + 0.20)), 0.085),
                    look.skin,
                    0.86,
                )
            ]
        case _:
            return [Shape(oval((x + 0.01, y - 0.02), 0.06, 0.05), look.skin, 0.9)]


def _muzzle(
    look: PersonLook,
    entry: dict[str, Any],
    head: HeadPose,
    skull: Place,
    size: float,
    muzzle: float,
    side: float,
) -> list[Shape]:
    x, y = skull
    shapes = _ears(look, str(entry["ears"]), skull, size, 0.70, -0.30)
    if entry.get("antlers"):
        for dx in (-0.02, 0.05):
            beam = curve((x + dx, y + size * 0.6), (x + dx - 0.10, y + 0.16), (x + dx - 0.02, y + 0.26))
            prong = curve((x + dx - 0.05, y + 0.16), (x + dx + 0.02, y + 0.17), (x + dx + 0.05, y + 0.22))
            shapes += [Shape(stroke(line, 0.028), "#8a6a48", 0.9) for line in (beam, prong)]
    face = oval(skull, size, size * 0.92)
    drop = head.mouth * 0.012
    snout = hull(
        oval((x + size * 0.3, y - size * 0.2), size * 0.62, size * 0.6),
        oval((x + size * (0.75 + 0.62 * muzzle), y - size * 0.42), size * 0.30, size * 0.28),
    )
    jaw = hull(
        oval((x + size * 0.4, y - size * 0.6), size * 0.3, size * 0.2),
        oval((x + size * (0.6 + 0.5 * muzzle), y - size * 0.60 - drop), size * 0.22, size * 0.14),
    )
    shapes += [
        Shape(jaw, look.hair if look.kind in ("fox", "dog", "cat") else look.skin, 0.74),
        Shape(face, look.skin, 0.86),
    ]
    shapes += [Shape(narrowed(face, size * 0.22, side), look.skin, 1.0), Shape(snout, look.skin, 1.0)]
    nose = (x + size * (0.98 + 0.62 * muzzle), y - size * 0.32)
    shapes.append(Shape(oval(nose, size * 0.17, size * 0.14, count=16), _DARK))
    shapes += _ears(look, str(entry["ears"]), skull, size, 0.92, -0.62)
    return shapes + _eye((x + size * 0.30, y + size * 0.18), size * 0.17, head.lids)


def _ears(look: PersonLook, kind: str, skull: Place, size: float, light: float, shift: float) -> list[Shape]:
    x, y = skull[0] + shift * size * 0.7, skull[1] + size * 0.66
    match kind:
        case "peak":
            outer = corners(
                (x - size * 0.34, y - size * 0.1), (x - size * 0.02, y + size * 0.95), (x + size * 0.42, y)
            )
            inner = corners((x - size * 0.16, y), (x, y + size * 0.66), (x + size * 0.22, y + size * 0.02))
            return [Shape(outer, look.skin, light), Shape(inner, look.skin, light * 0.62)]
        case "flop":
            return [
                Shape(
                    oval((x - size * 0.15, y - size * 0.55), size * 0.30, size * 0.66, -12.0),
                    look.skin,
                    light * 0.72,
                )
            ]
        case "round":
            return [Shape(oval((x, y + size * 0.1), size * 0.34, size * 0.34), look.skin, light * 0.85)]
        case _:
            return [
                Shape(oval((x, y + size * 0.28), size * 0.15, size * 0.42, 14.0), look.skin, light * 0.85)
            ]


def _bird(look: PersonLook, entry: dict[str, Any], head: HeadPose, gait: float, side: float) -> list[Shape]:
    hop = 0.05 * abs(float(np.sin(2 * np.pi * gait))) if gait else 0.0
    shapes = []
    for x in (-0.05, 0.07):
        shapes.append(Shape(limb([(x, 0.26 + hop), (x, 0.02)], [0.018, 0.016]), "#c98a3c", 0.9))
        shapes.append(Shape(limb([(x - 0.02, 0.016), (x + 0.09, 0.016)], [0.014, 0.014]), "#c98a3c", 0.8))
    body = smooth(
        [
            (-0.62, 0.34 + hop),
            (-0.30, 0.28 + hop),
            (0.02, 0.20 + hop),
            (0.26, 0.34 + hop),
            (0.34, 0.62 + hop),
            (0.16, 0.70 + hop),
            (-0.16, 0.60 + hop),
        ]
    )
    skull = (0.26, 0.80 + hop)
    beak = corners((0.40, 0.84 + hop), (0.62, 0.775 + hop - head.mouth * 0.01), (0.40, 0.72 + hop))
    breast = smooth([(0.02, 0.24 + hop), (0.24, 0.36 + hop), (0.31, 0.58 + hop), (0.14, 0.50 + hop)])
    wing = smooth(
        [
            (0.12, 0.58 + hop),
            (-0.10, 0.58 + hop),
            (-0.50, 0.38 + hop),
            (-0.16, 0.34 + hop),
            (0.06, 0.42 + hop),
        ]
    )
    shapes += [
        Shape(beak, "#dba03c", 0.95),
        Shape(body, look.skin, 0.9),
        Shape(oval(skull, 0.19, 0.185), look.skin, 1.0),
    ]
    shapes += [Shape(breast, look.hair, 0.95), Shape(wing, look.skin, 0.68)]
    return shapes + _eye((0.33, 0.83 + hop), 0.036, head.lids)


def _robot(look: PersonLook, entry: dict[str, Any], head: HeadPose, gait: float, side: float) -> list[Shape]:
    step = 0.05 * float(np.sin(2 * np.pi * gait))
    shapes = []
    for x, lift, light in ((-0.10, max(0.0, step), 0.66), (0.10, max(0.0, -step), 0.80)):
        shapes.append(Shape(limb([(x, 0.30), (x, 0.06 + lift)], [0.035, 0.035]), look.skin, light * 0.8))
        foot = corners((x - 0.07, lift), (x + 0.09, lift), (x + 0.06, 0.08 + lift), (x - 0.05, 0.08 + lift))
        shapes.append(Shape(foot, look.skin, light))
    trunk = corners((-0.19, 0.27), (0.19, 0.27), (0.22, 0.62), (-0.22, 0.62))
    skull = smooth([(-0.20, 0.68), (0.20, 0.68), (0.22, 0.80), (0.18, 0.93), (-0.18, 0.93), (-0.22, 0.80)], 4)
    shapes.append(Shape(limb([(0, 0.60), (0, 0.70)], [0.05, 0.05]), look.skin, 0.6))
    for sign in (-1.0, 1.0):
        hand = (sign * 0.29 + step * sign, 0.30)
        shapes.append(Shape(limb([(sign * 0.235, 0.57), hand], [0.035, 0.032]), look.skin, 0.72))
        shapes.append(Shape(oval(hand, 0.05, 0.05), look.skin, 0.86))
    shapes += [Shape(trunk, look.skin, 0.80), Shape(narrowed(trunk, 0.07, side), look.skin, 0.96)]
    shapes += [Shape(oval((0.02, 0.47), 0.055, 0.055), look.hair, 1.15), Shape(skull, look.skin, 0.84)]
    shapes.append(Shape(narrowed(skull, 0.06, side), look.skin, 1.02))
    shapes.append(
        Shape(smooth([(-0.10, 0.73), (0.19, 0.73), (0.20, 0.88), (-0.10, 0.88)], 4), "#25303a", 1.0)
    )
    for x in (-0.01, 0.12):
        tall = (0.032, 0.018, 0.006)[head.lids]
        shapes.append(Shape(oval((x, 0.83), 0.026, tall, count=16), look.hair, 1.2))
    wide = 0.02 + 0.014 * head.mouth
    shapes.append(
        Shape(
            limb([(0.055 - wide, 0.765), (0.055 + wide, 0.765)], [0.007 + 0.003 * head.mouth] * 2),
            look.hair,
            1.1,
        )
    )
    shapes.append(Shape(limb([(0, 0.93), (0, 0.975)], [0.008, 0.008]), look.skin, 0.7))
    shapes.append(Shape(oval((0, 0.98), 0.022, 0.022, count=16), look.hair, 1.2))
    return shapes


def _ghost(look: PersonLook, entry: dict[str, Any], head: HeadPose, gait: float, side: float) -> list[Shape]:
    top = arch = oval((0.0, 0.66), 0.27, 0.32, count=48)
    arch = top[top[:, 1] >= 0.66]
    wave = np.linspace(-0.31, 0.31, 25)
    shift = 2 * np.pi * gait
    hem = np.stack([wave, 0.09 + 0.04 * np.sin(wave * 30 + shift)], 1)
    body = np.concatenate([arch, hem]).astype(np.float32)
    shapes = [Shape(body, look.skin, 0.84), Shape(narrowed(body, 0.09, side), look.skin, 1.02)]
    for sign in (-1.0, 1.0):
        shapes.append(Shape(oval((sign * 0.27, 0.46), 0.085, 0.05, -sign * 28), look.skin, 0.92))
    for x in (-0.02, 0.15):
        shapes += _eye((x, 0.74), 0.042, head.lids)
    size = 0.012 + 0.012 * head.mouth
    return [*shapes, Shape(oval((0.065, 0.645), 0.026, size, count=18), _DARK)]
