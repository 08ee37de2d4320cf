"""A film that is not rendered whole yet, with its animatic where takes are missing."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.cli import run
from tests.support.decoded import decode


def _record(folder: Path, name: str) -> list[tuple[str, bool, int, int]]:
    cuts = json.loads((folder / "renders" / "cards" / f"{name}.json").read_text("utf-8"))["cuts"]
    return [(cut["scene"], cut["placeholder"], cut["start_frame"], cut["end_frame"]) for cut in cuts]


def test_the_animatic_stands_for_what_is_missing(cards: Path, folder: Path) -> None:
    assert run("render", "cards.yaml", "--only", "hello", "--quiet").code == 0
    assert run("film", "cards.yaml").code == 11
    ran = run("film", "cards.yaml", "--partial")
    assert ran.code == 0
    partial = folder / "renders" / "cards" / "partial.mp4"
    assert ran.out.split()[0] == "renders/cards/partial.mp4"
    assert len(decode(partial).codes) == 36
    assert _record(folder, "partial") == [("hello", False, 0, 24), ("bye", True, 24, 36)]
    assert not (folder / "renders" / "cards" / "film.mp4").exists()
    drawn = {
        path: path.stat().st_mtime_ns for path in (partial.parent / "placeholders" / "clips").glob("*.mp4")
    }
    assert len(drawn) == 1
    assert run("film", "cards.yaml", "--partial").code == 0
    assert {path: path.stat().st_mtime_ns for path in drawn} == drawn


def test_a_whole_film_is_no_partial_one(cards: Path, folder: Path) -> None:
    assert run("render", "cards.yaml", "--quiet").code == 0
    ran = run("film", "cards.yaml", "--partial")
    assert ran.out.startswith("renders/cards/film.mp4")
    assert "unchanged" in ran.out
    assert not (folder / "renders" / "cards" / "placeholders").exists()
