"""The script that the local renderer is told: beats, people, lines and sounds with their times."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.boards import board, plan_of, scene
from veo_story.plan.script import SHORTEST_LINE_S, spread_lines
from veo_story.storyboard.model import Camera, CastMember, DialogueLine, Location, Look, Scene, Shot

MIRA = CastMember("mira", "a keeper", wears="a coat", voice="low alto", says="the keeper")
NO_WORDS = {"size": "", "angle": "", "move": "", "lens": "", "focus": "", "text": ""}


def script_of(one: Scene, **given: Any) -> dict[str, Any]:
    hints = plan_of(board(one, **given)).step(one.id).hints
    assert hints is not None
    found: dict[str, Any] = json.loads(hints["script"])
    return found


def shot(start: str, end: str, action: str, **given: Any) -> Shot:
    return Shot(Decimal(start), Decimal(end), action, **given)


def times(entries: list[dict[str, Any]]) -> list[float]:
    return [entry["start_s"] for entry in entries]


def test_a_whole_scene() -> None:
    made = scene(
        "s01",
        cast=("mira", "sea_birds"),
        location="room",
        camera=Camera(size="close-up", move="pan left"),
        look=Look(style="noir"),
        action="Mira winds the clock",
        dialogue=(
            DialogueLine("mira", "You are late.", "dry"),
            DialogueLine("A voice", "Sorry.", at=Decimal(5)),
        ),
        sfx=("ratchet", "a bell"),
        ambient="wind",
        music="a fiddle",
    )
    places = {"room": Location("room", "a lamp room", when="dusk")}
    keeper = {"who": "mira", "name": "Mira", "voice": "low alto", "manner": "dry"}
    assert script_of(made, cast={"mira": MIRA}, locations=places) == {
        "length_s": 8.0,
        "prompt": "",
        "place": "a lamp room",
        "when": "dusk",
        "look": "noir",
        "ambient": "wind",
        "music": "a fiddle",
        "people": [
            {"id": "mira", "name": "Mira", "about": "a keeper", "wears": "a coat", "voice": "low alto"},
            {"id": "sea_birds", "name": "Sea Birds", "about": "", "wears": "", "voice": ""},
        ],
        "beats": [
            {
                "start_s": 0.0,
                "end_s": 8.0,
                "action": "Mira winds the clock",
                "camera": {**NO_WORDS, "size": "close-up", "move": "pan left"},
            }
        ],
        "lines": [
            {**keeper, "text": "You are late.", "start_s": 0.8, "length_s": 1.2},
            {"who": "A voice", "name": "A voice", "voice": "", "manner": "", "text": "Sorry.",
             "start_s": 5.0, "length_s": 0.4},
        ],
        "spots": [{"text": "ratchet", "start_s": 0.3}, {"text": "a bell", "start_s": 4.3}],
    }  # fmt: skip


def test_shots_are_beats() -> None:
    shots = (
        shot("0", "3", "He crosses", camera=Camera(text="crane down")),
        shot("3", "5.5", "He stops", dialogue=(DialogueLine("mira", "Stop."),), sfx=("a hiss",)),
        shot("6", "8", "Salt glitters"),
    )
    made = scene("s01", action="Salt pans at noon", camera=Camera(size="wide"), shots=shots)
    script = script_of(made, cast={"mira": MIRA})
    beats = script["beats"]
    assert [(b["start_s"], b["end_s"]) for b in beats] == [(0.0, 3.0), (3.0, 6.0), (6.0, 8.0)]
    assert [b["action"] for b in beats] == ["Salt pans at noon. He crosses", "He stops", "Salt glitters"]
    assert [b["camera"]["text"] for b in beats] == ["crane down", "", ""]
    # The camera of the scene is that of the beats without their own.
    assert [b["camera"]["size"] for b in beats] == ["", "wide", "wide"]
    assert (times(script["lines"]), times(script["spots"])) == ([3.3], [3.3])


def test_shots_that_begin_late_have_a_beat_before_them() -> None:
    beats = script_of(scene("s01", action="Noon", shots=(shot("2", "8", "He crosses"),)))["beats"]
    assert [(b["start_s"], b["action"]) for b in beats] == [(0.0, "Noon"), (2.0, "He crosses")]


def said(*texts: str, **given: Any) -> list[dict[str, Any]]:
    lines = tuple(DialogueLine("mira", text) for text in texts)
    found: list[dict[str, Any]] = script_of(scene("s01", dialogue=lines, **given))["lines"]
    return found


def test_lines_follow_one_another() -> None:
    lines = said("One two.", "Three four five.")
    assert times(lines) == [0.8, pytest.approx(0.8 + 0.8 + 0.35)]


def test_lines_that_would_not_fit_begin_earlier_and_are_then_said_faster() -> None:
    assert times(said("word " * 19)) == [pytest.approx(0.4)]
    (hurried,) = said("word " * 40)
    assert (hurried["start_s"], hurried["length_s"]) == (0.0, 8.0)
    first, second = said("word " * 20, "word " * 20)
    assert second["start_s"] == pytest.approx(first["start_s"] + first["length_s"]) == 4.0


LENGTHS = st.floats(SHORTEST_LINE_S, 5).map(lambda value: round(value, 3))


@given(st.lists(LENGTHS, max_size=6), st.floats(0, 4), st.floats(1, 8))
def test_lines_without_times_keep_to_their_room_and_order(
    lengths: list[float], start: float, room: float
) -> None:
    placed = spread_lines([(None, length) for length in lengths], start, start + room, 0.8)
    assert len(placed) == len(lengths)
    edge = start
    for begin, length in placed:
        assert begin >= edge - 0.002
        edge = begin + length
    assert edge <= start + room + 0.002 or not placed


@given(st.lists(st.tuples(st.none() | st.floats(0, 8), LENGTHS), min_size=1, max_size=6))
def test_a_line_with_a_time_begins_then(wanted: list[tuple[float | None, float]]) -> None:
    placed = spread_lines(wanted, 0, 8, 0.8)
    for (wish, _), (begin, length) in zip(wanted, placed, strict=True):
        assert wish is None or begin == round(wish, 3)
        assert length > 0
