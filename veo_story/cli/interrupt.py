"""Signals during a render: the first stops softly, the second leaves; a closed terminal stops softly too."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from veo_story.cli.exits import INTERRUPTED
from veo_story.cli.output import silence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


@contextmanager
def on_interrupt(first: Callable[[], None], second: Callable[[], None]) -> Iterator[None]:
    """Call ``first`` in the running loop at the first signal; at the next ``second``, and leave the process.

    The signals are SIGINT, SIGTERM and, where there is one, SIGHUP: the terminal was closed, and what the run
    says goes nowhere from then on. A terminal that goes sends SIGHUP more than once, so that it is never a
    second signal; under ``nohup`` it stays ignored.

    Leaving is the hard way: threads that encode would keep a polite exit waiting. What is stored stays
    stored, as after a power cut; worker processes end when their pipes close.
    """
    presses = 0
    terminals = [stream for stream in (sys.stdout, sys.stderr) if stream.isatty()]

    def hung_up() -> None:
        nonlocal presses
        for stream in terminals:
            if not stream.isatty():  # it was one when we began: somebody closed it
                silence(stream)
        if presses == 0:
            presses = 1
            first()

    def pressed() -> None:
        nonlocal presses
        presses += 1
        if presses == 1:
            first()
            return
        try:
            second()
        finally:
            os._exit(INTERRUPTED)

    restore = _install(asyncio.get_running_loop(), _meanings(pressed, hung_up))
    try:
        yield
    finally:
        restore()


def _meanings(
    pressed: Callable[[], None], hung_up: Callable[[], None]
) -> dict[signal.Signals, Callable[[], None]]:
    """What each signal does. Whoever has SIGHUP ignored wants the run to outlive the terminal."""
    meanings = {signal.SIGINT: pressed, signal.SIGTERM: pressed}
    hangup = getattr(signal, "SIGHUP", None)  # not on Windows
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        meanings[hangup] = hung_up
    return meanings


def _install(
    loop: asyncio.AbstractEventLoop, meanings: dict[signal.Signals, Callable[[], None]]
) -> Callable[[], None]:
    try:
        for number, act in meanings.items():
            loop.add_signal_handler(number, act)
    except NotImplementedError:  # Windows
        return _install_plain(loop, meanings)

    def restore() -> None:
        for number in meanings:
            loop.remove_signal_handler(number)

    return restore


def _install_plain(
    loop: asyncio.AbstractEventLoop, meanings: dict[signal.Signals, Callable[[], None]]
) -> Callable[[], None]:
    def handler(number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(meanings[signal.Signals(number)])

    before = [(number, signal.signal(number, handler)) for number in meanings]

    def restore() -> None:
        for number, old in before:
            signal.signal(number, old)

    return restore
