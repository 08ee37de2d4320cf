"""The things of a setting as elements at their marks, fine enough for a camera that goes there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from veo_story.backends.local.lexicon.standing import built_in, plane_of
from veo_story.backends.local.lexicon.vocabulary import seed_of, vocabulary
from veo_story.backends.local.world.flocks import FLOCKS
from veo_story.backends.local.world.moving import Spot, moves_of
from veo_story.backends.local.world.paint import Single
from veo_story.backends.local.world.places import inks_of, place_of
from veo_story.backends.local.world.shining import SHINING
from veo_story.backends.local.world.things import body_of, thing, thing_sheet, wide_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from veo_story.backends.local.lexicon.setting import Setting
    from veo_story.backends.local.world.inks import Inks
    from veo_story.backends.local.world.palette import Palette
    from veo_story.backends.local.world.sheets import Canvas, Element
    from veo_story.backends.local.world.stage import Mark, Stage

_FINE = 0.34
"""Picture heights that a sheet has at least in pixels, however small the thing is."""
_FINEST = 6.0


def prop_elements(
    setting: Setting, stage: Stage, canvas: Canvas, palette: Palette, seed: int
) -> tuple[Element, ...]:
    """The things that have a mark on the stage, and what they stand on. A pure function."""
    place, inks = place_of(setting), inks_of(setting, palette)
    elements: list[Element] = []
    carried, dyes = [], dict(setting.dyes)
    for name, mark in stage.things.items():
        dyed = replace(inks, dye=(body_of(name), dyes[name])) if name in dyes else inks
        elements += _things(name, mark, canvas, dyed, seed)
        if plane_of(thing(name), place) == "table" and built_in(name, place) is None:
            carried.append((name, mark))
    return (*_carriers(carried, place, canvas, inks), *elements)


def _things(name: str, mark: Mark, canvas: Canvas, inks: Inks, seed: int) -> list[Element]:
    spec = thing(name)
    tall = mark.tall * canvas.height
    ratio = min(_FINEST, max(1.5 if mark.tall > 0.3 else 2.0, _FINE / mark.tall))
    column = canvas.width / 2 + mark.x * canvas.height - wide_of(name) * tall / 2
    spot = Spot(canvas, column, mark.foot * canvas.height - tall, tall, mark.parallax, ratio)
    moves = moves_of(name, spec, spot, inks, seed_of(name, str(seed)), {**FLOCKS, **SHINING})
    if moves is not None:
        return moves
    return [_still(name, spot, inks)] if spec["parts"] else []


def _still(name: str, spot: Spot, inks: Inks) -> Element:
    sheet, left, top = thing_sheet(name, inks, spot.parallax, spot.tall, spot.ratio)
    return Single(sheet, spot.column - left, spot.row - top, spot.parallax, spot.ratio)


def _carriers(
    carried: list[tuple[str, Mark]], place: Mapping[str, Any], canvas: Canvas, inks: Inks
) -> list[Element]:
    """A table, a plinth or a stump below what would hang in the air."""
    if not carried or any(layer["kind"] == "counter" and layer["parallax"] > 1 for layer in place["layers"]):
        return []
    name = "plinth" if place.get("plinth") else "table" if place.get("indoors") else "stump"
    marks = [mark for _, mark in carried]
    left = min(mark.x - mark.tall * wide_of(own) / 2 for own, mark in carried)
    right = max(mark.x + mark.tall * wide_of(own) / 2 for own, mark in carried)
    row, foot = marks[0].foot, float(place["foot"]) + (0.25 if name == "plinth" else 0.0)
    tall = (foot - row) * canvas.height
    lift = float(vocabulary("props")[name].get("lift", 0.0)) * tall
    wide = max(wide_of(name) * tall, (right - left) * 1.1 * canvas.height)
    column = canvas.width / 2 + (left + right) / 2 * canvas.height - wide / 2
    sheet, aside, above = thing_sheet(
        name, inks, marks[0].parallax, tall + lift, 2.0, stretch=wide / (wide_of(name) * (tall + lift))
    )
    return [Single(sheet, column - aside, row * canvas.height - lift - above, marks[0].parallax, 2.0)]
