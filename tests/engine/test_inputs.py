"""Which frame of another take a step starts on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import START, step
from veo_story.engine.inputs import Sources, pick_frames
from veo_story.engine.media import MediaTools
from veo_story.errors import MediaError
from veo_story.plan.takes import Take


def take(**parts: str) -> Take:
    return Take(
        scene_id="a",
        fingerprint="f" * 64,
        number=1,
        clip=Path("clip.mp4"),
        sha256="0" * 64,
        frames=240,
        new_start=48,
        new_end=240,
        faithful=True,
        backend="fake",
        model="fake-1",
        cost_usd=Decimal(0),
        stored_at=START,
        parts=parts,
    )


def picked(source: Take, at: str | None) -> int:
    # The last ten frames are too soft.
    media = replace(MediaTools(), usable_last_frame=lambda _clip, start, end: max(start, end - 11))
    a = step("a")
    b = step("b", frames=(("first_frame", a, at),))
    return pick_frames(b, Sources({"a": source}), media)["first_frame"]


def test_a_soft_end_is_stepped_back_from() -> None:
    assert picked(take(prompt="p"), None) == 181


def test_a_scene_that_ends_on_a_given_picture_is_left_at_that_picture() -> None:
    assert picked(take(prompt="p", last_frame="digest"), None) == 191


def test_a_frame_at_a_time_counts_in_the_new_footage() -> None:
    assert picked(take(), "2.5") == 60
    with pytest.raises(MediaError, match="no frame at 8 s"):
        picked(take(), "8")
