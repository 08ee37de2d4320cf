"""People that the words bring along without a place in the cast."""

from __future__ import annotations

import pytest

from tests.backends.local.figures.troupe import MIRA, TOMAS, WIDE, scene
from veo_story.backends.local.figures.staging import Acting, stage_cast
from veo_story.backends.local.script import Script


def _opened(script: Script) -> Acting:
    return stage_cast(script, None, WIDE, 0, round(script.length_s * 24), 1)


def test_two_children_are_two_who_run() -> None:
    acting = _opened(scene("Two children run across a meadow"))
    assert len(acting.parts) == 2
    assert all(part.look.age == "child" for part in acting.parts.values())
    assert all([way.kind for way in part.ways] == ["run"] for part in acting.parts.values())


@pytest.mark.parametrize(
    ("words", "count", "kind"),
    [
        ("An old fisherman mends a net", 1, "person"),
        ("A couple dances in the rain", 2, "person"),
        ("Three friends laugh around a campfire", 3, "person"),
        ("A red fox walks through snow", 1, "fox"),
        ("A lonely robot looks up at the stars", 1, "robot"),
        ("Waves break over dark rocks", 0, ""),
        ("The van passes the last petrol station", 0, ""),
    ],
)
def test_people_without_a_place_in_the_cast_are_seen(words: str, count: int, kind: str) -> None:
    parts = _opened(scene(words)).parts
    assert len(parts) == count
    assert {part.look.kind for part in parts.values()} == ({kind} if kind else set())


def test_words_for_those_who_are_there_bring_nobody() -> None:
    before = _opened(scene("They wait", MIRA, TOMAS)).end
    words = scene("The two figures stand side by side, small against the light", seconds=7)
    second = stage_cast(words, before, WIDE, 192, 168, 1)
    assert set(second.parts) == {"mira", "tomas"}


def test_a_crowd_is_a_crowd() -> None:
    acting = _opened(scene("A crowd cheers in the stadium"))
    assert acting.crowd
    assert acting.end.crowd
