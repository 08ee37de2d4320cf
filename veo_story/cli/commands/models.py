"""``veo-story models``: the catalogue."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from veo_story.catalog.catalog import Catalog, load_catalog
from veo_story.cli import options
from veo_story.cli.output import result, result_json, say, width
from veo_story.cli.text import table
from veo_story.money import usd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.catalog.model import Capabilities
    from veo_story.cli.shell import Shell


_HEADER = ("model", "tier", "backend", "USD/s", "chain", "refs", "retired")
_WIDE = 90


@click.command("models", short_help="List models, limits, prices and retirement dates.")
@options.json_option
@click.option("--for", "backend", metavar="BACKEND", help="Only the models of one backend.")
@click.pass_obj
def command(shell: Shell, as_json: bool, backend: str | None) -> None:
    """List the models that are known, with limits, prices in USD a second and the date they are shut down."""
    catalog = load_catalog()
    if backend is not None:
        catalog.capabilities(backend)  # an unknown name ends here, with a proposal
    models = catalog.models(backend)
    if as_json:
        data = [as_data(model) for model in models]
        result_json({"checked_on": catalog.checked_on.isoformat(), "models": data})
        return
    lines = [_HEADER, *(_row(model, catalog, shell.today) for model in models)]
    if width() < _WIDE:
        lines = [(line[0], *line[2:]) for line in lines]  # the names tell the tiers too
    result(table(lines[0], lines[1:], right=frozenset({len(lines[0]) - 3}), width=width()))
    say(f"facts and prices as of {catalog.checked_on.isoformat()}; --json shows everything")


def _row(model: Capabilities, catalog: Catalog, today: date) -> tuple[str, ...]:
    return (
        model.model,
        "any" if _serves_all(model, catalog) else model.tier,
        model.backend,
        _prices(model),
        _extends(model),
        str(model.references or "-"),
        _until(model, today),
    )


def _serves_all(model: Capabilities, catalog: Catalog) -> bool:
    return model.is_free and len(catalog.models(model.backend)) == 1


def _prices(model: Capabilities) -> str:
    prices = sorted({price.usd_per_s for price in model.prices if price.audio})
    if model.is_free:
        return "free"
    if not prices:
        return "unknown"
    return usd(prices[0]) if len(prices) == 1 else f"{usd(prices[0])}-{usd(prices[-1])}"


def _extends(model: Capabilities) -> str:
    if model.chain is None:
        return "-"
    return f"{model.chain.longest_result_s.normalize():f} s"


def _until(model: Capabilities, today: date) -> str:
    if model.retired_on is None:
        return "-"
    if model.retired_note is not None:
        return model.retired_note
    verb = "gone" if model.is_gone(today) else "on"
    return f"{verb} {model.retired_on.isoformat()}"


def as_data(model: Capabilities) -> dict[str, Any]:
    """All facts of a model as plain data; money and seconds are decimal strings."""
    return {f.name: _plain(getattr(model, f.name)) for f in fields(model)} | {"free": model.is_free}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "items"):
        return _plain_map(value)
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value


def _plain_map(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): _plain(part) for key, part in value.items()}
