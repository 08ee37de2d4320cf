from __future__ import annotations

from decimal import Decimal

import pytest

from veo_story.storyboard.speech import count_signs, count_words, speech_s


@pytest.mark.parametrize(
    ("text", "words", "signs", "seconds"),
    [
        ("", 0, 0, "0"),
        ("You are late. The sea is not.", 7, 0, "2.8"),
        ("It's Jean-Luc's 3.5 lamp - now!", 5, 0, "2"),
        ("おはよう。", 0, 4, "0.8"),
        ("我们 say hello", 2, 2, "1.2"),
        ("Привет, как дела?", 3, 0, "1.2"),
        ("안녕하세요", 0, 5, "1"),
    ],
)
def test_words_and_signs_take_their_time(text: str, words: int, signs: int, seconds: str) -> None:
    assert (count_words(text), count_signs(text)) == (words, signs)
    assert speech_s(text) == Decimal(seconds)
