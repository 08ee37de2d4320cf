"""Which model serves a scene, what it no longer serves, and what nobody offers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.plan.boards import TODAY, board, compiled, plan_of, run, scene, told
from veo_story.catalog.catalog import load_catalog
from veo_story.errors import ConfigError, Severity
from veo_story.storyboard.model import Mode, Reference, Scene

PICTURE, OTHER = Path("a.png"), Path("b.png")


def refs(count: int) -> tuple[Reference, ...]:
    return tuple(Reference(Path(f"{i}.png")) for i in range(count))


def key(name: str, scene_id: str = "s01") -> tuple[str, ...]:
    return ("scenes", scene_id, name)


@pytest.mark.parametrize(
    ("render", "made", "place"),
    [
        ({"backend": "vertx"}, scene("s01"), ("render", "backend")),
        ({"backend": "vertex", "model": "veo-9"}, scene("s01"), ("render", "model")),
        ({"backend": "vertex"}, scene("s01", tier="huge"), key("tier")),
    ],
)
def test_a_model_that_does_not_exist(render: dict[str, str], made: Scene, place: tuple[str, ...]) -> None:
    assert told(board(made, **render)) == [("VS117", place)]


def test_what_the_caller_asks_for_and_nobody_offers() -> None:
    with pytest.raises(ConfigError, match="there is no backend 'vertx'"):
        compiled(board(scene("s01")), "vertx")
    with pytest.raises(ConfigError, match="vertex answers an extension with combined, not with 'tail'"):
        compiled(board(scene("s01")), "vertex", returns="tail")
    with pytest.raises(ConfigError, match="with tail or combined, not with 'pieces'"):
        compiled(board(scene("s01")), returns="pieces")


def test_a_model_by_name_gives_way_to_another_backend_of_the_same_tier() -> None:
    film = board(*run(2), backend="vertex", model="veo-3.1-generate-001")
    assert {s.model for s in plan_of(film).steps()} == {"veo-3.1-generate-001"}
    assert {s.model for s in plan_of(film, "gemini").steps()} == {"veo-3.1-generate-preview"}
    assert {s.model for s in plan_of(film, "local").steps()} == {"animatic-1"}


def test_a_scene_may_have_a_tier_of_its_own() -> None:
    plan = plan_of(board(scene("s01", tier="standard"), scene("s02", Mode.EXTEND, tier="fast")), "vertex")
    assert [s.model for s in plan.steps()] == ["veo-3.1-generate-001", "veo-3.1-fast-generate-001"]


def test_a_tier_of_its_own_wins_over_a_model_even_when_render_has_the_same() -> None:
    scenes = scene("s01"), scene("s02", tier="fast")
    plan = plan_of(board(*scenes, backend="vertex", tier="fast", model="veo-3.1-generate-001"))
    assert [s.model for s in plan.steps()] == ["veo-3.1-generate-001", "veo-3.1-fast-generate-001"]


@pytest.mark.parametrize(
    ("backend", "today", "message"),
    [
        ("gemini", date(2026, 8, 22), None),
        ("gemini", date(2026, 8, 23), "will be switched off on 2026-10-22"),
        ("gemini", date(2026, 10, 1), "will be switched off on 2026-10-22"),
        ("gemini", date(2026, 10, 22), "was switched off on 2026-10-22"),
        ("vertex", date(2026, 11, 1), "may be switched off any day: 2026-11-17 or later"),
        ("local", date(2030, 1, 1), None),
    ],
)
def test_retirements(backend: str, today: date, message: str | None) -> None:
    film = board(*run(3))
    found = compiled(film, backend, today=today).problems
    assert [p.code for p in found] == ([] if message is None else ["VS250"])
    if message is not None:
        assert message in found[0].message
        assert found[0].severity is Severity.WARNING
        assert plan_of(film, backend, today=today).warnings == (found[0].message,)


def test_a_retirement_names_what_is_still_there() -> None:
    (problem,) = compiled(board(*run(2)), "gemini").problems
    assert problem.hint == "vertex offers veo-3.1-lite-generate-001 (lite)"


def test_nothing_is_named_where_nothing_is_left() -> None:
    rows = load_catalog().models()
    gone = (replace(m, retired_on=TODAY) for m in rows if not m.is_free and m.tier == "lite")
    catalog = load_catalog().with_capabilities(*gone)
    assert [p.hint for p in compiled(board(scene("s01")), "vertex", catalog=catalog).problems] == [None]


def test_problems_of_different_scenes_are_all_told() -> None:
    film = board(
        scene("s01", duration=5),
        scene("s02", Mode.EXTEND, refs=refs(1), takes=9),
        scene("card", Mode.SLATE, card="x", duration="0.03"),
    )
    codes = [code for code, _ in told(film)]
    assert codes == ["VS103", "VS115", "VS102", "VS118"]
