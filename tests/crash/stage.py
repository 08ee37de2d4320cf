"""Where histories are played: a fork server, and each film as it is when nobody kills anything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.checks import check
from tests.crash.history import History, Told, played
from tests.crash.victims import Victims, nursery
from tests.support.decoded import Decoded, decode


@dataclass
class Stage:
    """Plays histories below ``folder``. What went well leaves nothing there."""

    victims: Victims
    folder: Path
    films: dict[tuple[str, str], Decoded] = field(default_factory=dict)

    def play(self, history: History) -> Told:
        """Play a history, and say what is wrong at its end."""
        folder = self.folder / f"history-{history.number}"
        with played(history, self.victims, folder) as filming:
            check(filming, self._whole(history))
        if not filming.told.wrong:
            shutil.rmtree(folder)
        return filming.told

    def _whole(self, history: History) -> Decoded:
        """The film when nothing goes wrong."""
        known = (history.shape.name, history.platform)
        if known not in self.films:
            folder = self.folder / f"whole-{history.shape.name}-{history.platform}"
            quiet = History(history.seed, history.number, kills=0)
            with played(quiet, self.victims, folder) as filming:
                assert not filming.told.wrong, filming.told.wrong
                self.films[known] = decode(filming.cut)
            shutil.rmtree(folder)
        return self.films[known]


@contextmanager
def open_stage(folder: Path) -> Iterator[Stage]:
    """A stage for this block; what commands print is kept in ``folder/said``."""
    with nursery(folder / "said") as victims:
        yield Stage(victims, folder)
