"""Real files, from YAML to plan."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.plan.boards import TODAY
from veo_story.catalog.catalog import load_catalog
from veo_story.plan.check import Checked, check_storyboard
from veo_story.storyboard.model import Mode

ROOT = Path(__file__).parents[2]


def checked(path: Path, backend: str | None = None, *, with_digests: bool = False) -> Checked:
    return check_storyboard(path, load_catalog(), today=TODAY, backend=backend, with_digests=with_digests)


def example(name: str, backend: str | None = None) -> Checked:
    return checked(ROOT / "storyboards" / f"{name}.yaml", backend, with_digests=True)


@pytest.mark.parametrize(
    ("name", "frames", "chains"),
    [
        ("harbour", 528, [3]),
        ("keeper", 1632, [1, 9]),
        ("long-road", 3552, [21]),
        ("sel-marin", 1523, [4, 1, 1, 1, 2, 1]),
        ("train-journey", 696, [4]),
        ("day-to-night", 383, [1, 1]),
        ("product-turn", 288, [1, 1]),
        ("office-character", 576, [1, 1, 1]),
    ],
)
def test_the_examples(name: str, frames: int, chains: list[int]) -> None:
    plan = example(name).plan
    assert plan is not None
    assert (plan.frames, [len(c.steps) for c in plan.chains]) == (frames, chains)
    assert plan.expected_usd == plan.worst_usd == 0
    assert {s.backend for s in plan.steps()} == {"local"}


@pytest.mark.parametrize(
    ("name", "backend", "expected"),
    [
        ("keeper", "gemini", "6.40"),
        ("keeper", "vertex", "6.50"),
        ("long-road", "gemini", "59.20"),
        ("sel-marin", "vertex", "26.40"),
    ],
)
def test_what_the_examples_would_cost(name: str, backend: str, expected: str) -> None:
    plan = example(name, backend).plan
    assert plan is not None
    assert plan.expected_usd == Decimal(expected)
    assert plan.warnings


def test_the_keeper_says_what_it_does_not_act_on() -> None:
    plan = example("keeper").plan
    assert plan is not None
    assert plan.film == "keeper"
    assert plan.later == ()
    sel_marin = example("sel-marin").plan
    assert sel_marin is not None
    assert sel_marin.later == ("locales",)


def test_digests_of_files_reach_the_fingerprints() -> None:
    path = ROOT / "storyboards" / "day-to-night.yaml"
    with_them, without = checked(path, with_digests=True).plan, checked(path).plan
    assert with_them is not None
    assert without is not None
    assert with_them.step("dusk").fingerprint != without.step("dusk").fingerprint


def test_problems_of_file_and_plan_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_text(
        "storyboard: 1\n"
        "title: Two problems\n"
        "cast: {al: {is: an auctioneer}}\n"
        "scenes:\n"
        "  - {id: a, action: A gate opens, takes: 9}\n"
        "  - {id: b, cast: [al], action: $al waits, duration: 9}\n"
        "  - {card: Wait, duration: 2}\n",
        "utf-8",
    )
    result = checked(path)
    assert [(p.where.line, p.code) for p in result.problems] == [(5, "VS115"), (6, "VS103")]
    assert result.storyboard is not None
    assert (result.plan, result.ok) == (None, False)


def test_a_missing_file_is_a_problem_among_others_when_digests_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_text(
        "storyboard: 1\n"
        "title: Two problems\n"
        "scenes:\n"
        "  - {first_frame: no.png, action: A gate opens}\n"
        "  - {action: A gate shuts, takes: 9}\n",
        "utf-8",
    )
    result = checked(path, with_digests=True)
    assert [(p.where.line, p.code) for p in result.problems] == [(4, "VS060"), (5, "VS115")]
    assert (result.plan, result.ok) == (None, False)


def test_a_warning_of_the_plan_can_be_silenced_on_its_line(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    text = (
        "storyboard: 1\n"
        "title: Dear\n"
        "render: {backend: vertex, tier: lite}\n"
        "budget: {max_usd: 0.1}\n"
        "scenes: [{action: A gate opens}]\n"
    )
    path.write_text(text, "utf-8")
    assert [p.code for p in checked(path).problems] == ["VS252"]
    path.write_text(text.replace("0.1}", "0.1}  # lint: off VS252"), "utf-8")
    assert checked(path).problems == ()


def test_a_file_that_is_no_storyboard(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_text("- nothing\n", "utf-8")
    result = checked(path)
    assert (result.storyboard, result.plan, result.ok) == (None, None, False)


def test_steps_are_found_by_scene() -> None:
    plan = example("product-turn").plan
    assert plan is not None
    assert plan.step("turn").mode is Mode.ANIMATE
    assert plan.step("turn").parameters.size == (720, 1280)
    with pytest.raises(KeyError):
        plan.step("nobody")
