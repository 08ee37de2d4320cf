"""A person's body: legs, clothes, arms and what is in the hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.backends.local.figures.clothes import collar, torso, wrap
from veo_story.backends.local.figures.cutting import Shape
from veo_story.backends.local.figures.frame import frame_of
from veo_story.backends.local.figures.held import held
from veo_story.backends.local.figures.outlines import corners, hull, limb, oval
from veo_story.backends.local.lexicon.vocabulary import vocabulary

if TYPE_CHECKING:
    from veo_story.backends.local.figures.cutting import Place
    from veo_story.backends.local.figures.frame import Frame
    from veo_story.backends.local.figures.look import PersonLook
    from veo_story.backends.local.figures.pose import Pose

_WOOD = "#7a5c40"


def body_shapes(look: PersonLook, pose: Pose, holds: str, side: float) -> tuple[list[Shape], Place]:
    """Everything but the head, lit from ``side``, and where the head's pivot is."""
    frame = frame_of(look, pose)
    legs = sorted("lr", key=lambda name: frame.depth(f"knee_{name}"))
    arms = sorted("lr", key=lambda name: frame.depth(f"shoulder_{name}"))
    # From the front both arms lie over the coat; from the side the far one is behind it.
    behind = arms[:1] if abs(pose.yaw) > 24 else []
    shapes = _seat(frame) if pose.seat else []
    for name in behind:
        shapes += _arm(frame, name, side, 0.74)
    for light, name in zip((0.80, 0.94), legs, strict=True):
        shapes += _leg(frame, name, side, light)
    shapes += wrap(frame, side) + _neck(frame) + torso(frame, side) + collar(frame, side)
    for name in arms:
        if name not in behind:
            if holds and name == arms[-1]:
                shapes += held(frame, name, holds)
            shapes += _arm(frame, name, side, 1.0)
    return shapes, frame.at("neck")


def _seat(frame: Frame) -> list[Shape]:
    """Something plain to sit on."""
    (x, y), wide = frame.at("hip"), 0.105
    top = y - 0.045
    box = corners((x - wide, top), (x + wide, top), (x + wide, 0), (x - wide, 0))
    lid = corners(
        (x - wide - 0.012, top),
        (x + wide + 0.012, top),
        (x + wide + 0.012, top - 0.03),
        (x - wide - 0.012, top - 0.03),
    )
    return [Shape(box, _WOOD, 0.7), Shape(lid, _WOOD, 0.95)]


def _neck(frame: Frame) -> list[Shape]:
    chest, neck = frame.at("chest"), frame.at("neck")
    wide = (0.029 if frame.look.sex == "woman" else 0.038) * (0.8 + 0.2 * frame.look.broad)
    column = limb([(chest[0], chest[1] + 0.005), (neck[0], neck[1] + 0.02)], [wide * 1.1, wide])
    return [Shape(column, frame.look.skin, 0.74)]


def _leg(frame: Frame, name: str, side: float, light: float) -> list[Shape]:
    look = frame.look
    lower = vocabulary("figures")["lower"][look.lower]
    hip, knee, ankle = (frame.at(f"{joint}_{name}") for joint in ("hip", "knee", "ankle"))
    broad = look.broad
    cloth = look.skin if lower.get("bare") else look.lower_colour
    thigh = [0.052 * broad, 0.039 * broad]
    shin = [0.038 * broad, 0.029 * broad]
    bands = [limb([hip, knee], thigh), limb([knee, ankle], shin)]
    lit = [limb(_shifted([hip, knee], side), [w * 0.76 for w in thigh])]
    lit.append(limb(_shifted([knee, ankle], side), [w * 0.76 for w in shin]))
    shapes = _foot(frame, name, light)
    shapes += [Shape(band, cloth, light * 0.84) for band in bands] + [
        Shape(band, cloth, light) for band in lit
    ]
    if lower.get("short"):
        shapes.append(
            Shape(limb([hip, knee], [0.062 * broad, 0.054 * broad]), look.lower_colour, light * 0.92)
        )
    return shapes


def _shifted(places: list[Place], side: float) -> list[Place]:
    return [(x + side * 0.006, y) for x, y in places]


def _foot(frame: Frame, name: str, light: float) -> list[Shape]:
    forward, aside, up = frame.joints[f"ankle_{name}"]
    toe_up = max(-0.4, min(0.3, (up - 0.03) * 1.2))
    sole = up - 0.012
    heel, toe = (
        frame.seen((forward - 0.018, aside, sole)),
        frame.seen((forward + 0.068, aside * 1.12, sole - toe_up * 0.05)),
    )
    spread = 0.026 * (1 + 0.25 * abs(frame.half(1, 0)))
    shoe = hull(oval(heel, spread * 0.9, 0.022, count=16), oval(toe, spread, 0.018, count=16))
    ankle = frame.at(f"ankle_{name}")
    return [
        Shape(hull(shoe, oval((ankle[0], ankle[1] + 0.016), 0.029, 0.02, count=14)), frame.look.shoes, light)
    ]


def _arm(frame: Frame, name: str, side: float, light: float) -> list[Shape]:
    look = frame.look
    upper = vocabulary("figures")["upper"][look.upper]
    shoulder, elbow, wrist = (frame.at(f"{joint}_{name}") for joint in ("shoulder", "elbow", "wrist"))
    broad = look.broad * (1.12 if upper.get("thick") else 1.0)
    first = [0.035 * broad, 0.030 * broad]
    second = [0.030 * broad, 0.026 * broad]
    hand = (wrist[0] + (wrist[0] - elbow[0]) * 0.16, wrist[1] + (wrist[1] - elbow[1]) * 0.16)
    shapes = [
        Shape(
            hull(oval(wrist, 0.020, 0.020, count=16), oval(hand, 0.026, 0.026, count=20)),
            look.skin,
            light * 0.94,
        ),
    ]
    sleeve = look.under_colour if upper.get("sleeveless") else look.upper_colour
    fore = look.skin if upper.get("bare") else sleeve
    bands = [([elbow, wrist], second, fore), ([shoulder, elbow], first, sleeve)]
    shapes += [Shape(limb(places, widths), colour, light * 0.74) for places, widths, colour in bands]
    for places, widths, colour in bands:
        shapes.append(Shape(limb(_shifted(places, side), [w * 0.78 for w in widths]), colour, light * 0.98))
    return shapes
