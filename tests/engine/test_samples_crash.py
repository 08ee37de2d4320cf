"""A process that dies between the takes of one request: none is lost, none comes twice."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import FakeBackend, plan_of, run, step
from tests.engine.faults import ledger_of
from veo_story.engine.takes_on_disk import found_on_disk
from veo_story.ledger.model import Spent
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.media.files import Disk
from veo_story.plan.model import Chain, Plan
from veo_story.plan.takes import AttemptState as S

TAKES = 3


class Died(BaseException):
    """The process ends here."""


def plan() -> Plan:
    return plan_of(Chain("c", (step("s01", takes=TAKES, price="1"),)), free=False, samples=4)


class Mortal(SqliteLedger):
    """Dies at the given call of ``kept`` or ``stored``, before or after it was written."""

    def __init__(self, path: Path, dies_at: int, *, after: bool) -> None:
        super().__init__(path)
        self.calls, self.dies_at, self.after = 0, dies_at, after

    def kept(self, *args: object, **more: object) -> None:
        self._die(super().kept, *args, **more)

    def stored(self, *args: object, **more: object) -> None:
        self._die(super().stored, *args, **more)

    def _die(self, verb: Callable[..., None], *args: object, **more: object) -> None:
        self.calls += 1
        if self.calls == self.dies_at and not self.after:
            raise Died
        verb(*args, **more)
        if self.calls == self.dies_at:
            raise Died


def all_there(film: Path, backend: FakeBackend) -> None:
    with ledger_of(film) as ledger:
        takes, attempts, spent = ledger.takes(), ledger.attempts(), ledger.spent()
    assert [t.sample for t in sorted(takes, key=lambda t: t.sample)] == list(range(TAKES))
    assert [t.number for t in takes] == list(range(1, TAKES + 1))
    assert len(list(found_on_disk(film))) == TAKES
    assert [a.state for a in attempts] == [S.STORED]
    assert spent == Spent(settled_usd=Decimal(TAKES))
    assert list(backend.service.bills.values()) == [1]
    assert not list(film.glob("takes/*/.*"))


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("dies_at", range(1, TAKES + 1))
def test_death_around_each_word_to_the_ledger(tmp_path: Path, dies_at: int, after: bool) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    film.mkdir()
    with Mortal(film / "ledger.sqlite", dies_at, after=after) as ledger, pytest.raises(BaseException) as died:
        asyncio.run(run(plan(), film, backend, ledger=ledger))
    assert "Died" in repr(died.value) or died.group_contains(Died)
    result = asyncio.run(run(plan(), film, backend))
    assert (result.ok, result.sent) == (True, 0)
    all_there(film, backend)


@pytest.mark.parametrize("dies_at", range(1, TAKES + 1))
def test_death_before_each_rename(tmp_path: Path, dies_at: int) -> None:
    renames = 0

    def rename(old: Path, new: Path) -> None:
        nonlocal renames
        renames += 1
        if renames == dies_at:
            raise Died
        old.rename(new)

    film, backend = tmp_path / "film", FakeBackend()
    with pytest.raises(BaseException) as died:
        asyncio.run(run(plan(), film, backend, disk=Disk(rename=rename)))
    assert "Died" in repr(died.value) or died.group_contains(Died)
    assert asyncio.run(run(plan(), film, backend)).sent == 0
    all_there(film, backend)


def test_a_lost_ledger_comes_back_from_all_takes_of_a_request(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    asyncio.run(run(plan(), film, backend))
    (film / "ledger.sqlite").unlink()
    assert asyncio.run(run(plan(), film, backend)).sent == 0
    all_there(film, backend)
    with ledger_of(film) as ledger:
        assert [a.samples for a in ledger.attempts()] == [4 - 1]


def test_a_ledger_that_was_being_made_again_when_it_died(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    asyncio.run(run(plan(), film, backend))
    first, *others = found_on_disk(film)
    (film / "ledger.sqlite").unlink()
    for folder in others:
        shutil.move(folder, tmp_path / folder.name)
    asyncio.run(run(plan_of(Chain("c", (step("s01", price="1"),)), free=False), film, backend))
    for folder in others:
        shutil.move(tmp_path / folder.name, folder)
    assert first.exists()
    assert asyncio.run(run(plan(), film, backend)).sent == 0
    all_there(film, backend)


def test_a_copied_sample_is_not_taken_for_another(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    asyncio.run(run(plan(), film, backend))
    folders = list(found_on_disk(film))
    shutil.copytree(folders[1], folders[1].with_name(folders[1].name[:-1] + "9"))
    assert asyncio.run(run(plan(), film, backend)).sent == 0
    with ledger_of(film) as ledger:
        assert len(ledger.takes()) == TAKES


def test_a_take_of_version_1_is_read_back(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    one = plan_of(Chain("c", (step("s01", price="1"),)), free=False)
    asyncio.run(run(one, film, backend))
    (folder,) = found_on_disk(film)
    for name in ("request.json", "probe.json"):
        data = json.loads((folder / name).read_text()) | {"version": 1}
        data.pop("sample", None)
        data.pop("samples", None)
        (folder / name).write_text(json.dumps(data))
    (film / "ledger.sqlite").unlink()
    assert asyncio.run(run(one, film, backend)).sent == 0
