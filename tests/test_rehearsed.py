"""Reading a bill: whose generation it was, when, and how long it had to take."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.plan.boards import board, plan_of, run, scene
from veo_story.cli.rehearsal_view import as_text, clock, verdict
from veo_story.engine.run import RunResult
from veo_story.engine.telling import Failure
from veo_story.errors import GenerationError
from veo_story.rehearsed import PROCESSING_S, Rehearsal, critical_path, read_bill

RAN = RunResult({}, (), (), 2, Decimal(0), Decimal(0), False)


def charge(operation: str, sent: str, done: str | None, noticed: str | None, **given: Any) -> dict[str, Any]:
    times = {"accepted_at": sent, "done_at": done, "noticed_at": noticed}
    day = {k: None if v is None else f"2026-11-22T{v}Z" for k, v in times.items()}
    plain = {"mode": "open", "seconds": 8, "samples": 1, "usd": "0.80", "outcome": "done", "prompt": "A car"}
    return {"operation": operation, **plain, **day, **given}


TWO = [
    charge("operations/2", "10:01:20.500000", "10:02:00", "10:02:01", mode="extend", seconds=7, usd="0.70"),
    charge("operations/1", "10:00:00", "10:01:00", "10:01:02"),
]
KNOWN = {"models/m/operations/1": "s01", "models/m/operations/2": "s02"}


def rehearsal(*charges: dict[str, Any], **given: Any) -> Rehearsal:
    expected = {"s01": Decimal("0.80"), "s02": Decimal("0.70")}
    return replace(Rehearsal(RAN, None, read_bill(charges, KNOWN), expected, 121.0, 115.0, False), **given)


def test_the_lines_come_in_the_order_of_the_requests() -> None:
    first, second = read_bill(TWO, KNOWN)
    assert (first.scene_id, first.sent_s, first.done_s, first.noticed_s, first.dead_s) == (
        "s01",
        0,
        60,
        62,
        2,
    )
    assert (second.scene_id, second.sent_s, second.usd) == ("s02", 80.5, Decimal("0.70"))
    (stranger,) = read_bill([charge("operations/9", "10:00:00", None, None, outcome="running")], KNOWN)
    assert (stranger.scene_id, stranger.done_s, stranger.dead_s) == (None, None, None)
    # Two requests of the same words lost their answers; one more generation is nobody's.
    gone = [charge(f"operations/{n}", f"10:00:0{n}", None, None) for n in (7, 8, 9)]
    lost = [("s03", "Other words"), ("s04", "A car"), ("s05", "A car")]
    assert [line.scene_id for line in read_bill(gone, KNOWN, lost)] == ["s04", "s05", None]
    assert read_bill([], KNOWN) == ()


def test_the_longest_path_is_that_of_the_longest_chain() -> None:
    plan = plan_of(board(sequences=[run(2), [scene("other")]]), "gemini")
    known = {**KNOWN, "models/m/operations/3": "other"}
    lines = read_bill([*TWO, charge("operations/3", "10:00:00", "10:01:30", "10:01:31")], known)
    assert critical_path(plan, lines, "gemini") == 60 + PROCESSING_S + 39.5
    assert critical_path(plan, lines, "vertex") == 60 + 39.5
    assert critical_path(plan, [line for line in lines if line.scene_id == "other"], "vertex") == 90
    assert critical_path(plan, (), "gemini") <= PROCESSING_S


def test_a_bill_as_planned() -> None:
    told = rehearsal(*TWO)
    assert told.billed_usd == told.expected_usd == Decimal("1.50")
    assert verdict(told) is None
    assert "the longest path takes 01:55.0, 5.2% over it" in as_text(told, 100)
    assert "dead  1.5 s a clip (median), 2.0 s at most" in as_text(told, 100)


def test_why_a_bill_differs_and_whether_that_is_a_bug() -> None:
    assert verdict(rehearsal(TWO[1])) == ("the bill is 0.80 USD, the plan expects 1.50", True)
    faults = rehearsal(TWO[1], scripted=True)
    assert verdict(faults) == (
        "the bill is 0.80 USD, the plan expects 1.50: the scripted faults kept something back",
        False,
    )
    failed = replace(RAN, failures=(Failure("s02", GenerationError("it broke")),))
    assert verdict(rehearsal(TWO[1], run=failed)) == (
        "the bill is 0.80 USD, the plan expects 1.50: the film was not finished",
        False,
    )


@pytest.mark.parametrize("scripted", [False, True])
def test_a_scene_that_is_paid_twice_is_a_bug_whatever_the_faults(scripted: bool) -> None:
    again = {**KNOWN, "models/m/operations/3": "s01"}
    lines = read_bill([*TWO, charge("operations/3", "10:03:00", "10:04:00", None)], again)
    told = rehearsal(generations=lines, scripted=scripted)
    assert verdict(told) == ("paid more than once: s01", True)
    nobodys = read_bill([*TWO, charge("operations/4", "10:03:00", None, None)], KNOWN)
    assert verdict(rehearsal(generations=nobodys, scripted=scripted)) == ("paid more than once: ?", True)
    free = read_bill(
        [*TWO, charge("operations/3", "10:03:00", None, None, usd="0", outcome="filtered")], again
    )
    assert verdict(rehearsal(generations=free, scripted=scripted)) is None


def test_times_as_people_read_them() -> None:
    assert [clock(s) for s in (None, 0, 59.96, 61.25, 6000)] == [
        "-",
        "00:00.0",
        "01:00.0",
        "01:01.2",
        "100:00.0",
    ]
