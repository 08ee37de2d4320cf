"""Events as plain lines on stderr, for logs."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Self, assert_never

from veo_story.cli.output import error_line, say
from veo_story.cli.progress.board import duration
from veo_story.cli.text import count
from veo_story.cli.timing import seconds
from veo_story.engine.events import (
    Event,
    RunEnded,
    RunStarted,
    StepFailed,
    StepKept,
    StepProgress,
    StepRemark,
    StepRetried,
    StepSkipped,
    StepStarted,
    StepStored,
)
from veo_story.money import usd

if TYPE_CHECKING:
    from datetime import datetime


class PlainLines:
    """Prints a line where something changed; progress within a step and kept takes are left out."""

    def __init__(self) -> None:
        self._began: dict[tuple[str, str], datetime] = {}

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
        """Print the event's line, if it has one."""
        line = self._line(event)
        if line is not None:
            say(f"{event.film}: {line}")

    def remark(self, text: str) -> None:
        """Print a line."""
        say(text)

    def _line(self, event: Event) -> str | None:
        match event:
            case RunStarted():
                what = f"{event.to_do} of {count(event.scenes, 'scene')} to render"
                return what if event.to_do else None
            case StepStarted():
                self._began[event.film, event.scene_id] = event.at
                price = f", {usd(event.expected_usd)} USD" if event.expected_usd else ""
                verb = "picked up again" if event.resumed else "started"
                return f"{event.scene_id} {verb} ({event.mode}, {seconds(event.new_frames)} s{price})"
            case StepRetried() | StepRemark():
                return said(event)
            case StepStored():
                began = self._began.get((event.film, event.scene_id), event.at)
                return f"{event.scene_id} done in {duration((event.at - began).total_seconds())}"
            case StepFailed():
                return f"{event.scene_id} failed\n{error_line(event.error.message, event.error.hint)}"
            case StepSkipped():
                return f"{event.scene_id} skipped: {event.because}"
            case RunEnded():
                return ended(event)
            case StepKept() | StepProgress():
                return None
            case _:
                assert_never(event)


def said(event: StepRetried | StepRemark) -> str:
    """One line on what happened to a step on its way."""
    if isinstance(event, StepRetried):
        return f"{event.scene_id} is asked for again: {event.because}"
    return f"{event.scene_id}: {event.text}"


def ended(event: RunEnded) -> str | None:
    """One line on how a run went; None when there was nothing to do."""
    counts = ((event.stored, "made"), (event.failed, "failed"), (event.skipped, "skipped"))
    done = [f"{number} {what}" for number, what in counts if number]
    if not done:
        return None
    if event.kept:
        done.append(f"{event.kept} kept")
    if event.cost_usd:
        done.append(f"{usd(event.run_usd)} USD now, {usd(event.cost_usd)} USD in all")
    return ", ".join(done)
