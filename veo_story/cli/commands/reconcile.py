"""``veo-story reconcile``: settle requests whose answer was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.param_types import Place, Usd

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from veo_story.cli.shell import Shell


@click.command("reconcile", short_help="Settle requests whose answer was lost.")
@options.file_argument
@click.argument("scenes", metavar="[SCENE]...", nargs=-1)
@click.option("--check", "deed", flag_value="check", help="Look for them again, and nothing else.")
@click.option("--adopt", metavar="OPERATION", help="Take this operation of the service for the answer.")
@click.option("--again", "deed", flag_value="again", help="Let the scenes be sent again (may pay twice).")
@click.option("--skip", "deed", flag_value="skip", help="Leave them as they are.")
@click.option("--settle", type=Usd(), help="Write down what it was billed; 0: it never was.")
@click.option("--attempt", metavar="ID", help="The request that is meant, where a scene has several.")
@options.variant_option
@options.renders_option
@click.option("--gcs", type=Place(), metavar="PLACE", envvar="VEO_STORY_GCS", show_envvar=True,
              help="Vertex: as for render. Lost requests are looked for where each was sent to.")  # fmt: skip
@options.json_option
@click.pass_obj
def command(
    shell: Shell,
    file: Path,
    scenes: tuple[str, ...],
    deed: str | None,
    adopt: str | None,
    settle: Decimal | None,
    attempt: str | None,
    variant: str | None,
    renders: Path,
    gcs: str | None,
    as_json: bool,
) -> int:
    """Settle paid requests whose answer was lost: nobody knows whether they were accepted and billed.

    They count as spent and are never sent again by themselves. Each is looked for first: on Vertex AI in the
    place in Cloud Storage that it was sent with, which proves it; on the Gemini API in the list of
    operations, which proves nothing, so that those are only offered. At a terminal you are asked what to do
    about each; elsewhere they are listed, and the exit code is 9 while one waits for a decision.

    What is found or adopted is brought home by the next render. Should a request that was answered never come
    home, --attempt ID --settle USD gives it up: its clip is not fetched any more. Of FILE only the name is
    used: the storyboard need not be sound.
    """
    from veo_story.cli.reconciling import Wish, reconcile_film
    from veo_story.storyboard.finish import film_file

    given = [deed, None if adopt is None else "adopt", None if settle is None else "settle"]
    deeds = [name for name in given if name is not None]
    if len(deeds) > 1:
        raise click.UsageError("only one of --check, --adopt, --again, --skip and --settle can be meant")
    file = film_file(file, variant)
    wish = Wish(
        file, scenes, deeds[0] if deeds else None, adopt, settle, attempt, renders, gcs, as_json
    )  # fmt: skip
    return reconcile_film(wish, shell)
