"""Ctrl-C and SIGTERM during a render: the first stops softly, the second leaves at once."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from veo_story.cli.exits import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def on_interrupt(first: Callable[[], None], second: Callable[[], None]) -> Iterator[None]:
    """Call ``first`` in the running loop at the first signal; at the next ``second``, and leave the process.

    Leaving is the hard way: threads that encode would keep a polite exit waiting. What is stored stays
    stored, as after a power cut; worker processes end when their pipes close.
    """
    presses = 0

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

    restore = _install(asyncio.get_running_loop(), pressed)
    try:
        yield
    finally:
        restore()


def _install(loop: asyncio.AbstractEventLoop, pressed: Callable[[], None]) -> Callable[[], None]:
    try:
        for number in _SIGNALS:
            loop.add_signal_handler(number, pressed)
    except NotImplementedError:  # Windows
        return _install_plain(loop, pressed)

    def restore() -> None:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    return restore


def _install_plain(loop: asyncio.AbstractEventLoop, pressed: Callable[[], None]) -> Callable[[], None]:
    def handler(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(pressed)

    before = [(number, signal.signal(number, handler)) for number in _SIGNALS]

    def restore() -> None:
        for number, old in before:
            signal.signal(number, old)

    return restore
