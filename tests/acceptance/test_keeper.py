"""The main job: storyboards/keeper.yaml becomes a 68 s film, and stays one under edits."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.command import ROOT, veo_story
from tests.support.decoded import SAMPLES_A_FRAME, Decoded, decode, heard, lit, moov_first
from tests.support.sync import lag
from veo_story.media.frames import read_frame

if TYPE_CHECKING:
    from pathlib import Path

SLATE, OPENING, EXTENSION, EXTENSIONS = 96, 192, 168, 8
FRAMES = SLATE + OPENING + EXTENSION * EXTENSIONS
FADE_IN, FADE_OUT = 24, 36


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the examples, in which keeper.yaml has been rendered once."""
    folder = tmp_path_factory.mktemp("keeper")
    shutil.copytree(ROOT / "storyboards", folder / "storyboards")
    ran = veo_story("render", "storyboards/keeper.yaml", cwd=folder)
    assert ran.code == 0, ran.err
    assert str(folder / "renders" / "keeper" / "film.mp4") in ran.out or "renders/keeper/film.mp4" in ran.out
    return folder


@pytest.fixture(scope="module")
def film(project: Path) -> Decoded:
    return decode(project / "renders" / "keeper" / "film.mp4", digests=True)


def test_the_film_has_every_frame_once_and_in_order(film: Decoded) -> None:
    assert FRAMES == 1632
    assert film.size == (1280, 720)
    codes = [*range(SLATE), *range(OPENING + EXTENSION * EXTENSIONS)]
    assert len(film.codes) == FRAMES
    assert lit(film.codes, FADE_IN, FADE_OUT) == lit(codes, FADE_IN, FADE_OUT)


def test_it_comes_out_of_black_and_goes_into_it(project: Path) -> None:
    film = project / "renders" / "keeper"
    first, last = (next((film / "takes" / name).glob("*/clip.mp4")) for name in ("card01", "s09"))
    for frame, clip, own, light in (
        (0, first, 0, 1 / 25),
        (FADE_IN // 2, first, FADE_IN // 2, 13 / 25),
        (FADE_IN, first, FADE_IN, 1.0),
        (FRAMES - FADE_OUT - 1, last, EXTENSION - FADE_OUT - 1, 1.0),
        (FRAMES - 1, last, EXTENSION - 1, 1 / 37),
    ):
        seen, wanted = (read_frame(file, n).mean() for file, n in ((film / "film.mp4", frame), (clip, own)))
        assert abs(seen - wanted * light) < 2, (frame, seen, wanted)


def test_frames_stand_on_the_24_fps_grid_from_zero(film: Decoded) -> None:
    assert film.video_start == 0
    assert film.audio_start == 0
    assert np.allclose(film.times, np.arange(FRAMES) / 24, atol=1e-4)


def test_the_sound_is_as_long_as_the_picture(film: Decoded) -> None:
    wanted = FRAMES * SAMPLES_A_FRAME
    assert wanted <= film.sound.shape[1] < wanted + 1024


def test_the_file_streams_and_names_its_chapters(project: Path, film: Decoded) -> None:
    assert moov_first(project / "renders" / "keeper" / "film.mp4")
    assert len(film.chapters) == 10
    assert film.title == "The Keeper of Ardmore"


def test_every_scene_sounds_with_its_picture(project: Path, film: Decoded) -> None:
    """Each take's own sound is found in the film at its picture's place, to the sample."""
    cuts = json.loads((project / "renders" / "keeper" / "film.json").read_text("utf-8"))["cuts"]
    assert len(cuts) == 10
    for cut in cuts[1:]:  # the slate is silent
        clip = next((project / "renders" / "keeper" / "takes" / cut["scene"]).glob("*/clip.mp4"))
        own = heard(clip).mean(axis=0)[300:12_300]
        off, fit = lag(own, film.sound.mean(axis=0), cut["start_frame"] * SAMPLES_A_FRAME + 300)
        assert abs(off) <= 1, cut["scene"]
        assert fit > 0.25, cut["scene"]  # there is music under it, much louder than some scenes


def _sent(project: Path, *words: str) -> list[dict[str, Any]]:
    ran = veo_story("render", "storyboards/keeper.yaml", "--json", *words, cwd=project)
    assert ran.code == 0, ran.err
    return [event for event in ran.events() if event["event"] == "step_started"]


def _states(project: Path) -> dict[str, str]:
    ran = veo_story("plan", "storyboards/keeper.yaml", "--json", cwd=project)
    assert ran.code == 0, ran.err
    return {scene["scene"]: scene["state"] for scene in json.loads(ran.out)["scenes"]}


def _edit(project: Path, old: str, new: str) -> None:
    path = project / "storyboards" / "keeper.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def test_a_second_render_sends_nothing(project: Path, film: Decoded) -> None:
    before = (project / "renders" / "keeper" / "film.mp4").stat().st_mtime_ns
    assert _sent(project) == []
    assert (project / "renders" / "keeper" / "film.mp4").stat().st_mtime_ns == before


def test_what_reaches_no_model_renders_nothing(project: Path, film: Decoded) -> None:
    _edit(project, "title: Hands on the winch", "title: Her hands\n    notes: slower next time")
    _edit(project, "    seed: 4711\n", "    seed: 4711\n    trim: {out: 0.5}\n")
    assert set(_states(project).values()) == {"kept"}
    assert _sent(project) == []
    assert len(decode(project / "renders" / "keeper" / "film.mp4").codes) == FRAMES - 12


def test_an_edited_action_renders_its_scene_and_what_grows_from_it(project: Path, film: Decoded) -> None:
    _edit(project, "Far below, a bell buoy answers", "Far below, a fog horn answers")
    states = _states(project)
    stale = [f"s{n:02d}" for n in range(5, 10)]
    assert [scene for scene, state in states.items() if state == "stale"] == stale
    assert all(states[f"s{n:02d}"] == "kept" for n in range(1, 5))
    assert [event["scene"] for event in _sent(project)] == stale
    again = decode(project / "renders" / "keeper" / "film.mp4", digests=True)
    seam = SLATE + OPENING + EXTENSION * 3
    assert again.digests[:seam] == film.digests[:seam]
