"""Turn the catalog's data into :class:`~veo_story.catalog.model.Capabilities`.

The file's shape is held by ``schemas/catalog.v1.schema.json`` in a test, not at run time. A platform states
groups of facts; a model's group of the same name replaces the platform's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from veo_story.catalog.model import Capabilities, ChainLimits, Price
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOCAL_MODES = frozenset(mode for mode in Mode if not mode.is_generated)


@dataclass(frozen=True, slots=True)
class Platform:
    """One place that renders: its ``tiers`` map a tier to the model that serves it today."""

    id: str
    title: str
    tiers: Mapping[str, str]


def read_platforms(data: Mapping[str, Any]) -> tuple[Platform, ...]:
    """The platforms of a catalog file."""
    return tuple(Platform(p["id"], p["title"], MappingProxyType(p["tiers"])) for p in data["platforms"])


def read_models(data: Mapping[str, Any]) -> tuple[Capabilities, ...]:
    """Every model of a catalog file, in the file's order."""
    shared = {platform["id"]: platform["facts"] for platform in data["platforms"]}
    return tuple(_model(row, {**shared[row["platform"]], **row["facts"]}) for row in data["models"])


def _model(row: Mapping[str, Any], facts: Mapping[str, Any]) -> Capabilities:
    lengths, picture, inputs = facts["lengths"], facts["picture"], facts["inputs"]
    settings, service, chain = facts["settings"], facts["service"], facts["chain"]
    retirement = facts.get("retirement", {})
    durations = {Mode(m): tuple(map(Decimal, seconds)) for m, seconds in lengths["durations_s"].items()}
    return Capabilities(
        backend=row["platform"],
        model=row["id"],
        tier=row["tier"],
        stage=row["stage"],
        modes=frozenset(durations) | (_LOCAL_MODES if service.get("local_modes") else frozenset()),
        durations_s=MappingProxyType(durations),
        fixed_8s=frozenset(lengths["fixed_8s"]),
        resolutions=tuple(picture["resolutions"]),
        extend_resolutions=tuple(picture["extend_resolutions"]),
        aspects=tuple(picture["aspects"]),
        chain=_limits(chain),
        returns=chain["returns"],
        can_return=tuple(chain.get("can_return", ())),
        remade_frames=chain["remade_frames"],
        windows=chain.get("windows", False),
        references=inputs["references"],
        image_bytes=inputs["image_bytes"],
        prompt_tokens=inputs["prompt_tokens"],
        seed=settings["seed"],
        negative_prompt=settings["negative_prompt"],
        silent=settings["silent"],
        silent_extensions=settings["silent_extensions"],
        samples=settings["samples"],
        people=tuple(settings["people"]),
        resize=settings.get("resize", False),
        compression=settings.get("compression", False),
        length_slack_frames=service.get("length_slack_frames", 0),
        hints=service.get("hints", False),
        retention_s=service.get("retention_s"),
        use_renews=service.get("use_renews", False),
        requests_per_minute=service.get("requests_per_minute"),
        prices=_prices(facts["prices"]),
        prices_from=date.fromisoformat(facts["prices"]["from"]),
        retired_on=date.fromisoformat(retirement["retired_on"]) if retirement else None,
        retired_note=retirement.get("note"),
        sources=MappingProxyType({name: group["source"] for name, group in facts.items()}),
    )


def _limits(chain: Mapping[str, Any]) -> ChainLimits | None:
    if not chain["extends"]:
        return None
    return ChainLimits(
        adds_s=Decimal(chain["adds_s"]),
        shortest_input_s=Decimal(chain["shortest_input_s"]),
        longest_input_s=Decimal(chain["longest_input_s"]),
        longest_result_s=Decimal(chain["longest_result_s"]),
        most_extensions=chain["most_extensions"],
    )


def _prices(group: Mapping[str, Any]) -> tuple[Price, ...]:
    return tuple(Price(row["resolution"], row["audio"], Decimal(row["usd_per_s"])) for row in group["rows"])
