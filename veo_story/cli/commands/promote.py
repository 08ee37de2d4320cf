"""``veo-story promote``: render scenes of a draft on another tier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import click

from veo_story.cli import options
from veo_story.cli.render_options import rendering_options

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.cli.shell import Shell

_WAYS = click.Choice(["cut", "bridge", "onward"])


@click.command("promote", short_help="Render scenes of a draft on another tier.")
@options.file_argument
@click.argument("scenes", metavar="SCENES...", nargs=-1, required=True)
@click.option(
    "--to",
    type=click.Choice(["standard", "fast", "lite"]),
    default="standard",
    help="The tier.  [default: standard]",
)
@click.option("--cut", "way", flag_value="cut", type=_WAYS,
              help="The scenes after each stay; the film cuts to them. This is the default.")  # fmt: skip
@click.option("--bridge", "way", flag_value="bridge", type=_WAYS,
              help="The scenes after each stay; interpolations lead to them.")  # fmt: skip
@click.option("--onward", "way", flag_value="onward", type=_WAYS,
              help="All that is made from them is made anew.")  # fmt: skip
@click.option("--undo", is_flag=True, help="Back to the tier of the storyboard, and to the old takes (free).")
@click.option("-n", "--dry-run", is_flag=True, help="Show what it costs and leads to; send nothing.")
@rendering_options
@click.pass_obj
def command(
    shell: Shell,
    /,
    file: Path,
    scenes: tuple[str, ...],
    to: str,
    way: Literal["cut", "bridge", "onward"] | None,
    undo: bool,
    dry_run: bool,
    **given: Any,
) -> int:
    """Render just these scenes (s02,s05..s07) on another tier and put them into the film.

    The takes of the draft are kept: --undo brings them back. What it costs is shown first. Run it again to go
    on after anything. A draft that was rendered with --tier wants that here too.
    """
    from veo_story.cli.promoting import Asked, promote, take_back
    from veo_story.cli.render_options import wish_of

    if undo:
        return take_back(file, scenes, wish_of(given), shell)
    return promote(file, Asked(scenes, to, way, dry_run), wish_of(given), shell)
