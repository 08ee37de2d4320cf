"""The worker process: one order a line comes in, lines of JSON go out.

It ends when its input ends, in the middle of a clip too: a killed parent leaves nobody behind.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Render orders until the input ends."""
    # Ctrl-C belongs to the parent, which decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    orders: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin, orders), daemon=True).start()
    _load()
    # What is loaded stays; what a frame leaves behind is seldom a cycle.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    while True:
        _serve(orders.get(), _teller(answers))


def _load() -> None:
    """Load the renderer and draw something small, so that all it reads once is read when an order comes.

    What goes wrong here goes wrong with the first order too, and is told then.
    """
    with contextlib.suppress(Exception):
        from veo_story.backends.local.order import RenderOrder
        from veo_story.backends.local.render import frame_of
        from veo_story.storyboard.model import Mode

        frame_of(RenderOrder("", Mode.OPEN, (64, 36), 24, Path(), prompt="A person in a room."), 0)


def _listen(source: TextIO, orders: SimpleQueue[str]) -> None:
    for line in source:
        orders.put(line)
    _end()


def _end() -> None:
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)  # an ffmpeg of ours goes too
    os._exit(0)


def _teller(answers: TextIO) -> Callable[[dict[str, Any]], None]:
    def tell(answer: dict[str, Any]) -> None:
        try:
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
        except BrokenPipeError:
            _end()

    return tell


def _serve(line: str, tell: Callable[[dict[str, Any]], None]) -> None:
    from veo_story.backends.local.order import order_from_json
    from veo_story.backends.local.render import render
    from veo_story.errors import VeoStoryError

    try:
        render(
            order_from_json(line),
            lambda share: tell({"progress": share}),
            lambda state: tell({"state": state}),
        )
    except VeoStoryError as error:
        tell({"error": type(error).__name__, "message": error.message, "hint": error.hint})
    except Exception as error:  # noqa: BLE001 (a bug here must not hang the parent: it is told, and shown)
        tell({"error": "GenerationError", "message": f"{type(error).__name__}: {error}", "hint": None})
    else:
        tell({"done": True})
