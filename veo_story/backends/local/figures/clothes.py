"""What covers the body: torso, skirts and coats over the legs, collars, buttons, neckerchiefs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.figures.cutting import Shape
from veo_story.backends.local.figures.outlines import corners, hull, limb, narrowed, oval, smooth
from veo_story.backends.local.lexicon.vocabulary import vocabulary

if TYPE_CHECKING:
    from veo_story.backends.local.figures.cutting import Place
    from veo_story.backends.local.figures.frame import Frame
    from veo_story.backends.local.world.sheets import Floats


def _upper(frame: Frame) -> dict[str, Any]:
    return dict(vocabulary("figures")["upper"][frame.look.upper])


def torso(frame: Frame, side: float) -> list[Shape]:
    """The upper garment without sleeves, and what shows where it is open."""
    look, upper = frame.look, _upper(frame)
    outline = _trunk(frame, 1.06 if upper.get("thick") else 1.0)
    shapes = [
        Shape(outline, look.upper_colour, 0.80),
        Shape(narrowed(outline, 0.045, side), look.upper_colour, 0.98),
    ]
    if upper.get("open"):
        shapes += _opening(frame, float(upper["open"]))
    if upper.get("apron"):
        shapes.append(Shape(_bib(frame), look.under_colour, 0.96))
    if look.trim:
        shapes += _buttons(frame)
    return shapes


def _spine(frame: Frame, share: float) -> Place:
    """A place on the spine: 0 at the hips, 1 at the shoulders."""
    (x0, y0), (x1, y1) = frame.at("hip"), frame.at("chest")
    return x0 + (x1 - x0) * share, y0 + (y1 - y0) * share


def _trunk(frame: Frame, grow: float) -> Floats:
    look = frame.look
    broad = look.broad * grow
    woman = look.sex == "woman" and look.age not in ("child",)
    waist, hip = (0.066, 0.088) if woman else (0.082, 0.084)
    if look.age == "child":
        waist, hip = 0.080, 0.086
    rows: list[tuple[float, float, float]] = [
        (-0.10, hip * broad, 0.072),
        (0.06, hip * broad, 0.070),
        (0.38, waist * broad, 0.060),
        (0.72, frame.shoulder * 0.90, 0.066),
        (0.88, frame.shoulder * 0.98, 0.054),
        (0.97, frame.shoulder * 0.80, 0.044),
        (1.04, frame.shoulder * 0.50, 0.034),
        (1.10, 0.034, 0.030),
    ]
    left, right = [], []
    for share, wide, deep in rows:
        x, y = _spine(frame, share)
        half = frame.half(wide, deep * (0.75 + 0.25 * broad))
        left.append((x - half, y))
        right.append((x + half, y))
    return smooth(left + right[::-1], 5)


def _ahead(frame: Frame, share: float, deep: float = 0.055) -> Place:
    """The middle of the front at a height of the trunk."""
    x, y = _spine(frame, share)
    return x + frame.front(deep), y


def _opening(frame: Frame, low: float) -> list[Shape]:
    """The wedge of shirt between lapels, down to ``low`` (1 at the shoulders, 0 at the hips)."""
    look = frame.look
    x, y = _ahead(frame, 1.07, 0.03)
    wide = frame.half(0.046, 0.020)
    tip = _ahead(frame, low)
    wedge = corners((x - wide, y), (x + wide, y), tip)
    if low <= 0.05:
        wedge = corners(
            (x - wide, y), (x + wide, y), (tip[0] + wide * 0.9, tip[1]), (tip[0] - wide * 0.9, tip[1])
        )
    shapes = [Shape(wedge, look.under_colour, 0.95)]
    for sign in (-1, 1):
        lapel = corners(
            (x + sign * wide * 0.8, y + 0.005),
            (x + sign * wide * 1.75, y - 0.05),
            (tip[0] + sign * wide * 0.16, tip[1] + 0.02),
        )
        if low > 0.05:
            shapes.append(Shape(lapel, look.upper_colour, 0.68))
    return shapes


def _bib(frame: Frame) -> Floats:
    top, low = _ahead(frame, 0.78), _ahead(frame, -0.1)
    wide = frame.half(0.055, 0.02)
    return corners(
        (top[0] - wide, top[1]),
        (top[0] + wide, top[1]),
        (low[0] + wide * 1.5, low[1]),
        (low[0] - wide * 1.5, low[1]),
    )


def _buttons(frame: Frame) -> list[Shape]:
    shapes = []
    rows = (0.70, 0.46, 0.22, -0.02)
    for share in rows:
        x, y = _ahead(frame, share)
        gap = frame.half(0.024, 0.0)
        dots = (oval((x + sign * gap, y), 0.0085, 0.0085, count=12) for sign in (-1, 1))
        shapes += [Shape(dot, frame.look.trim, 1.05) for dot in dots]
    return shapes


def wrap(frame: Frame, side: float) -> list[Shape]:
    """Skirts, and what of a coat or a dress hangs over the legs."""
    tables = vocabulary("figures")
    look, upper, lower = frame.look, _upper(frame), tables["lower"][frame.look.lower]
    shapes = []
    if lower.get("cover"):
        outline = _skirt(frame, float(lower["cover"]), float(lower.get("flare", 0.0)))
        shapes += [
            Shape(outline, look.lower_colour, 0.78),
            Shape(narrowed(outline, 0.05, side), look.lower_colour, 0.95),
        ]
    if upper.get("cover"):
        outline = _skirt(frame, float(upper["cover"]), float(upper.get("flare", 0.0)))
        shapes += [
            Shape(outline, look.upper_colour, 0.76),
            Shape(narrowed(outline, 0.05, side), look.upper_colour, 0.93),
        ]
        if upper.get("slit") and frame.pose.seat < 0.5:
            shapes.append(Shape(_slit(frame, float(upper["cover"])), look.upper_colour, 0.6))
    return shapes


def _skirt(frame: Frame, cover: float, flare: float) -> Floats:
    """Cloth around both legs, down to the share ``cover`` of their length."""
    x, y = frame.at("hip")
    half = frame.half(0.096 * frame.look.broad, 0.078)
    parts = [oval((x, y + 0.015), half, 0.05)]
    for name in "lr":
        hip, knee, ankle = (np.array(frame.at(f"{joint}_{name}")) for joint in ("hip", "knee", "ankle"))
        if cover <= 0.5:
            ends = [hip + (knee - hip) * cover * 2]
        else:
            ends = [knee, knee + (ankle - knee) * (cover * 2 - 1)]
        wide = 0.062 * frame.look.broad + flare * (0.5 + cover)
        wide *= 0.75 + 0.25 * frame.half(1, 0.7)
        parts += [oval((float(end[0]), float(end[1])), wide, 0.012, count=18) for end in ends]
    return hull(*parts)


def _slit(frame: Frame, cover: float) -> Floats:
    x, y = _ahead(frame, -0.05, 0.05)
    low = y - frame.leg * cover + 0.012
    return corners((x - 0.003, y), (x + 0.003, y), (x + 0.010, low), (x - 0.010, low))


def collar(frame: Frame, side: float) -> list[Shape]:
    """Collars, and what is worn around the neck."""
    look, upper = frame.look, _upper(frame)
    x, y = _ahead(frame, 1.08, 0.012)
    wide = frame.half(0.052, 0.044)
    shapes = []
    if upper.get("collar"):
        for sign in (-1, 1):
            flap = corners(
                (x + sign * wide * 0.15, y - 0.030),
                (x + sign * wide, y + 0.012),
                (x + sign * wide * 1.15, y - 0.035),
            )
            shapes.append(Shape(flap, look.upper_colour, 0.66 if sign != side else 0.86))
    return shapes + _worn(frame, (x, y), wide)


def _worn(frame: Frame, middle: Place, wide: float) -> list[Shape]:
    look = frame.look
    (x, y), colour = middle, look.neck_colour
    front = x + frame.front(0.045)
    match look.neck:
        case "kerchief":
            tip = (front, y - 0.075)
            return [
                Shape(oval((x, y + 0.006), wide * 0.95, 0.020), colour, 0.8),
                Shape(corners((x - wide * 0.85, y + 0.004), (x + wide * 0.85, y + 0.004), tip), colour, 1.0),
            ]
        case "scarf":
            end = (front + 0.02, y - 0.15)
            return [
                Shape(limb([(front, y), end], [0.020, 0.024]), colour, 0.82),
                Shape(oval((x, y + 0.010), wide * 1.1, 0.030), colour, 1.0),
            ]
        case "tie":
            low = _ahead(frame, 0.40)
            return [
                Shape(
                    corners(
                        (front - 0.008, y - 0.008),
                        (front + 0.008, y - 0.008),
                        (low[0] + 0.014, low[1] + 0.03),
                        low,
                        (low[0] - 0.014, low[1] + 0.03),
                    ),
                    colour,
                    1.0,
                ),
                Shape(oval((front, y - 0.012), 0.011, 0.010, count=12), colour, 0.8),
            ]
        case "lanyard":
            low = _ahead(frame, 0.45)
            return [
                Shape(limb([(x - wide * 0.7, y), low], [0.0045, 0.0045]), colour, 0.95),
                Shape(limb([(x + wide * 0.7, y), low], [0.0045, 0.0045]), colour, 0.95),
                Shape(
                    corners(
                        (low[0] - 0.018, low[1]),
                        (low[0] + 0.018, low[1]),
                        (low[0] + 0.018, low[1] - 0.045),
                        (low[0] - 0.018, low[1] - 0.045),
                    ),
                    "#f2efe6",
                    1.0,
                ),
            ]
        case _:
            return []
