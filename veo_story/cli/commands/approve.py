"""``veo-story approve``: say that takes are good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.film_options import film_options

if TYPE_CHECKING:
    from veo_story.cli.film_options import FilmFile
    from veo_story.cli.shell import Shell


@click.command("approve", short_help="Say that takes are good.")
@options.file_argument
@click.argument("scenes", metavar="[SCENES]...", nargs=-1)
@click.option("--take", metavar="N|ID", help="This take of the scene, not the one in the film.")
@click.option("--all", "is_all", is_flag=True, help="Every take that is in the film.")
@film_options
@options.json_option
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    film: FilmFile,
    scenes: tuple[str, ...],
    take: str | None,
    is_all: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Approve the takes that serve these scenes (s03..s06,s08), or one take by its number.

    A gate (render --gate) waits for that. An approval is of one take: a scene that is edited needs a new one.
    It takes a rejection back.
    """
    from veo_story.cli.judging import approve, named_takes
    from veo_story.cli.output import result, result_json

    if bool(scenes) == is_all or (take is not None and not scenes):
        raise click.UsageError("say which scenes, or --all")
    opened = film.open(shell)
    lines, data = approve(opened, named_takes(opened, scenes, take))
    if as_json:
        result_json(data)
    elif not quiet and lines:
        result("\n".join(lines))
