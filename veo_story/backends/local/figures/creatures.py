"""Those of the cast who are no people: four-legged beasts, birds, robots, ghosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.figures.beasts import beast, eye
from veo_story.backends.local.figures.cutting import Shape
from veo_story.backends.local.figures.outlines import (
    corners,
    limb,
    narrowed,
    oval,
    smooth,
)
from veo_story.backends.local.lexicon.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.backends.local.figures.look import PersonLook
    from veo_story.backends.local.figures.skull import HeadPose

_DARK = "#241c1c"


def creature_shapes(
    look: PersonLook, head: HeadPose, gait: float, side: float, *, lies: bool = False
) -> list[Shape]:
    """A creature that faces where it looks; ``gait`` is how far through its steps it is, 0 standing."""
    entry: dict[str, Any] = vocabulary("figures")["creature"][look.kind]
    forms: dict[str, Callable[..., list[Shape]]] = {
        "beast": beast,
        "bird": _bird,
        "robot": _robot,
        "ghost": _ghost,
    }
    way = 1.0 if head.yaw >= 0 else -1.0
    shapes = forms[str(entry["form"])](look, entry, head, -1.0 if lies else gait, side * way)
    if way < 0:
        return [
            Shape(s.outline * np.array((-1, 1), np.float32), s.colour, s.light, s.share, s.soft)
            for s in shapes
        ]
    return shapes


def _bird(look: PersonLook, entry: dict[str, Any], head: HeadPose, gait: float, side: float) -> list[Shape]:
    hop = 0.05 * abs(float(np.sin(2 * np.pi * gait))) if gait > 0 else 0.0
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
    return shapes + eye((0.33, 0.83 + hop), 0.036, head.lids)


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
    hands = (oval((sign * 0.27, 0.46), 0.085, 0.05, -sign * 28) for sign in (-1.0, 1.0))
    shapes += [Shape(hand, look.skin, 0.92) for hand in hands]
    for x in (-0.02, 0.15):
        shapes += eye((x, 0.74), 0.042, head.lids)
    size = 0.012 + 0.012 * head.mouth
    return [*shapes, Shape(oval((0.065, 0.645), 0.026, size, count=18), _DARK)]
