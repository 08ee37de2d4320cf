"""``veo-story render``: render what is missing or stale, then cut the film."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from veo_story.cli import options
from veo_story.cli.render_options import rendering_options, wish_of

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.cli.shell import Shell


@click.command("render", short_help="Render what is missing or stale, then cut the film.")
@options.files_argument
@click.option("--only", metavar="SCENES", multiple=True, help="Render only these scenes: s03..s06,s08.")
@options.gate_option
@rendering_options
@click.pass_obj
def command(shell: Shell, /, files: tuple[Path, ...], only: tuple[str, ...], gate: str, **given: Any) -> int:
    """Render what is missing or stale of films, then cut them. Run it again to go on after anything.

    What it may cost is shown first, and asked about when it is over budget.confirm_over_usd or pays again
    for a scene that gave no take. A FILE may be a plan that "veo-story plan -o" saved: then nothing but that
    plan is paid for, and nothing at all when it is no longer the plan of today. With --gate, paid takes wait
    for a person: at a terminal you are asked, elsewhere the run ends with 4 and a list of them.

    Ctrl-C once stops sending and leaves a state to go on from; twice leaves at once. Of several films' exit
    codes the first of 130, 1, 12, 9, 8, 7, 5, 6, 11, 3, 4 counts.
    """
    from veo_story.cli.rendering import render_films
    from veo_story.plan.gate import Gate

    return render_films(files, replace(wish_of(given), only=only, gate=Gate(gate)), shell)
