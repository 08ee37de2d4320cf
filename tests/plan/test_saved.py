"""Saved plans: what counts as a change, what does not, and what may be paid, in words and in cents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fakes import chain_of, plan_of, step
from tests.plan.test_gate import take_of
from veo_story.plan.diff import diff
from veo_story.plan.model import Chain, Plan, Step
from veo_story.plan.saved import Now, SavedOptions, SavedPlan, differences, save_plan
from veo_story.plan.takes import Take
from veo_story.storyboard.model import Budget

MADE_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
DIGEST = "0" * 64
PLAN = plan_of(chain_of(3, price="0.70"), free=False)


def made(plan: Plan, *scenes: str, number: int = 1, base: Iterable[Take] = ()) -> tuple[Take, ...]:
    """Takes of some scenes, each made from those of the scenes it needs."""
    takes = {take.scene_id: take for take in base}
    for scene_id in scenes:
        wanted = plan.step(scene_id)
        parents = tuple(takes[need].id for need in wanted.needs)
        takes[scene_id] = replace(take_of(wanted), number=number, parents=parents)
    return tuple(takes.values())


def now(plan: Plan, takes: Iterable[Take] = (), counted: str | None = None) -> Now:
    known = tuple(takes)
    paid = sum((take.cost_usd for take in known), Decimal(0)) if counted is None else Decimal(counted)
    return Now(plan, diff(plan, known, (), {}), paid)


def save(today: Now) -> SavedPlan:
    return save_plan(
        today, Budget(), SavedOptions(), storyboard="film.yaml", sha256=DIGEST, made_at=MADE_AT
    )  # fmt: skip


def reworded(plan: Plan, scene_id: str, **changes: object) -> Plan:
    """The plan with one step changed, and what follows from it fingerprinted anew."""
    steps: dict[str, Step] = {}
    for old in plan.steps():
        words = f"{old.prompt}!" if old.scene_id == scene_id and "words" in changes else old.prompt
        parent = None if old.parent is None else steps[old.parent]
        fresh = step(old.scene_id, parent=parent, words=words, price=f"{old.expected_usd}")
        if old.scene_id == scene_id:
            fresh = replace(fresh, **{k: v for k, v in changes.items() if k != "words"})
        steps[old.scene_id] = fresh
    return plan_of(Chain("chain-s", tuple(steps.values())), free=False)


def test_the_plan_of_the_same_day_is_no_other() -> None:
    for takes in ((), made(PLAN, "s01"), made(PLAN, "s01", "s02", "s03")):
        assert differences(save(now(PLAN, takes)), now(PLAN, takes)) == ()


def test_what_an_interrupted_run_has_made_is_no_change() -> None:
    saved = save(now(PLAN))
    assert (saved.expected_usd, saved.sendable) == (Decimal("2.10"), {"s01", "s02", "s03"})
    for count in (1, 2, 3):
        today = now(PLAN, made(PLAN, *["s01", "s02", "s03"][:count]))
        assert differences(saved, today) == ()
        assert saved.cap(today) == Decimal("2.10")


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (
            reworded(PLAN, "s02", words="!"),
            ("s02: prompt changed (0.70 -> 0.70 USD)", "s03: follows s02 (0.70 -> 0.70 USD)"),
        ),
        (
            reworded(PLAN, "s02", expected_usd=Decimal("1.05")),
            ("price of s02 was 0.70, is 1.05 USD", "0.35 USD more than"),
        ),
        (reworded(PLAN, "s02", worst_usd=Decimal("1.40")), ("worst price of s02 was 0.70, is 1.40 USD",)),
        (reworded(PLAN, "s02", takes=2), ("takes of s02 was 1, is 2", "0.70 USD more than")),
        (replace(PLAN, basis="assembled"), ("budget.basis was new, is assembled",)),
        (plan_of(chain_of(4, price="0.70"), free=False), ("s04 is new (0.70 USD)", "0.70 USD more than")),
        (plan_of(chain_of(2, price="0.70"), free=False), ("s03 is gone",)),
    ],
)
def test_what_changed_is_said_in_words(today: Plan, told: tuple[str, ...]) -> None:
    found = differences(save(now(PLAN)), now(today))
    assert len(found) == len(told)
    assert all(text.startswith(start) for text, start in zip(found, told, strict=True))


def test_a_take_that_was_kept_must_be_there_still() -> None:
    takes = made(PLAN, "s01", "s02")
    saved = save(now(PLAN, takes))
    second = made(PLAN, "s01", number=2)
    (first, *after) = differences(saved, now(PLAN, second, "1.40"))
    gone = f"{takes[0].id} was rejected, replaced or is gone: {second[0].id} serves now"
    assert first == f"s01's take {gone}"
    assert after[0] == f"s02's take {takes[1].id} was rejected, replaced or is gone: nothing serves now"
    assert after[1].startswith("0.70 USD more than")
    assert "nothing serves now" in differences(saved, now(PLAN, (), "1.40"))[0]


def test_money_that_went_elsewhere_ends_a_plan() -> None:
    """Paid in vain, or for something else: in either case the plan would cost more than it says."""
    saved = save(now(PLAN))
    (told,) = differences(saved, now(PLAN, made(PLAN, "s01"), "1.40"))
    assert told == "0.70 USD more than the plan says would be paid for the film since it was made"


def test_a_request_under_way_that_came_to_nothing_is_not_paid_again() -> None:
    """When the plan was made s01 was on its way; now it would have to be sent again."""
    saved = save(now(PLAN))
    under_way = replace(saved, scenes=(replace(saved.scenes[0], missing=0), *saved.scenes[1:]))
    told = differences(replace(under_way, counted_usd=Decimal("0.70")), now(PLAN))
    assert told == ("s01 wants 1 more to be made, 0 were planned",)


def test_pins_are_said() -> None:
    (chain,) = PLAN.chains
    first, second, third = chain.steps
    steps = (first, replace(second, kept="s02/x-1"), third)
    pinned = replace(PLAN, chains=(replace(chain, steps=steps),))
    takes = made(PLAN, "s01", "s02", "s03")
    told = differences(save(now(PLAN, takes)), Now(pinned, diff(PLAN, takes, (), {}), Decimal("2.10")))
    assert told == ("s02 was not pinned, is pinned to s02/x-1",)


PRICES = st.decimals(min_value=0, max_value=50, places=3)


@st.composite
def films(draw: st.DrawFn) -> Plan:
    chains = []
    for prefix in draw(st.sampled_from(["a", "ab", "abc"])):
        chain = chain_of(draw(st.integers(1, 4)), prefix=prefix)
        steps = []
        for one in chain.steps:
            price = draw(PRICES)
            more = draw(st.integers(0, 3))
            steps.append(replace(one, expected_usd=price, worst_usd=price * 2, takes=1 + more))
        chains.append(Chain(chain.id, tuple(steps)))
    return plan_of(*chains, free=False)


def some(data: st.DataObject, plan: Plan, base: tuple[Take, ...]) -> tuple[Take, ...]:
    """The base and further takes, as runs would have made them that were interrupted at any moment."""
    takes = base
    for one in plan.steps():
        statuses = diff(plan, takes, (), {})
        there = [take for take in takes if take.scene_id == one.scene_id]
        parents = tuple(take.id for need in one.needs if (take := statuses[need].take) is not None)
        wanted = data.draw(st.integers(len(there), one.takes))
        numbers = range(len(there) + 1, wanted + 1)
        takes += tuple(replace(take_of(one), number=number, parents=parents) for number in numbers)
        if wanted == 0 or (wanted < one.takes and data.draw(st.booleans())):
            break
    return takes


@given(films(), st.data())
def test_a_plan_never_pays_more_than_it_says(plan: Plan, data: st.DataObject) -> None:
    """However often its run is interrupted; and as long as nothing else happens it goes on."""
    before = some(data, plan, ())
    saved = save(now(plan, before))
    takes = before
    for _ in range(3):
        takes = some(data, plan, takes)
        today = now(plan, takes)
        assert differences(saved, today) == ()
        assert saved.cap(today) <= saved.counted_usd + saved.expected_usd
        assert today.counted_usd + today.to_pay_usd <= saved.cap(today)
        assert {s.scene_id for s in plan.steps() if today.missing(s)} <= saved.sendable


@given(films(), st.data(), st.sampled_from(["words", "price", "takes", "dropped", "basis"]))
def test_no_change_that_costs_is_overlooked(plan: Plan, data: st.DataObject, kind: str) -> None:
    saved = save(now(plan))
    chain = data.draw(st.sampled_from(plan.chains))
    at = data.draw(st.integers(0, len(chain.steps) - 1))
    old = chain.steps[at]
    change: dict[str, Callable[[], tuple[Step, ...]]] = {
        "words": lambda: (replace(old, fingerprint="f" * 64, parts={"prompt": "f" * 64}),),
        "price": lambda: (replace(old, expected_usd=old.expected_usd + Decimal("0.001")),),
        "takes": lambda: (replace(old, takes=old.takes + 1),),
        "dropped": tuple,
        "basis": lambda: (old,),
    }
    steps = (*chain.steps[:at], *change[kind](), *(chain.steps[at + 1 :] if kind != "dropped" else ()))
    chains = [Chain(chain.id, steps) if c is chain else c for c in plan.chains]
    changed = plan_of(*(c for c in chains if c.steps), free=False)
    if kind == "basis":
        changed = replace(changed, basis="assembled")
    assert differences(saved, now(changed))
