from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ledger.making import DOLLAR, NOW, a_step, a_take
from veo_story.errors import BudgetError, LedgerError, OutcomeUnknown
from veo_story.ledger.model import ARROWS, Caps, Ledger, Spent
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.model import Step
from veo_story.plan.takes import Attempt
from veo_story.plan.takes import AttemptState as S

NO_CAPS = Caps()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    with SqliteLedger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def intend(ledger: Ledger, step: Step, worst: Decimal = DOLLAR, caps: Caps = NO_CAPS) -> Attempt:
    return ledger.intend(step, expected=worst, worst=worst, caps=caps, now=NOW)


def bring_to(ledger: SqliteLedger, state: S) -> str:
    """A new attempt in the given state."""
    step = a_step(f"at-{state.value}")
    attempt_id = intend(ledger, step).id
    if state is S.INTENDED:
        return attempt_id
    if state is S.RELEASED:
        ledger.release(attempt_id, error="refused", now=NOW)
        return attempt_id
    ledger.sent(attempt_id, now=NOW)
    if state is S.UNKNOWN:
        ledger.lose(attempt_id, error="reset", now=NOW)
    elif state is not S.SENT:
        ledger.answered(attempt_id, "op/1", now=NOW)
        if state is S.STORED:
            ledger.stored(attempt_id, a_take(step, ledger.path.parent), cost=DOLLAR, now=NOW)
        elif state is S.FAILED:
            ledger.fail(attempt_id, error="broken", billed=DOLLAR, now=NOW)
    return attempt_id


VERBS: dict[S, Callable[[SqliteLedger, str], None]] = {
    S.SENT: lambda ledger, a: ledger.sent(a, now=NOW),
    S.ANSWERED: lambda ledger, a: ledger.answered(a, "op/2", now=NOW),
    S.STORED: lambda ledger, a: ledger.stored(
        a, a_take(a_step("other"), ledger.path.parent), cost=DOLLAR, now=NOW
    ),
    S.RELEASED: lambda ledger, a: ledger.release(a, error="gone", now=NOW),
    S.FAILED: lambda ledger, a: ledger.fail(a, error="broken", billed=DOLLAR, now=NOW),
    S.UNKNOWN: lambda ledger, a: ledger.lose(a, error="reset", now=NOW),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("before", S)
def test_only_legal_arrows_are_walked(ledger: SqliteLedger, before: S, verb: S) -> None:
    attempt_id = bring_to(ledger, before)
    assert ledger.attempts()[0].state is before
    if verb in ARROWS[before]:
        VERBS[verb](ledger, attempt_id)
        assert ledger.attempts()[0].state is verb
    else:
        with pytest.raises(LedgerError, match=f"is {before.value} and cannot become {verb.value}"):
            VERBS[verb](ledger, attempt_id)
        assert ledger.attempts()[0].state is before


@pytest.mark.parametrize(
    ("state", "spent"),
    [
        (S.INTENDED, Spent(reserved_usd=DOLLAR)),
        (S.SENT, Spent(reserved_usd=DOLLAR)),
        (S.ANSWERED, Spent(reserved_usd=DOLLAR)),
        (S.UNKNOWN, Spent(unknown_usd=DOLLAR)),
        (S.STORED, Spent(settled_usd=DOLLAR)),
        (S.FAILED, Spent(settled_usd=DOLLAR)),
        (S.RELEASED, Spent()),
    ],
)
def test_what_counts_as_spent(ledger: SqliteLedger, state: S, spent: Spent) -> None:
    bring_to(ledger, state)
    assert ledger.spent() == spent
    assert ledger.spent(f"at-{state.value}") == spent
    assert ledger.spent("another") == Spent()


def test_another_process_finds_all_it_needs_to_go_on(ledger: SqliteLedger) -> None:
    step = a_step()
    attempt = ledger.intend(
        step,
        expected=Decimal("0.7"),
        worst=Decimal("0.8"),
        caps=Caps(),
        parents=("s00/12345678-1",),
        picked_frames={"first_frame": 190},
        now=NOW,
    )
    ledger.sent(attempt.id, now=NOW)
    ledger.answered(attempt.id, "models/m/operations/1", now=NOW)
    with SqliteLedger(ledger.path) as other:
        (found,) = other.attempts()
    assert found.operation == "models/m/operations/1"
    assert (found.parents, dict(found.picked_frames)) == (("s00/12345678-1",), {"first_frame": 190})
    assert (found.fingerprint, found.reserved_usd) == (step.fingerprint, Decimal("0.7"))
    assert (found.expected_usd, found.worst_usd) == (Decimal("0.7"), Decimal("0.8"))
    row = sqlite3.connect(ledger.path).execute("SELECT request FROM attempts").fetchone()
    request = json.loads(row[0])
    assert request["parts"] == {"prompt": "abc"}
    assert request["inputs"] == [
        {"role": "first_frame", "file": "one.png", "sha256": "00ff"},
        {"role": "last_frame", "frame_of": "s00", "at_s": "2.5"},
    ]


def test_a_take_comes_back_as_it_was(ledger: SqliteLedger, tmp_path: Path) -> None:
    step = a_step()
    attempt_id = intend(ledger, step).id
    ledger.sent(attempt_id, now=NOW)
    ledger.answered(attempt_id, "op", now=NOW)
    take = a_take(step, tmp_path, cost="0.100000000000000000000000001")
    take = replace(take, attempt_id=attempt_id)
    ledger.stored(attempt_id, take, cost=take.cost_usd, now=NOW)
    assert ledger.takes() == (take,)
    assert ledger.spent().settled_usd == Decimal("0.100000000000000000000000001")


def test_a_moved_folder_finds_its_clips(tmp_path: Path) -> None:
    step = a_step()
    with SqliteLedger(_folder(tmp_path / "here") / "ledger.sqlite") as ledger:
        ledger.adopt("a1", a_take(step, tmp_path / "here"), now=NOW)
    (tmp_path / "here").rename(tmp_path / "there")
    with SqliteLedger(tmp_path / "there" / "ledger.sqlite") as ledger:
        (take,) = ledger.takes()
    assert take.clip.read_bytes() == b"clip"
    assert take.clip.is_relative_to(tmp_path / "there")


def _folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def test_a_take_without_its_clip_is_gone_but_not_forgotten(ledger: SqliteLedger, tmp_path: Path) -> None:
    ledger.adopt("a1", a_take(a_step(), tmp_path, there=False), now=NOW)
    assert ledger.takes() == ()
    assert [take.number for take in ledger.takes(gone=True)] == [1]


def test_a_take_of_a_lost_ledger_is_adopted_with_its_cost(ledger: SqliteLedger, tmp_path: Path) -> None:
    ledger.adopt("a1", a_take(a_step(), tmp_path, cost="2.5"), now=NOW)
    (attempt,) = ledger.attempts()
    assert (attempt.id, attempt.state) == ("a1", S.STORED)
    assert ledger.spent() == Spent(settled_usd=Decimal("2.5"))


@pytest.mark.parametrize("state", [S.ANSWERED, S.SENT, S.UNKNOWN])
def test_a_take_on_the_disk_ends_an_open_attempt(ledger: SqliteLedger, tmp_path: Path, state: S) -> None:
    attempt_id = bring_to(ledger, state)
    ledger.adopt(attempt_id, a_take(a_step(f"at-{state.value}"), tmp_path), now=NOW)
    assert [a.state for a in ledger.attempts()] == [S.STORED]
    assert ledger.spent() == Spent(settled_usd=DOLLAR)


def test_one_attempt_makes_one_take(ledger: SqliteLedger, tmp_path: Path) -> None:
    ledger.adopt("a1", a_take(a_step(), tmp_path), now=NOW)
    with pytest.raises(LedgerError, match="UNIQUE"):
        ledger.adopt("a1", a_take(a_step(), tmp_path, number=2), now=NOW)
    assert len(ledger.takes()) == 1


def test_the_films_cap_counts_spent_reserved_and_unknown(ledger: SqliteLedger) -> None:
    for state in (S.STORED, S.ANSWERED, S.UNKNOWN, S.RELEASED):
        bring_to(ledger, state)
    intend(ledger, a_step(), Decimal("0.5"), Caps(film_usd=Decimal("3.5")))
    with pytest.raises(BudgetError) as caught:
        intend(ledger, a_step("s02"), Decimal("1.005"), Caps(film_usd=Decimal(4)))
    assert caught.value.message == (
        "Scene s02 costs $1.005, and $0.50 is left of the film's cap, $4.00 ($1.00 spent, $1.50 "
        "reserved for requests under way, $1.00 of unknown outcome)."
    )
    assert "Raise budget.max_usd (or --max-usd) to $4.505 or more" in (caught.value.hint or "")
    assert len(ledger.attempts()) == 5


def test_the_scenes_cap_counts_that_scene_only(ledger: SqliteLedger) -> None:
    caps = Caps(scene_usd=Decimal("1.5"))
    intend(ledger, a_step("s01"), caps=caps)
    intend(ledger, a_step("s02"), caps=caps)
    with pytest.raises(BudgetError, match=r"\$0.50 is left of the cap of scene s01"):
        intend(ledger, a_step("s01", "again"), caps=caps)


def test_free_work_passes_every_cap(ledger: SqliteLedger) -> None:
    bring_to(ledger, S.STORED)
    intend(ledger, a_step(), Decimal(0), Caps(Decimal(0), Decimal(0)))


def test_a_cap_that_is_passed_already_leaves_nothing(ledger: SqliteLedger) -> None:
    bring_to(ledger, S.STORED)
    with pytest.raises(BudgetError, match=r"\$0.00 is left"):
        intend(ledger, a_step(), caps=Caps(film_usd=Decimal("0.5")))


def test_what_was_lost_is_not_asked_for_again(ledger: SqliteLedger) -> None:
    lost = bring_to(ledger, S.UNKNOWN)
    with pytest.raises(OutcomeUnknown, match=rf"at-unknown was sent before \(attempt {lost}\).*\$1\.00"):
        intend(ledger, a_step("at-unknown"))
    intend(ledger, a_step("at-unknown", "other words"))
    ledger.release(lost, error="the service says it never came", now=NOW)
    intend(ledger, a_step("at-unknown"))


def test_picks_and_approvals(ledger: SqliteLedger, tmp_path: Path) -> None:
    step = a_step()
    first, second = a_take(step, tmp_path, 1), a_take(step, tmp_path, 2)
    ledger.adopt("a1", first, now=NOW)
    ledger.adopt("a2", second, now=NOW)
    ledger.pick("s01", first.id, now=NOW)
    ledger.pick("s01", second.id, now=NOW)
    assert ledger.picks() == {"s01": second.id}
    ledger.approve(first.id)
    assert [t.approved for t in ledger.takes()] == [True, False]
    ledger.approve(first.id, approved=False)
    assert [t.approved for t in ledger.takes()] == [False, False]
    ledger.pick("s01", None, now=NOW)
    assert ledger.picks() == {}
    with pytest.raises(LedgerError, match="no take s01/00000000-9"):
        ledger.approve("s01/00000000-9")
    with pytest.raises(LedgerError, match=r"no take .* of scene s02"):
        ledger.pick("s02", first.id, now=NOW)


def test_an_unknown_attempt_is_refused(ledger: SqliteLedger) -> None:
    with pytest.raises(LedgerError, match="knows no attempt nothing"):
        ledger.sent("nothing", now=NOW)


def test_times_are_kept_in_utc_and_need_a_zone(ledger: SqliteLedger) -> None:
    east = timezone(timedelta(hours=9))
    local = datetime(2026, 11, 22, 21, tzinfo=east)
    ledger.intend(a_step(), expected=DOLLAR, worst=DOLLAR, caps=Caps(), now=local)
    assert ledger.attempts()[0].created_at == NOW
    assert ledger.attempts()[0].created_at.utcoffset() == timedelta(0)
    with pytest.raises(ValueError, match="without a zone"):
        ledger.intend(a_step(), expected=DOLLAR, worst=DOLLAR, caps=Caps(), now=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity"])
def test_nonsense_money_is_refused(ledger: SqliteLedger, amount: str) -> None:
    with pytest.raises(ValueError, match="no amount of money"):
        intend(ledger, a_step(), Decimal(amount))
    assert ledger.attempts() == ()


def test_a_clip_outside_the_folder_is_refused_whole(ledger: SqliteLedger, tmp_path: Path) -> None:
    attempt_id = bring_to(ledger, S.ANSWERED)
    with pytest.raises(ValueError, match="subpath"):
        ledger.stored(attempt_id, a_take(a_step(), tmp_path.parent, there=False), cost=DOLLAR, now=NOW)
    assert ledger.attempts()[0].state is S.ANSWERED
