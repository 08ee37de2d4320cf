from __future__ import annotations

import threading
from itertools import count
from typing import TYPE_CHECKING

import pytest

from veo_story.media.ahead import ahead

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_everything_comes_in_order() -> None:
    with ahead(range(1000), 3) as made:
        assert list(made) == list(range(1000))


def test_it_is_made_elsewhere_and_not_too_far_ahead() -> None:
    begun: list[int] = []
    threads: set[str] = set()

    def numbers() -> Iterator[int]:
        for number in range(50):
            begun.append(number)
            threads.add(threading.current_thread().name)
            yield number

    with ahead(numbers(), 4) as made:
        for number in made:
            # Those that wait, the one in hand, and the one that waits for room.
            assert len(begun) <= number + 1 + 4 + 1
    assert threads.isdisjoint({threading.current_thread().name})


def test_what_goes_wrong_there_is_raised_here() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise ValueError("two")

    with pytest.raises(ValueError, match="two"), ahead(numbers(), 4) as made:
        assert next(made) == 1
        next(made)


def test_who_leaves_early_leaves_no_thread() -> None:
    before = threading.active_count()
    with pytest.raises(KeyError), ahead(count(), 2) as made:
        next(made)
        raise KeyError
    assert threading.active_count() == before
