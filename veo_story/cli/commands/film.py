"""``veo-story film``: cut the film again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from veo_story import making
from veo_story.cli import options
from veo_story.cli.film_options import film_options
from veo_story.cli.film_view import film_data, show_film
from veo_story.cli.output import result_json

if TYPE_CHECKING:
    from veo_story.cli.film_options import FilmFile
    from veo_story.cli.shell import Shell


@click.command("film", short_help="Cut the film again from the takes that exist (free).")
@options.file_argument
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="PATH",
              help="Also copy the film there.")  # fmt: skip
@click.option(
    "--partial",
    is_flag=True,
    help="Let the animatic stand for scenes without a take: partial.mp4 beside the film.",
)
@film_options
@options.json_option
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    film: FilmFile,
    output: Path | None,
    partial: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Cut the film again from the takes that exist. Free: nothing is rendered or sent.

    Needed after a change of what is not rendered: trims, transitions, titles, sound, overlays, subtitles,
    picks. A film that would come out the same is left alone.
    """
    opened = film.open(shell, quiet=quiet)
    plan = opened.plan
    takes = opened.stored.serving(plan)
    stand_ins = {}
    if partial:
        from veo_story.cli.partial import placeholders

        stand_ins = placeholders(film, opened, takes, shell)
    report = making.cut(
        opened.storyboard, plan, takes, opened.folder, stand_ins=stand_ins, environ=shell.environ
    )
    if output is not None and output.resolve() != report.path.resolve():
        import shutil

        shutil.copyfile(report.path, output)
    if as_json:
        result_json(film_data(plan.film, report))
    else:
        show_film(report, output or report.path, quiet=quiet)
