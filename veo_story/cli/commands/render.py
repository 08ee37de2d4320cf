"""``veo-story render``: render what is missing or stale, then cut the film."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from veo_story.cli import options

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.cli.shell import Shell


class _Usd(click.ParamType[Decimal]):
    name = "USD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            amount = Decimal(str(value))
        except ArithmeticError:
            self.fail(f"{value!r} is not an amount of money", param, ctx)
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value!r} is not an amount of money", param, ctx)
        return amount


@click.command("render", short_help="Render what is missing or stale, then cut the film.")
@options.files_argument
@click.option("--only", metavar="SCENES", multiple=True, help="Render only these scenes: s03..s06,s08.")
@click.option("--backend", metavar="BACKEND", help="Render on another backend than the storyboard's.")
@click.option("--max-usd", type=_Usd(), help="The film may cost no more than this, all takes together.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before spending.")
@click.option("-j", "--concurrency", type=click.IntRange(1, 64), metavar="N",
              help="Chains side by side, over all films.  [default: the storyboard's, 2]")  # fmt: skip
@options.local_result_option
@options.renders_option
@options.allow_outside_option
@options.strict_option
@click.option("--json", "as_json", is_flag=True, help="Print events as JSON lines.")
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    files: tuple[Path, ...],
    only: tuple[str, ...],
    backend: str | None,
    max_usd: Decimal | None,
    yes: bool,
    concurrency: int | None,
    local_result: options.Returns | None,
    renders: Path,
    allow_outside: bool,
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Render what is missing or stale of films, then cut them. Run it again to go on after anything.

    What it may cost is shown first, and asked about when it is over budget.confirm_over_usd. Ctrl-C once
    stops sending and leaves a state to go on from; twice leaves at once. Of several films' exit codes the
    first of 130, 1, 12, 9, 8, 7, 5, 6, 11, 3, 4 counts.
    """
    from veo_story.cli.checking import Wanted
    from veo_story.cli.rendering import Wish, render_films

    wanted = Wanted(backend, local_result, allow_outside, strict)
    wish = Wish(
        wanted=wanted, renders=renders, only=only, max_usd=max_usd, yes=yes, concurrency=concurrency,
        as_json=as_json, quiet=quiet,
    )  # fmt: skip
    return render_films(files, wish, shell)
