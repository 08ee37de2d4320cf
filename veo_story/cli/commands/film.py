"""``veo-story film``: cut the film again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from veo_story import making
from veo_story.cli import options
from veo_story.cli.checking import Wanted
from veo_story.cli.film_view import film_data, show_film
from veo_story.cli.opened import open_film
from veo_story.cli.output import result_json

if TYPE_CHECKING:
    from veo_story.cli.shell import Shell


@click.command("film", short_help="Cut the film again from the takes that exist (free).")
@options.file_argument
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="PATH",
              help="Also copy the film there.")  # fmt: skip
@options.renders_option
@options.for_option
@options.tier_option
@options.local_result_option
@options.allow_outside_option
@options.json_option
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    file: Path,
    output: Path | None,
    renders: Path,
    backend: str | None,
    tier: str | None,
    local_result: options.Returns | None,
    allow_outside: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Cut the film again from the takes that exist. Free: nothing is rendered or sent.

    Needed after a change of trim, titles or picks. A film that would come out the same is left alone.
    """
    wanted = Wanted(backend, local_result, allow_outside, tier=tier)
    opened = open_film(file, shell, wanted, renders, quiet=quiet)
    plan = opened.plan
    report = making.cut(opened.storyboard, plan, opened.stored.serving(plan), opened.folder)
    if output is not None and output.resolve() != report.path.resolve():
        import shutil

        shutil.copyfile(report.path, output)
    if as_json:
        result_json(film_data(plan.film, report))
    else:
        show_film(report, output or report.path, quiet=quiet)
