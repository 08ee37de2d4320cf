from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from tests.film.finish.scenes import FIRST, a_clip, a_cut, effect, finished
from tests.support.clips import SIZE, lumas_of, numbers_of
from veo_story.errors import MediaError
from veo_story.media.sound import read_sound
from veo_story.plan.effects import frames_after

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_clip(tmp_path_factory.mktemp("effects"))


ALL = list(range(FIRST, FIRST + 36))

TIMED: list[tuple[str, dict[str, Any], list[int]]] = [
    ("TimeMirror", {}, ALL[::-1]),
    ("TimeSymmetrize", {}, [*ALL, *ALL[::-1]]),
    ("MultiplySpeed", {"factor": 0.5}, [n for n in ALL for _ in range(2)]),
    ("MultiplySpeed", {"factor": 3}, ALL[1::3]),
    ("Loop", {"n": 2}, ALL * 2),
    ("Freeze", {"t": 0.5, "freeze_duration": 0.25}, [*ALL[:12], *[ALL[12]] * 6, *ALL[12:]]),
    ("Freeze", {"t": "end", "freeze_duration": 0.25}, [*ALL, *[ALL[-1]] * 6]),
]


@pytest.mark.parametrize(("name", "parameters", "expected"), TIMED)
def test_time_goes_by_frame_for_frame(
    clip: Path, tmp_path: Path, name: str, parameters: dict[str, Any], expected: list[int]
) -> None:
    frames = frames_after([{"name": name, **parameters}], 36)
    made, sound = finished(a_cut(clip, frames, (effect(name, **parameters),)), tmp_path)
    assert numbers_of(made) == expected
    assert sound is not None
    assert samples(sound).shape == (2, frames * 2_000)


def samples(wav: Path) -> np.ndarray:
    with av.open(str(wav)) as file:
        return np.concatenate([f.to_ndarray().reshape(-1, 2).T for f in file.decode(audio=0)], axis=1)


def heard(clip: Path, start: int = 0, end: int = 36) -> np.ndarray:
    return np.concatenate(list(read_sound(clip, start * 2_000, end * 2_000)), axis=1)


@pytest.mark.parametrize(
    ("name", "parameters", "frames"),
    [("MakeLoopable", {"overlap_duration": 0.5}, 24), ("AccelDecel", {"new_duration": 1}, 24)],
)
def test_lengths_that_are_not_seen_by_number(
    clip: Path, tmp_path: Path, name: str, parameters: dict[str, Any], frames: int
) -> None:
    assert frames_after([{"name": name, **parameters}], 36) == frames
    made, sound = finished(a_cut(clip, frames, (effect(name, **parameters),)), tmp_path)
    assert len(list(lumas_of(made))) == frames
    assert sound is not None
    assert samples(sound).shape == (2, frames * 2_000)


def test_a_part_of_a_clip_backwards_is_its_own_sound_backwards(clip: Path, tmp_path: Path) -> None:
    made, sound = finished(a_cut(clip, 20, (effect("TimeMirror"),), span=(10, 30)), tmp_path)
    assert numbers_of(made) == ALL[29:9:-1]
    assert sound is not None
    assert np.abs(samples(sound)[:, ::-1] - heard(clip, 10, 30)).max() < 1e-6


def test_effects_of_sound_leave_the_picture(clip: Path, tmp_path: Path) -> None:
    effects = (effect("MultiplyVolume", factor=0.5), effect("AudioFadeOut", duration=0.5))
    made, sound = finished(a_cut(clip, 36, effects), tmp_path)
    assert numbers_of(made) == ALL
    assert sound is not None
    loud, was = samples(sound), heard(clip)
    assert np.abs(loud[:, :40_000] - was[:, :40_000] / 2).max() < 1e-6
    assert np.abs(loud[:, -200:]).max() < np.abs(was[:, -200:]).max() / 50


def test_effects_of_the_picture_leave_the_sound(clip: Path, tmp_path: Path) -> None:
    made, sound = finished(a_cut(clip, 36, (effect("InvertColors"),)), tmp_path)
    assert sound is None
    assert sorted(p.suffix for p in (tmp_path / "finished").iterdir()) == [".json", ".mp4"]
    first, was = next(lumas_of(made)), next(lumas_of(clip))
    assert np.abs(first.astype(int) + was - 251)[30:].mean() < 4


@pytest.mark.parametrize(
    ("effects", "seen"),
    [
        ((effect("Crop", x1=0, y1=0, width=160, height=90),), (0, 320)),
        ((effect("Resize", new_size=0.5), effect("Margin", left=160)), (160, 320)),
        ((effect("Crop", x1=0, y1=0, width=90, height=180),), (115, 205)),
    ],
    ids=["enlarged", "margin is black", "narrow"],
)
def test_a_picture_of_another_shape_is_fitted_into_the_frame(
    clip: Path, tmp_path: Path, effects: tuple[tuple[str, str], ...], seen: tuple[int, int]
) -> None:
    made, _ = finished(a_cut(clip, 36, effects), tmp_path)
    luma = next(lumas_of(made))
    assert luma.shape == (SIZE[1], SIZE[0])
    lit = np.flatnonzero(luma[60:120].max(axis=0) > 30)
    assert abs(int(lit[0]) - seen[0]) <= 3
    assert abs(int(lit[-1]) + 1 - seen[1]) <= 3


def test_what_slides_in_comes_over_black(clip: Path, tmp_path: Path) -> None:
    made, _ = finished(a_cut(clip, 36, (effect("SlideIn", duration=1, side="left"),)), tmp_path)
    lumas = list(lumas_of(made))
    assert lumas[12][:, 180:].max() < 30
    assert lumas[12][:, :120].max() > 60
    assert lumas[30][:, 200:].max() > 60


@pytest.mark.parametrize(
    "names", [("FadeOut", "Painting"), ("InvertColors", "Rotate"), ("TimeSymmetrize", "SuperSample")]
)
def test_one_effect_takes_what_another_leaves(clip: Path, tmp_path: Path, names: tuple[str, ...]) -> None:
    given = {"FadeOut": {"duration": 1}, "Rotate": {"angle": 9}, "SuperSample": {"d": 0.1, "n_frames": 3}}
    effects = tuple(effect(name, **given.get(name, {})) for name in names)
    frames = 24 if "TimeSymmetrize" in names else 12
    made, _ = finished(a_cut(clip, frames, effects, span=(0, 12)), tmp_path)
    assert len(list(lumas_of(made))) == frames


def test_supersampling_is_moviepys_own() -> None:
    from moviepy import VideoClip, vfx

    from veo_story.film.finish.effects import supersampled

    noise = np.random.default_rng(1).integers(0, 256, (30, 8, 8, 3), np.uint8)
    clip = VideoClip(lambda t: noise[min(max(int(t * 24), 0), 29)], duration=30 / 24)
    theirs = clip.with_effects([vfx.SuperSample(d=0.1, n_frames=7)])
    ours = supersampled(clip, d=0.1, n_frames=7)
    for moment in (0.0, 0.3, 0.77):
        assert np.array_equal(ours.get_frame(moment), theirs.get_frame(moment))


def test_what_moviepy_cannot_do_is_told_with_the_scene(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="scene s1: its effects leave nothing of the picture"):
        finished(a_cut(clip, 36, (effect("Crop", x1=400, y1=0),)), tmp_path)
    with pytest.raises(MediaError, match="scene s1: Freeze cannot be applied"):
        finished(a_cut(clip, 48, (effect("Freeze", t=9, freeze_duration=0.5),)), tmp_path)
    assert not list((tmp_path / "finished").iterdir()), "nothing half made is left"
