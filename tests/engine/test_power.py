"""Power cuts at every step of a run: what was not synced is gone in any combination; the next goes on."""

from __future__ import annotations

import asyncio
import copy
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fake_media import frames_of
from tests.engine.fakes import FakeBackend, FakeService, chain_of, plan_of, run
from tests.engine.platter import Platter
from veo_story.engine.events import Event
from veo_story.engine.run import RunResult
from veo_story.errors import OutcomeUnknown
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.media.files import Disk, make_folder, sha256_of
from veo_story.plan.model import Plan
from veo_story.plan.takes import AttemptState as S
from veo_story.storyboard.model import Budget

SEEDS = range(3)


@dataclass(frozen=True)
class Cut:
    """What a power cut leaves: a folder, and the service with all it had accepted by then."""

    when: str
    folder: Path
    service: FakeService


class Telling(FakeBackend):
    """Calls ``cut`` around everything the service does."""

    def __init__(self, service: FakeService, cut: Callable[[str], None]) -> None:
        super().__init__(service=service, combined=True)
        self.cut = cut

    async def on_submit(self, scene_id: str) -> None:
        self.cut(f"submit {scene_id}")

    async def on_accepted(self, scene_id: str) -> None:
        self.cut(f"accepted {scene_id}")

    async def on_status(self, scene_id: str) -> None:
        self.cut(f"look {scene_id}")

    async def on_fetch(self, scene_id: str) -> None:
        self.cut(f"fetch {scene_id}")


class Heard(list[Event]):
    """Calls ``cut`` at every event."""

    def __init__(self, cut: Callable[[str], None]) -> None:
        super().__init__()
        self.cut = cut

    def append(self, event: Event) -> None:
        self.cut(type(event).__name__)


def the_plan(takes: int) -> Plan:
    return plan_of(chain_of(2, price="1", takes=takes), free=False, returns="combined", samples=2)


def rendered(
    plan: Plan, film: Path, backend: FakeBackend, disk: Disk | None = None, events: list[Event] | None = None
) -> RunResult:
    budget = Budget(max_usd=Decimal(4))
    return asyncio.run(run(plan, film, backend, budget=budget, disk=disk, events=events))


def cuts_of(plan: Plan, film: Path, platter: Platter, service: FakeService) -> list[Cut]:
    """Render, and keep what a power cut at each moment would leave."""
    found: list[Cut] = []

    def cut(when: str) -> None:
        for seed in SEEDS:
            left = film.parent / f"left{len(found)}"
            platter.left(film, left, seed)
            found.append(Cut(f"{when}, seed {seed}", left, copy.deepcopy(service)))

    result = rendered(plan, film, Telling(service, cut), platter.disk(cut), events=Heard(cut))
    assert result.ok
    return found


def check(plan: Plan, cut: Cut) -> None:
    """Render again where the power was cut: nothing stored is lost, nothing is paid twice."""
    ledger_file = cut.folder / "ledger.sqlite"
    before: dict[str, str] = {}
    open_states: list[S] = []
    if ledger_file.exists():
        with SqliteLedger(ledger_file) as ledger:
            before = {take.id: take.sha256 for take in ledger.takes(gone=True)}
            open_states = [a.state for a in ledger.attempts()]
    backend = FakeBackend(service=cut.service, combined=True)
    result = rendered(plan, cut.folder, backend)
    for failure in result.failures:
        assert isinstance(failure.error, OutcomeUnknown), (cut.when, failure)
        assert S.SENT in open_states, cut.when
    with SqliteLedger(ledger_file) as ledger:
        takes = {take.id: take for take in ledger.takes()}
        assert ledger.spent().settled_usd == len(takes), cut.when
    assert before.items() <= {name: take.sha256 for name, take in takes.items()}.items(), cut.when
    for take in takes.values():
        assert sha256_of(take.clip) == take.sha256, cut.when
        assert len(frames_of(take.clip)) == take.frames, cut.when
    paid = Counter(scene for scene, _ in cut.service.operations.values())
    assert set(cut.service.bills.values()) <= {1}, cut.when
    assert all(count == 1 for count in paid.values()), (cut.when, paid)
    assert result.ok or result.failures


@pytest.mark.parametrize("takes", [1, 2])
def test_a_cut_at_any_moment_loses_nothing_and_pays_nothing_twice(tmp_path: Path, takes: int) -> None:
    plan = the_plan(takes)
    cuts = cuts_of(plan, tmp_path / "film", Platter(), FakeService())
    assert len(cuts) > 50
    for cut in cuts:
        check(plan, cut)


class Killed(BaseException):
    """The process ends here; what it wrote stays readable, safe or not."""


@pytest.mark.parametrize("last", ["after rename", "after folder s01", "after folder takes"])
def test_a_take_that_is_taken_up_after_a_kill_is_made_safe_first(tmp_path: Path, last: str) -> None:
    plan, film, platter, service = the_plan(1), tmp_path / "film", Platter(), FakeService()

    def kill(when: str) -> None:
        if when.startswith(last):
            raise Killed

    with pytest.raises(BaseExceptionGroup) as caught:
        rendered(plan, film, FakeBackend(service=service, combined=True), platter.disk(kill))
    assert caught.group_contains(Killed)
    cuts = cuts_of(plan, film, platter, service)
    with SqliteLedger(cuts[0].folder / "ledger.sqlite") as ledger:
        assert [a.state for a in ledger.attempts()] == [S.ANSWERED]
    for cut in cuts:
        check(plan, cut)


def test_a_new_film_s_folder_is_safe_before_anything_is_written_in_it(tmp_path: Path) -> None:
    synced: list[Path] = []
    make_folder(tmp_path / "renders" / "film", synced.append)
    make_folder(tmp_path / "renders" / "film", synced.append)
    assert synced == [tmp_path, tmp_path / "renders"]
