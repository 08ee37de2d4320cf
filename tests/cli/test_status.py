"""``veo-story status``: money that waiting may cost."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_plans import CHAIN
from tests.support.cli import NOW, FakeBackend, run, write
from veo_story.catalog.catalog import load_catalog
from veo_story.ledger.model import Caps
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.check import check_storyboard
from veo_story.plan.model import Step
from veo_story.plan.takes import Retake

LEDGER = Path("renders/chain/ledger.sqlite")


@pytest.fixture
def chain(folder: Path) -> Path:
    """An opening and two extensions."""
    more = "  - {id: a3, action: The rain stops and the sun comes out over the sea behind the boat}\n"
    return write(folder / "chain.yaml", CHAIN + more)


def step_of(file: Path, scene_id: str) -> Step:
    checked = check_storyboard(file, load_catalog(), today=NOW.date(), with_digests=True)
    assert checked.plan is not None
    return checked.plan.step(scene_id)


def answered(file: Path, scene_id: str, expires_at: datetime | None, price: str = "0.20") -> None:
    """What a run leaves that was stopped while the service was at it."""
    LEDGER.parent.mkdir(parents=True, exist_ok=True)
    with SqliteLedger(LEDGER) as ledger:
        usd = Decimal(price)
        attempt = ledger.intend(step_of(file, scene_id), expected=usd, worst=usd, caps=Caps(), now=NOW)
        ledger.sent(attempt.id, now=NOW)
        ledger.answered(attempt.id, "operations/1", now=NOW, expires_at=expires_at)


def told() -> list[str]:
    """The lines of money at risk, each unbroken again."""
    lines = run("status", "chain.yaml").out.replace("\n        ", " ").splitlines()
    return [line.removeprefix("at risk   ") for line in lines if line.startswith("at risk")]


def risks() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("status", "chain.yaml", "--json").json["at_risk"]
    return found


def test_what_is_paid_and_not_brought_home_yet(chain: Path) -> None:
    answered(chain, "a1", NOW + timedelta(hours=48, minutes=3))
    assert told() == ["0.20 USD: a1 is paid and must be brought home before 2026-12-03 12:03 UTC"]
    (risk,) = risks()
    assert (risk["kind"], risk["scenes"], risk["usd"], risk["fits"]) == ("result", ["a1"], "0.20", True)
    assert (risk["before"], risk["expired"]) == ("2026-12-03T12:03:00+00:00", False)
    assert risk["text"] == told()[0]


def test_what_is_late_and_what_was_edited_since(chain: Path) -> None:
    answered(chain, "a1", NOW - timedelta(hours=1))
    assert told() == [
        "0.20 USD: a1 is paid and was to be brought home before 2026-12-01 11:00 UTC; "
        "render looks whether it is there"
    ]
    chain.write_text(chain.read_text("utf-8").replace("dawn", "dusk"), "utf-8")
    assert told() == [
        "0.20 USD: a1 is paid as it was written before; the service kept it until 2026-12-01 11:00 UTC; the "
        "next render brings it home as a take of the old words"
    ]
    assert [(risk["fits"], risk["expired"]) for risk in risks()] == [(False, True)]


def test_nothing_is_at_risk_where_nobody_knows_a_deadline(chain: Path) -> None:
    answered(chain, "a1", None)
    assert (told(), risks()) == ([], [])


def test_what_goes_on_from_a_copy_at_the_service(chain: Path) -> None:
    backend = FakeBackend(expires_at=NOW + timedelta(hours=40))
    assert run("render", "chain.yaml", "--yes", "--only", "a1", backend=backend).code == 0
    assert told() == [
        "a2..a3 (0.70 USD) extend a copy of a1 that the service drops on 2026-12-03 04:00 UTC: render before "
        "then, else split the chain"
    ]
    (risk,) = risks()
    assert (risk["kind"], risk["scenes"], risk["parent"]) == ("copy", ["a2", "a3"], "a1")
    assert (risk["usd"], risk["before"]) == ("0.70", "2026-12-03T04:00:00+00:00")
    assert run("status", "chain.yaml", "--json").json["expiring"] == []


def test_a_copy_that_is_gone_is_a_warning_with_the_way_on(chain: Path) -> None:
    backend = FakeBackend(expires_at=NOW - timedelta(hours=1))
    assert run("render", "chain.yaml", "--yes", "--only", "a1", backend=backend).code == 0
    assert told() == []
    for words in (["status"], ["plan"]):
        shown = " ".join(run(*words, "chain.yaml").out.split())
        assert "a1's clip expired at the service on 2026-12-01 11:00 UTC: a2 cannot extend it" in shown


def test_a_retake_that_is_not_finished(chain: Path) -> None:
    LEDGER.parent.mkdir(parents=True)
    with SqliteLedger(LEDGER) as ledger:
        ledger.order(Retake("a2", step_of(chain, "a2").fingerprint, 2, "cut", "too dark", NOW))
    out = run("status", "chain.yaml").out
    assert "retake    a2 since 2026-12-01 12:00 UTC is not finished: the same veo-story retake goes on" in out
    (retake,) = run("status", "chain.yaml", "--json").json["retakes"]
    assert (retake["scene"], retake["takes"], retake["seam"]) == ("a2", 2, "cut")
