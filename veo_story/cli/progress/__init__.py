"""What a run tells while it goes on: a live display, plain lines, JSON lines, or nothing."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from veo_story.engine.events import Event


class Reporter(AbstractContextManager["Reporter"], Protocol):
    """Takes the events of all films of a run, in the order they happen."""

    def __call__(self, event: Event) -> None:
        """Show one event."""
        ...

    def remark(self, text: str) -> None:
        """Show a line that is no event, without disturbing the display."""
        ...

    def paused(self) -> AbstractContextManager[None]:
        """A context in which a person can be asked: nothing is drawn, remarks come after it."""
        ...

    def close(self) -> None:
        """Take the display down; also done when the context ends."""
        ...


class Silence:
    """Shows nothing (``--quiet``)."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __call__(self, event: Event) -> None:
        """Swallow the event."""

    def remark(self, text: str) -> None:
        """Swallow the remark."""

    def paused(self) -> AbstractContextManager[None]:
        """Nothing is up."""
        return nullcontext()

    def close(self) -> None:
        """Nothing is up."""


def open_reporter(
    *,
    as_json: bool,
    quiet: bool,
    now: Callable[[], datetime],
    width: int | None = None,
    colour: bool = True,
    lost: Callable[[], None] = lambda: None,
) -> Reporter:
    """The reporter for this run: live on a terminal, else plain lines.

    ``lost`` is called when the program that reads the JSON lines has gone away.
    Nothing heavy is imported until there is something to draw.
    """
    if as_json:
        from veo_story.cli.progress.jsonl import JsonLines

        return JsonLines(lost)
    if quiet:
        return Silence()
    if sys.stderr.isatty():
        from veo_story.cli.progress.live import LiveDisplay

        return LiveDisplay(now, width=width, colour=colour)
    from veo_story.cli.progress.plain import PlainLines

    return PlainLines()
