"""Make things in a thread of their own, a little ahead of whoever takes them."""

from __future__ import annotations

from contextlib import contextmanager
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")
_END = object()
_LOOK_S = 0.1
"""How often a thread that waits for room looks whether anybody still wants what it makes."""


class _Failed:
    """What was raised in the thread."""

    def __init__(self, error: Exception) -> None:
        self.error = error


@contextmanager
def ahead(made: Iterable[T], most: int) -> Iterator[Iterator[T]]:
    """Iterate over ``made`` in a thread, holding at most ``most`` that nobody has taken yet.

    What is raised there is raised here. When the body is left, the thread ends and is waited for.
    """
    ready: Queue[object] = Queue(most)
    left = Event()
    thread = Thread(target=_fill, args=(made, ready, left), name="ahead", daemon=True)
    thread.start()
    try:
        yield _taken(ready)
    finally:
        left.set()
        _drain(ready)
        thread.join()


def _fill(made: Iterable[object], ready: Queue[object], left: Event) -> None:
    try:
        for one in made:
            if not _put(one, ready, left):
                return
        _put(_END, ready, left)
    except Exception as error:
        _put(_Failed(error), ready, left)


def _put(one: object, ready: Queue[object], left: Event) -> bool:
    """Whether it is still wanted."""
    while not left.is_set():
        try:
            ready.put(one, timeout=_LOOK_S)
        except Full:
            continue
        return True
    return False


def _taken(ready: Queue[object]) -> Iterator[T]:
    while True:
        one = ready.get()
        if one is _END:
            return
        if isinstance(one, _Failed):
            raise one.error
        yield one  # type: ignore[misc]


def _drain(ready: Queue[object]) -> None:
    try:
        while True:
            ready.get_nowait()
    except Empty:
        pass
