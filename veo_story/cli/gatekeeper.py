"""The gate at a terminal: takes are shown to a person one by one, while the rest of the run goes on."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
import threading
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veo_story.cli.output import Unheard
from veo_story.cli.same_plan import same_plan
from veo_story.cli.text import count, visible
from veo_story.engine.approvals import Answer, named
from veo_story.engine.stop import Stopped
from veo_story.errors import ApprovalNeeded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from typing import TextIO

    from veo_story.cli.checking import Wanted
    from veo_story.engine.approvals import Asker
    from veo_story.engine.run import RunResult
    from veo_story.engine.stop import StopSignal
    from veo_story.plan.takes import Take

_CHOICES = "[a]pprove, [r]eject (and why), [l]ater"


class Gatekeeper:
    """Asks about takes, one at a time over all films of a command.

    ``read_line`` gives what the person types, with its line end; an empty text is the end of all input.
    ``paused`` takes the display down for as long as a question stands.
    """

    def __init__(
        self, read_line: Callable[[], Awaitable[str]], paused: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._read_line = read_line
        self._paused = paused
        self._asking = asyncio.Lock()
        self._is_alone = False

    async def __call__(self, film: str, take: Take) -> Answer:
        """What the person says; ``later`` from the moment on when nobody is there any more."""
        async with self._asking:
            if self._is_alone:
                return Answer("later")
            with self._paused():
                return await self._ask(f"{film}: {named([take])}: {visible(str(take.clip))}  {_CHOICES}: ")

    async def _ask(self, question: str) -> Answer:
        screen = Unheard()
        while True:
            screen.write(question)
            screen.flush()
            line = await self._read_line()
            if not line:
                self._is_alone = True
                screen.write("\n")
                return Answer("later")
            answer = parse(line)
            if answer is not None:
                return answer


def parse(line: str) -> Answer | None:
    """The answer in a line: ``a``, ``l``, ``r too dark``, or the words in full. None for anything else."""
    word, _, rest = line.strip().partition(" ")
    if word.lower() in ("r", "reject"):
        return Answer("reject", rest.strip())
    if rest:
        return None
    if word.lower() in ("a", "approve"):
        return Answer("approve")
    return Answer("later") if word.lower() in ("l", "later") else None


def somebody_is_there() -> bool:
    """Whether a person can be asked: what is typed comes in, and what is asked is seen."""
    return sys.stdin.isatty() and sys.stderr.isatty()


async def typed_line(stream: TextIO | None = None) -> str:
    """The next line that is typed, empty at the end of input. Cancelled, it leaves nothing behind."""
    source = stream or sys.stdin
    loop = asyncio.get_running_loop()
    number = source.fileno()
    line: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        loop.remove_reader(number)
        with suppress(OSError):  # the terminal is gone
            line.set_result(os.read(number, 4096).decode("utf-8", "replace"))
        if not line.done():
            line.set_result("")

    try:
        loop.add_reader(number, read)
    except NotImplementedError:  # Windows
        return await line_in_a_thread(source)
    try:
        return await line
    finally:
        loop.remove_reader(number)


async def line_in_a_thread(stream: TextIO) -> str:
    """The same where the loop cannot watch a terminal; the thread does not keep the program from ending."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def hand_over(text: str) -> None:
        if not line.done():
            line.set_result(text)

    def read() -> None:
        text = stream.readline()
        with suppress(RuntimeError):  # the run is over, and the loop with it
            loop.call_soon_threadsafe(hand_over, text)

    threading.Thread(target=read, daemon=True).start()
    return await line


async def ask_in_the_end(
    film: str, folder: Path, waiting: Iterable[Take], ask: Asker, stop: StopSignal
) -> tuple[Take, ...]:
    """Ask about the takes of a film that is made; write the answers down, return those that still wait."""
    left: list[Take] = []
    for take in waiting:
        try:
            answer = Answer("later") if stop.is_set else await stop.race(ask(film, take))
        except Stopped:
            answer = Answer("later")
        if answer.verdict != "later":
            _write_down(folder, take, answer)
        if answer.verdict != "approve":
            left.append(replace(take, rejected=answer.reason) if answer.verdict == "reject" else take)
    return tuple(left)


def _write_down(folder: Path, take: Take, answer: Answer) -> None:
    from veo_story.cli.choosing import deciding

    with deciding(folder) as ledger:
        if answer.verdict == "approve":
            ledger.approve(take.id)
        else:
            ledger.reject(take.id, answer.reason)


def needed(
    film: str, run: RunResult, storyboard: Path, renders: Path, wanted: Wanted
) -> ApprovalNeeded | None:
    """What a run still needs a person for, with the command that gives it; None when it needs nobody."""
    if not run.waiting and not run.held:
        return None
    waiting = [take for take in run.waiting if take.rejected is None]
    rejected = [take for take in run.waiting if take.rejected is not None]
    told = [f"{count(len(waiting), 'take')} {'wait' if len(waiting) > 1 else 'waits'} for your approval"]
    if rejected:
        told.append(f"{named(rejected)} was rejected")
    if run.held:
        told.append(f"{', '.join(run.held)} not sent")
    lines = [f"{film}: {', '.join(told if waiting else told[1:])}"]
    lines += [f"{named([take])}  {take.id}  {take.clip}" for take in waiting]
    return ApprovalNeeded(
        "\n".join(lines), hint=_way_on(waiting, rejected, same_plan(storyboard, wanted, renders))
    )


def _way_on(waiting: list[Take], rejected: list[Take], given: list[str]) -> str:
    if not waiting:
        return "render again: another take is made" if rejected else "veo-story status shows what is there"
    words = ["veo-story", "approve", *given[:1], *(take.scene_id for take in waiting), *given[1:]]
    return f"look at the clips, then: {shlex.join(words)}"


def waiting_data(film: str, run: RunResult) -> dict[str, Any]:
    """The same for programs."""
    takes = [
        {"scene": t.scene_id, "number": t.number, "take": t.id, "clip": str(t.clip), "rejected": t.rejected}
        for t in run.waiting
    ]
    return {"event": "approval_needed", "film": film, "waiting": takes, "held": list(run.held)}
