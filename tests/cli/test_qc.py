"""``veo-story qc``: verdict, findings, page and exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.cli import CARDS, run, write
from tests.support.clips import Recipe, make


@pytest.fixture
def film(folder: Path) -> Path:
    """A film of one scene with a small record."""
    video = make(folder / "film.mp4", Recipe(72, seed=3))
    cut = {"scene": "a1", "start_frame": 0, "end_frame": 72, "continuous": False, "take": "", "in_frame": 0}
    about = {"file": "film.mp4", "frames": 72, "width": 320, "height": 180, "sha256": ""}
    write(folder / "film.json", json.dumps({"title": "A <film>", "film": about, "cuts": [cut]}))
    return video


def test_a_sound_film_has_nothing_to_complain_about(film: Path) -> None:
    ran = run("qc", "film.mp4", "--strict")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("A <film>: nothing to complain about\n3.0 s, 72 frames, 320x180; 1 scene; ")


def spoil(film: Path) -> None:
    """Say of a film that it was to be longer and larger."""
    record = json.loads(film.with_name("film.json").read_text("utf-8"))
    record["film"].update(frames=80, width=640)
    write(film.with_name("film.json"), json.dumps(record))


def test_what_is_wrong_is_told_with_what_to_do(film: Path) -> None:
    spoil(film)
    ran = run("qc", "film.mp4")
    assert ran.code == 0
    assert "2 errors" in ran.out.splitlines()[0]
    assert "8 fewer than planned (length: 72 frames, limit 80)" in ran.out
    assert "cut the film again" in ran.out
    strict = run("qc", "film.mp4", "--strict")
    assert strict.code == 11
    assert "film.mp4: 2 errors" in strict.err
    assert strict.out == ran.out


def test_as_json(film: Path) -> None:
    spoil(film)
    told = run("qc", "film.mp4", "--json").json
    assert told["clean"] is False
    assert told["planned"] is True
    assert [(found["code"], found["severity"], found["scene"]) for found in told["findings"]] == [
        ("length", "error", None),
        ("size", "error", None),
    ]
    assert told["scenes"] == [{"scene": "a1", "start_frame": 0, "end_frame": 72, "continuous": False}]


def test_the_page_escapes_and_shows_frames(film: Path, folder: Path) -> None:
    black = make(folder / "dark.mp4", Recipe(72, seed=3, gain=0))
    black.replace(film)
    ran = run("qc", "film.mp4", "--page", "qc.html", "--json")
    assert ran.json["page"] == "qc.html"
    assert "black" in [found["code"] for found in ran.json["findings"]]
    page = (folder / "qc.html").read_text("utf-8")
    assert "A &lt;film&gt;" in page
    assert page.count("data:image/jpeg;base64,") >= 2
    assert "http" not in page


def test_a_video_of_which_nothing_is_known(film: Path) -> None:
    film.rename("other.mp4")
    ran = run("qc", "other.mp4")
    assert ran.code == 0
    assert "no film.json of this file beside it" in ran.out
    assert run("qc", "other.mp4", "--json").json["planned"] is False


def test_what_cannot_be_looked_at(folder: Path) -> None:
    write(folder / "text.mp4", "not a video")
    ran = run("qc", "text.mp4")
    assert ran.code == 11
    assert "text.mp4" in ran.err
    assert run("qc", "nowhere.mp4").code == 11
    write(folder / "film.yaml", CARDS)
    ran = run("qc", "film.yaml")
    assert ran.code == 11
    assert "veo-story render film.yaml makes it" in ran.err
