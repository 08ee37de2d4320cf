"""Histories side by side: processes with a stage each."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.crash.history import History
from tests.crash.stage import Stage, open_stage
from tests.crash.told import Told

_stages = ExitStack()
_open_stages: list[Stage] = []


def played_by_workers(histories: Sequence[History], kept: Path, workers: int) -> Iterator[Told]:
    """Play histories by so many processes, and hand them out in their order."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(min(workers, len(histories)), _open, (kept,)) as pool:
        yield from pool.imap(_play, histories)


def _open(kept: Path) -> None:
    """Open a stage for this worker; it goes with the worker, and its fork server with it."""
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # answers to the dead are no news
    _open_stages.append(_stages.enter_context(open_stage(kept / str(os.getpid()))))


def _play(history: History) -> Told:
    return _open_stages[0].play(history)
