"""A crowd: a row of small figures behind the cast, painted once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.figures.body import body_shapes
from veo_story.backends.local.figures.cutting import Shape, cut
from veo_story.backends.local.figures.head import head_shapes
from veo_story.backends.local.figures.person import look_of
from veo_story.backends.local.figures.pose import Pose
from veo_story.backends.local.figures.skull import HeadPose
from veo_story.backends.local.script import Person
from veo_story.backends.local.world.paint import Single

if TYPE_CHECKING:
    from veo_story.backends.local.world.inks import Inks
    from veo_story.backends.local.world.sheets import Canvas, Floats
    from veo_story.backends.local.world.stage import Stage

_DEPTH = 0.62
_APART = 0.30
"""How far apart they stand, in heights of a grown-up."""
_FINE = 1.4
"""Sheet pixels a canvas pixel."""


def crowd_element(stage: Stage, canvas: Canvas, inks: Inks, seed: int) -> Single:
    """People side by side from one edge of the picture to the other, at their own depth."""
    tall = stage.tall * _DEPTH
    foot = stage.horizon + (stage.foot - stage.horizon) * _DEPTH
    rng = np.random.default_rng((seed, 77))
    reach = stage.aspect / 2 + 0.2
    places = np.arange(-reach, reach, _APART * tall)
    shapes: list[Shape] = []
    for number, x in enumerate(places):
        look = look_of(Person(f"crowd {number} {seed % 1000}", f"crowd {number} {seed % 1000}"))
        yaw = float(rng.uniform(-40, 40))
        at = np.array([x / tall + rng.uniform(-0.08, 0.08), rng.uniform(-0.02, 0.05)], np.float32)
        body, neck = body_shapes(look, Pose(yaw=yaw), "", inks.side)
        head = head_shapes(look, HeadPose(yaw=yaw), inks.side)
        size = look.tall
        shapes += [_moved(shape, size, at) for shape in body]
        shapes += [_moved(shape, size, np.asarray(at + np.array(neck) * size, np.float32)) for shape in head]
    scale = tall * canvas.height
    patch = cut(shapes, scale * _FINE, lambda colour, light: inks.face(colour, _DEPTH, min(1.0, light)))
    column = canvas.width / 2 + patch.x * scale
    return Single(patch.sheet, column, foot * canvas.height - patch.y * scale, _DEPTH, _FINE)


def _moved(shape: Shape, size: float, by: Floats) -> Shape:
    moved = np.asarray(shape.outline * size + by, np.float32)
    return Shape(moved, shape.colour, shape.light, shape.share, shape.soft * size)
