"""Drafting a film on one tier, and promoting scenes to another."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.plan.boards import FakeSource, board, compiled, plan_of, run, scene
from tests.plan.test_diff import rendered, states
from veo_story.errors import ConfigError
from veo_story.plan.diff import diff
from veo_story.plan.model import Plan
from veo_story.storyboard.model import Mode

FAST, STANDARD, LITE = (
    "veo-3.1-fast-generate-001", "veo-3.1-generate-001", "veo-3.1-lite-generate-001"
)  # fmt: skip


def models(plan: Plan) -> list[str]:
    return [step.model for step in plan.steps()]


def test_a_tier_for_the_whole_film_leaves_scenes_with_one_of_their_own() -> None:
    film = board(scene("a"), scene("b", tier="lite"), scene("c"), tier="standard")
    assert models(plan_of(film, "vertex")) == [STANDARD, LITE, STANDARD]
    plan = plan_of(film, "vertex", tier="fast")
    assert models(plan) == [FAST, LITE, FAST]
    assert [plan.capabilities[s].tier for s in "abc"] == ["fast", "lite", "fast"]


def test_a_tier_wins_over_the_model_that_the_storyboard_names() -> None:
    film = board(scene("a"), backend="vertex", model=STANDARD)
    assert models(plan_of(film)) == [STANDARD]
    assert models(plan_of(film, tier="fast")) == [FAST]


def test_a_promoted_scene_is_rendered_on_its_tier_whatever_else_is_asked() -> None:
    film = board(scene("a"), scene("b", tier="lite"), scene("c"), tier="fast")
    promoted = {"a": "standard", "b": "standard", "gone": "standard"}
    assert models(plan_of(film, "vertex", tiers=promoted)) == [STANDARD, STANDARD, FAST]
    assert models(plan_of(film, "vertex", tier="lite", tiers=promoted)) == [STANDARD, STANDARD, LITE]


def test_a_tier_that_is_the_storyboards_changes_nothing() -> None:
    film = board(*run(3), tier="fast")
    assert plan_of(film, "vertex", tier="fast") == plan_of(film, "vertex")


def test_prices_follow_the_tiers() -> None:
    film = board(*run(2), tier="standard")
    plan = plan_of(film, "vertex")
    draft = plan_of(film, "vertex", tier="fast", tiers={"s02": "standard"})
    assert draft.step("s01").expected_usd < plan.step("s01").expected_usd
    assert draft.step("s02").expected_usd == plan.step("s02").expected_usd
    assert draft.expected_usd == sum((s.expected_usd for s in draft.steps()), Decimal(0))


def test_promoting_and_back_keeps_both_lineages() -> None:
    film = board(*run(3), tier="fast")
    drafted = plan_of(film, "vertex")
    takes = rendered(drafted)
    final = plan_of(film, "vertex", tiers={"s02": "standard"})
    assert states(diff(final, takes, [], {})) == {
        "s01": "kept",
        "s02": "stale: model changed",
        "s03": "stale: follows s02",
    }
    both = [*takes, *rendered(final)[1:]]
    assert set(states(diff(final, both, [], {})).values()) == {"kept"}
    assert set(states(diff(drafted, both, [], {})).values()) == {"kept"}


def test_local_scenes_and_the_free_backend_have_one_tier() -> None:
    film = board(scene("card", Mode.SLATE), scene("a"), tier="fast")
    assert plan_of(film, "local", tier="standard", tiers={"card": "standard"}) == plan_of(film, "local")
    plan = plan_of(film, "vertex", tiers={"card": "standard"})
    assert plan.step("card").backend == "local"


def test_a_tier_that_nobody_offers() -> None:
    with pytest.raises(ConfigError, match="gemini has no tier 'fats'"):
        compiled(board(scene("a")), "gemini", tier="fats")


def test_a_promoted_scene_whose_backend_has_no_such_tier_is_told_at_the_scene() -> None:
    film = board(scene("a"), scene("b"))
    found = compiled(film, "gemini", tiers={"b": "gold"})
    assert found.plan is None
    (told,) = found.problems
    assert (told.code, told.message) == ("VS117", "gemini has no tier 'gold'")
    assert told.hint is not None and told.hint.startswith("b was promoted to it")
    assert isinstance(film.source, FakeSource)
    assert film.source.at(told.where) == ("scenes", "b")
