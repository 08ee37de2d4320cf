"""Sounds are heard once; what was noted is believed only where it is ours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.clips import Recipe, make
from tests.support.recordings import wav
from veo_story.errors import MediaError
from veo_story.film.edit import Cut
from veo_story.film.hearing import Hearing, heard
from veo_story.media.files import sha256_of
from veo_story.media.recording import Recording


@pytest.fixture
def cut(tmp_path: Path) -> Cut:
    clip = make(tmp_path / "clip.mp4", Recipe(6))
    return Cut("s0", "s0", clip, sha256_of(clip), 0, 6, 0, take_id="s0/x-1")


def test_what_was_noted_is_not_heard_again(tmp_path: Path, cut: Cut) -> None:
    line = wav(tmp_path / "line.wav")
    first = Hearing(tmp_path / "film" / "heard.json")
    speech, recording = first.speech(cut), first.recording(line)
    first.note()
    cut.clip.unlink()
    later = Hearing(tmp_path / "film" / "heard.json")
    assert later.speech(cut) == speech
    assert later.recording(line) == recording
    assert isinstance(recording, Recording)


def test_what_nobody_asked_for_is_forgotten(tmp_path: Path, cut: Cut) -> None:
    file = tmp_path / "heard.json"
    first = Hearing(file)
    first.recording(wav(tmp_path / "line.wav"))
    first.note()
    before = file.read_bytes()
    second = Hearing(file)
    second.speech(cut)
    second.note()
    assert b"recording" in before
    assert b"recording" not in file.read_bytes()


def test_nothing_new_is_not_written(tmp_path: Path, cut: Cut) -> None:
    file = tmp_path / "heard.json"
    for _ in range(2):
        hearing = Hearing(file)
        hearing.speech(cut)
        hearing.note()
        written = file.stat().st_ino
    again = Hearing(file)
    again.speech(cut)
    again.note()
    assert file.stat().st_ino == written


def test_nothing_heard_leaves_no_file(tmp_path: Path) -> None:
    Hearing(tmp_path / "film" / "heard.json").note()
    assert not (tmp_path / "film").exists()


@pytest.mark.parametrize(
    "noted",
    [
        b"",
        b"[]",
        b"{",
        b'{"version": 0, "heard": {}}',
        b'{"version": 1, "heard": {"speech KEY 0 6": [["a", 1]]}}',
        b'{"version": 1, "heard": {"speech KEY 0 6": [[1]]}}',
        b'{"version": 1, "heard": {"speech KEY 0 6": 3}}',
        b'{"version": 1, "heard": [1]}',
        b'{"version": 1, "heard": {"speech KEY 0 6": [[NaN, 2]]}}',
        b'{"version": 1, "heard": {"speech KEY 0 6": [[1, Infinity]]}}',
        b'{"version": 1, "heard": {"speech KEY 0 6": [[2, 1]]}}',
        b'{"version": 1, "heard": {"speech KEY 0 6": [[-3, 1]]}}',
        b'{"version": 1, "heard": {"speech KEY 0 6": [[1, 7]]}}',
        b'{"version": 1, "heard": {"speech": [[1, 2]]}}',
        b"[" * 100_000,
    ],
)
def test_notes_that_are_not_ours_do_not_count(tmp_path: Path, cut: Cut, noted: bytes) -> None:
    file = tmp_path / "heard.json"
    file.write_bytes(noted.replace(b"KEY", cut.clip_sha256.encode()))
    assert Hearing(file).speech(cut) == Hearing(tmp_path / "other.json").speech(cut)


@pytest.mark.parametrize(
    "noted", ["[NaN, 0, 1]", "[1e999, 0, 1]", "[9, 5, 3]", "[9, 0, 10]", "[9, 1]", "[-1, -3, -2]"]
)
def test_a_note_of_a_recording_that_cannot_be(tmp_path: Path, noted: str) -> None:
    line, file = wav(tmp_path / "line.wav"), tmp_path / "heard.json"
    file.write_text(f'{{"version": 1, "heard": {{"recording {sha256_of(line)}": {noted}}}}}', "utf-8")
    assert Hearing(file).recording(line) == Hearing(tmp_path / "other.json").recording(line)


def test_a_recording_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no such file"):
        Hearing(tmp_path / "heard.json").recording(tmp_path / "nothing.wav")


def test_only_scenes_with_lines_and_takes_are_heard(tmp_path: Path, cut: Cut) -> None:
    cuts = (cut, replace(cut, scene_id="s1"), replace(cut, scene_id="s2", take_id=""))
    assert set(heard(cuts, ("s0", "s2"), Hearing(tmp_path / "heard.json"))) == {"s0"}
