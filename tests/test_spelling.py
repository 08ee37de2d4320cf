"""The word that was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.spelling import nearest

KNOWN = ("render", "rehearse", "plan")


@pytest.mark.parametrize(
    ("word", "meant"), [("rendr", "render"), ("rehearsal", "rehearse"), ("xyz", None), ("", None)]
)
def test_nearest(word: str, meant: str | None) -> None:
    assert nearest(word, KNOWN) == meant


def test_long_words_cost_no_time() -> None:
    assert nearest("render" * 100_000, KNOWN) is None
    assert nearest("render", ["r" * 1_000_000, "renders"]) == "renders"
    assert nearest("rendr", KNOWN, cutoff=0.99) is None


@given(st.text(), st.lists(st.text()))
def test_what_is_meant_is_known(word: str, known: list[str]) -> None:
    found = nearest(word, known)
    assert found is None or found in known
    if word and len(word) <= 100 and word in known:
        assert found == word
