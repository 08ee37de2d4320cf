"""Events as JSON lines on stdout, one a line, for programs."""

from __future__ import annotations

import re
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from veo_story.cli.output import json_text, result, say, silence
from veo_story.errors import VeoStoryError
from veo_story.plan.takes import Take

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.engine.events import Event

_KEYS = {"chain_id": "chain", "scene_id": "scene"}


class JsonLines:
    """Prints each event as it comes.

    When the reader has gone away, ``lost`` is called and the rest goes nowhere: an event must never fail, it
    would end a request on its way.
    """

    def __init__(self, lost: Callable[[], None] = lambda: None) -> None:
        self._lost = lost

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def paused(self) -> AbstractContextManager[None]:
        """Nothing is up."""
        return nullcontext()

    def close(self) -> None:
        """Nothing is up."""

    def __call__(self, event: Event) -> None:
        """Print one event."""
        try:
            result(json_text(as_data(event)))
        except OSError:
            silence(sys.stdout)
            self._lost()

    def remark(self, text: str) -> None:
        """Print a remark on stderr: stdout holds nothing but JSON."""
        say(text)


def as_data(event: Event) -> dict[str, Any]:
    """An event as plain data: ``event`` is its kind, money is a decimal string in USD."""
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    values = {_KEYS.get(f.name, f.name): _plain(getattr(event, f.name)) for f in fields(event)}
    return {"event": kind, **values}


def error_data(error: VeoStoryError) -> dict[str, Any]:
    """An error as plain data."""
    return {
        "kind": type(error).__name__,
        "message": error.message,
        "fix": error.hint,
        "exit_code": error.exit_code,
    }


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, VeoStoryError):
        return error_data(value)
    if isinstance(value, Take):
        return {"id": value.id, "clip": str(value.clip), "frames": value.new_frames, "sha256": value.sha256}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
