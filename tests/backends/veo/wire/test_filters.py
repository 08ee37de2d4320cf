"""Support codes, and blocks of the sound."""

from __future__ import annotations

import pytest

from veo_story.backends.veo.wire.filters import category_of, is_about_sound

# As the fact sheet lists them.
CODES = {
    "child": (58061214, 17301594),
    "celebrity": (29310472, 15236754),
    "video safety": (64151117, 42237218),
    "dangerous": (62263041,),
    "hate": (57734940, 22137204),
    "prohibited": (89371032, 49114662, 63429089, 72817394, 60599140),
    "third party": (35561574, 35561575),
    "sexual": (90789179, 43188360),
    "toxic": (78610348,),
    "violence": (61493863, 56562880),
    "vulgar": (32635315,),
    "other": (74803281, 29578790, 42876398),
}
AUDIO = "We encountered an issue with the audio for your prompt. You will not be charged for this attempt."


@pytest.mark.parametrize(("category", "code"), [(c, code) for c, codes in CODES.items() for code in codes])
def test_a_category_by_its_support_code(category: str, code: int) -> None:
    assert category_of([f"Videos were filtered out. Support codes: {code}"]) == category
    assert category_of(["nothing known", f"Support codes: 11111111, {code}"]) == category
    assert not is_about_sound([f"the audio was filtered. Support codes: {code}"])


def test_a_longer_number_is_not_a_code() -> None:
    assert category_of(["request 580612140 was blocked"]) is None


@pytest.mark.parametrize(
    ("reasons", "about_sound", "category"),
    [
        ([AUDIO], True, "audio"),
        ([AUDIO, "The soundtrack was blocked."], True, "audio"),
        ([AUDIO, "The prompt breaks our rules."], False, None),
        ([AUDIO, "Support codes: 58061214"], False, "child"),
        (["The audience was blocked."], False, None),
        ([], False, None),
    ],
)
def test_blocks_of_the_sound(reasons: list[str], about_sound: bool, category: str | None) -> None:
    assert is_about_sound(reasons) is about_sound
    assert category_of(reasons) == category
