"""``veo-story doctor``: is this machine fit to make films?"""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.output import result, result_json, styled, width
from veo_story.cli.text import visible
from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.cli.finding import Finding
    from veo_story.cli.shell import Shell

_INDENT = 19
_STYLES = {"ok": "ok", "warn": "warning", "fail": "error"}


@click.command("doctor", short_help="Check this machine.")
@options.renders_option
@options.json_option
@click.pass_obj
def command(shell: Shell, renders: Path, as_json: bool) -> int:
    """Check this machine: Python, packages, ffmpeg, fonts, disk, clock, models, credentials, endpoints.

    Nothing is sent. Credentials are looked at by name, never shown. Ends with 6 when something is missing.
    """
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


def _line(finding: Finding) -> str:
    state = styled(finding.state.ljust(4), _STYLES[finding.state])  # padded first: colours take no columns
    lines = textwrap.wrap(
        visible(finding.text), max(width() - _INDENT, 40), break_long_words=False, break_on_hyphens=False
    )
    if finding.fix is not None:
        lines.append(f"fix: {finding.fix}")
    return f"{state}  {finding.name:<12} " + f"\n{'':{_INDENT}}".join(lines)
