"""Where histories are played: a fork server, and each film as it is when nobody kills anything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.checks import check
from tests.crash.filming import Wish
from tests.crash.history import History, played
from tests.crash.told import Told
from tests.crash.victims import Victims, nursery
from tests.support.decoded import Decoded, decode


@dataclass
class Stage:
    """Plays histories below ``folder``. What went well leaves nothing there."""

    victims: Victims
    folder: Path
    films: dict[tuple[str, str, tuple[Wish, ...]], Decoded] = field(default_factory=dict)

    def play(self, history: History) -> Told:
        """Play a history, and say what is wrong at its end."""
        folder = self.folder / f"history-{history.number}"
        with played(history, self.victims, folder) as filming:
            check(filming, self._whole(history, filming.wishes))
        if not filming.told.wrong:
            shutil.rmtree(folder)
        return filming.told

    def _whole(self, history: History, wishes: Sequence[Wish]) -> Decoded:
        """The film that the same author gets when nothing goes wrong."""
        telling = _telling(wishes)
        known = (history.shape.name, history.platform, telling)
        if known not in self.films:
            folder = self.folder / f"whole-{len(self.films)}"
            quiet = History(history.seed, history.number, kills=0)
            with played(quiet, self.victims, folder, telling) as filming:
                assert not filming.told.wrong, filming.told.wrong
                self.films[known] = decode(filming.cut)
            shutil.rmtree(folder)
        return self.films[known]


def _telling(wishes: Sequence[Wish]) -> tuple[Wish, ...]:
    """The wishes that tell one film of numbers from another: what was edited before a retake does not."""
    first = next((n for n, (what, _) in enumerate(wishes) if what == "retake"), len(wishes))
    told: list[Wish] = []
    for wish in wishes[first:]:
        if wish[0] == "retake" or wish not in told[-1:]:
            told.append(wish)
    return tuple(told)


@contextmanager
def open_stage(folder: Path) -> Iterator[Stage]:
    """A stage for this block; what commands print is kept in ``folder/said``."""
    with nursery(folder / "said") as victims:
        yield Stage(victims, folder)
