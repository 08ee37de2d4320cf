"""One film's history: rendered, killed, rendered, killed ... and then rendered to the end."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.crash.filming import Filming, Wish
from tests.crash.films import SHAPES, Shape
from tests.crash.moments import Moment, draw
from tests.crash.person import Person
from tests.crash.service import service
from tests.crash.told import Told, Unknown
from tests.crash.victims import Victims
from veo_story.emulator.model import Platform

Where = Literal["gemini", "vertex", "storage"]
_WHERE: tuple[Where, ...] = ("gemini", "storage", "gemini", "vertex")
_LATENCIES = ((0.0, 0.0), (0.0, 0.0), (20.0, 60.0), (45.0, 90.0))
_ROUNDS = 30
_EDITED, _RETAKEN = 0.45, 0.4
"""What becomes of a film that is done: edited, retaken, or else rendered once more."""
_IMPATIENT = 0.3
"""How often a film is edited while something paid is under way: that comes home all the same."""


@dataclass(frozen=True)
class History:
    """Everything that is decided before it begins. ``number`` counts the histories of a seed."""

    seed: int
    number: int
    kills: int

    def choice(self, of: str) -> random.Random:
        """Chance, the same whenever this history is played."""
        return random.Random(f"{of} {self.seed}:{self.number}")

    @property
    def where(self) -> Where:
        return _WHERE[(self.number + self.seed) % len(_WHERE)]

    @property
    def platform(self) -> Platform:
        return "gemini" if self.where == "gemini" else "vertex"

    @property
    def shape(self) -> Shape:
        return self.choice("shape").choice(list(SHAPES.values()))

    @property
    def latency_s(self) -> tuple[float, float]:
        return self.choice("latency").choice(_LATENCIES) if self.kills else (0.0, 0.0)

    def __str__(self) -> str:
        low, high = self.latency_s
        return f"#{self.number} {self.shape.name} on {self.where}, {low:.0f} to {high:.0f} s a clip"


@contextmanager
def played(
    history: History, victims: Victims, folder: Path, wishes: Sequence[Wish] = ()
) -> Iterator[Filming]:
    """Play a history to its end; its service still runs in this block.

    ``wishes`` are what the author wants after that, when nobody is killed any more.
    """
    began = time.monotonic()
    with service(history.platform, folder, latency_s=history.latency_s, seed=history.number) as running:
        home = folder / "home"
        home.mkdir(parents=True)
        told = Told(str(history))
        storage = history.where == "storage"
        filming = Filming(history.shape, history.platform, storage, victims, running, home, told)
        person = Person(filming, history.choice("person"))
        for moment in _moments(history, filming, person):
            _one(filming, person, moment)
        _finish(filming, person)
        for wish in wishes:
            filming.wish(wish)
            _finish(filming, person)
        _name_the_rest(filming)
        told.seconds = time.monotonic() - began
        yield filming


def _name_the_rest(filming: Filming) -> None:
    """Of the lost answers, those that nobody was asked about."""
    told = filming.told
    asked = {unknown.attempt for unknown in told.unknowns}
    for attempt, scene in filming.lost.items():
        if attempt not in asked:
            told.unknowns.append(Unknown(scene, attempt, "found by itself", True))


def _moments(history: History, filming: Filming, person: Person) -> Iterator[Moment]:
    choice = history.choice("moments")
    for _ in range(_ROUNDS * history.kills + 1):
        if len(filming.told.deaths) >= history.kills:
            return
        if filming.is_cut:
            _wish(filming, choice)
        elif filming.retaking is None and filming.look().is_open and choice.random() < _IMPATIENT:
            filming.wish(("edit", choice.choice(filming.shape.last)))
        yield draw(choice, downloads=history.where != "vertex")
    raise AssertionError(f"{history}: {history.kills} kills could not be had")


def _wish(filming: Filming, choice: random.Random) -> None:
    """What the author wants of a film that is done."""
    wish = choice.random()
    if wish < _EDITED:
        filming.wish(("edit", choice.choice(filming.shape.last)))
    elif wish < _EDITED + _RETAKEN:
        filming.wish(("retake", choice.choice(filming.shape.retaken)))


def _one(filming: Filming, person: Person, moment: Moment) -> None:
    """Run, be killed or not, and answer what is asked."""
    victim = filming.work(moment)
    if not victim.killed and filming.look().unknown:
        person.answer()


def _finish(filming: Filming, person: Person) -> None:
    """Go on until the film is there and no question is open."""
    for _ in range(_ROUNDS):
        victim = filming.work()
        left = filming.look()
        if left.unknown:
            person.answer()
        elif left.in_state("unknown"):
            person.close()
        elif victim.code == 0 and filming.is_cut and not left.is_open:
            return
    filming.told.wrong.append("it never came to an end")
