"""``veo-story status``: what is stored, in flight, unknown, spent and at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.checking import Wanted
from veo_story.cli.opened import open_film
from veo_story.cli.output import result, result_json, width
from veo_story.cli.status_view import StatusView

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.cli.shell import Shell


@click.command("status", short_help="Show what is stored, in flight, unknown and spent.")
@options.file_argument
@options.renders_option
@options.for_option
@options.tier_option
@options.local_result_option
@options.allow_outside_option
@options.json_option
@click.pass_obj
def command(
    shell: Shell,
    file: Path,
    renders: Path,
    backend: str | None,
    tier: str | None,
    local_result: options.Returns | None,
    allow_outside: bool,
    as_json: bool,
) -> None:
    """Show what is stored of a film, what is in flight, what has an unknown outcome, and what was spent."""
    wanted = Wanted(backend, local_result, allow_outside, tier=tier)
    film = open_film(file, shell, wanted, renders, quiet=True)
    view = StatusView.of(film, shell.now())
    if as_json:
        result_json(view.data())
    else:
        result(view.text(width()))
