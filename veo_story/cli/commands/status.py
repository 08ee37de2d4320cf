"""``veo-story status``: what is stored, in flight, unknown, spent and at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.film_options import film_options
from veo_story.cli.output import result, result_json, width
from veo_story.cli.status_view import StatusView

if TYPE_CHECKING:
    from veo_story.cli.film_options import FilmFile
    from veo_story.cli.shell import Shell


@click.command("status", short_help="Show what is stored, in flight, unknown and spent.")
@options.file_argument
@film_options
@options.json_option
@click.pass_obj
def command(
    shell: Shell,
    film: FilmFile,
    as_json: bool,
) -> None:
    """Show what is stored of a film, what is in flight, what has an unknown outcome, and what was spent."""
    opened = film.open(shell)
    view = StatusView.of(opened, shell.now())
    if as_json:
        result_json(view.data())
    else:
        result(view.text(width()))
