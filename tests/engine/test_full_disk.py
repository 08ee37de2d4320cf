"""The machine refuses to write, at every place where a run writes: nothing is lost, nothing is paid twice."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from tests.engine.fakes import START, FakeBackend, FakeService, chain_of, plan_of, run
from tests.engine.faults import Faulty
from veo_story.backends.base import Inputs, Operation
from veo_story.engine.run import RunResult
from veo_story.errors import LedgerError, OutcomeUnknown
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.media.files import Disk
from veo_story.plan.model import Step
from veo_story.plan.takes import AttemptState as S

PLAN = plan_of(chain_of(2, price="1"), free=False)
CODES = [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO]


def rendered(film: Path, backend: FakeBackend, **more: object) -> RunResult:
    return asyncio.run(run(PLAN, film, backend, **more))


def finishes(film: Path, service: FakeService) -> None:
    assert rendered(film, FakeBackend(service=service)).ok
    assert len(service.operations) == 2
    assert set(service.bills.values()) == {1}
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert ledger.spent().counted_usd == 2


class Breaking:
    """A disk of which the call number ``at`` fails."""

    def __init__(self, at: int, code: int) -> None:
        self.at, self.code, self.calls = at, code, 0

    def disk(self) -> Disk:
        real = Disk()

        def fsync_file(path: Path) -> None:
            self._call(path)
            real.fsync_file(path)

        def fsync_folder(path: Path) -> None:
            self._call(path)
            real.fsync_folder(path)

        def rename(old: Path, new: Path) -> None:
            self._call(new)
            real.rename(old, new)

        return Disk(fsync_file, fsync_folder, rename)

    def _call(self, path: Path) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise OSError(self.code, os.strerror(self.code), str(path))


@pytest.mark.parametrize("at", range(1, 17))
def test_while_a_take_is_put_in_its_place(tmp_path: Path, at: int) -> None:
    film, service, code = tmp_path / "film", FakeService(), CODES[at % len(CODES)]
    with pytest.raises(LedgerError, match=os.strerror(code)) as caught:
        rendered(film, FakeBackend(service=service), disk=Breaking(at, code).disk())
    assert str(film) in caught.value.message
    assert "nothing accepted is lost" in (caught.value.hint or "")
    finishes(film, service)


@pytest.mark.parametrize("code", CODES)
def test_while_a_clip_is_fetched(tmp_path: Path, code: int) -> None:
    film, fault = tmp_path / "film", OSError(code, os.strerror(code), "clip.mp4")
    backend = Faulty(fetch_s01=fault)
    with pytest.raises(LedgerError, match=r"clip\.mp4"):
        rendered(film, backend)
    finishes(film, backend.service)


class Wordy(FakeBackend):
    """Names its operations at such a length that the ledger needs another page for each.

    ``full`` is called when a request was accepted, before the answer.
    """

    def __init__(self, service: FakeService, full: object = lambda: None) -> None:
        super().__init__(service=service)
        self.full = full

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str, samples: int = 1) -> Operation:
        await super().submit(step, inputs, attempt_id=attempt_id, samples=samples)
        assert callable(self.full)
        self.full()
        return Operation(attempt_id.ljust(9000))

    async def status(self, operation: Operation) -> object:
        return await super().status(Operation(operation.name.strip()))


def test_while_the_answer_is_written_the_error_names_it(tmp_path: Path) -> None:
    film, service = tmp_path / "film", FakeService()
    film.mkdir()
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
        full = partial(ledger._connection.execute, f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LedgerError, match="the disk is full") as caught:
            rendered(film, Wordy(service, full), ledger=ledger)
    (name,) = service.operations
    assert f"The service accepted scene s01 as {name}" in caught.value.message
    again = rendered(film, Wordy(service))
    assert isinstance(again.failures[0].error, OutcomeUnknown)
    assert again.sent == 0
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        (attempt,) = ledger.attempts()
        assert attempt.state is S.UNKNOWN
        ledger.answered(attempt.id, name, now=START)  # what reconcile --adopt does
    finishes(film, service)


def test_nothing_paid_is_sent_without_room(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    nearly_full = replace(Disk(), free=lambda _: 3_000_000)
    with pytest.raises(LedgerError, match=r"Scene s01 was not sent: 3 MB are free in .*film"):
        rendered(film, backend, disk=nearly_full)
    assert backend.sent == []
    free = plan_of(chain_of(1))
    assert asyncio.run(run(free, tmp_path / "free", FakeBackend(), disk=nearly_full)).ok
    finishes(film, backend.service)


def test_a_listener_that_fails_leaves_nothing_unknown(tmp_path: Path) -> None:
    class Gone(list[object]):
        def append(self, event: object) -> None:
            if type(event).__name__ == "StepStarted":
                raise BrokenPipeError

    film, backend = tmp_path / "film", FakeBackend()
    with pytest.raises(BrokenPipeError):
        rendered(film, backend, events=Gone())
    assert backend.sent == []
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert [a.state for a in ledger.attempts()] == [S.INTENDED]
        assert ledger.spent().reserved_usd == Decimal(1)
    finishes(film, backend.service)


@pytest.mark.parametrize("when", ["submit", "accepted"])
def test_a_ledger_that_another_process_holds_for_too_long(tmp_path: Path, when: str) -> None:
    film, service = tmp_path / "film", FakeService()
    film.mkdir()

    class Meddled(FakeBackend):
        async def on_submit(self, scene_id: str) -> None:
            if when == "submit":
                other.execute("BEGIN EXCLUSIVE")

        async def on_accepted(self, scene_id: str) -> None:
            if when == "accepted":
                other.execute("BEGIN EXCLUSIVE")

    with (
        SqliteLedger(film / "ledger.sqlite", busy_s=0.01) as ledger,
        closing(sqlite3.connect(film / "ledger.sqlite", isolation_level=None)) as other,
        pytest.raises(LedgerError, match="is in use by another process") as caught,
    ):
        rendered(film, Meddled(service=service), ledger=ledger)
    (name,) = service.operations
    assert f"The service accepted scene s01 as {name}" in caught.value.message
    assert rendered(film, FakeBackend(service=service)).sent == 0
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        ledger.answered(name, name, now=START)
    finishes(film, service)
