"""Clips that are not exactly as long as asked: taken from services, never from this machine."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.fake_media import FAKE_MEDIA, FakeRepeat, frames_of
from tests.engine.fakes import FakeBackend, chain_of, failed_with, plan_of, run, step
from veo_story.backends.base import Inputs
from veo_story.catalog.catalog import load_catalog
from veo_story.engine.events import Event, StepRemark
from veo_story.errors import MediaError
from veo_story.plan.model import Chain, Step


class Off(FakeBackend):
    """Clips that are ``off`` frames longer than asked, and repeat ``lost`` frames less of their parent."""

    def __init__(self, off: int = 0, lost: int = 0, *, combined: bool = False) -> None:
        super().__init__(combined=combined)
        self.off, self.lost = off, lost

    def draw(self, step: Step, inputs: Inputs) -> list[str]:
        drawn = super().draw(step, inputs)
        drawn = (
            [*drawn, *("more" for _ in range(self.off))] if self.off > 0 else drawn[: len(drawn) + self.off]
        )
        return drawn[self.lost :] if inputs.parent is not None else drawn


def anywhere(parent: Path, start: int, end: int, child: Path, expected: int) -> FakeRepeat:
    """The frame after the parent's last one, wherever that is."""
    last = frames_of(parent)[end - 1]
    return FakeRepeat(frames_of(child).index(last) + 1, True)


@pytest.mark.parametrize("off", [-6, -1, 1, 6])
def test_a_service_may_be_a_few_frames_off(tmp_path: Path, off: int) -> None:
    plan = plan_of(chain_of(3, price="1"), free=False, returns="combined", slack=6)
    backend = Off(off, combined=True)
    result = asyncio.run(run(plan, tmp_path / "film", backend))
    assert result.ok
    takes = [result.takes[s] for s in ("s01", "s02", "s03")]
    assert [t.new_frames for t in takes] == [48 + off] * 3
    assert [t.new_start for t in takes] == [0, 48 + off, 2 * (48 + off)]
    assert [t.new_end for t in takes] == [t.frames for t in takes]


@pytest.mark.parametrize("off", [-7, 7])
@pytest.mark.parametrize("returns", ["tail", "combined"])
def test_further_off_is_put_aside(tmp_path: Path, off: int, returns: str) -> None:
    plan = plan_of(chain_of(1, price="1"), free=False, returns=returns, slack=6)
    result = asyncio.run(run(plan, tmp_path / "film", Off(off)))
    error = failed_with(result, "s01")
    assert isinstance(error, MediaError)
    assert f"{48 + off} frames, and 48 were due, 6 more or fewer" in error.message
    assert list((tmp_path / "film" / "takes" / "s01").glob("rejected-*"))


@pytest.mark.parametrize("off", [-1, 1])
def test_what_has_no_slack_is_held_to_the_frame(tmp_path: Path, off: int) -> None:
    result = asyncio.run(run(plan_of(chain_of(1)), tmp_path / "film", Off(off)))
    assert "and 48 were due:" in failed_with(result, "s01").message


@pytest.mark.parametrize(
    ("off", "lost", "fine"), [(0, 12, True), (-6, 12, True), (0, 19, False), (7, 8, False)]
)
def test_a_parent_that_is_repeated_in_part(tmp_path: Path, off: int, lost: int, fine: bool) -> None:
    class SecondOff(Off):
        def draw(self, step: Step, inputs: Inputs) -> list[str]:
            return super().draw(step, inputs) if inputs.parent else FakeBackend.draw(self, step, inputs)

    plan = plan_of(chain_of(2, price="1"), free=False, returns="combined", slack=6)
    backend = SecondOff(off, lost, combined=True)
    media = replace(FAKE_MEDIA, find_repeat=anywhere)
    result = asyncio.run(run(plan, tmp_path / "film", backend, media=media))
    assert result.ok is fine
    if fine:
        take = result.takes["s02"]
        assert (take.new_start, take.new_frames) == (48 - lost, 48 + off)


def test_new_footage_alone_is_taken_for_what_it_is(tmp_path: Path) -> None:
    first = step("s01", new_frames=72, price="1")
    second = step("s02", parent=first, price="1")
    third = step("s03", parent=second, new_frames=60, price="1")
    plan = plan_of(Chain("c", (first, second, third)), free=False, returns="combined", slack=6)
    events: list[Event] = []
    result = asyncio.run(run(plan, tmp_path / "film", FakeBackend(combined=False), events=events))
    assert [(t.new_start, t.new_frames) for t in result.takes.values()] == [(0, 72), (0, 48), (0, 60)]
    remarks = [e.text for e in events if isinstance(e, StepRemark)]
    assert remarks == ["the service sent the new footage alone, without the clip that it extends"] * 2


def test_the_parent_sent_back_is_no_new_footage(tmp_path: Path) -> None:
    plan = plan_of(chain_of(2, price="1"), free=False, returns="combined", slack=6)
    result = asyncio.run(run(plan, tmp_path / "film", FakeBackend(combined=False)))
    assert isinstance(failed_with(result, "s02"), MediaError)


def test_only_services_have_slack() -> None:
    assert {(c.length_slack_frames > 0) != c.is_free for c in load_catalog().models()} == {True}
