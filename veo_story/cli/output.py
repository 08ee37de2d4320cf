"""Where words go: results to stdout, everything else to stderr."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import click

from veo_story.cli.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

_STYLES: Mapping[str, Mapping[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "note": {"fg": "cyan", "bold": True},
    "ok": {"fg": "green"},
    "dim": {"dim": True},
    "strong": {"bold": True},
}


def result(text: str) -> None:
    """Print a result."""
    click.echo(text)


def say(text: str) -> None:
    """Print something about the run: progress, problems, hints."""
    click.echo(text, err=True)


def result_json(value: object) -> None:
    """Print a result as one JSON document."""
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def styled(text: str, style: str) -> str:
    """The text in one of the house's styles; colour is dropped where the stream shows none."""
    return click.style(text, **_STYLES[style])


def error_line(message: str, hint: str | None = None) -> str:
    """``error: message`` and, below it, ``fix: hint``."""
    lines = [f"{styled('error', 'error')}: {_block(message)}"]
    if hint:
        lines.append(f"{styled('fix', 'note')}: {_block(hint)}")
    return "\n".join(lines)


def _block(text: str) -> str:
    return "\n  ".join(visible(line) for line in text.splitlines())


def width() -> int:
    """Columns to fill: the terminal's, at least 60; 100 where there is no terminal."""
    return max(shutil.get_terminal_size((100, 24)).columns, 60)
