"""``veo-story plan``: scenes, timecodes, what is to do and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.checking import Wanted
from veo_story.cli.opened import open_film
from veo_story.cli.output import result, result_json, width
from veo_story.cli.plan_view import PlanView

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.cli.shell import Shell


@click.command("plan", short_help="Show scenes, timecodes, what is to do and what it costs.")
@options.file_argument
@options.for_option
@options.tier_option
@options.local_result_option
@options.renders_option
@options.allow_outside_option
@options.strict_option
@options.json_option
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    file: Path,
    backend: str | None,
    tier: str | None,
    local_result: options.Returns | None,
    renders: Path,
    allow_outside: bool,
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show the plan of a film: scenes, timecodes, chains, what is stored or stale, and what it costs.

    Nothing is sent and nothing is written. --for answers "what if another backend rendered it".
    """
    wanted = Wanted(backend, local_result, allow_outside, strict, tier)
    film = open_film(file, shell, wanted, renders, quiet=quiet)
    view = PlanView.of(film.storyboard, film.plan, film.stored, shell.now())
    if as_json:
        result_json(view.data())
    else:
        result(view.text(width()))
