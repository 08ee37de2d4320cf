"""The camera before a picture: it follows its words, stays on the picture, and goes on over seams."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends.local.stills.seeing import script
from veo_story.backends.local.stills.moves import (
    FAR,
    HOME,
    NEAR,
    Pose,
    StillState,
    image_move,
    still_state_of,
)

WORDS = [
    "push-in",
    "slow push in",
    "pull out",
    "pan left",
    "fast pan right",
    "tilt up",
    "tilt down",
    "crane up",
    "crane down",
    "orbit right",
    "arc left",
    "tracking left",
    "dolly zoom",
    "zoom out",
    "handheld",
    "static",
    "",
    "nothing that is known",
]
moves = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)


def _on_the_picture(pose: Pose, slack: float = 1e-9) -> bool:
    return all(
        abs(side + gone * depth) <= pose.room(depth) + slack
        for side, gone in ((pose.pan, pose.x), (pose.tilt, pose.y))
        for depth in (FAR, 1.0, NEAR)
    )


@pytest.mark.parametrize(
    ("words", "part", "sign"),
    [
        ("push-in", "z", 1),
        ("zoom in", "lens", 1),
        ("pan right", "pan", 1),
        ("pan left", "pan", -1),
        ("tilt up", "tilt", 1),
        ("tilt down", "tilt", -1),
        ("crane up", "y", 1),
        ("crane down", "y", -1),
        ("tracking left", "x", -1),
        ("orbit right", "x", 1),
        ("handheld", "shake", 1),
    ],
)
def test_words_move_the_camera(words: str, part: str, sign: int) -> None:
    end = image_move(script(words, seconds=8), None, 192).end.pose
    assert getattr(end, part) * sign > 0.01


def test_a_static_camera_hardly_moves() -> None:
    end = image_move(script("static", seconds=8), None, 192).end.pose
    assert end.lens + end.z < 0.02
    assert abs(end.pan) + abs(end.x) < 1e-9


def test_slow_is_slower_and_short_is_shorter() -> None:
    def reach(words: str, frames: int) -> float:
        return image_move(script(words, seconds=frames / 24), None, frames).end.pose.z

    assert reach("slow push-in", 192) < 0.7 * reach("push-in", 192)
    assert reach("push-in", 96) < 0.7 * reach("push-in", 192)


def test_the_prompt_counts_only_without_camera_words() -> None:
    alone = image_move(script(prompt="The camera pans left over the bay"), None, 48).end.pose
    assert alone.pan < -0.001
    told = image_move(script("static", prompt="The camera pans left over the bay"), None, 48).end.pose
    assert told.pan == 0


def test_each_beat_moves_in_its_own_time() -> None:
    move = image_move(script("push-in", "pan right", seconds=8), None, 192)
    assert move.at(96).pan == 0
    assert move.at(96).z > 0.03
    assert move.at(192).pan > 0.005
    assert move.at(192).z == pytest.approx(move.at(96).z, abs=0.01)


@settings(max_examples=150, deadline=None)
@given(moves, moves, st.sampled_from([12, 96, 168, 192]))
def test_the_camera_never_leaves_the_picture_or_jumps(one: list[str], two: list[str], frames: int) -> None:
    first = image_move(script(*one, seconds=frames / 24), None, frames)
    second = image_move(script(*two, seconds=frames / 24), first.end, frames)
    poses = [first.at(n) for n in range(frames)] + [second.at(n) for n in range(frames + 1)]
    assert poses[0] == HOME
    assert all(pose.lens + pose.z * depth >= -1e-9 for pose in poses for depth in (FAR, NEAR))
    assert all(_on_the_picture(pose) for pose in poses)
    steps = [[b - a for a, b in zip(p, q, strict=True)] for p, q in pairwise(poses)]
    # Nothing changes its speed at once, the seam included.
    turns = [abs(b - a) for p, q in pairwise(steps) for a, b in zip(p[:6], q[:6], strict=True)]
    assert max(turns) < 0.02 * (24 / frames) ** 0.5


@settings(max_examples=60, deadline=None)
@given(moves)
def test_a_state_travels_as_text(words: list[str]) -> None:
    end = image_move(script(*words, seconds=8), None, 192).end
    assert still_state_of(json.loads(json.dumps(end.as_data()))) == end


@pytest.mark.parametrize(
    "data", [{}, {"pose": [0] * 7}, {"pose": [0], "speed": ["x"]}, {"pose": [float("nan")], "speed": []}]
)
def test_another_state_is_refused(data: dict[str, list[float]]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        still_state_of(data)


def test_a_chain_of_many_extensions_stays_on_the_picture() -> None:
    state: StillState | None = None
    for n in range(12):
        move = image_move(script("push-in" if n % 3 else "pan right", seconds=7), state, 168)
        assert all(_on_the_picture(move.at(frame)) for frame in range(0, 169, 8))
        state = move.end
    assert state is not None
    assert state.pose.lens + state.pose.z < 0.4
