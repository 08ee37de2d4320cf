"""Four-legged beasts, seen from the side."""

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

if TYPE_CHECKING:
    from veo_story.backends.local.figures.cutting import Place
    from veo_story.backends.local.figures.look import PersonLook
    from veo_story.backends.local.figures.skull import HeadPose
    from veo_story.backends.local.world.sheets import Floats

_DARK = "#241c1c"


def eye(middle: Place, size: float, lids: int) -> list[Shape]:
    """A round eye; ``lids`` is 0 (open) to 2 (closed)."""
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
    if gait < 0:
        hind = limb([(xs[0], top * 0.92), (xs[0] + 0.16, top * 0.92)], [wide, wide])
        fore = limb([(xs[1], top * 0.92), (xs[1] + 0.20, top * 0.92)], [wide * 0.9, wide * 0.8])
        return [Shape(outline, look.skin, 0.9 if near else 0.7) for outline in (hind, fore)]
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


def beast(look: PersonLook, entry: dict[str, Any], head: HeadPose, gait: float, side: float) -> list[Shape]:
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
    shapes += _muzzle(look, entry, head, skull, size, muzzle, side)
    if gait >= 0:
        return shapes
    down = np.array((0, min(float(s.outline[:, 1].min()) for s in shapes)), np.float32)
    return [Shape(s.outline - down, s.colour, s.light, s.share, s.soft) for s in shapes]


def _lit(outline: Floats, side: float) -> Floats:
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
    return shapes + eye((x + size * 0.30, y + size * 0.18), size * 0.17, head.lids)


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
