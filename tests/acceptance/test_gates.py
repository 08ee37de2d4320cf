"""Gates and saved plans against the emulator: its bill grows by what a person has agreed to, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.cli import Ran, run, write
from tests.support.decoded import decode
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import RunningEmulator, running_emulator
from veo_story.times import Time, sped_up

SPEED = 300.0
BOARD = """\
storyboard: 1
title: Chain
render: {backend: vertex, tier: fast}
budget: {max_usd: 50, confirm_over_usd: 0.5}
scenes:
  - {id: title, card: A chain of three, duration: 1}
  - {id: s01, action: A small boat leaves the harbour at dawn and turns to the sea}
  - {id: s02, action: The boat meets the first high waves and slows down among them}
  - {id: s03, action: The boat turns back to the harbour while the wind grows}
"""


@dataclass(frozen=True)
class Service:
    """A film's commands against one emulator."""

    emulator: RunningEmulator
    environ: dict[str, str]
    tempo: Time

    def __call__(self, command: str, *words: str) -> Ran:
        return run(command, *words, environ=self.environ, tempo=self.tempo)

    @property
    def billed(self) -> tuple[int, Decimal]:
        """Generations and USD so far."""
        total = self.emulator.bill()["total"]
        return total["generations"], Decimal(total["usd"])


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "chain.yaml", BOARD)
    with running_emulator(EmulatorSettings(speed=SPEED, picture="numbers")) as running:
        environ = running.environ("vertex", tmp_path)
        yield Service(running, environ, sped_up(SPEED, running.now()))


def test_a_film_grows_scene_by_scene_as_it_is_approved(service: Service) -> None:
    bills = []
    for approved in (None, "s01", "s02"):
        if approved is not None:
            assert service("approve", "chain.yaml", approved).code == 0
        ran = service("render", "chain.yaml", "--yes", "--gate", "scene")
        assert ran.code == (0 if approved == "s02" else 4), ran.err
        bills.append(service.billed)
        # Once more without an approval: not a cent.
        assert service("render", "chain.yaml", "--yes", "--gate", "scene").code == ran.code
        assert service.billed == bills[-1]
    assert bills == [(1, Decimal("0.80")), (2, Decimal("1.50")), (3, Decimal("2.20"))]
    film = decode(Path("renders/chain/film.mp4"))
    assert film.codes == [*range(24), *range(192 + 2 * 168)]


def test_a_saved_plan_is_paid_to_the_cent_and_no_other_is(service: Service) -> None:
    assert service("plan", "chain.yaml", "-o", "plan.json").code == 0
    write(Path("chain.yaml"), BOARD.replace("slows down", "slows down at last"))
    ran = service("render", "plan.json", "--yes")
    assert (ran.code, service.billed) == (4, (0, Decimal(0)))
    assert "s02: prompt changed (0.70 -> 0.70 USD)" in ran.err
    assert "s03: follows s02 (0.70 -> 0.70 USD)" in ran.err
    write(Path("chain.yaml"), BOARD.replace("title: Chain", "title: Another title"))
    assert service("render", "plan.json", "--yes", "--only", "s01").code == 0
    assert service.billed == (1, Decimal("0.80"))
    ran = service("render", "plan.json", "--yes")
    assert ran.code == 0, ran.err
    assert service.billed == (3, Decimal("2.20"))
    assert service("render", "plan.json", "--yes").code == 0
    assert service.billed == (3, Decimal("2.20"))


def test_a_saved_plan_goes_on_through_its_gates(service: Service) -> None:
    assert service("plan", "chain.yaml", "-o", "plan.json").code == 0
    for scene, code in (("s01", 4), ("s02", 4), ("s03", 0)):
        assert service("render", "plan.json", "--yes", "--gate", "scene").code == code
        assert service("approve", "chain.yaml", scene).code == 0
    assert service.billed == (3, Decimal("2.20"))
