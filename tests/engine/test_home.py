"""What was accepted is paid: no trouble of this machine may lose it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import START, FakeBackend, chain_of, failed_with, plan_of, run
from tests.engine.faults import Faulty, ledger_of, states
from veo_story.backends.base import Failed
from veo_story.errors import ExpiredError, GenerationError, LedgerError, MediaError
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import AttemptState


def test_a_full_disk_does_not_hide_what_was_accepted(tmp_path: Path) -> None:
    class Full(SqliteLedger):
        def answered(self, attempt_id: str, operation: str, *, now: datetime, **_: object) -> None:
            raise LedgerError("the disk is full", hint="Free some space.")

    plan, backend = plan_of(chain_of(1, price="1"), free=False), FakeBackend()
    film = tmp_path / "film"
    film.mkdir()
    with Full(film / "ledger.sqlite") as ledger, pytest.raises(LedgerError) as caught:
        asyncio.run(run(plan, film, backend, ledger=ledger))
    (accepted,) = backend.service.operations
    assert str(caught.value) == f"the disk is full The service accepted scene s01 as {accepted}."
    assert caught.value.hint == "Free some space."
    assert states(film) == [AttemptState.SENT]


class Damaging(FakeBackend):
    """Something happens to the clip of s01 while its extension is made."""

    def __init__(self, film: Path) -> None:
        super().__init__(combined=True)
        self.clips = film / "takes" / "s01"
        self.whole = b""

    async def on_fetch(self, scene_id: str) -> None:
        if scene_id == "s02" and not self.whole:
            (clip,) = self.clips.glob("*-1/clip.mp4")
            self.whole = clip.read_bytes()
            clip.write_bytes(b"nobody drew this\n" * 48)

    def mend(self) -> None:
        (clip,) = self.clips.glob("*-1/clip.mp4")
        clip.write_bytes(self.whole)


def test_a_good_clip_is_not_put_aside_for_what_happened_to_its_parent(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(2, price="1"), free=False, returns="combined")
    backend = Damaging(film)
    result = asyncio.run(run(plan, film, backend))
    error = failed_with(result, "s02")
    assert isinstance(error, MediaError)
    assert "is not the file that was stored" in error.message
    assert "render again to bring it home" in str(error.hint)
    assert states(film) == [AttemptState.STORED, AttemptState.ANSWERED]
    assert not list(film.glob("takes/*/rejected-*")) and not list(film.glob("takes/*/.*.part"))

    backend.mend()
    assert asyncio.run(run(plan, film, backend)).ok
    assert set(backend.service.bills.values()) == {1}


def test_a_request_that_is_looked_for_in_the_wrong_place_is_not_given_up(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1, price="1"), free=False)
    backend = Faulty(look_s01=GenerationError("still running"))
    asyncio.run(run(plan, film, backend))

    backend.at["status_s01"] = Failed(ExpiredError("404 no such operation"), may_have_cost=True)
    error = failed_with(asyncio.run(run(plan, film, backend)), "s01")
    assert isinstance(error, ExpiredError)
    assert "another key, project or base URL" in str(error.hint)
    assert "2026-11-24 12:00 UTC" in str(error.hint)
    assert states(film) == [AttemptState.ANSWERED]

    assert asyncio.run(run(plan, film, backend)).ok
    assert set(backend.service.bills.values()) == {1}


def test_a_request_that_the_service_forgot_counts_as_spent_in_the_end(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1, price="1"), free=False)
    backend = Faulty(look_s01=GenerationError("still running"))
    asyncio.run(run(plan, film, backend))

    backend.at["status_s01"] = Failed(ExpiredError("404 no such operation"), may_have_cost=True)
    late = START + timedelta(days=2, minutes=5)
    error = failed_with(asyncio.run(run(plan, film, backend, clock=lambda: late)), "s01")
    assert "It may have cost $1.00" in error.message
    with ledger_of(film) as ledger:
        assert ledger.spent().settled_usd == Decimal(1)
