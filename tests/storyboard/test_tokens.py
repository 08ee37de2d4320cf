from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.storyboard.tokens import estimate_tokens


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", 0, 0),
        ("ferry", 1, 2),
        ("An old ferry noses out of thick harbour fog.", 9, 14),
        ("naturalistic period drama, 1970s 35mm colour film, fine grain", 12, 20),
        ("若い漁師が網を引き上げる", 12, 12),
        ("港 harbour 港", 3, 5),
        ("🌅", 1, 1),
        ("Donaudampfschifffahrtsgesellschaft", 8, 12),
    ],
)
def test_the_estimate_is_near(text: str, low: int, high: int) -> None:
    assert low <= estimate_tokens(text) <= high


@given(st.text(max_size=300), st.text(max_size=300))
def test_more_text_never_has_fewer_tokens(one: str, more: str) -> None:
    assert estimate_tokens(one) <= estimate_tokens(one + more)
    assert estimate_tokens(more) <= estimate_tokens(one + more)


@given(st.text(max_size=300))
def test_a_token_is_at_most_a_character_or_two(text: str) -> None:
    assert 0 <= estimate_tokens(text) <= 2 * len(text)
