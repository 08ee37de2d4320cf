from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.plan.effects import faults, frames_after, outside, whole_frames

CHANGING: list[tuple[dict[str, Any], int]] = [
    ({"name": "MultiplySpeed", "factor": 2}, 96),
    ({"name": "MultiplySpeed", "factor": 0.5}, 384),
    ({"name": "MultiplySpeed", "factor": 1.3}, 148),
    ({"name": "MultiplySpeed", "factor": 3, "final_duration": 5}, 120),
    ({"name": "AccelDecel", "new_duration": 2.5}, 60),
    ({"name": "AccelDecel", "abruptness": 2}, 192),
    ({"name": "Freeze", "t": 2, "freeze_duration": 1.5}, 228),
    ({"name": "Freeze", "t": "end", "freeze_duration": 1}, 216),
    ({"name": "Freeze", "t": "end", "padding_end": 0.5, "total_duration": 10}, 240),
    ({"name": "Freeze", "freeze_duration": 1, "update_start_end": False}, 216),
    ({"name": "Loop", "n": 2}, 384),
    ({"name": "Loop", "n": 1.5}, 288),
    ({"name": "Loop", "duration": 12}, 288),
    ({"name": "MakeLoopable", "overlap_duration": 1}, 168),
    ({"name": "TimeSymmetrize"}, 384),
    ({"name": "TimeMirror"}, 192),
    ({"name": "FreezeRegion", "t": 1, "region": [0, 0, 8, 8]}, 192),
    ({"name": "AudioDelay", "offset": 1}, 192),
    ({"name": "AudioLoop", "n_loops": 3}, 192),
    ({"name": "FadeIn", "duration": 1, "x-why": "soft"}, 192),
]


def measured(effects: list[dict[str, Any]], frames: int) -> int:
    """What moviepy makes of a clip of so many frames."""
    import numpy as np
    from moviepy import AudioClip, VideoClip, afx, vfx

    clip = VideoClip(lambda t: np.zeros((12, 16, 3), np.uint8), duration=frames / 24).with_fps(24)
    sound = AudioClip(lambda t: np.zeros((*np.shape(t), 2)), duration=frames / 24, fps=48_000)
    clip = clip.with_audio(sound)
    for effect in effects:
        kind = getattr(vfx, effect["name"], None) or getattr(afx, effect["name"])
        given = {k: v for k, v in effect.items() if k != "name" and not k.startswith("x-")}
        clip = clip.with_effects([kind(**given)])
    return int(clip.duration * 24 + 0.5 + 1e-9)


@pytest.mark.parametrize(("effect", "expected"), CHANGING)
def test_a_scene_is_as_long_as_moviepy_makes_it(effect: dict[str, Any], expected: int) -> None:
    assert frames_after([effect], 192) == expected == measured([effect], 192)


def test_effects_follow_one_another() -> None:
    effects = [
        {"name": "MultiplySpeed", "factor": 1.7},
        {"name": "Freeze", "t": 1, "freeze_duration": 0.4},
        {"name": "TimeSymmetrize"},
        {"name": "MakeLoopable", "overlap_duration": 0.3},
    ]
    assert frames_after(effects, 168) == measured(effects, 168)


@given(frames=st.integers(1, 3000), factor=st.sampled_from(["0.1", "0.3", "0.7", "1.1", "2", "7.5"]))
def test_frames_are_rounded_once_and_never_none(frames: int, factor: str) -> None:
    found = frames_after([{"name": "MultiplySpeed", "factor": float(factor)}], frames)
    assert found == max(whole_frames(Fraction(frames, 24) / Fraction(factor)), 1)


def test_what_moviepy_would_not_take_changes_nothing() -> None:
    effects = [{"name": "MultiplySpeed"}, {"name": "Loop", "n": "two"}, {"name": "Sharpen"}]
    assert frames_after(effects, 100) == 100
    assert list(faults(effects, 100)) == []


@pytest.mark.parametrize(
    ("effects", "number", "words"),
    [
        ([{"name": "MultiplySpeed", "factor": 1000}], 0, "leaves nothing"),
        ([{"name": "FadeIn", "duration": 1}, {"name": "Loop", "n": 500}], 1, "67 minutes"),
        ([{"name": "Freeze", "t": 8, "freeze_duration": 1}], 0, "t is 8 s"),
        ([{"name": "FreezeRegion", "t": 9.5, "region": [0, 0, 2, 2]}], 0, "t is 9.5 s"),
        ([{"name": "Freeze", "total_duration": 8}], 0, "not longer than the scene"),
        ([{"name": "Freeze", "t": "end", "padding_end": 8, "freeze_duration": 1}], 0, "padding_end"),
        ([{"name": "MakeLoopable", "overlap_duration": 8}], 0, "the overlap"),
        (
            [{"name": "MultiplySpeed", "factor": 4}, {"name": "Freeze", "t": 3, "freeze_duration": 1}],
            1,
            "2 s long",
        ),
    ],
)
def test_effects_that_do_not_fit_are_found(effects: list[dict[str, Any]], number: int, words: str) -> None:
    [(found, message, _)] = faults(effects, 192)
    assert found == number
    assert words in message


def test_a_freeze_within_the_scene_fits() -> None:
    assert list(faults([{"name": "Freeze", "t": 7.9, "freeze_duration": 1}], 192)) == []
    assert list(faults([{"name": "Freeze", "t": "end", "freeze_duration": 1}], 192)) == []


@pytest.mark.parametrize(
    ("effects", "words"),
    [
        ([{"name": "Crop", "x1": 1280}], "1280 pixels wide"),
        ([{"name": "BlackAndWhite"}, {"name": "Crop", "y1": 800, "height": 100}], "720 pixels high"),
        ([{"name": "FreezeRegion", "region": [1300, 0, 1400, 20]}], "1280 pixels wide"),
        ([{"name": "Resize", "new_size": 2}, {"name": "Crop", "x1": 1400}], None),
        ([{"name": "Crop", "x1": 1200, "y1": 700}], None),
        ([{"name": "Crop", "x1": "left"}, {"name": "FadeIn", "duration": 1}], None),
    ],
)
def test_a_part_of_the_picture_has_to_be_there(effects: list[dict[str, Any]], words: str | None) -> None:
    found = [message for _, message, _ in outside(effects, (1280, 720))]
    assert len(found) == (words is not None)
    assert words is None or words in found[0]
