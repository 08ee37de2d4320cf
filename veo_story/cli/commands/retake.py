"""``veo-story retake``: render a scene once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from veo_story.cli import options
from veo_story.cli.render_options import rendering_options

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.cli.shell import Shell
    from veo_story.plan.takes import Seam


@click.command("retake", short_help="Render a scene once more; the scenes after it stay.")
@options.file_argument
@click.argument("scene", metavar="SCENE")
@click.option(
    "--takes", type=click.IntRange(1, 100), default=1, metavar="N", help="How many more.  [default: 1]"
)
@options.bridge_option
@options.cut_option
@click.option("--why", metavar="TEXT", help="Your reason, kept with the take.")
@click.option("-n", "--dry-run", is_flag=True, help="Show what it costs and leads to; send nothing.")
@rendering_options
@click.pass_obj
def command(
    shell: Shell,
    /,
    file: Path,
    scene: str,
    takes: int,
    seam: Seam | None,
    why: str | None,
    dry_run: bool,
    **given: Any,
) -> int:
    """Render one scene once more, and nothing else. What it costs now and later is shown first.

    Without --cut or --bridge the film stays as it is until you pick the new take. With one of them the
    newest take goes into the film, and what was made after the old one stays. Run it again to go on after
    anything: it never pays for another take than was ordered.
    """
    from veo_story.cli.render_options import wish_of
    from veo_story.cli.retaking import Asked, retake

    return retake(file, Asked(scene, takes, seam, why, dry_run), wish_of(given), shell)
