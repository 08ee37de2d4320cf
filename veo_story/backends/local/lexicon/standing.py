"""On what a thing of ``props.toml`` stands in a place of ``places.toml``, if it can be there at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veo_story.backends.local.lexicon.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    Spec = Mapping[str, Any]


def plane_of(spec: Spec, place: Spec) -> str:
    """The first of a thing's ``stands`` that a place has; empty when it has none."""
    indoors = bool(place.get("indoors"))
    for name in spec.get("stands", ()):
        if indoors and not spec.get("near") and (spec.get("outside") or name in ("far", "sky", "water")):
            continue
        always = name in ("near", "table") or (name == "wall" and indoors) or (name == "sky" and not indoors)
        if always or name in place or (name == "sky" and spec.get("near")):
            return str(name)
        if name == "swim" and place.get("deep"):
            return str(name)
    return ""


def built_in(name: str, place: Spec) -> Spec | None:
    """The layer of a place that shows the thing anyway, the first if there are several."""
    return next((layer for layer in place["layers"] if layer.get("thing") == name), None)


def fits(name: str, place: str) -> bool:
    """Whether a thing can be shown in a place. Raises KeyError for names that the tables do not hold."""
    spec, ground = vocabulary("props")[name], vocabulary("places")["place"][place]
    return built_in(name, ground) is not None or bool(plane_of(spec, ground))
