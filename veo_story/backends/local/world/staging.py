"""Where the things of a setting stand, known from the vocabulary's numbers alone: nothing is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veo_story.backends.local.lexicon.standing import built_in, plane_of
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.world.plot import breadth, slimness
from veo_story.backends.local.world.stage import Mark, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.backends.local.lexicon.setting import Setting

    Spec = Mapping[str, Any]
    Spots = dict[str, Mark]

_NEAR = 0.97
"""The parallax of things beside the cast, just behind it."""
_FLYING = 0.3
_HERO = 0.30
"""How tall a thing on a plinth is shown, whatever its size."""
_HEADROOM = 0.06
_ALONE, _AMONG = 0.92, 0.6
"""How much of the picture's width a thing takes at most: the only one, and one of several."""
_TRIES = (0.0, 0.34, -0.34, 0.68, -0.68, 0.9, -0.9)


def stage_of(setting: Setting, aspect: float) -> Stage:
    """The ground of a setting in a picture of that width over height, with the marks of its things.

    Raises KeyError for a place that ``places.toml`` does not hold.
    """
    place: Spec = vocabulary("places")["place"][setting.place]
    known: Spec = vocabulary("props")
    things: Spots = {}
    for name in setting.props:
        if name in known:
            layer = built_in(name, place)
            if layer is not None:
                things[name] = _furniture(layer, aspect)
                continue
            mark = _mark(known[name], place, aspect, _ALONE if len(setting.props) == 1 else _AMONG)
            if mark is not None:
                things[name] = _beside(mark, float(known[name].get("wide", 1.0)), things, aspect)
    _cross(things)
    scale = breadth(aspect)
    return Stage(
        foot=float(place["foot"]),
        tall=float(place["tall"]) * scale,
        horizon=float(place["horizon"]),
        indoors=bool(place.get("indoors")),
        aspect=aspect,
        things=things,
    )


def _furniture(layer: Spec, aspect: float) -> Mark:
    """The mark of what belongs to the place."""
    tall = float(layer["tall"]) * breadth(aspect) * slimness(aspect)
    x = max(-1.0, min(1.0, float(layer["at"]))) * aspect / 2
    return Mark(x, float(layer["row"]), tall, float(layer["parallax"]))


def _cross(things: Spots) -> None:
    """Put what drives onto a bridge, if there is one."""
    known: Spec = vocabulary("props")
    bridge = next((name for name in things if "deck" in known[name]), None)
    if bridge is None:
        return
    under = things[bridge]
    row = under.foot - under.tall * (1 - float(known[bridge]["deck"]))
    for name, mark in things.items():
        if known[name].get("rides"):
            tall = min(mark.tall, 0.42 * under.tall)
            things[name] = Mark(under.x, row, tall, max(0.01, under.parallax - 0.005))


def _mark(spec: Spec, place: Spec, aspect: float, room: float) -> Mark | None:
    plane = plane_of(spec, place)
    if not plane:
        return None
    parallax, foot, large = _plane(plane, spec, place)
    tall = float(place["tall"]) * float(spec["size"]) * large * breadth(aspect)
    if plane == "table" and place.get("plinth"):
        tall = _HERO * breadth(aspect)
    wide = float(spec.get("wide", 1.0))
    if spec.get("move") != "pass":
        tall = min(tall, room * aspect / wide)
    tall = min(tall, max(0.1, foot - _HEADROOM))
    if plane in ("sky", "swim", "wall"):
        foot += tall / 2
    foot -= float(spec.get("raised", 0.0)) * float(place["tall"]) * breadth(aspect)
    return Mark(float(spec.get("at", 0.0)) * aspect / 2, foot, tall, parallax)


def _plane(plane: str, spec: Spec, place: Spec) -> tuple[float, float, float]:
    """Parallax, row of the foot, and how large things are there beside those where the cast stands."""
    foot = float(place["foot"])
    if plane == "near":
        return _NEAR, min(foot - 0.005, 0.985), 1.0
    if plane == "table":
        parallax, row = place.get("table", (_NEAR, foot - STUMP * float(place["tall"])))
        return float(parallax), float(row), float(parallax)
    if plane in ("sky", "swim"):
        near = bool(spec.get("near"))
        return (0.99 if near else _FLYING), float(spec.get("sky", 0.25)), 1.0 if near else 0.5
    if plane == "wall":
        return float(place.get("back", 0.51)), 0.34, 0.62
    parallax, row = place[plane]
    # Far things are drawn larger than they would be, as illustrators do.
    return float(parallax), float(row), float(parallax) ** 0.8 * float(spec.get("far", 1.0))


STUMP = 0.42
"""How tall a stump or small table is beside a grown-up."""


def _beside(mark: Mark, wide: float, others: Spots, aspect: float) -> Mark:
    """The mark, moved to where it hides none of the others, if there is such a place."""
    room = max(0.0, aspect / 2 - mark.tall * wide / 2 - 0.02)
    known: Spec = vocabulary("props")
    for aside in _TRIES:
        x = max(-room, min(room, mark.x + aside * aspect / 2))
        if all(
            abs(x - other.x) > 0.45 * (mark.tall * wide + other.tall * float(known[name].get("wide", 1.0)))
            for name, other in others.items()
        ):
            break
    else:
        x = max(-room, min(room, mark.x))
    return Mark(x, mark.foot, mark.tall, mark.parallax)
