"""``veo-story render``: render what is missing or stale, then cut the film."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.logs import LEVELS
from veo_story.cli.param_types import Label, Place, Usd

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from veo_story.cli.shell import Shell


@click.command("render", short_help="Render what is missing or stale, then cut the film.")
@options.files_argument
@click.option("--only", metavar="SCENES", multiple=True, help="Render only these scenes: s03..s06,s08.")
@click.option("--backend", metavar="BACKEND", help="Render on another backend than the storyboard's.")
@options.tier_option
@click.option("--max-usd", type=Usd(), help="The film may cost no more than this, all takes together.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before spending.")
@click.option("-j", "--concurrency", type=click.IntRange(1, 64), metavar="N",
              help="Chains side by side, over all films.  [default: the storyboard's, 2]")  # fmt: skip
@click.option("--gcs", type=Place(), metavar="PLACE", envvar="VEO_STORY_GCS", show_envvar=True,
              help="Vertex: keep inputs and results at gs://bucket/prefix.")  # fmt: skip
@click.option("--label", "labels", type=Label(), metavar="KEY=VALUE", multiple=True,
              help="Vertex: a label for the bill, sent with every request. May be repeated.")  # fmt: skip
@click.option("--allow-retired", is_flag=True, help="Ask models that are known to be switched off.")
@options.gate_option
@options.local_result_option
@options.renders_option
@options.allow_outside_option
@options.strict_option
@click.option("--json", "as_json", is_flag=True, help="Print events as JSON lines.")
@click.option("--log-level", type=click.Choice(LEVELS), metavar="|".join(LEVELS),
              help="Show requests and answers on stderr, without keys.")  # fmt: skip
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    files: tuple[Path, ...],
    only: tuple[str, ...],
    backend: str | None,
    tier: str | None,
    max_usd: Decimal | None,
    yes: bool,
    concurrency: int | None,
    gcs: str | None,
    labels: tuple[tuple[str, str], ...],
    allow_retired: bool,
    gate: str,
    local_result: options.Returns | None,
    renders: Path,
    allow_outside: bool,
    strict: bool,
    as_json: bool,
    log_level: str | None,
    quiet: bool,
) -> int:
    """Render what is missing or stale of films, then cut them. Run it again to go on after anything.

    What it may cost is shown first, and asked about when it is over budget.confirm_over_usd or pays again
    for a scene that gave no take. A FILE may be a plan that "veo-story plan -o" saved: then nothing but that
    plan is paid for, and nothing at all when it is no longer the plan of today. With --gate, paid takes wait
    for a person: at a terminal you are asked, elsewhere the run ends with 4 and a list of them.

    Ctrl-C once stops sending and leaves a state to go on from; twice leaves at once. Of several films' exit
    codes the first of 130, 1, 12, 9, 8, 7, 5, 6, 11, 3, 4 counts.
    """
    from veo_story.cli.checking import Wanted
    from veo_story.cli.rendering import Wish, render_films
    from veo_story.making import Service
    from veo_story.plan.gate import Gate

    wanted = Wanted(backend, local_result, allow_outside, strict, tier)
    service = Service(gcs, dict(labels), allow_retired)
    wish = Wish(
        wanted=wanted, renders=renders, only=only, max_usd=max_usd, yes=yes, concurrency=concurrency,
        service=service, gate=Gate(gate), log_level=log_level, as_json=as_json, quiet=quiet,
    )  # fmt: skip
    return render_films(files, wish, shell)
