"""``veo-story doctor``: is this machine fit to make films?"""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.exits import show, worst
from veo_story.cli.output import result, result_json, styled, width
from veo_story.cli.text import visible
from veo_story.errors import ConfigError, VeoStoryError

if TYPE_CHECKING:
    from veo_story.cli.finding import Finding
    from veo_story.cli.shell import Shell

_INDENT = 19
_STYLES = {"ok": "ok", "warn": "warning", "fail": "error"}


@click.command("doctor", short_help="Check this machine.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--repair", is_flag=True, help="Make the ledgers of these films anew where they are damaged.")
@options.renders_option
@options.json_option
@click.pass_obj
def command(shell: Shell, files: tuple[Path, ...], repair: bool, renders: Path, as_json: bool) -> int:
    """Check this machine: Python, packages, ffmpeg, fonts, disk, clock, models, credentials, endpoints.

    Nothing is sent. Credentials are looked at by name, never shown. Ends with 6 when something is missing.

    With --repair the ledger of each film is looked at instead. A sound one is left alone. A damaged or lost
    one is made anew from what can still be read of it, from the account of this user and from the takes on
    the disk; the damaged file is kept. Ends with 12 when that cannot be done. Of FILE only the name is used.
    """
    if repair != bool(files):
        raise click.UsageError("--repair needs a FILE, and a FILE needs --repair")
    if repair:
        return _repair(shell, files, renders, as_json=as_json)
    from veo_story.cli.machine import examine

    findings = []
    for finding in examine(shell.environ, renders, shell.now()):
        findings.append(finding)
        if not as_json:
            result(_line(finding))
    if as_json:
        result_json([asdict(finding) for finding in findings])
    broken = any(finding.state == "fail" for finding in findings)
    return ConfigError.exit_code if broken else 0


def _repair(shell: Shell, files: tuple[Path, ...], renders: Path, *, as_json: bool) -> int:
    """Repair one film after another; one that cannot be does not keep the others from it."""
    from veo_story.cli.repairing import repair_film

    codes, told = [0], []
    for file in files:
        try:
            told.append(repair_film(file, renders, shell.account, shell.now()))
        except VeoStoryError as error:
            codes.append(show(error))
            continue
        if not as_json:
            for line in told[-1].lines():
                result(visible(line))
    if as_json:
        result_json([one.data() for one in told])
    return worst(codes)


def _line(finding: Finding) -> str:
    state = styled(finding.state.ljust(4), _STYLES[finding.state])  # padded first: colours take no columns
    lines = textwrap.wrap(
        visible(finding.text), max(width() - _INDENT, 40), break_long_words=False, break_on_hyphens=False
    )
    if finding.fix is not None:
        lines.append(f"fix: {finding.fix}")
    return f"{state}  {finding.name:<12} " + f"\n{'':{_INDENT}}".join(lines)
