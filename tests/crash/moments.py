"""When a victim is killed: after a time, when the service has something to tell, or when a file appears."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_FILES = {
    "a part folder": "takes/*/.*.part",
    "a clip": "takes/*/.*.part/clip.mp4",
    "a clip's facts": "takes/*/.*.part/probe.json",
    "a take": "takes/*/*/clip.mp4",
    "a journal": "ledger.sqlite-journal",
    "a film begun": ".film.mp4.part",
    "a film": "film.mp4",
    "a record": "film.json",
}
_WEIGHTS = {
    "time": 13, "early": 5, "submit under way": 10, "submit arrived": 13, "submit done": 13,
    "submit answered": 13, "poll under way": 4, "poll answered": 4, "download under way": 8,
    "download half": 9, "download answered": 4, "a part folder": 2, "a clip": 2,
    "a clip's facts": 3, "a take": 4, "a journal": 4, "a film begun": 11, "a film": 2, "a record": 8,
}  # fmt: skip
_LONGEST_S, _EARLY_S = 1.6, 0.06
_DELAYS_S = {"a film begun": 0.08, "a record": 0.005, "submit answered": 0.01, "download answered": 0.03}


@dataclass(frozen=True)
class Moment:
    """``delay_s`` after ``what`` happens the ``nth`` time; of ``time`` and ``early`` after the beginning."""

    what: str
    nth: int = 1
    delay_s: float = 0.0

    def __str__(self) -> str:
        nth = f" {self.nth}" if self.nth > 1 else ""
        return f"{self.what}{nth} +{self.delay_s * 1000:.0f} ms"


def draw(choice: random.Random, *, downloads: bool = True) -> Moment:
    """A random moment. ``downloads``: clips are fetched by requests of their own."""
    weights = {what: n for what, n in _WEIGHTS.items() if downloads or not what.startswith("download")}
    what = choice.choices(list(weights), list(weights.values()))[0]
    if what in ("time", "early"):
        return Moment(what, delay_s=choice.uniform(0, _LONGEST_S if what == "time" else _EARLY_S))
    delay_s = choice.choice((0.0, choice.uniform(0, _DELAYS_S.get(what, 0.005))))
    return Moment(what, _nth(what, choice), delay_s)


def _nth(what: str, choice: random.Random) -> int:
    if what == "a journal":
        return choice.randint(1, 8)
    return choice.choice((1, 1, 1, 2)) if what.startswith(("submit", "poll", "download")) else 1


@dataclass
class Trap:
    """Kills by ``kill`` when its moment has come. ``film`` is the folder in which files appear."""

    moment: Moment
    film: Path
    kill: Callable[[], None]
    sprung: bool = False
    seen: Counter[str] = field(default_factory=Counter)
    known: frozenset[Path] = frozenset()
    due: float | None = None

    def __post_init__(self) -> None:
        self.known = frozenset(self._files())
        if self.moment.what in ("time", "early"):
            self.due = time.monotonic() + self.moment.delay_s

    def hear(self, event: str) -> bool:
        """The service tells something (in its own thread); whether the request is lost on its way."""
        if self.moment.what != event:
            return False
        self._happened()
        return self.sprung and event.endswith("under way")

    def watch(self, _age_s: float) -> None:
        """Look at the clock and at the files (every millisecond, in the thread that waits)."""
        if self.moment.what in _FILES:
            found = frozenset(self._files())
            for _ in found - self.known:
                self._happened()
            self.known = found if self.moment.what == "a journal" else self.known | found
        if self.due is not None and time.monotonic() >= self.due:
            self._spring()

    def _happened(self) -> None:
        self.seen[self.moment.what] += 1
        if self.seen[self.moment.what] == self.moment.nth:
            if self.moment.delay_s == 0:
                self._spring()
            else:
                self.due = time.monotonic() + self.moment.delay_s

    def _spring(self) -> None:
        if not self.sprung:
            self.sprung = True
            self.kill()

    def _files(self) -> Iterator[Path]:
        pattern = _FILES.get(self.moment.what)
        if pattern is None:
            return
        for path in self.film.glob(pattern):
            if self.moment.what in ("a film", "a record"):
                yield path / str(path.stat().st_ino)
            elif not (self.moment.what == "a take" and path.parent.name.startswith(".")):
                yield path
