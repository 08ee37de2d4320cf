"""Hats: a crown over the skull, a brim or a peak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.figures.cutting import Shape
from veo_story.backends.local.figures.outlines import hull, oval
from veo_story.backends.local.figures.skull import SKULL
from veo_story.backends.local.lexicon.vocabulary import vocabulary

if TYPE_CHECKING:
    from veo_story.backends.local.figures.look import PersonLook
    from veo_story.backends.local.figures.skull import Skull
    from veo_story.backends.local.world.sheets import Floats


def hat_behind(skull: Skull, look: PersonLook) -> list[Shape]:
    """What of a hat or hood is behind the head."""
    entry = _entry(look)
    if entry.get("cloth"):
        low = skull.at(0, -float(entry["cloth"]), -0.3)
        fall = oval(low, 0.72 * skull.half, 0.2 * skull.half)
        return [Shape(hull(skull.ball(*SKULL, grow=float(entry["grow"])), fall), look.hat_colour, 0.7)]
    return []


def hat_before(skull: Skull, look: PersonLook) -> list[Shape]:
    """The hat itself."""
    entry = _entry(look)
    if not entry:
        return []
    line = _line(skull, entry)
    grow = float(entry["grow"])
    shapes = []
    if "points" in entry:
        return _crown(skull, look)
    crown = skull.above(line, grow)
    if entry.get("high"):
        top = skull.at(0, 1.0 + float(entry["high"]), SKULL[0][2])
        crown = hull(crown, oval(top, float(entry["top"]) * skull.half, 0.10 * skull.half))
    shapes.append(Shape(crown, look.hat_colour, 0.84))
    if not entry.get("high"):
        shapes.append(
            Shape(skull.above(line + np.array((0.0, 0.05 * skull.half)), grow * 0.96), look.hat_colour, 1.0)
        )
    if entry.get("band"):
        shapes.append(Shape(_strip(skull, line, grow), str(entry["band"]), 0.9))
    if entry.get("fold"):
        shapes.append(Shape(_strip(skull, line, grow * 1.03), look.hat_colour, 0.72))
    if entry.get("brim"):
        shapes += _brim(skull, look, float(entry["brim"]), float(entry["y"]))
    if entry.get("peak"):
        shapes.append(Shape(_peak(skull, float(entry["y"])), look.hat_colour, 0.62))
    return shapes


def _entry(look: PersonLook) -> dict[str, Any]:
    return dict(vocabulary("figures")["hat"][look.hat]) if look.hat else {}


def _line(skull: Skull, entry: dict[str, Any]) -> Floats:
    """The hat's lower edge; one with cloth goes down beside the face."""
    degrees = skull.front_degrees()
    y = float(entry["y"])
    height = np.full(len(degrees), y, np.float32)
    if entry.get("cloth"):
        height = np.asarray(
            np.interp(np.abs(degrees), [0, 30, 58, 74, 180], [y, y - 0.04, -0.1, -0.62, -0.7]), np.float32
        )
    return skull.seen(skull.around(degrees, height, 1.04))


def _strip(skull: Skull, line: Floats, grow: float) -> Floats:
    """A band along the hat's lower edge."""
    middle = line.mean(0)
    wide = (line - middle) * (grow / 1.02, 1) + middle
    return np.concatenate([wide, wide[::-1] + np.array((0.0, 0.17 * skull.half))]).astype(np.float32)


def _brim(skull: Skull, look: PersonLook, reach: float, y: float) -> list[Shape]:
    middle = skull.at(0, y, SKULL[0][2] + 0.06)
    half = skull.half
    tilt = -skull.pose.roll
    return [
        Shape(oval(middle, reach * half, 0.16 * half, tilt), look.hat_colour, 0.7),
        Shape(
            oval((middle[0], middle[1] + 0.035 * half), reach * half, 0.125 * half, tilt),
            look.hat_colour,
            1.03,
        ),
    ]


def _peak(skull: Skull, y: float) -> Floats:
    side = np.array([(x, y + 0.04, 0.62) for x in (-0.58, -0.3, 0.3, 0.58)])
    front = np.array([(x, y - 0.10, z) for x, z in ((-0.42, 1.08), (-0.2, 1.20), (0.2, 1.20), (0.42, 1.08))])
    return hull(
        skull.seen(side), skull.seen(side - (0, 0.1, 0)), skull.seen(front), skull.seen(front - (0, 0.05, 0))
    )


def _crown(skull: Skull, look: PersonLook) -> list[Shape]:
    degrees = np.linspace(-90, 90, 13, dtype=np.float32) - skull.pose.yaw
    low = skull.seen(skull.around(degrees, np.full(13, 0.52, np.float32), 1.08))
    tips = np.where(np.arange(13) % 2 == 0, 0.62, 0.98).astype(np.float32)
    high = skull.seen(skull.around(degrees, np.full(13, 0.52, np.float32), 1.14)) + np.stack(
        [np.zeros(13), (tips - 0.52) * skull.half], 1
    )
    return [Shape(np.concatenate([low, high[::-1]]).astype(np.float32), look.hat_colour, 1.0)]
