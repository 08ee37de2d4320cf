"""What a service would refuse is an error at its place."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.plan.boards import board, compiled, plan_of, run, scene, told
from veo_story.catalog.catalog import load_catalog
from veo_story.errors import Severity
from veo_story.storyboard.model import Budget, Mode, Reference, Scene, Storyboard, Trim
from veo_story.storyboard.tokens import estimate_tokens

PICTURE, OTHER = Path("a.png"), Path("b.png")


def refs(count: int) -> tuple[Reference, ...]:
    return tuple(Reference(Path(f"{i}.png")) for i in range(count))


def key(name: str, scene_id: str = "s01") -> tuple[str, ...]:
    return ("scenes", scene_id, name)


def one(storyboard: Storyboard, backend: str) -> tuple[str, str | None]:
    """The message and the fix of the only problem, retirements left out."""
    (problem,) = (p for p in compiled(storyboard, backend).problems if p.code != "VS250")
    return problem.message, problem.hint


@pytest.mark.parametrize("backend", ["local", "gemini", "vertex"])
@pytest.mark.parametrize(
    ("made", "works"),
    [
        (scene("s01", duration=4), True),
        (scene("s01", duration=6), True),
        (scene("s01", duration=8), True),
        (scene("s01", duration=5), False),
        (scene("s01", duration="7.5"), False),
        (scene("s01", Mode.ANIMATE, first_frame=PICTURE, duration=4), True),
        (scene("s01", Mode.INTERPOLATE, first_frame=PICTURE, last_frame=OTHER, duration=8), True),
        (scene("s01", Mode.INTERPOLATE, first_frame=PICTURE, last_frame=OTHER, duration=6), False),
        (scene("s01", refs=refs(1), duration=8), True),
        (scene("s01", refs=refs(1), duration=6), False),
    ],
)
def test_lengths(backend: str, made: Scene, works: bool) -> None:
    assert told(board(made), backend) == ([] if works else [("VS103", key("duration"))])


def test_messages_of_lengths() -> None:
    message, hint = one(board(scene("s01", duration=5)), "gemini")
    assert message == "gemini: a scene of mode open takes 4, 6 or 8 s, not 5"
    assert hint == "write duration: 4, 6 or 8"
    message, hint = one(board(scene("s01", refs=refs(2), duration=4)), "vertex")
    assert message == "vertex: a scene with reference images takes 8 s, not 4"
    message, hint = one(board(scene("s01", duration=6), resolution="1080p"), "vertex")
    assert message == "vertex: 1080p takes 8 s, not 6"
    assert hint == "write duration: 8"


def test_an_extension_adds_seven_seconds() -> None:
    s01, s02 = run(2)
    message, hint = one(board(s01, scene("s02", Mode.EXTEND, duration=8)), "gemini")
    assert message == "gemini: a scene of mode extend takes 7 s, not 8"
    assert hint == "write duration: 7"
    assert told(board(s01, scene("s02", Mode.EXTEND, duration=7)), "gemini") == []
    assert plan_of(board(s01, replace(s02, duration_s=Decimal(9)))).step("s02").new_frames == 168


def test_an_unwritten_length_is_one_that_the_model_makes() -> None:
    local = load_catalog().capabilities("local")
    short = replace(local, durations_s={**local.durations_s, Mode.OPEN: (Decimal(5), Decimal(6))})
    catalog = load_catalog().with_capabilities(short)
    assert plan_of(board(scene("s01")), catalog=catalog).step("s01").new_frames == 144


@pytest.mark.parametrize(
    ("length", "code"),
    [
        ("4", None),
        ("0.042", None),
        ("2.125", None),
        ("2.292", None),
        ("60", None),
        ("60.042", "VS103"),
        ("0", "VS103"),
        ("2.3", "VS118"),
        ("0.0005", "VS118"),
    ],
)
def test_local_scenes_take_any_whole_number_of_frames_up_to_a_minute(length: str, code: str | None) -> None:
    film = board(scene("card", Mode.SLATE, card="Hello", duration=length))
    assert told(film) == ([] if code is None else [(code, key("duration", "card"))])


def test_the_nearest_times_are_told_and_are_taken() -> None:
    film = board(scene("card", Mode.SLATE, card="Hello", duration="2.3"))
    assert one(film, "local") == (
        "duration: 2.3 s is not a whole number of frames at 24 a second",
        "write 2.292 or 2.333",
    )
    for length, frames in (("2.292", 55), ("2.333", 56)):
        fixed = board(scene("card", Mode.SLATE, card="Hello", duration=length))
        assert plan_of(fixed).frames == frames
    tiny = board(scene("card", Mode.SLATE, card="Hello", duration="0.01"))
    assert one(tiny, "local")[1] == "write 0.042"


def test_trims_fall_on_frames_and_leave_something() -> None:
    both = board(scene("s01", trim=Trim(Decimal("1.3"), Decimal("0.11"))))
    assert told(both) == [("VS118", (*key("trim"), "in")), ("VS118", (*key("trim"), "out"))]
    assert told(board(scene("s01", trim=Trim(Decimal(4), Decimal(4))))) == [("VS038", key("trim"))]


def test_references_and_extensions() -> None:
    film = board(scene("s01"), scene("s02", Mode.EXTEND, refs=refs(1)))
    assert told(film, "vertex") == [("VS102", key("refs", "s02"))]
    assert one(film, "vertex") == (
        "'refs' cannot be combined with an extension (the model sees only the last second of s01)",
        "use mode: animate with first_frame: s01.last_frame, or start a new sequence",
    )


def test_references_are_refused_after_a_split_too() -> None:
    scenes = run(6)
    scenes[5] = replace(scenes[5], refs=refs(1))
    assert ("VS102", key("refs", "s06")) in told(board(*scenes), "vertex")


@pytest.mark.parametrize(
    ("made", "other"),
    [
        (scene("s01", Mode.ANIMATE, first_frame=PICTURE, refs=refs(1)), "first_frame"),
        (scene("s01", Mode.INTERPOLATE, first_frame=PICTURE, last_frame=OTHER, refs=refs(1)), "last_frame"),
    ],
)
def test_references_and_pictures(made: Scene, other: str) -> None:
    assert told(board(made), "local") == [("VS106", key("refs"))]
    assert other in one(board(made), "local")[0]


@pytest.mark.parametrize(("backend", "tier", "most"), [("vertex", "fast", 3), ("vertex", "lite", 0)])
def test_too_many_references(backend: str, tier: str, most: int) -> None:
    assert told(board(scene("s01", refs=refs(most)), tier=tier), backend) == []
    film = board(scene("s01", refs=refs(most + 1)), tier=tier)
    assert told(film, backend) == [("VS107", key("refs"))]


def test_a_mode_that_the_model_does_not_take() -> None:
    made = scene("s01", Mode.INTERPOLATE, first_frame=PICTURE, last_frame=OTHER)
    film = board(made, backend="vertex", model="veo-3.0-generate-001")
    codes = [code for code, _ in told(film)]
    assert "VS101" in codes
    message = next(p.message for p in compiled(film).problems if p.code == "VS101")
    assert message == "vertex: veo-3.0-generate-001 does not take mode interpolate"


@pytest.mark.parametrize(
    ("backend", "tier", "resolution", "works"),
    [("local", "fast", "4k", False), ("gemini", "lite", "4k", False), ("vertex", "standard", "4k", True)],
)
def test_resolutions(backend: str, tier: str, resolution: str, works: bool) -> None:
    film = board(scene("s01"), scene("card", Mode.SLATE, card="x"), tier=tier, resolution=resolution)
    assert told(film, backend) == ([] if works else [("VS105", ("render", "resolution"))])


def test_extensions_are_made_at_720p_only_and_that_is_told_once() -> None:
    film = board(*run(4), resolution="1080p")
    assert told(film, "gemini") == [("VS105", ("scenes", "s02"))]
    assert one(film, "gemini") == (
        "gemini: veo-3.1-fast-generate-preview extends at 720p, not at 1080p",
        "set render.resolution: 720p, or start a new sequence here",
    )
    assert told(film, "local") == []


def test_aspects() -> None:
    caps = replace(load_catalog().capabilities("local"), aspects=("16:9",))
    catalog = load_catalog().with_capabilities(caps)
    assert told(board(scene("s01"), aspect="9:16"), catalog=catalog) == [("VS120", ("render", "aspect"))]


def test_silence() -> None:
    assert told(board(scene("s01"), audio=False), "gemini") == [("VS113", ("render", "audio"))]
    assert told(board(scene("s01"), audio=False), "vertex") == []
    assert told(board(*run(3), audio=False), "vertex") == [("VS113", ("scenes", "s02"))]
    assert told(board(*run(3), audio=False), "local") == []


def test_people() -> None:
    caps = replace(load_catalog().capabilities("local"), people=("auto", "adults"))
    catalog = load_catalog().with_capabilities(caps)
    assert told(board(scene("s01"), people="all"), catalog=catalog) == [("VS114", ("render", "people"))]
    assert told(board(scene("s01"), people="adults"), catalog=catalog) == []


def test_a_negative_prompt_that_is_not_taken_is_told_once_where_it_stands() -> None:
    inherited = {"avoid": ("text",), "origins": {"avoid": ("defaults", "avoid")}}
    film = board(sequences=[[scene("s01", **inherited)], [scene("s02", **inherited)]], tier="lite")
    assert told(film, "gemini") == [("VS112", ("defaults", "avoid"))]
    assert told(film, "vertex") == []


def test_a_seed_that_is_not_sent_is_a_warning() -> None:
    film = board(scene("s01", seed=7), scene("s02", Mode.EXTEND))
    assert told(film, "gemini") == [("VS251", key("seed"))]
    assert plan_of(film, "gemini").step("s01").parameters.seed is None
    assert plan_of(film, "vertex").step("s01").parameters.seed == 7
    shared = board(*run(3), seed=7)
    assert told(shared, "gemini") == [("VS251", ("render", "seed"))]
    assert {s.parameters.seed for s in plan_of(shared, "local").steps()} == {7}
    warning = next(p for p in compiled(shared, "gemini").problems if p.code == "VS251")
    assert warning.severity is Severity.WARNING


def test_settings_of_vertex_are_sent_there_only() -> None:
    film = board(scene("s01", Mode.ANIMATE, first_frame=Path("a.png")), scene("s02"), resize="pad")
    assert told(film, "vertex") == []
    assert [plan_of(film, "vertex").step(s).parameters.resize for s in ("s01", "s02")] == ["pad", None]
    film = board(scene("s01"), resize="pad", compression="lossless")
    assert plan_of(film, "vertex").step("s01").parameters.compression == "lossless"
    both = [("VS254", ("render", "vertex", "resize")), ("VS254", ("render", "vertex", "compression"))]
    assert told(film, "gemini") == told(film, "local") == both
    assert plan_of(film, "gemini").step("s01").parameters.compression is None


def test_takes_within_the_budget() -> None:
    film = board(scene("s01", takes=4))
    assert told(film) == [("VS115", key("takes"))]
    assert told(board(scene("s01", takes=4), budget=Budget(max_takes=4))) == []


def test_a_prompt_that_is_too_long() -> None:
    words = "a copper kettle whistles on the stove " * 160
    assert told(board(scene("s01", action=words))) == [("VS109", key("action"))]
    assert told(board(scene("s01", prompt=words))) == [("VS109", key("prompt"))]
    assert one(board(scene("s01", prompt=words)), "local")[0].startswith("the prompt is about 1,")
    assert told(board(scene("s01", prompt="a kettle " * 150))) == []
    short = "a kettle whistles on the stove"
    local = load_catalog().capabilities("local")
    for spare, codes in ((0, []), (-1, ["VS109"])):
        tight = replace(local, prompt_tokens=estimate_tokens(short) + spare)
        catalog = load_catalog().with_capabilities(tight)
        assert [c for c, _ in told(board(scene("s01", prompt=short)), catalog=catalog)] == codes


def test_a_scene_that_may_not_cost_so_much() -> None:
    film = board(scene("s01"), budget=Budget(per_scene_usd=Decimal("0.50")))
    assert told(film, "vertex") == [("VS123", ("scenes", "s01"))]
    assert one(film, "vertex")[0] == "s01 costs 0.80 USD, but budget.per_scene_usd is 0.50 USD"
    assert told(film, "local") == []
    assert told(board(scene("s01"), budget=Budget(per_scene_usd=Decimal("0.80"))), "vertex") == []


def test_a_film_over_its_budget_is_a_warning() -> None:
    film = board(*run(3), budget=Budget(max_usd=Decimal(2)))
    assert told(film, "gemini") == [("VS252", ("budget", "max_usd"))]
    assert plan_of(film, "gemini").expected_usd == Decimal("2.20")
    assert told(board(*run(3), budget=Budget(max_usd=Decimal("2.20"))), "gemini") == []


def test_a_model_without_a_price_is_refused() -> None:
    film = board(scene("s01"), backend="vertex", model="veo-2.0-generate-001", tier="standard")
    assert told(film) == [("VS124", ("render", "model"))]
