"""A rehearsal: the real backend against a real emulator on the loopback, in fast time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import Ran, run, write
from tests.support.decoded import decode

SECRET = "canary-5d41402abc4b2a76"
ENVIRON = {"GEMINI_API_KEY": SECRET, "GOOGLE_API_KEY": SECRET, "GOOGLE_CLOUD_PROJECT": SECRET}
ROAD = """\
storyboard: 1
title: Road
render: {backend: gemini}
scenes:
  - {card: ROAD, duration: 1}
  - {id: a, action: A small car drives slowly along the coast road at dawn}
  - {id: b, action: It passes a white chapel and an old man who waves at it}
"""


@pytest.fixture
def road(folder: Path) -> Path:
    return write(folder / "road.yaml", ROAD)


def rehearse(*words: str, environ: dict[str, str] | None = None) -> Ran:
    quick = ("--picture", "numbers", "--speed", "300")
    return run("rehearse", "road.yaml", *quick, *words, environ=environ or ENVIRON)


def written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_film_is_made_by_the_paid_road(road: Path, folder: Path) -> None:
    ran = rehearse()
    assert ran.code == 0, ran.err
    assert "bill  1.50 USD for 2 generations, 15 s paid; the plan expects 1.50" in ran.out
    assert "road: no budget.max_usd is set; the rehearsal sets 2.30 USD (it is free)" in ran.err
    film = folder / "renders" / "road" / "rehearsal-gemini" / "film.mp4"
    assert f"{film.relative_to(folder)}  16 s, 384 frames" in ran.out
    assert decode(film).codes[24:] == list(range(360))
    rows = [line.split() for line in ran.out.splitlines()[1:3]]
    assert [row[:4] for row in rows] == [["a", "open", "8", "0.80"], ["b", "extend", "7", "0.70"]]
    assert [path.name for path in (folder / "renders" / "road").iterdir()] == ["rehearsal-gemini"]
    assert SECRET not in ran.out + ran.err
    assert SECRET.encode() not in written(folder)


def test_each_rehearsal_is_of_the_whole_film(road: Path, folder: Path) -> None:
    place = folder / "renders" / "road" / "rehearsal-vertex"
    place.mkdir(parents=True)
    (place / "old.txt").write_text("from before", "utf-8")
    for _ in range(2):
        data = rehearse("--json", "--backend", "vertex").json
        assert (data["film"], data["backend"], data["frames"]) == ("road", "vertex", 384)
        assert data["bill"]["billed_usd"] == data["bill"]["expected_usd"] == "1.50"
        assert data["bill"]["differs"] is None
    assert not (place / "old.txt").exists()
    timed(data)


def timed(data: dict[str, Any]) -> None:
    first, second = data["bill"]["generations"]
    assert (first["scene"], first["mode"], first["outcome"], first["sent_s"]) == ("a", "open", "done", 0)
    assert first["sent_s"] < first["done_s"] <= first["noticed_s"] < second["sent_s"] < second["done_s"]
    assert data["time"]["makespan_s"] == second["noticed_s"]
    assert 0 < data["time"]["critical_path_s"] <= data["time"]["makespan_s"]
    assert 0 <= data["time"]["dead_median_s"] <= data["time"]["dead_s"]


def test_inputs_and_results_through_cloud_storage(road: Path) -> None:
    ran = rehearse("--backend", "vertex", "--gcs", "--quiet")
    assert ran.code == 0, ran.err
    assert ran.out == "renders/road/rehearsal-vertex/film.mp4\n"


def test_a_filter_ends_it_as_it_would_a_render(road: Path, folder: Path) -> None:
    faults = [{"on": "submit", "fault": "filtered", "match": "chapel"}]
    (folder / "faults.json").write_text(json.dumps(faults), "utf-8")
    ran = rehearse("--faults", "faults.json", "--json")
    assert ran.code == 8
    (failure,) = ran.json["failures"]
    assert (failure["scene"], failure["exit_code"]) == ("b", 8)
    assert [line["outcome"] for line in ran.json["bill"]["generations"]] == ["done", "filtered"]
    assert ran.json["bill"]["billed_usd"] == "0.80"
    assert "the film was not finished" in ran.err
    assert ran.json["path"] is None


def test_a_lost_answer_is_no_scene_paid_twice(road: Path, folder: Path) -> None:
    faults = [{"on": "submit", "fault": "reset_after", "match": "chapel"}]
    (folder / "faults.json").write_text(json.dumps(faults), "utf-8")
    ran = rehearse("--faults", "faults.json", "--json")
    assert ran.code == 9
    assert [line["scene"] for line in ran.json["bill"]["generations"]] == ["a", "b"]
    assert "Traceback" not in ran.err


def test_the_storyboards_own_cap_holds(road: Path) -> None:
    write(road, ROAD.replace("scenes:", "budget: {max_usd: 1}\nscenes:"))
    ran = rehearse("--json")
    assert ran.code == 5
    assert [line["scene"] for line in ran.json["bill"]["generations"]] == ["a"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--gcs",), 2, "--gcs is for vertex"),
        (("--backend", "local"), 2, "'local' is not one of"),
        (("--speed", "0"), 2, "--speed"),
        (("--faults", "none.json"), 6, "none.json"),
    ],
)
def test_what_cannot_be_rehearsed(words: tuple[str, ...], code: int, told: str, road: Path) -> None:
    ran = rehearse(*words)
    assert ran.code == code
    assert told in ran.err
    assert not Path("renders").exists()


def test_a_link_is_not_emptied(road: Path, folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "film.mp4").write_text("precious", "utf-8")
    (folder / "renders" / "road").mkdir(parents=True)
    (folder / "renders" / "road" / "rehearsal-gemini").symlink_to(folder / "mine")
    ran = rehearse()
    assert ran.code == 6
    assert "is a link" in ran.err
    assert (folder / "mine" / "film.mp4").read_text("utf-8") == "precious"


def test_the_log_shows_requests_without_keys(road: Path) -> None:
    ran = rehearse("--log-level", "debug", "--quiet")
    assert ran.code == 0
    assert ":predictLongRunning" in ran.err
    assert "emulated-key" not in ran.err
    assert "DEBUG" not in rehearse("--quiet").err
