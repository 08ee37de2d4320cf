"""Which edits make which takes stale: what reaches a model does, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.boards import board, plan_of, run, scene
from veo_story.storyboard.finish import Overlay, SceneMix
from veo_story.storyboard.model import (
    Camera,
    CastMember,
    DialogueLine,
    FrameOf,
    Handoff,
    Location,
    Look,
    Mode,
    Reference,
    Scene,
    Shot,
    StillMove,
    Storyboard,
    Transition,
    Trim,
)

A, B = Path("a.png"), Path("b.png")
CAST = {"mira": CastMember("mira", "a keeper", wears="a coat", voice="low alto")}
PLACES = {"room": Location("room", "a lamp room", when="dusk", ambient="wind")}


def prints(film: Storyboard, backend: str | None = None, **given: Any) -> dict[str, str]:
    return {s.scene_id: s.fingerprint for s in plan_of(film, backend, **given).steps()}


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {scene_id for scene_id in before if before[scene_id] != after[scene_id]}


def edited(scenes: list[Scene], at: int, **new: Any) -> list[Scene]:
    return [replace(s, **new) if i == at else s for i, s in enumerate(scenes)]


IRRELEVANT: list[dict[str, Any]] = [
    {"title": "Another title"},
    {"notes": "Remember the milk"},
    {"tags": ("night", "wip")},
    {"trim": Trim(Decimal(1), Decimal("0.5"))},
    {"transition": Transition("dissolve", Decimal(1))},
    {"takes": 3},
    {"pick": 2},
    {"effects": ({"name": "BlackAndWhite"},)},
    {"overlays": (Overlay("Hello"),)},
    {"gap_s": Decimal(1)},
    {"hold_s": Decimal(1)},
    {"mix": SceneMix(Decimal(-3), Decimal(0), Decimal("0.5"))},
    {"duration_is_written": True},
    {"tier": "fast"},
]


@pytest.mark.parametrize("backend", ["local", "vertex"])
@pytest.mark.parametrize("new", IRRELEVANT, ids=lambda new: next(iter(new)))
def test_what_never_reaches_a_model_changes_nothing(backend: str, new: dict[str, Any]) -> None:
    scenes = [*run(4), scene("card", Mode.SLATE, card="End"), scene("pic", Mode.STILL, image=A)]
    before = prints(board(*scenes), backend)
    for i in range(len(scenes)):
        assert changed(before, prints(board(*edited(scenes, i, **new)), backend)) == set()


def test_ids_do_not_count() -> None:
    film = board(*run(3), scene("t", Mode.ANIMATE, first_frame=FrameOf("s02"), action="Go"))
    renamed = board(*run(3), scene("t2", Mode.ANIMATE, first_frame=FrameOf("s02"), action="Go"))
    ids = {"s01": "one", "s02": "two", "s03": "three"}
    other = [replace(s, id=ids[s.id]) for s in run(3)]
    moved = board(*other, scene("t", Mode.ANIMATE, first_frame=FrameOf("two"), action="Go"))
    assert list(prints(film).values()) == list(prints(renamed).values()) == list(prints(moved).values())


RELEVANT: list[dict[str, Any]] = [
    {"action": "Something else happens"},
    {"cast": ("mira",)},
    {"location": "room"},
    {"camera": Camera(move="pan left")},
    {"look": Look(style="noir")},
    {"dialogue": (DialogueLine("mira", "You are late."),)},
    {"sfx": ("a bell",)},
    {"ambient": "rain"},
    {"music": "a fiddle"},
    {"avoid": ("text",)},
    {"handoff": Handoff(hold="She keeps still")},
    {"seed": 4711},
    {"prompt": "Only this."},
    {"extra": "And this."},
    {"shots": (Shot(Decimal(0), Decimal(3), "She turns", Camera(size="wide")),)},
    {"tier": "standard"},
]


@pytest.mark.parametrize("new", RELEVANT, ids=lambda new: next(iter(new)))
def test_an_edit_changes_its_scene_and_what_follows_it(new: dict[str, Any]) -> None:
    world: dict[str, Any] = {"cast": CAST, "locations": PLACES}
    chain = run(4)
    tail = [scene("t", Mode.ANIMATE, first_frame=FrameOf("s03")), scene("u")]
    film = board(sequences=[chain, tail], **world)
    after = board(sequences=[edited(chain, 1, **new), tail], **world)
    assert changed(prints(film, "vertex"), prints(after, "vertex")) == {"s02", "s03", "s04", "t"}


def test_the_world_of_a_scene_counts_where_it_is_used() -> None:
    scenes = [scene("s01"), scene("s02", cast=("mira",), location="room"), scene("s03")]
    film = board(*scenes, cast=CAST, locations=PLACES)
    older = board(*scenes, cast={"mira": replace(CAST["mira"], is_="an old keeper")}, locations=PLACES)
    darker = board(*scenes, cast=CAST, locations={"room": replace(PLACES["room"], when="night")})
    assert changed(prints(film), prints(older)) == {"s02"}
    assert changed(prints(film), prints(darker)) == {"s02"}


@pytest.mark.parametrize(
    ("render", "stale"),
    [
        ({"aspect": "9:16"}, {"s01", "card", "pic"}),
        ({"resolution": "1080p"}, {"s01", "card", "pic"}),
        ({"seed": 1}, {"s01"}),
        ({"people": "adults"}, {"s01"}),
        ({"audio": False}, {"s01"}),
        ({"tier": "standard"}, {"s01"}),
        ({"backend": "local"}, {"s01"}),
        ({"over_limit": "error"}, set()),
        ({"concurrency": 5}, set()),
        ({"compression": "lossless"}, {"s01"}),
        ({"resize": "crop"}, set()),
    ],
)
def test_settings_of_the_film(render: dict[str, Any], stale: set[str]) -> None:
    scenes = [scene("s01"), scene("card", Mode.SLATE, card="End"), scene("pic", Mode.STILL, image=A)]
    before = prints(board(*scenes, backend="vertex"))
    assert changed(before, prints(board(*scenes, **{"backend": "vertex", **render}))) == stale


def test_words_for_the_local_renderer_do_not_reach_a_paid_model() -> None:
    lens = [scene("s01", prompt="A boat.", camera=Camera(lens="50mm"))]
    other = [scene("s01", prompt="A boat.", camera=Camera(lens="100mm"))]
    assert prints(board(*lens), "vertex") == prints(board(*other), "vertex")
    assert prints(board(*lens), "local") != prints(board(*other), "local")
    assert plan_of(board(*lens), "vertex").step("s01").hints is None


def test_files_count_by_what_they_hold() -> None:
    film = board(
        scene("open", refs=(Reference(A), Reference(B))),
        scene("go", Mode.INTERPOLATE, first_frame=A, last_frame=B),
        scene("pic", Mode.STILL, image=A),
        scene("clip", Mode.IMPORT, clip=B),
        scene("none"),
    )
    before = prints(film, digests={A: "1", B: "2"})
    assert changed(before, prints(film, digests={A: "1", B: "3"})) == {"open", "go", "clip"}
    assert changed(before, prints(film, digests={A: "3", B: "2"})) == {"open", "go", "pic"}
    assert changed(before, prints(film, digests={A: "2", B: "1"})) == {"open", "go", "pic", "clip"}


def test_roles_of_references_are_for_people() -> None:
    plain = board(scene("open", refs=(Reference(A),)))
    named = board(scene("open", refs=(Reference(A, "product"),)))
    assert prints(plain) == prints(named)


def test_which_frame_of_which_scene_counts() -> None:
    def film(first: FrameOf, last: FrameOf | Path = B) -> Storyboard:
        made = scene("t", Mode.INTERPOLATE, first_frame=first, last_frame=last)
        return board(sequences=[[scene("a")], [scene("b")], [made]])

    found = [
        prints(film(FrameOf("a")))["t"],
        prints(film(FrameOf("b")))["t"],
        prints(film(FrameOf("a", Decimal(2))))["t"],
        prints(film(FrameOf("a", Decimal(3))))["t"],
        prints(film(FrameOf("a"), FrameOf("b")))["t"],
        prints(film(FrameOf("b"), FrameOf("a")))["t"],
        prints(film(FrameOf("a"), FrameOf("a")))["t"],
    ]
    assert len(set(found)) == len(found)
    assert prints(film(FrameOf("a", Decimal("2.0"))))["t"] == found[2]


@pytest.mark.parametrize(
    ("mode", "given", "new"),
    [
        (Mode.SLATE, {"card": "End"}, {"card": "The End"}),
        (Mode.SLATE, {"card": "End"}, {"subtitle": "2026"}),
        (Mode.SLATE, {"card": "End"}, {"duration_s": Decimal(5)}),
        (Mode.STILL, {"image": A}, {"move": StillMove(Decimal("1.1"), "left")}),
        (Mode.IMPORT, {"clip": A}, {"duration_s": Decimal(2)}),
    ],
)
def test_local_scenes(mode: Mode, given: dict[str, Any], new: dict[str, Any]) -> None:
    made = scene("x", mode, **given)
    assert prints(board(made)) != prints(board(replace(made, **new)))


@pytest.mark.parametrize("mode", [Mode.SLATE, Mode.STILL, Mode.IMPORT])
def test_local_scenes_know_nothing_of_what_only_models_are_told(mode: Mode) -> None:
    made = scene("x", mode, card="End", image=A, clip=A)
    more = replace(made, action="?", look=Look("noir"), location="room", avoid=("x",), seed=1, cast=("mira",))
    assert prints(board(made)) == prints(board(more, cast=CAST, locations=PLACES))


def test_parts_have_readable_names_and_cover_what_is_sent() -> None:
    film = board(
        scene("s01", seed=1, avoid=("text",), refs=(Reference(A),)),
        scene("s02", Mode.EXTEND),
        scene("t", Mode.INTERPOLATE, first_frame=FrameOf("s02"), last_frame=B),
        people="adults",
    )
    plan = plan_of(film, "vertex")
    common = {"backend", "model", "mode", "prompt", "duration", "aspect", "resolution", "audio", "people"}
    assert set(plan.step("s01").parts) == common | {"seed", "negative_prompt", "references"}
    assert set(plan.step("s02").parts) == common | {"returns", "after s01"}
    assert set(plan.step("t").parts) == common | {"first_frame", "last_frame", "after s02"}


SCENES = [*run(5), scene("t", Mode.ANIMATE, first_frame=FrameOf("s02")), scene("u", Mode.EXTEND)]
AFTER = {"s01": 7, "s02": 6, "s03": 3, "s04": 2, "s05": 1, "t": 2, "u": 1}


@given(
    at=st.integers(0, len(SCENES) - 1),
    action=st.text(min_size=1, max_size=40).filter(lambda t: t.split()),
    noise=st.lists(st.sampled_from(IRRELEVANT[:4]), max_size=3),
    backend=st.sampled_from(["local", "gemini", "vertex"]),
)
def test_an_edit_reaches_exactly_its_descendants(
    at: int, action: str, noise: list[dict[str, Any]], backend: str
) -> None:
    scenes = edited(SCENES, at, action=action)
    for i, new in enumerate(noise):
        scenes = edited(scenes, i, **new)
    before, after = plan_of(board(*SCENES), backend), plan_of(board(*scenes), backend)
    stale = {s.scene_id for s in before.steps() if after.step(s.scene_id).fingerprint != s.fingerprint}
    same_words = before.step(SCENES[at].id).prompt == after.step(SCENES[at].id).prompt
    if same_words and backend != "local":
        assert stale == set()
    else:
        assert len(stale) in (0, AFTER[SCENES[at].id])
        assert not stale or SCENES[at].id in stale


def test_settings_of_vertex_count_where_they_are_sent() -> None:
    scenes = [scene("s01"), scene("t", Mode.ANIMATE, first_frame=A)]
    before = board(*scenes)
    cropped = board(*scenes, resize="crop")
    assert changed(prints(before, "vertex"), prints(cropped, "vertex")) == {"t"}
    assert changed(prints(before, "gemini"), prints(cropped, "gemini")) == set()
    assert changed(prints(before), prints(board(*scenes, compression="lossless"))) == set()
