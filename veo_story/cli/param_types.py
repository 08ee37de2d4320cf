"""Kinds of option values that click does not know."""

from __future__ import annotations

from decimal import Decimal

import click

from veo_story.errors import ConfigError
from veo_story.making import Service


class Usd(click.ParamType[Decimal]):
    """An amount of money."""

    name = "USD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read it exactly."""
        try:
            amount = Decimal(str(value))
        except ArithmeticError:
            self.fail(f"{value!r} is not an amount of money", param, ctx)
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value!r} is not an amount of money", param, ctx)
        return amount


class Place(click.ParamType[str]):
    """``gs://bucket/prefix``."""

    name = "PLACE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check its form; whether the bucket exists, the service says."""
        place = str(value)
        try:
            Service(storage=place)
        except ConfigError as error:
            self.fail(f"{error.message}: {error.hint}", param, ctx)
        return place


class Label(click.ParamType[tuple[str, str]]):
    """``KEY=VALUE``."""

    name = "KEY=VALUE"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split it and hold it to the rules of Google Cloud."""
        key, equals, text = str(value).partition("=")
        if not equals:
            self.fail(f"{value!r} has no '='", param, ctx)
        try:
            Service(labels={key: text})
        except ConfigError as error:
            self.fail(f"{error.message}: {error.hint}", param, ctx)
        return key, text
