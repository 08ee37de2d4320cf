"""What a storyboard is drawn from, whatever its backend says to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.previews import CHAIN, read
from veo_story.errors import Severity, StoryboardError


def write(folder: Path, text: str) -> Path:
    path = folder / "walk.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_paid_film_keeps_its_price_and_is_drawn_free(tmp_path: Path) -> None:
    film = read(write(tmp_path, CHAIN))
    assert film.plan is not None and film.plan.backend == "gemini" and film.plan.expected_usd > 0
    assert film.picture.backend == "local" and film.picture.worst_usd == 0
    assert film.shown is film.plan
    assert any(problem.code == "VS250" for problem in film.problems)  # a model that is gone


def test_another_backend_counts_for_the_price_only(tmp_path: Path) -> None:
    film = read(write(tmp_path, CHAIN), backend="local")
    assert film.plan is not None and film.plan.expected_usd == 0


def test_what_only_the_backend_refuses_is_drawn_all_the_same(tmp_path: Path) -> None:
    film = read(write(tmp_path, CHAIN.replace("tier: fast", "tier: fast, resolution: 4k")))
    assert film.plan is None
    assert film.shown is film.picture and len(film.picture.placements) == 4
    assert any(problem.severity is Severity.ERROR for problem in film.problems)


def test_a_broken_storyboard_has_nothing_to_draw(tmp_path: Path) -> None:
    with pytest.raises(StoryboardError, match=r"walk.yaml: 1 error, nothing was drawn") as caught:
        read(write(tmp_path, CHAIN.replace("action: A quiet", "acton: A quiet")))
    assert caught.value.exit_code == 3
    assert [problem.where.line for problem in caught.value.problems if problem.severity == "error"] == [16]


def test_its_files_are_known(tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text("storyboard_bible: 1\ncast: {bob: {is: a man}}\n", "utf-8")
    film = read(write(tmp_path, CHAIN.replace("storyboard: 1\n", "storyboard: 1\nbible: world.yaml\n")))
    assert film.files == {tmp_path / "walk.yaml", tmp_path / "world.yaml"}
