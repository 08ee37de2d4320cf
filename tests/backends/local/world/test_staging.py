"""Marks of things, from numbers alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.world.places import layers_of
from veo_story.backends.local.world.staging import stage_of

PLACES = sorted(vocabulary("places")["place"])
PROPS = sorted(vocabulary("props"))
ASPECTS = [16 / 9, 9 / 16, 4 / 3]


@given(
    st.sampled_from(PLACES),
    st.lists(st.sampled_from(PROPS), max_size=3, unique=True),
    st.sampled_from(ASPECTS),
)
def test_marks_are_where_they_can_be_seen(place: str, props: list[str], aspect: float) -> None:
    stage = stage_of(Setting(place, "day", "clear", tuple(props)), aspect)
    assert stage == stage_of(Setting(place, "day", "clear", tuple(props)), aspect)
    assert 0 < stage.horizon < stage.foot < 1.3
    assert set(stage.things) <= set(props)
    for mark in stage.things.values():
        assert abs(mark.x) <= aspect / 2
        assert 0 < mark.tall < 1
        assert 0 < mark.foot <= 1.15
        assert 0 < mark.parallax < 1.3


def test_two_things_do_not_hide_each_other() -> None:
    things = stage_of(Setting("farm", "day", "clear", ("cow", "tractor")), 16 / 9).things
    assert abs(things["cow"].x - things["tractor"].x) > 0.2


def test_train_drives_over_the_bridge() -> None:
    things = stage_of(Setting("river", "day", "clear", ("train", "bridge")), 16 / 9).things
    assert things["train"].foot < things["bridge"].foot - 0.5 * things["bridge"].tall
    assert things["train"].parallax < things["bridge"].parallax


def test_things_that_do_not_fit_have_no_mark() -> None:
    assert stage_of(Setting("kitchen", "day", "clear", ("whale", "fireflies")), 16 / 9).things == {}


@pytest.mark.parametrize(("place", "indoors"), [("living", True), ("sea", False), ("cave", True)])
def test_indoors_is_known(place: str, indoors: bool) -> None:
    assert stage_of(Setting(place, "day", "clear"), 16 / 9).indoors is indoors


def test_upright_pictures_show_smaller_people() -> None:
    wide, tall = (stage_of(Setting("hills", "day", "clear"), aspect).tall for aspect in (16 / 9, 9 / 16))
    assert tall < wide


def test_what_belongs_to_a_place_has_a_mark_when_it_is_named() -> None:
    setting = Setting("lamp_room", "dusk", "clear", ("lens",))
    mark = stage_of(setting, 16 / 9).things["lens"]
    assert (mark.foot, mark.tall) == (0.86, 0.62)
    layers = {layer.get("thing") for layer in layers_of(setting, 0)}
    assert "lens" not in layers
    assert "rail" in layers
