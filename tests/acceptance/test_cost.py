"""``veo-story cost`` equals the service's bill to the cent, whatever goes wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import Ran, run, write
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import RunningEmulator, running_emulator
from veo_story.ledger.opening import open_ledger
from veo_story.plan.takes import AttemptState
from veo_story.times import sped_up

SPEED, HOUR = 300.0, 3600
SETTINGS = EmulatorSettings(speed=SPEED, picture="numbers", latency_s=(0, 0), processing_s=0, quotas=False)
FIX = "veo-story reconcile film.yaml"
FILM = """\
storyboard: 1
title: A film
budget: {max_usd: 50, confirm_over_usd: 50}
render: {backend: BACKEND, tier: fast}
sequences:
  - id: a
    scenes:
      - {id: card, card: A film, duration: 1}
      - {id: a1, duration: 4, action: A small boat leaves the harbour at dawn and turns to the open sea}
      - {id: a2, action: Rain falls slowly on the deck of the small boat while the wind grows}
  - id: b
    scenes:
      - {id: b1, duration: 4, takes: 2, action: An old man mends a net on the quay in the evening light}
"""


@pytest.fixture
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(SETTINGS) as running:
        yield running


@dataclass
class Film:
    """A film on a service: rendered as often as asked."""

    emulator: RunningEmulator
    platform: str
    environ: dict[str, str]
    storage: bool = False

    def render(self, *rules: dict[str, Any], only: str | None = None) -> Ran:
        """One run in which these faults strike."""
        self.emulator.set_faults(list(rules))
        words = ["--gcs", "gs://bucket/films"] if self.storage else []
        words += ["--only", only] if only is not None else []
        ran = self.run("render", "film.yaml", "--yes", *words)
        assert all(rule["seen"] >= rule["nth"] for rule in self.emulator.faults()), ran.err
        self.emulator.set_faults([])
        return ran

    def run(self, *words: str) -> Ran:
        """A command by the emulator's clock."""
        return run(*words, environ=self.environ, tempo=sped_up(SPEED, self.emulator.now()))

    def cost(self, *words: str) -> Any:
        return self.run("cost", *words, "--json").json

    def status(self) -> Any:
        return self.run("status", "film.yaml", "--json").json

    def bill(self) -> Decimal:
        return Decimal(self.emulator.bill()["total"]["usd"])

    def receipts(self) -> Any:
        return json.loads(Path("renders/film/film.json").read_text("utf-8"))


def film_on(emulator: RunningEmulator, service: str, folder: Path) -> Film:
    platform = "gemini" if service == "gemini" else "vertex"
    write(folder / "film.yaml", FILM.replace("BACKEND", platform))
    environ = emulator.environ("gemini" if platform == "gemini" else "vertex", folder / "keys")
    return Film(emulator, platform, environ, storage=service == "storage")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def money(row: dict[str, Any]) -> dict[str, Decimal]:
    return {key.removesuffix("_usd"): Decimal(row[key]) for key in row if key.endswith("_usd")}


CASES = [
    ("gemini", ()),
    ("gemini", (("submit", "filtered", 1),)),
    ("gemini", (("submit", "filtered_audio", 2),)),
    ("gemini", (("poll", "operation_error", 2),)),
    ("gemini", (("poll", "expired", 2),)),
    ("gemini", (("download", "expired", 1),)),
    ("gemini", (("download", "wrong_length", 2), ("submit", "rate_limit", 3))),
    ("vertex", ()),
    ("vertex", (("submit", "partial_filter", 2),)),
    ("vertex", (("submit", "filtered", 3), ("submit", "unavailable", 1))),
    ("vertex", (("poll", "expired", 1),)),
    ("vertex", (("submit", "provisioning", 2),)),
    ("storage", (("submit", "reset_after", 1),)),
    ("storage", (("submit", "partial_filter", 2), ("download", "half_download", 1))),
]


@pytest.mark.parametrize(("service", "faults"), CASES)
def test_what_a_film_cost_is_what_was_billed(
    service: str, faults: tuple[tuple[str, str, int], ...], emulator: RunningEmulator, here: Path
) -> None:
    film = film_on(emulator, service, here)
    film.render(*({"on": on, "fault": kind, "nth": nth} for on, kind, nth in faults))
    first = money(film.cost("film.yaml")["total"])
    for _ in range(2):  # what is lost has to be asked for again
        ran = film.render()
    assert ran.code == 0, ran.err
    data = film.cost("film.yaml")
    total = money(data["total"])
    assert (total["settled"], total["reserved"], total["unknown"]) == (film.bill(), 0, 0)
    assert film.bill() >= Decimal("1.20")
    assert first["settled"] + first["reserved"] + first["unknown"] <= total["settled"]
    for by in ("day", "model", "film"):
        assert money(film.cost("film.yaml", "--by", by)["total"]) == total
    every = film.cost()
    assert (money(every["total"])["settled"], every["total"]["unknown_usd"]) == (film.bill(), "0")
    record = film.receipts()
    assert Decimal(record["paid_usd"]) == film.bill()
    assert sum(Decimal(receipt["settled_usd"]) for receipt in record["receipts"]) == film.bill()
    # What is not in the cut was paid in vain, or for a take that the film does not show.
    shown = sum(Decimal(cut["cost_usd"]) for cut in record["cuts"])
    assert Decimal(record["cost_usd"]) == shown
    assert total["in_vain"] <= film.bill() - shown


@pytest.mark.parametrize(("fault", "was_accepted"), [("reset_after", True), ("reset_before", False)])
def test_a_lost_request_counts_until_a_person_says_what_it_cost(
    fault: str, was_accepted: bool, emulator: RunningEmulator, here: Path, state_folder: Path
) -> None:
    film = film_on(emulator, "gemini", here)
    assert film.render({"on": "submit", "fault": fault, "nth": 1}).code == 9
    data = film.cost("film.yaml")
    lost = Decimal(data["total"]["unknown_usd"])
    counted = Decimal(data["total"]["settled_usd"]) + lost
    assert (counted, data["fix"]) == (film.bill() + (0 if was_accepted else lost), FIX)
    with open_ledger(Path("renders/film"), state_folder / "account.sqlite") as ledger:
        (unknown,) = [one for one in ledger.attempts() if one.state is AttemptState.UNKNOWN]
        ledger.settle(unknown.id, cost=lost if was_accepted else Decimal(0), now=emulator.now())
    for words in (("film.yaml",), ()):
        total = film.cost(*words)["total"]
        assert (Decimal(total["settled_usd"]), total["unknown_usd"]) == (film.bill(), "0")
        assert ("a person" in total["settled_by"]) == was_accepted


def test_what_the_service_dropped_before_it_was_brought_home(emulator: RunningEmulator, here: Path) -> None:
    film = film_on(emulator, "gemini", here)
    blind = {"on": "poll", "fault": "html_error", "status": 503, "nth": 1, "times": 1000}
    assert film.render(blind).code == 9
    total = film.cost("film.yaml")["total"]
    assert (total["settled_usd"], Decimal(total["reserved_usd"])) == ("0", film.bill())
    risks = film.status()["at_risk"]
    assert [(risk["scenes"], risk["expired"]) for risk in risks] == [(["a1"], False), (["b1"], False)]
    assert sum(Decimal(risk["usd"]) for risk in risks) == film.bill()
    emulator.advance(49 * HOUR)
    assert [risk["expired"] for risk in film.status()["at_risk"]] == [True, True]
    ran = film.render()
    lost = sum((Decimal(risk["usd"]) for risk in risks), Decimal(0))
    assert ran.code == 9
    assert " ".join(ran.err.split()).count("It cost $") == 2
    data = film.cost("film.yaml")
    assert (Decimal(data["total"]["in_vain_usd"]), len(data["in_vain"])) == (lost, 2)
    assert Decimal(data["total"]["settled_usd"]) == film.bill() == lost
    assert film.status()["at_risk"] == []
    assert film.render().code == 0
    assert Decimal(film.cost("film.yaml")["total"]["settled_usd"]) == film.bill() > lost


def test_a_copy_that_was_extended_is_there_for_longer(emulator: RunningEmulator, here: Path) -> None:
    film = film_on(emulator, "gemini", here)
    assert film.render(only="card,a1").code == 0
    assert [risk["parent"] for risk in film.status()["at_risk"]] == ["a1"]
    first = film.status()["at_risk"][0]["before"]
    emulator.advance(40 * HOUR)
    assert film.render(only="card,a1,a2").code == 0
    words = Path("film.yaml").read_text("utf-8")
    write(here / "film.yaml", words.replace("the wind grows", "the wind dies down"))
    emulator.advance(20 * HOUR)
    assert emulator.now() > datetime.fromisoformat(first)
    status = film.status()
    assert (status["expiring"], [risk["expired"] for risk in status["at_risk"]]) == ([], [False])
    assert status["at_risk"][0]["before"] > first
    assert film.render().code == 0
