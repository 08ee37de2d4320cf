"""Things carried in the hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.figures.cutting import Shape
from veo_story.backends.local.figures.outlines import corners, limb, oval
from veo_story.backends.local.lexicon.vocabulary import vocabulary

if TYPE_CHECKING:
    from veo_story.backends.local.figures.cutting import Place
    from veo_story.backends.local.figures.frame import Frame


def held(frame: Frame, name: str, thing: str) -> list[Shape]:
    """A thing of ``[held]`` in the hand of the arm ``name``."""
    entry: dict[str, Any] = vocabulary("figures")["held"][thing]
    wrist = frame.at(f"wrist_{name}")
    elbow = frame.at(f"elbow_{name}")
    hand = (wrist[0] + (wrist[0] - elbow[0]) * 0.2, wrist[1] + (wrist[1] - elbow[1]) * 0.2)
    colour = str(entry["colour"])
    match entry["form"]:
        case "pole":
            return _pole(hand, entry, colour, 1.0 if frame.pose.yaw >= 0 else -1.0)
        case "hanging":
            return _hanging(hand, entry, colour)
        case _:
            return _small(hand, entry, colour)


def _pole(hand: Place, entry: dict[str, Any], colour: str, ahead: float) -> list[Shape]:
    low = (hand[0] + ahead * float(entry.get("slant", 0.0)), 0.0)
    reach = float(entry["reach"])
    along = np.array(hand) - np.array(low)
    along = along / max(float(np.hypot(*along)), 1e-6)
    top = (hand[0] + float(along[0]) * reach, hand[1] + float(along[1]) * reach)
    shapes = [Shape(limb([low, top], [0.008, 0.008]), colour, 0.95)]
    if entry.get("teeth"):
        wide = float(entry["teeth"])
        shapes.append(
            Shape(limb([(low[0] - wide, 0.022), (low[0] + wide, 0.022)], [0.014, 0.014]), colour, 0.75)
        )
    if entry.get("roof"):
        wide = float(entry["roof"])
        arch = oval(top, wide, wide * 0.62)
        arch = arch[arch[:, 1] >= top[1] - 0.001]
        shapes.append(Shape(arch, str(entry["cloth"]), 1.0))
    return shapes


def _hanging(hand: Place, entry: dict[str, Any], colour: str) -> list[Shape]:
    x, y = hand
    wide, high = entry["size"]
    top = y - 0.05
    body = corners(
        (x - wide * 0.86, top), (x + wide * 0.86, top), (x + wide, top - high), (x - wide, top - high)
    )
    shapes = [
        Shape(limb([(x, y), (x - wide * 0.5, top)], [0.006, 0.006]), colour, 0.7),
        Shape(limb([(x, y), (x + wide * 0.5, top)], [0.006, 0.006]), colour, 0.7),
        Shape(body, colour, 0.9),
    ]
    if entry.get("glow"):
        shapes.append(Shape(oval((x, top - high / 2), wide * 0.62, high * 0.36), str(entry["glow"]), 1.2))
    return shapes


def _small(hand: Place, entry: dict[str, Any], colour: str) -> list[Shape]:
    x, y = hand
    wide, high = entry["size"]
    body = corners(
        (x - wide, y + high), (x + wide, y + high), (x + wide * 0.86, y - high), (x - wide * 0.86, y - high)
    )
    return [Shape(body, colour, 1.0), Shape(body * (1, 1) + (0, -high * 0.0), colour, 0.8, 0.3)]
