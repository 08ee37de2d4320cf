from __future__ import annotations

from itertools import combinations

import pytest

from tests.backends.local.figures.troupe import (
    AMARA,
    BARON,
    BOLT,
    GUS,
    LENA,
    MERLIN,
    MIRA,
    NOOR,
    PAOLO,
    PEOPLE,
    RUST,
    TOMAS,
    YANN,
)
from veo_story.backends.local.figures.person import look_of
from veo_story.backends.local.lexicon.colours import colours_in
from veo_story.backends.local.script import Person


def _colour(name: str) -> str:
    return colours_in(name)[0]


def test_the_keeper_is_an_old_woman_with_a_silver_braid_in_a_navy_coat() -> None:
    look = look_of(MIRA)
    assert (look.sex, look.age, look.style, look.upper) == ("woman", "old", "braid", "coat")
    assert look.upper_colour == _colour("navy")
    assert look.hair == "#c6c4be"
    assert look.freckles
    assert look.trim == _colour("brass") or look.trim == _colour("tarnished brass")


def test_the_boatbuilder_is_a_man_with_cropped_black_hair_and_a_red_neckerchief() -> None:
    look = look_of(TOMAS)
    assert (look.sex, look.age, look.style, look.upper) == ("man", "adult", "cropped", "jacket")
    assert (look.neck, look.neck_colour) == ("kerchief", _colour("red"))


def test_a_colour_belongs_to_the_garment_that_it_stands_before() -> None:
    look = look_of(NOOR)
    assert look.upper == "cardigan"
    assert look.upper_colour == _colour("mustard")
    assert look.under_colour == _colour("white")
    assert (look.neck, look.neck_colour) == ("lanyard", _colour("green"))
    assert (look.glasses, look.style) == ("round", "curls")


def test_a_straw_hat_is_not_as_blue_as_the_shirt_before_it() -> None:
    look = look_of(YANN)
    assert look.hat == "straw"
    assert look.hat_colour != look.upper_colour
    assert look.beard == "stubble"


def test_children_are_smaller_and_have_larger_heads() -> None:
    child, grown = look_of(LENA), look_of(AMARA)
    assert child.age == "child"
    assert child.tall < 0.8 < grown.tall
    assert child.head > grown.head
    assert child.shoes == _colour("red")


def test_a_wide_man_is_wider_and_an_old_one_stoops() -> None:
    assert look_of(BARON).broad > look_of(TOMAS).broad
    assert look_of(GUS).stoop > look_of(TOMAS).stoop


def test_what_is_carried_and_worn_on_the_head_is_seen() -> None:
    assert look_of(MERLIN).carries == "staff"
    assert look_of(MERLIN).hat == "witch"
    assert look_of(BARON).hat == "top"


def test_an_apron_leaves_the_shirt_its_colour() -> None:
    look = look_of(PAOLO)
    assert look.upper_colour == _colour("white")
    assert look.under_colour == _colour("red")


def test_animals_and_machines_are_no_people() -> None:
    assert look_of(RUST).kind == "fox"
    assert look_of(RUST).skin == "#c4622c"
    assert look_of(BOLT).kind == "robot"


def test_somebody_with_a_dog_is_a_person_and_the_dog_is_a_dog() -> None:
    assert look_of(Person("ann", "Ann", "a woman with a small dog")).kind == "person"
    assert look_of(Person("rex", "Rex", "the old man's dog")).kind == "dog"


def test_the_same_words_look_the_same() -> None:
    again = Person(MIRA.id, MIRA.name, MIRA.about, MIRA.wears, voice="low alto")
    assert look_of(again) == look_of(MIRA)


@pytest.mark.parametrize(("a", "b"), list(combinations(PEOPLE, 2)), ids=lambda person: person.id)
def test_any_two_of_a_dozen_are_told_apart_by_more_than_one_thing(a: Person, b: Person) -> None:
    one, other = look_of(a), look_of(b)
    differing = [
        key
        for key in ("upper_colour", "hair", "style", "hat", "upper", "beard", "tall", "lower_colour", "age")
        if getattr(one, key) != getattr(other, key)
    ]
    assert len(differing) >= 3
    assert (one.upper, one.upper_colour) != (other.upper, other.upper_colour)


def test_nothing_said_still_gives_somebody() -> None:
    looks = {look_of(Person(name, name)) for name in ("ada", "ben", "cleo", "dov", "eli")}
    assert len(looks) == 5
    assert {look.kind for look in looks} == {"person"}
