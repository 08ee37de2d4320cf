"""Hair, beards and what is worn on the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.figures.cutting import Shape
from veo_story.backends.local.figures.outlines import curve, hull, limb, oval, stroke
from veo_story.backends.local.figures.skull import SKULL, on_face
from veo_story.backends.local.lexicon.vocabulary import vocabulary

if TYPE_CHECKING:
    from veo_story.backends.local.figures.look import PersonLook
    from veo_story.backends.local.figures.skull import Skull
    from veo_story.backends.local.world.sheets import Floats

_LINE = (
    np.array([0.0, 22, 42, 62, 78, 92, 108, 130, 180]),
    np.array([0.50, 0.47, 0.38, 0.20, -0.02, -0.10, -0.16, -0.52, -0.60]),
)
"""Where hair begins: degrees from the nose, height in half heads."""
_MOUSTACHE = on_face(
    [(-0.30, -0.52), (-0.16, -0.39), (0.0, -0.43), (0.16, -0.39), (0.30, -0.52), (0.0, -0.50)], lift=0.06
)
_BRAID = (0.60, 0.02)
"""Where a braid hangs: aside and in front of the head's middle."""


def _hairline(skull: Skull, look: PersonLook, raised: float) -> Floats:
    degrees = skull.front_degrees()
    height = np.interp(np.abs(degrees), *_LINE)
    front = np.exp(-((degrees / 45.0) ** 2))
    height = height + raised * front + look.parting * 0.17 * front * np.tanh(degrees / 14)
    return skull.seen(skull.around(degrees, np.asarray(height, np.float32), 1.02))


def hair_behind(skull: Skull, look: PersonLook) -> list[Shape]:
    """What hangs or stands behind the head."""
    style = vocabulary("figures")["style"].get(look.style, {})
    shapes = _braid(skull, look, int(style.get("braid", 0))) if skull.depth(*_BRAID) < 0 else []
    half = skull.half
    length = float(style.get("length", 0.0))
    if length:
        top, low = skull.at(0, 0.2, -0.2), skull.at(0, -length, -0.42)
        wide = float(style.get("wide", 0.86)) * half
        ball = skull.ball(*SKULL, grow=float(style["grow"]))
        fall = oval((low[0], low[1] + 0.12 * half), wide, 0.22 * half)
        shapes.append(Shape(hull(ball, fall), look.hair, 0.74))
        shapes.append(
            Shape(hull(oval(top, wide * 0.7, 0.4 * half), oval(low, wide * 0.6, 0.1 * half)), look.hair, 0.66)
        )
    if style.get("knot"):
        x, y, z, size = style["knot"]
        middle = skull.at(x, y, z)
        shapes.append(Shape(oval(middle, size * half, size * half * 0.92), look.hair, 0.84))
        shapes.append(
            Shape(
                oval(
                    (middle[0] - 0.06 * half, middle[1] + 0.06 * half), size * half * 0.7, size * half * 0.62
                ),
                look.hair,
                0.96,
            )
        )
    if style.get("tail"):
        x, y, z = style["tail"]
        begin, low = skull.at(x, y, z), skull.at(x, y - 1.35, z - 0.35)
        control = skull.at(x, y - 0.3, z - 0.75)
        shapes.append(Shape(stroke(curve(begin, control, low), 0.42 * half), look.hair, 0.84))
    if style.get("puff"):
        shapes.append(Shape(_bumpy(skull, float(style["grow"]) * 1.04), look.hair, 0.78))
    return shapes


def _bumpy(skull: Skull, grow: float) -> Floats:
    (_, y, z), radii = SKULL
    outline = skull.ball((0.0, y - 0.22, z - 0.08), radii, grow=grow, count=120)
    middle = outline.mean(0)
    angle = np.linspace(0, 2 * np.pi, len(outline), endpoint=False)
    return np.asarray(
        middle + (outline - middle) * (1 + 0.06 * np.abs(np.sin(angle * 6.5)))[:, None], np.float32
    )


def hair_before(skull: Skull, look: PersonLook) -> list[Shape]:
    """What grows over the forehead and the sides, and braids that lie on the shoulder."""
    style = vocabulary("figures")["style"].get(look.style, {})
    if not style or style.get("none"):
        return []
    grow = float(style["grow"])
    line = _hairline(skull, look, float(style.get("raised", 0.0)))
    lump = float(style.get("lump", 0.0))
    shapes = [
        Shape(skull.above(line, grow, lump), look.hair, 0.86),
        Shape(
            skull.above(line + np.array((0.0, 0.07 * skull.half)), grow * 0.955, lump * 0.8), look.hair, 1.0
        ),
    ]
    shapes += _strands(skull, look, line)
    if skull.depth(*_BRAID) >= 0:
        shapes += _braid(skull, look, int(style.get("braid", 0)))
    return shapes


def _strands(skull: Skull, look: PersonLook, line: Floats) -> list[Shape]:
    """A few combed lines from the parting down, hardly seen from afar."""
    parting = skull.at(0.34 * look.parting, 0.98, 0.1)
    shapes = []
    for share in (0.16, 0.34, 0.66, 0.84):
        end = line[int(share * (len(line) - 1))]
        middle = ((parting[0] + end[0]) / 2, max(parting[1], end[1]) - 0.04 * skull.half)
        bow = curve(parting, middle, (float(end[0]), float(end[1]) + 0.05 * skull.half))
        shapes.append(Shape(stroke(bow, 0.028 * skull.half), look.hair, 0.84))
    return shapes


def _braid(skull: Skull, look: PersonLook, knots: int) -> list[Shape]:
    """A braid from behind the ear, hanging straight down."""
    if not knots:
        return []
    half = skull.half
    x, y = skull.at(_BRAID[0], -0.42, _BRAID[1])
    shapes = []
    for n in range(knots):
        size = (0.20 - 0.014 * n) * half
        middle = (x, y - 0.24 * n * half)
        shapes.append(Shape(oval(middle, size, size * 0.95, count=28), look.hair, 0.78))
        shapes.append(
            Shape(oval((x, middle[1] + 0.3 * size), size * 0.74, size * 0.55, count=28), look.hair, 0.98)
        )
    low = y - 0.24 * knots * half
    shapes.append(Shape(limb([(x, low), (x, low - 0.12 * half)], [0.07 * half, 0.11 * half]), look.hair, 0.9))
    return shapes


def beard(skull: Skull, look: PersonLook) -> list[Shape]:
    """Stubble, moustache or beard."""
    if not look.beard:
        return []
    entry = vocabulary("figures")["beard"][look.beard]
    shapes = []
    if "grow" in entry:
        outline = _jaw(skull, float(entry["grow"]), float(entry.get("length", 0.0)))
        share = float(entry.get("share", 1.0))
        shapes.append(Shape(outline, look.hair, 0.9, share, 0.02 * skull.half))
    if entry.get("lip"):
        shapes.append(Shape(skull.seen(_MOUSTACHE), look.hair, 1.0))
    return shapes


def _jaw(skull: Skull, grow: float, length: float) -> Floats:
    """The lower face below a line from ear to ear under the nose."""
    degrees = skull.front_degrees()
    height = np.interp(
        np.abs(degrees),
        [0, 14, 26, 48, 70, 84, 96, 112],
        [-0.44, -0.42, -0.46, -0.40, -0.18, 0.05, -0.5, -1.0],
    )
    edge = skull.seen(skull.around(degrees, np.asarray(height, np.float32), 0.98))
    face = skull.face(grow)
    low = np.interp(face[:, 0], edge[:, 0], edge[:, 1])
    under = face[face[:, 1] < low]
    if len(under) < 3:
        return edge
    middle = np.array(skull.at(0, 0, 0))
    angle = np.arctan2(under[:, 1] - middle[1], under[:, 0] - middle[0])
    under = under[np.argsort(-np.where(angle > np.pi / 2, angle - 2 * np.pi, angle))]
    if length:
        chin = skull.at(0, -0.9, 0.4)
        near = np.exp(-(((under[:, 0] - chin[0]) / (0.34 * skull.half)) ** 2))
        under = under - np.stack([np.zeros(len(under)), near * length * skull.half], 1)
    return np.asarray(np.concatenate([edge, under]), np.float32)
