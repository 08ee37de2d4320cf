"""A clock that jumps, between runs and in one: the film is finished and nothing is paid twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.machine.world import RENDER, World
from tests.support.cli import NOW
from veo_story.ledger.sqlite import SqliteLedger

JUMPS = [timedelta(days=-31), timedelta(days=-400), timedelta(days=3), timedelta(days=3 * 365)]


@dataclass
class Jumping:
    """A clock that goes on by a second at every look, and jumps at look number ``at``."""

    jump: timedelta
    at: int
    looks: int = 0
    told: list[datetime] = field(default_factory=list)

    def __call__(self) -> datetime:
        self.looks += 1
        now = NOW + timedelta(seconds=self.looks) + (self.jump if self.looks >= self.at else timedelta(0))
        self.told.append(now)
        return now


def check_times(world: World, told: list[datetime]) -> None:
    """The ledger has only times that the clock told, and no end before its beginning but by the jump."""
    with SqliteLedger(world.ledger) as ledger:
        attempts = ledger.attempts()
    for attempt in attempts:
        for moment in (attempt.created_at, attempt.sent_at, attempt.answered_at, attempt.ended_at):
            assert moment is not None
            assert moment in told


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_between_two_runs(world: World, jump: timedelta) -> None:
    before, after = Jumping(jump, 10**6), Jumping(jump, 0)
    assert world.run(*RENDER, "--only", "a1", now=before).code == 0
    assert world.run(*RENDER, way="blind", now=before).code == 9
    ran = world.run(*RENDER, now=after)
    assert ran.code == 0, ran.err
    check_times(world, before.told + after.told)
    world.finish()


@pytest.mark.parametrize("jump", JUMPS[1:3])
@pytest.mark.parametrize("at", [4, 10, 16])
def test_a_jump_in_the_middle_of_a_run(world: World, jump: timedelta, at: int) -> None:
    clock = Jumping(jump, at)
    ran = world.run(*RENDER, now=clock)
    assert ran.code == 0, ran.err
    assert clock.looks > 20
    check_times(world, clock.told)
    world.finish()


@pytest.mark.parametrize("jump", [timedelta(days=-31), timedelta(days=365)])
def test_a_clock_that_is_wrong_opens_no_cap_of_the_film(world: World, jump: timedelta) -> None:
    assert world.run(*RENDER, "--only", "a1").code == 0
    ran = world.run(*RENDER, "--max-usd", "0.30", now=Jumping(jump, 0))
    assert (ran.code, world.paid) == (5, {"a1": 1})
    world.finish()


def test_a_jump_back_opens_no_cap_of_the_month(world: World) -> None:
    assert world.run("caps", "--month", "0.30").code == 0
    assert world.run(*RENDER, "--only", "a1").code == 0
    back: Callable[[], datetime] = Jumping(timedelta(days=-31), 0)
    ran = world.run(*RENDER, now=back)
    assert (ran.code, world.paid) == (5, {"a1": 1})
    assert world.run("caps", "--month", "none").code == 0
    world.finish()
