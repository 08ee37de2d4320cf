"""``veo-story check``: every mistake at once, with its place and its fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.checking import Wanted, check_bible_file, check_file
from veo_story.cli.output import result, width
from veo_story.cli.reporters import FileCheck
from veo_story.cli.text import count
from veo_story.cli.timing import seconds
from veo_story.errors import StoryboardError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from veo_story.cli.shell import Shell

FORMATS = ("text", "json", "github", "sarif")


@click.command("check", short_help="Find every mistake.")
@options.files_argument
@click.option("--format", "style", type=click.Choice(FORMATS), default="text", show_default=True,
              help="How to show problems; github and sarif are for CI.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@options.strict_option
@options.for_option
@options.tier_option
@options.allow_outside_option
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    files: tuple[Path, ...],
    style: str,
    as_json: bool,
    strict: bool,
    backend: str | None,
    tier: str | None,
    allow_outside: bool,
    quiet: bool,
) -> int:
    """Find every mistake in storyboards and bibles, with its place and how to mend it.

    Nothing is rendered, sent or written. Ends with 3 when there is an error, or a warning with --strict.
    A problem is silenced on its line by the comment "# lint: off CODE".
    """
    wanted = Wanted(backend=backend, allow_outside=allow_outside, strict=strict, tier=tier)
    checks = [_check(file, shell, wanted) for file in files]
    shown = _render(checks, "json" if as_json else style, quiet=quiet)
    if shown:
        result(shown)
    return 0 if all(check.ok for check in checks) else StoryboardError.exit_code


def _check(file: Path, shell: Shell, wanted: Wanted) -> FileCheck:
    checked = check_file(file, shell, wanted)
    if checked.storyboard is None:
        of_bible = check_bible_file(file, wanted)
        if of_bible is not None:
            return FileCheck(str(file), of_bible, f"{file}: a bible")
    summary = str(file)
    if checked.plan is not None:
        scenes = count(len(checked.plan.placements), "scene")
        summary = f"{file}: {scenes}, {seconds(checked.plan.frames)} s"
    return FileCheck(str(file), checked.problems, summary)


def _render(checks: Sequence[FileCheck], style: str, *, quiet: bool) -> str:
    if style == "json":
        from veo_story.cli.reporters import json

        return json.render(checks)
    if style == "github":
        from veo_story.cli.reporters import github

        return github.render(checks)
    if style == "sarif":
        from veo_story.cli.reporters import sarif

        return sarif.render(checks)
    from veo_story.cli.reporters import text

    return text.render(checks, width=width(), summary=not quiet)
