"""Clips that the service drops while something must still be made from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.plan.boards import board, plan_of, run, scene
from veo_story.plan.expiry import expiries
from veo_story.plan.model import Plan
from veo_story.plan.takes import SceneState, SceneStatus, Take
from veo_story.storyboard.model import FrameOf, Mode

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CHAIN = plan_of(board(*run(3)), "gemini")


def take(scene_id: str, expires_at: datetime | None) -> Take:
    return Take(
        scene_id=scene_id,
        fingerprint="ab" * 32,
        number=1,
        clip=Path("clip.mp4"),
        sha256="0" * 64,
        frames=192,
        new_start=0,
        new_end=192,
        faithful=True,
        backend="gemini",
        model="m",
        cost_usd=Decimal(0),
        stored_at=NOW,
        parts={},
        expires_at=expires_at,
    )


def statuses(plan: Plan, kept: int, expires_at: datetime | None) -> dict[str, SceneStatus]:
    """The first ``kept`` scenes have a take, the others are to be rendered."""
    found = {}
    for n, placement in enumerate(plan.placements):
        name = placement.scene_id
        if n < kept:
            found[name] = SceneStatus(name, SceneState.KEPT, take=take(name, expires_at))
        else:
            found[name] = SceneStatus(name, SceneState.TO_RENDER, missing_takes=1)
    return found


def told(plan: Plan, kept: int, expires_at: datetime | None) -> list[tuple[str, str, bool]]:
    found = expiries(plan, statuses(plan, kept, expires_at), NOW)
    return [(e.parent, e.scene_id, e.is_past) for e in found]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(-48, True), (0, True), (0.01, False), (6, False), (6.01, None), (47, None)],
)
def test_what_is_gone_or_soon_will_be(hours: float, expected: bool | None) -> None:
    wanted = [] if expected is None else [("s02", "s03", expected)]
    assert told(CHAIN, 2, NOW + timedelta(hours=hours)) == wanted


def test_only_what_is_still_to_be_extended_counts() -> None:
    gone = NOW - timedelta(hours=1)
    assert told(CHAIN, 1, gone) == [("s01", "s02", True)]
    assert told(CHAIN, 3, gone) == []
    assert told(CHAIN, 0, gone) == []
    assert told(CHAIN, 2, None) == []


def test_a_picture_of_a_clip_and_a_tail_of_it_lose_nothing() -> None:
    gone = NOW - timedelta(hours=1)
    animated = board(scene("s01"), scene("t", Mode.ANIMATE, first_frame=FrameOf("s01")))
    assert told(plan_of(animated, "gemini"), 1, gone) == []
    windowed = plan_of(board(*run(7), over_limit="window"), "vertex")
    cut = next(step for step in windowed.steps() if step.window_frames is not None)
    before = [placement.scene_id for placement in windowed.placements].index(cut.scene_id)
    assert told(windowed, before, gone) == []
    whole = replace(cut, window_frames=None)
    steps = tuple(whole if step is cut else step for step in windowed.chains[0].steps)
    unwindowed = replace(windowed, chains=(replace(windowed.chains[0], steps=steps),))
    assert told(unwindowed, before, gone) == [(cut.parent, cut.scene_id, True)]


def test_the_words() -> None:
    (past,) = expiries(CHAIN, statuses(CHAIN, 2, NOW - timedelta(hours=1)), NOW)
    assert str(past) == (
        "s02's clip expired at the service on 2026-11-22 11:00 UTC: s03 cannot extend it; write "
        "'mode: animate' and 'first_frame: s02.last_frame' in s03 to start a new chain there"
    )
    (soon,) = expiries(CHAIN, statuses(CHAIN, 2, NOW + timedelta(hours=5)), NOW)
    assert str(soon).startswith(
        "s02's clip expires at the service on 2026-11-22 17:00 UTC: render s03 before then, or write 'mode:"
    )
