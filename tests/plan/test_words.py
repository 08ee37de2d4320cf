"""What the local renderer is told, and what this version does not act on."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.plan.boards import board, plan_of, scene
from veo_story.plan.wording import one_of, plain, seconds
from veo_story.storyboard.finish import Overlay
from veo_story.storyboard.model import (
    Camera,
    CastMember,
    DialogueLine,
    Location,
    Look,
    Mode,
    Shot,
    StillMove,
    Transition,
)


def test_hints_of_a_generated_scene() -> None:
    made = scene(
        "s01",
        title="Never told",
        notes="Nor this",
        cast=("mira", "tomas", "sea_birds"),
        location="room",
        camera=Camera(size="close-up", move="pan left"),
        look=Look(style="noir", palette=("amber", "blue")),
        action="Mira winds the clock",
        dialogue=(DialogueLine("mira", "You are late."), DialogueLine("A voice", "Sorry.")),
        shots=(Shot(Decimal(0), Decimal(2), "She stops", sfx=("a click",)),),
        sfx=("ratchet",),
        ambient="wind",
        music="a fiddle",
    )
    film = board(
        made,
        cast={
            "mira": CastMember("mira", "a keeper", wears="a coat"),
            "tomas": CastMember("tomas", "a boatman"),
        },
        locations={"room": Location("room", "a lamp room", when="dusk")},
    )
    hints = plan_of(film).step("s01").hints
    assert hints is not None
    assert {name: text for name, text in hints.items() if name != "script"} == {
        "camera.size": "close-up",
        "camera.move": "pan left",
        "place": "a lamp room",
        "when": "dusk",
        "ambient": "wind",
        "sfx": "ratchet, a click",
        "music": "a fiddle",
        "cast": "Mira: a keeper, a coat; Tomas: a boatman; Sea Birds",
        "action": "Mira winds the clock She stops",
        "look": "noir, palette of amber and blue",
        "dialogue": "Mira: You are late.\nA voice: Sorry.",
    }


def test_the_camera_of_the_first_shot_stands_in() -> None:
    shots = (
        Shot(Decimal(0), Decimal(2), "One"),
        Shot(Decimal(2), Decimal(4), "Two", Camera(text="handheld")),
    )
    hints = plan_of(board(scene("s01", shots=shots))).step("s01").hints
    assert hints is not None
    assert hints["camera.text"] == "handheld"


def test_hints_of_local_scenes() -> None:
    film = board(
        scene("card", Mode.SLATE, card="Hello", subtitle="again", action="no", ambient="no"),
        scene("pic", Mode.STILL, image=Path("a.png"), move=StillMove(Decimal("1.10"), "left")),
        scene("clip", Mode.IMPORT, clip=Path("a.mp4")),
    )
    plan = plan_of(film, "vertex")
    assert [dict(s.hints or {}) for s in plan.steps()] == [
        {"card": "Hello", "subtitle": "again"},
        {"zoom": "1.1", "towards": "left"},
        {},
    ]
    assert [s.prompt for s in plan.steps()] == ["", "", ""]


def test_what_is_not_acted_on_yet_is_named() -> None:
    film = board(
        scene("a", transition=Transition("fade_in", Decimal(1))),
        scene("b", overlays=(Overlay("Hello"),)),
        later={"locales": {"default": "en"}},
    )
    assert plan_of(film).later == ("locales",)
    assert plan_of(board(scene("a"))).later == ()
    assert plan_of(board(scene("a"))).later == ()
    assert plan_of(board(scene("a"), later={"sound": {}})).later == ("sound",)


def test_numbers_in_words() -> None:
    assert [plain(Decimal(x)) for x in ("7", "7.0", "1.50", "1E+1")] == ["7", "7", "1.5", "10"]
    assert seconds(Decimal("36.0")) == "36 s"
    assert [one_of(w) for w in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == ["", "a", "a or b", "a, b or c"]
