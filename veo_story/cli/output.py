"""Where words go: results to stdout, everything else to stderr."""

from __future__ import annotations

import io
import os
import shutil
import sys
from typing import IO, TYPE_CHECKING, Any

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
    """Print something about the run: progress, problems, hints.

    When nobody can hear it any more (a closed terminal, a full disk), the work goes on in silence.
    """
    try:
        click.echo(text, err=True)
    except OSError:
        silence(sys.stderr)


def silence(stream: IO[str]) -> None:
    """Let all that is still written to a stream go nowhere.

    The interpreter flushes it once more on its way out; that must not fail loudly.
    """
    try:
        place = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
    except (OSError, ValueError):
        return
    os.dup2(nowhere, place)
    os.close(nowhere)


class Unheard:
    """stderr for whoever draws there by himself: it never fails, though nobody may be there to see it."""

    @property
    def encoding(self) -> str:
        """That of stderr."""
        return sys.stderr.encoding

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return sys.stderr.isatty()

    def fileno(self) -> int:
        """The number of stderr."""
        return sys.stderr.fileno()

    def write(self, text: str) -> int:
        """Write, or be silent from now on."""
        try:
            return sys.stderr.write(text)
        except OSError:
            silence(sys.stderr)
            return len(text)

    def flush(self) -> None:
        """Flush, or be silent from now on."""
        try:
            sys.stderr.flush()
        except OSError:
            silence(sys.stderr)


def result_json(value: object) -> None:
    """Print a result as one JSON document."""
    click.echo(json_text(value, indent=2))


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON for stdout: in plain letters where stdout can show them, else escaped."""
    import json

    shows_all = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return json.dumps(value, indent=indent, ensure_ascii=not shows_all)


def never_fail_at_letters() -> None:
    """Let letters that a stream cannot show become escapes instead of a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


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
