"""``veo-story pick``: put a take into the film."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.film_options import film_options

if TYPE_CHECKING:
    from veo_story.cli.film_options import FilmFile
    from veo_story.cli.shell import Shell
    from veo_story.plan.takes import Seam


@click.command("pick", short_help="Put a take into the film.")
@options.file_argument
@click.argument("scene", metavar="SCENE")
@click.argument("take", metavar="N|ID|auto")
@options.bridge_option
@options.cut_option
@film_options
@options.json_option
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    film: FilmFile,
    scene: str,
    take: str,
    seam: Seam | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Let a take serve for its scene from now on; "auto" lets the program choose again.

    Takes have numbers and ids: veo-story takes lists them. What was made from another take of the scene
    becomes stale, and its price is shown; --cut and --bridge let it stay. A take that others were made from
    brings them back. Picking sends nothing.
    """
    from veo_story.cli.output import result, result_json
    from veo_story.cli.picking import carry_out, show_pick, weigh_pick

    opened = film.open(shell)
    picked = weigh_pick(opened, scene, take, seam)
    if not quiet and not as_json:
        show_pick(picked)
    carry_out(opened, picked, shell)
    if as_json:
        result_json(picked.data())
    elif not quiet:
        result("\n".join(picked.sentences()))
