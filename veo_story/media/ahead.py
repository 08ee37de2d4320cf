"""Make things in a thread of their own, a little ahead of whoever takes them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, Full, Queue
from threading import Event
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

T = TypeVar("T")
_LOOK_S = 0.1
"""How often a thread that waits for room looks whether anybody still wants what it makes."""


@contextmanager
def ahead(made: Iterable[T], most: int) -> Iterator[Iterator[T]]:
    """Iterate over ``made`` in a thread, holding at most ``most`` that nobody has taken yet.

    What is raised there is raised here. When the body is left, the thread ends and is waited for.
    """
    ready: Queue[tuple[T, ...]] = Queue(most)
    left = Event()
    with ThreadPoolExecutor(1) as threads:
        filled = threads.submit(_fill, made, ready, left)
        try:
            yield _taken(ready, filled)
        finally:
            left.set()
            _drain(ready)


def _fill(made: Iterable[T], ready: Queue[tuple[T, ...]], left: Event) -> None:
    try:
        for one in made:
            _put((one,), ready, left)
            if left.is_set():
                return
    finally:
        _put((), ready, left)


def _put(some: tuple[T, ...], ready: Queue[tuple[T, ...]], left: Event) -> None:
    """Put it there as soon as there is room, or never when nobody wants it."""
    while not left.is_set():
        try:
            ready.put(some, timeout=_LOOK_S)
        except Full:
            continue
        return


def _taken(ready: Queue[tuple[T, ...]], filled: Future[None]) -> Iterator[T]:
    while some := ready.get():
        yield from some
    filled.result()


def _drain(ready: Queue[tuple[T, ...]]) -> None:
    try:
        while True:
            ready.get_nowait()
    except Empty:
        pass
