"""The options of ``render`` and of other commands that spend, and the wish that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from veo_story.cli import options
from veo_story.cli.logs import LEVELS
from veo_story.cli.param_types import Label, Place, Usd

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.cli.rendering import Wish

F = TypeVar("F", bound="Callable[..., Any]")

_OPTIONS = (
    click.option("--backend", metavar="BACKEND", help="Render on another backend than the storyboard's."),
    options.tier_option,
    options.variant_option,
    click.option("--max-usd", type=Usd(), help="The film may cost no more than this, all takes together."),
    click.option("-y", "--yes", is_flag=True, help="Do not ask before spending."),
    click.option(
        "-j",
        "--concurrency",
        type=click.IntRange(1, 64),
        metavar="N",
        help="Chains side by side, over all films.  [default: the storyboard's, 2]",
    ),
    click.option(
        "--gcs",
        type=Place(),
        metavar="PLACE",
        envvar="VEO_STORY_GCS",
        show_envvar=True,
        help="Vertex: keep inputs and results at gs://bucket/prefix.",
    ),
    click.option(
        "--label",
        "labels",
        type=Label(),
        metavar="KEY=VALUE",
        multiple=True,
        help="Vertex: a label for the bill, sent with every request. May be repeated.",
    ),
    click.option("--allow-retired", is_flag=True, help="Ask models that are known to be switched off."),
    options.local_result_option,
    options.renders_option,
    options.allow_outside_option,
    options.strict_option,
    click.option("--json", "as_json", is_flag=True, help="Print events as JSON lines."),
    click.option(
        "--log-level",
        type=click.Choice(LEVELS),
        metavar="|".join(LEVELS),
        help="Show requests and answers on stderr, without keys.",
    ),
    options.quiet_option,
)


def rendering_options(command: F) -> F:
    """Give a command the options that :func:`wish_of` reads."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def wish_of(given: dict[str, Any]) -> Wish:
    """What the command line asked for, from the values of those options."""
    from veo_story.cli.checking import Wanted
    from veo_story.cli.rendering import Wish
    from veo_story.making import Service

    return Wish(
        wanted=Wanted(
            given["backend"],
            given["local_result"],
            given["allow_outside"],
            given["strict"],
            given["tier"],
            given["variant"],
        ),
        renders=given["renders"],
        max_usd=given["max_usd"],
        yes=given["yes"],
        concurrency=given["concurrency"],
        service=Service(given["gcs"], dict(given["labels"]), given["allow_retired"]),
        log_level=given["log_level"],
        as_json=given["as_json"],
        quiet=given["quiet"],
    )
