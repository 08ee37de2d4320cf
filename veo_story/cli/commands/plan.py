"""``veo-story plan``: scenes, timecodes, what is to do and what it costs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.checking import Wanted
from veo_story.cli.opened import open_film
from veo_story.cli.output import result, result_json, say, width
from veo_story.cli.plan_view import PlanView
from veo_story.cli.variant_view import variants_of
from veo_story.money import usd

if TYPE_CHECKING:
    from veo_story.cli.shell import Shell


@click.command("plan", short_help="Show scenes, timecodes, what is to do and what it costs.")
@options.file_argument
@options.for_option
@options.tier_option
@options.variant_option
@options.local_result_option
@options.renders_option
@options.allow_outside_option
@options.strict_option
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="PLAN.json",
              help="Save the plan, for veo-story render to pay for just that.")  # fmt: skip
@options.json_option
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    file: Path,
    backend: str | None,
    tier: str | None,
    variant: str | None,
    local_result: options.Returns | None,
    renders: Path,
    allow_outside: bool,
    strict: bool,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show the plan of a film: scenes, timecodes, chains, what is stored or stale, and what it costs.

    Nothing is sent, and nothing is written but what -o names. --for answers "what if another backend
    rendered it".
    """
    wanted = Wanted(backend, local_result, allow_outside, strict, tier, variant)
    film = open_film(file, shell, wanted, renders, quiet=quiet)
    view = PlanView.of(film.storyboard, film.plan, film.stored, shell.now())
    view = replace(view, variants=variants_of(film.storyboard, wanted, shell.today))
    if as_json:
        result_json(view.data())
    else:
        result(view.text(width()))
    if output is not None:
        from veo_story.cli.saving import write_saved

        saved = write_saved(output, file, film, wanted, shell.now())
        price = f"{usd(saved.expected_usd)} USD, {usd(saved.worst_usd)} at worst"
        if not quiet:
            say(f"saved to {output}: veo-story render {output} pays for this plan only, {price}")
