from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends.local.figures.troupe import (
    AMARA,
    GUS,
    KAI,
    LENA,
    MIRA,
    NOOR,
    RUST,
    TOMAS,
    UPRIGHT,
    WIDE,
    YANN,
    line,
    scene,
)
from veo_story.backends.local.figures.acting import Moment
from veo_story.backends.local.figures.frame import Frame
from veo_story.backends.local.figures.staging import Acting, CastState, cast_of, stage_cast
from veo_story.backends.local.script import CameraWords, Person, Script
from veo_story.backends.local.world.stage import Stage


def _opened(script: Script, stage: Stage = WIDE) -> Acting:
    return stage_cast(script, None, stage, 0, round(script.length_s * 24), 1)


def _chain(*scripts: Script, stage: Stage = WIDE) -> list[Acting]:
    actings: list[Acting] = []
    before, first = None, 0
    for script in scripts:
        frames = round(script.length_s * 24)
        acting = stage_cast(script, before, stage, first, frames, 1)
        actings.append(acting)
        # As it travels: through the clip's tag.
        before = cast_of(json.loads(json.dumps(acting.end.as_data())))
        first += frames
    return actings


def _moment(acting: Acting, who: str, frame: int) -> Moment:
    moment = acting.parts[who].at(frame)
    assert moment is not None
    return moment


def test_one_stands_in_the_middle_and_two_face_each_other() -> None:
    alone = _opened(scene("Mira waits", MIRA))
    assert alone.stage.people["mira"].x == 0
    two = _opened(scene("Mira and Tomas wait", TOMAS, MIRA))
    left, right = two.stage.people["mira"], two.stage.people["tomas"]
    assert left.x == pytest.approx(-right.x)
    assert right.x - left.x == pytest.approx(0.55 * WIDE.tall)
    assert _moment(two, "mira", 0).pose.yaw > 0 > _moment(two, "tomas", 0).pose.yaw


def test_people_stand_closer_in_upright_pictures() -> None:
    two = _opened(scene("They wait", MIRA, TOMAS), UPRIGHT)
    gap = two.stage.people["tomas"].x - two.stage.people["mira"].x
    assert gap < 0.5 * UPRIGHT.tall
    assert gap / 2 + 0.1 < UPRIGHT.aspect / 2


def test_left_stays_left_whatever_order_a_scene_names_them_in() -> None:
    one, other = (_opened(scene("They wait", *order)) for order in ((MIRA, TOMAS), (TOMAS, MIRA)))
    assert one.stage.people == other.stage.people


def test_marks_stay_through_a_chain_and_newcomers_stand_beside() -> None:
    first, second, third = _chain(
        scene("Mira waits", MIRA),
        scene("They talk", MIRA, TOMAS, seconds=7),
        scene("Tomas looks at the sea", TOMAS, seconds=7),
    )
    assert first.stage.people["mira"] == second.stage.people["mira"] == third.stage.people["mira"]
    assert second.stage.people["tomas"] == third.stage.people["tomas"]
    assert second.stage.people["tomas"].x > second.stage.people["mira"].x


def test_who_is_new_in_an_extension_walks_in_from_the_nearer_side() -> None:
    _, second = _chain(scene("Mira waits", MIRA), scene("They talk", MIRA, TOMAS, seconds=7))
    assert second.where("tomas", 192) is None
    seen = [mark.x for frame in range(192, 360) if (mark := second.where("tomas", frame)) is not None]
    assert seen[0] > WIDE.aspect / 2
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == pytest.approx(second.stage.people["tomas"].x)


def test_who_climbs_up_rises_out_of_the_ground() -> None:
    _, second = _chain(
        scene("Mira waits", MIRA),
        scene("Tomas climbs through the floor hatch", MIRA, TOMAS, seconds=7),
    )
    sunk = [m.sunk for frame in range(192, 360) if (m := second.parts["tomas"].at(frame)) is not None]
    assert sunk[0] > 0.95
    assert sunk[-1] == 0
    assert sunk == sorted(sunk, reverse=True)


def test_who_enters_in_an_opening_is_not_there_at_its_first_frame() -> None:
    acting = _opened(scene("Tomas enters and waves", MIRA, TOMAS))
    assert acting.where("mira", 0) is not None
    assert acting.where("tomas", 0) is None
    assert acting.where("tomas", 150) is not None


def test_who_leaves_is_gone_in_the_next_scene() -> None:
    first, second = _chain(scene("Mira walks away", MIRA, TOMAS), scene("He waits", TOMAS, seconds=7))
    assert first.where("mira", 191) is None
    assert [one.person.id for one in first.end.standing] == ["tomas"]
    assert "mira" not in second.stage.people


def test_a_scene_without_a_cast_keeps_who_is_there() -> None:
    _, second = _chain(scene("They wait", MIRA, TOMAS), scene("The beam sweeps over a black sea", seconds=7))
    assert set(second.stage.people) == {"mira", "tomas"}


def test_one_looks_at_who_speaks_and_the_mouth_moves_only_then() -> None:
    acting = _opened(
        scene("They wait", MIRA, TOMAS, lines=(line(TOMAS, "I hear only wind, and the bell.", 2, 3),))
    )
    mouths = [_moment(acting, "tomas", frame).head.mouth for frame in range(192)]
    assert any(mouths[48:120])
    assert not any(mouths[:48]) and not any(mouths[121:])
    assert not any(_moment(acting, "mira", frame).head.mouth for frame in range(192))
    assert _moment(acting, "mira", 90).head.yaw > _moment(acting, "mira", 20).head.yaw


def test_a_line_of_nobody_there_moves_no_mouth() -> None:
    acting = _opened(scene("Mira waits", MIRA, lines=(line(TOMAS, "Hello out there.", 1, 2),)))
    assert not any(_moment(acting, "mira", frame).head.mouth for frame in range(192))


@pytest.mark.parametrize(
    ("action", "name"),
    [
        ("Mira winds the brass clockwork", "wind"),
        ("Mira waves", "wave"),
        ("Mira lays her palm flat on the glass", "reach"),
        ("Mira sits down on a bench", "sit"),
        ("Mira points at the ship", "point"),
        ("She mends a net", "work"),
        ("Mira sleeps", "sleep"),
        ("Mira blows out the lamp", "blow"),
        ("Mira dances", "dance"),
        ("Mira looks up at the gulls", "look_up"),
    ],
)
def test_words_are_acted(action: str, name: str) -> None:
    acting = _opened(scene(action, MIRA))
    assert name in [cue.name for cue in acting.parts["mira"].cues]


def test_who_copies_does_the_same_a_little_later() -> None:
    acting = _opened(scene("Mira lays her palm flat on the glass; Tomas copies her", MIRA, TOMAS))
    (mira,), (tomas,) = acting.parts["mira"].cues, acting.parts["tomas"].cues
    assert mira.name == tomas.name == "reach"
    assert tomas.start > mira.start


def test_an_action_is_done_by_who_is_named() -> None:
    acting = _opened(scene("Far below a bell answers; Tomas smiles", MIRA, TOMAS))
    assert not acting.parts["mira"].cues
    assert [cue.name for cue in acting.parts["tomas"].cues] == ["smile"]


def test_a_foot_on_the_ground_stays_where_it_is() -> None:
    acting = _opened(scene("Yann walks across the pans", YANN, camera=CameraWords(size="wide")))
    part = acting.parts["yann"]
    for frame in range(30, 110, 2):
        a, b = _moment(acting, "yann", frame), _moment(acting, "yann", frame + 2)
        slid = [
            b.x
            - a.x
            + (Frame(part.look, b.pose).at(foot)[0] - Frame(part.look, a.pose).at(foot)[0]) * part.tall
            for foot in ("ankle_l", "ankle_r")
        ]
        assert b.x - a.x > 0.005
        # Where the feet change, the one that comes down has not stopped yet.
        assert min(abs(way) for way in slid) < 0.35 * (b.x - a.x)


def test_walkers_are_there_at_frame_0_and_go_on_from_where_they_are() -> None:
    first, second = _chain(scene("Yann walks across the pans", YANN), scene("Yann walks on", YANN, seconds=7))
    here, there = first.where("yann", 192), second.where("yann", 192)
    assert here is not None and there is not None
    assert here.x == there.x


@pytest.mark.parametrize("broken", [{}, {"standing": [{}], "crowd": False}, {"standing": 3, "crowd": True}])
def test_what_is_no_state_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        cast_of(broken)


_CAST = (MIRA, TOMAS, YANN, NOOR, LENA, RUST, AMARA, GUS, KAI)
_DEEDS = (
    "{} winds the clockwork",
    "{} walks across the room and sits",
    "{} waves; then {} points at the sea",
    "{} enters",
    "{} leaves",
    "{} climbs through the hatch and shakes rain from the jacket",
    "{} sleeps",
    "{} runs to the left",
    "{} mends a net",
    "{} kneels and looks up at the stars",
    "a deckhand coils a rope",
    "nothing moves",
    "they dance together",
)


@st.composite
def _scripts(draw: st.DrawFn) -> list[Script]:
    scripts = []
    for number in range(draw(st.integers(2, 4))):
        people = tuple(draw(st.lists(st.sampled_from(_CAST), max_size=3, unique=True)))
        who = draw(st.sampled_from(people)).name if people else "somebody"
        seconds = draw(st.sampled_from([4, 6, 8])) if number == 0 else 7
        said: tuple[tuple[Person, float], ...] = tuple(
            (person, draw(st.floats(0, seconds - 1))) for person in people[:2]
        )
        lines = tuple(line(p, "I hear only wind, and you?", at, 2.5) for p, at in said)
        action = draw(st.sampled_from(_DEEDS)).format(who, who)
        scripts.append(scene(action, *people, seconds=seconds, lines=lines))
    return scripts


@settings(max_examples=60, deadline=None)
@given(_scripts(), st.sampled_from([WIDE, UPRIGHT]))
def test_a_seam_looks_the_same_from_both_sides(scripts: list[Script], stage: Stage) -> None:
    actings = _chain(*scripts, stage=stage)
    frame = 0
    for script, earlier, later in zip(scripts, actings, actings[1:], strict=False):
        frame += round(script.length_s * 24)
        for who, part in earlier.parts.items():
            if part.hidden is None:
                assert later.parts[who].at(frame) == part.at(frame)
            else:
                assert who not in later.parts or later.parts[who].at(frame) is None
        strangers = set(later.parts) - set(earlier.parts)
        assert not any(later.parts[who].is_there(frame) for who in strangers)


@settings(max_examples=40, deadline=None)
@given(_scripts())
def test_everybody_ends_where_the_state_says(scripts: list[Script]) -> None:
    for acting in _chain(*scripts):
        assert cast_of(json.loads(json.dumps(acting.end.as_data()))) == acting.end
        assert isinstance(acting.end, CastState)
        for one in acting.end.standing:
            assert acting.stage.people[one.person.id].x == one.x


def test_what_a_thing_does_is_done_by_nobody() -> None:
    acting = _opened(scene("The train passes the station; the wind blows", MIRA))
    assert not acting.parts["mira"].ways
    assert not acting.parts["mira"].cues


def test_what_is_taken_in_hand_stays_there() -> None:
    first, second = _chain(
        scene("Yann draws the rake in one long pull", YANN), scene("Yann nods", YANN, seconds=7)
    )
    assert _moment(first, "yann", 0).holds == "rake"
    assert _moment(second, "yann", 200).holds == "rake"
