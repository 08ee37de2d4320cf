"""Texts are taken apart where a reader would, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.lettering.clusters import clusters_of, pieces_of

WHOLE = ("é", "e\u0301\u0323", "👨‍👩‍👧‍👦", "👍🏽", "🇩🇪", "❤️", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "क्ष", "น้ำ", "שָׁ")


@pytest.mark.parametrize("text", WHOLE)
def test_what_is_one_for_a_reader_stays_one(text: str) -> None:
    assert clusters_of(text * 2) == [text, text]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("two words", ["two ", "words"]),
        ("well-known either/or", ["well-", "known ", "either/", "or"]),
        ("-5 and 3-4", ["-5 ", "and ", "3-4"]),
        ("你好，世界。", ["你", "好，", "世", "界。"]),
        ("「おはよう」", ["「お", "は", "よ", "う」"]),
        ("안녕하세요 등대", ["안녕하세요 ", "등대"]),
        ("one · two — three", ["one · ", "two — ", "three"]),
        ("no\u00a0break", ["no\u00a0break"]),
    ],
)
def test_a_line_may_end(text: str, pieces: list[str]) -> None:
    assert pieces_of(text) == pieces


def test_thai_may_end_between_clusters_but_not_after_a_vowel_that_leads() -> None:
    pieces = pieces_of("เขาเดินไปที่ประภาคาร")
    assert len(pieces) > 3
    assert not any(piece.endswith(tuple("เแโใไ")) for piece in pieces)


@given(st.text(max_size=40))
def test_nothing_is_lost(text: str) -> None:
    assert "".join(clusters_of(text)) == "".join(pieces_of(text)) == text
