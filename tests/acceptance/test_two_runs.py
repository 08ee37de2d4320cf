"""Two processes on one film: one renders, the other says so and leaves. Never both, never none."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from tests.crash.films import Shape
from tests.crash.service import SPEED, Service, service
from tests.crash.victims import Victim, Victims, nursery
from tests.support.decoded import decode

PAIRS, A_TEST = 50, 5
SCENE = {"id": "a1", "duration": 4, "action": "A small boat leaves a harbour at dawn"}
FILM = Shape("two", ((SCENE,),), ("a1",), ("a1",))
WORDS = ["render", "film.yaml", "--backend", "gemini", "--yes", "--quiet"]


@dataclass
class Pair:
    """A film, its service, and two runs that wait to begin."""

    victims: Victims
    running: Service
    home: Path

    @property
    def film(self) -> Path:
        return self.home / "renders" / "film"

    def ready(self, start: int | None = None) -> Victim:
        """A run that begins when the pipe ``start`` is closed."""
        environ, began = self.running.environ, self.running.emulator.now()
        return self.victims.bear(WORDS, cwd=self.home, environ=environ, speed=SPEED, began=began, start=start)

    def billed(self) -> tuple[int, Decimal]:
        """How many generations were accepted, and what they cost."""
        total = self.running.emulator.bill()["total"]
        return total["generations"], Decimal(total["usd"])


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victims]:
    with nursery(tmp_path_factory.mktemp("said")) as found:
        yield found


@pytest.fixture
def pairs(victims: Victims, tmp_path: Path) -> Iterator[Iterator[Pair]]:
    """One film after another, each in a folder of its own, all on one service."""
    with service("gemini", tmp_path) as running:

        def made() -> Iterator[Pair]:
            for number in range(A_TEST):
                home = tmp_path / str(number)
                home.mkdir()
                (home / "film.yaml").write_text(FILM.storyboard({}), "utf-8")
                yield Pair(victims, running, home)

        yield made()


def one_renders(pair: Pair, runs: list[Victim], before: tuple[int, Decimal]) -> None:
    """Of two runs, one made the film and the other said why not; one generation was paid."""
    winners = [run for run in runs if run.code == 0]
    losers = [run for run in runs if run.code == 12]
    assert len(winners) == len(losers) == 1, [run.said() for run in runs]
    assert f"Another run holds {pair.film.relative_to(pair.home)} (pid" in losers[0].said()
    assert pair.billed() == (before[0] + 1, before[1] + Decimal("0.40"))
    assert decode(pair.film / "film.mp4").codes == [*range(96)]


@pytest.mark.parametrize("seed", range(PAIRS // A_TEST // 2))
def test_begun_at_the_same_moment(pairs: Iterator[Pair], seed: int) -> None:
    for pair in pairs:
        before = pair.billed()
        ours, theirs = os.pipe()
        runs = [pair.ready(ours), pair.ready(ours)]
        os.close(ours)
        os.close(theirs)
        one_renders(pair, [run.buried() for run in runs], before)


@pytest.mark.parametrize("seed", range(PAIRS // A_TEST // 2))
def test_begun_while_the_other_is_at_work(pairs: Iterator[Pair], seed: int) -> None:
    choice = random.Random(seed)
    for pair in pairs:
        before = pair.billed()
        first = pair.ready()
        # The first look at a clip comes 40 s after its request: 0.4 s here.
        assert not first.ended(choice.uniform(0, 0.35))
        second = pair.ready().buried()
        one_renders(pair, [first.buried(), second], before)


@pytest.mark.parametrize("name", [".film.mp4.part", "film.mp4", "film.json"])
def test_begun_while_the_other_cuts_the_film(pairs: Iterator[Pair], name: str) -> None:
    """Whoever comes then finds the film being made, or made: it is whole in any case, and paid once."""
    for pair in islice(pairs, 2):
        before = pair.billed()
        ours, theirs = os.pipe()
        first, second = pair.ready(), pair.ready(ours)
        os.close(ours)
        while not (pair.film / name).exists():
            assert not first.ended(0.0005)
        os.close(theirs)
        codes = first.buried().code, second.buried().code
        assert codes in ((0, 0), (0, 12)), first.said() + second.said()
        assert pair.billed() == (before[0] + 1, before[1] + Decimal("0.40"))
        assert decode(pair.film / "film.mp4").codes == [*range(96)]
        assert not list(pair.film.glob(".*.part"))
