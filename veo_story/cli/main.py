"""The program ``veo-story``: the table of commands and the way in."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from veo_story.cli.exits import OutputClosedError, run_to_exit_code
from veo_story.cli.lazy import CommandLine, LazyGroup
from veo_story.cli.output import never_fail_at_letters
from veo_story.cli.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Sequence

_WRITE, _MAKE, _TRY, _LOOK = "Write a storyboard", "Make the film", "Rehearse", "Look things up"

COMMANDS = (
    CommandLine("init", "Write a small starter storyboard.", _WRITE),
    CommandLine("check", "Find every mistake (also: validate, lint).", _WRITE, ("validate", "lint")),
    CommandLine("plan", "Show scenes, timecodes, what is to do and what it costs.", _WRITE),
    CommandLine("prompt", "Show what is sent for each scene.", _WRITE),
    CommandLine("preview", "Draw the film as an animatic, on a page to look at (free).", _WRITE),
    CommandLine("render", "Render what is missing or stale, then cut the film.", _MAKE),
    CommandLine("film", "Cut the film again from the takes that exist (free).", _MAKE),
    CommandLine("export", "Write the film for editing programs, spreadsheets and paper (free).", _MAKE),
    CommandLine("import-edit", "Bring trims and order from an editing program into the storyboard.", _MAKE),
    CommandLine("qc", "Look for faults in a finished film.", _MAKE),
    CommandLine("status", "Show what is stored, in flight, unknown and spent.", _MAKE),
    CommandLine("cost", "Show what films have cost.", _MAKE),
    CommandLine("reconcile", "Settle requests whose answer was lost.", _MAKE),
    CommandLine("caps", "Show or set what you may spend in a day and in a month.", _MAKE),
    CommandLine("takes", "List takes, or pick the one the film uses.", _MAKE),
    CommandLine("retake", "Render a scene once more; the scenes after it stay.", _MAKE),
    CommandLine("pick", "Put a take into the film.", _MAKE),
    CommandLine("approve", "Say that takes are good.", _MAKE),
    CommandLine("reject", "Say that a take is not wanted.", _MAKE),
    CommandLine("promote", "Render scenes of a draft on another tier.", _MAKE),
    CommandLine("rehearse", "Render through the paid code path on an emulator (free, no key).", _TRY),
    CommandLine("emulator", "Run a local server that speaks the services' protocols (free).", _TRY),
    CommandLine("models", "List models, limits, prices and retirement dates.", _LOOK),
    CommandLine("explain", "Explain a problem code, or who made a moment of a film.", _LOOK),
    CommandLine("schema", "Print a JSON schema.", _LOOK),
    CommandLine("doctor", "Check this machine.", _LOOK),
    CommandLine("completion", "Print the completion script of a shell.", _LOOK),
)


class Program(LazyGroup):
    """The root group: exceptions leave it as messages and exit codes."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run and leave the process with the exit code."""
        run = partial(super().main, args, prog_name, complete_var, False, windows_expand_args, **extra)
        if not standalone_mode:
            return run()
        sys.exit(run_to_exit_code(run))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse the command line (``--help`` and ``--version`` print here)."""
        try:
            return super().make_context(*args, **kwargs)
        except BrokenPipeError as error:  # click would leave with 1, which is our code for a bug
            raise OutputClosedError from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise OutputClosedError from error


def _show_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from veo_story.version import __version__

        click.echo(f"veo-story {__version__}")
        ctx.exit()


@click.group(
    cls=Program,
    table=COMMANDS,
    package="veo_story.cli.commands",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: veo-story init, veo-story render film.yaml",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
    help="Print the version and leave.",
)  # fmt: skip
@click.pass_context
def program(ctx: click.Context) -> None:
    """Write long films as YAML storyboards: check, plan, price, preview and render them."""
    if ctx.obj is None:
        ctx.obj = Shell()
    if not ctx.obj.wants_colour:
        ctx.color = False


def run() -> None:
    """The console script."""
    never_fail_at_letters()
    program(prog_name="veo-story")
