"""``veo-story reject``: say that a take is not wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.film_options import film_options

if TYPE_CHECKING:
    from veo_story.cli.film_options import FilmFile
    from veo_story.cli.shell import Shell


@click.command("reject", short_help="Say that a take is not wanted.")
@options.file_argument
@click.argument("scene", metavar="SCENE")
@click.argument("take", metavar="[N|ID]", required=False)
@click.option("--why", metavar="TEXT", default="", help="Your reason, kept with the take.")
@click.option("--undo", is_flag=True, help="Take the rejection back.")
@film_options
@options.json_option
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    film: FilmFile,
    scene: str,
    take: str | None,
    why: str,
    undo: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Let a take serve no longer: the one in the film, or the one with this number.

    What becomes stale and what it costs to make it anew is told; nothing is sent, and the files stay. It
    takes an approval, a pick and a pin of the take back.
    """
    from veo_story.cli.judging import forgive, named_takes, reject, rejected_take
    from veo_story.cli.output import result, result_json

    opened = film.open(shell)
    if undo:
        lines, data = forgive(opened, rejected_take(opened, scene, take))
    else:
        [found] = named_takes(opened, [scene], take)
        lines, data = reject(opened, found, why)
    if as_json:
        result_json(data)
    elif not quiet:
        result("\n".join(lines))
