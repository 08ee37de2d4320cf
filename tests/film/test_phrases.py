"""Words set for reading."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.soak import runs
from veo_story.film.phrases import NARROW, captions_of, plain, units_of

LINE = 42 * NARROW
KEEPER = (
    "On the last night before automation, the keeper of the light teaches a young boatbuilder to hear the "
    "sea. He does not believe her, and why should he? He has never listened to anything but his own hammer."
)
CHINESE = "这是一个非常漫长的夜晚，守塔人教年轻的造船匠如何倾听大海的声音。他不相信她，为什么要相信呢？"
WORDS = ["a", "the", "sea,", "keeper.", "of", "light;", "boatbuilder!", "大海", "не", "שלום"]
texts = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))


def together(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=runs(400, in_suite=60), deadline=None)
@given(texts, st.integers(8, 90), st.integers(1, 2))
def test_every_sign_is_shown_once_in_rows_that_fit(text: str, line: int, lines: int) -> None:
    captions = captions_of(text, line, lines)
    rows = [row for caption in captions for row in caption]
    assert together("".join(rows)) == together(plain(text))
    assert all(0 < len(caption) <= lines for caption in captions)
    assert all(row == row.strip() and row for row in rows)
    # A single sign with its marks may be wider than any line.
    assert all(units_of(row) <= max(line, 5) for row in rows)


def test_what_fits_stays_together() -> None:
    assert captions_of("You are late.  The sea\nis not.", LINE) == [("You are late. The sea is not.",)]


def test_breaks_stand_where_one_would_breathe() -> None:
    assert captions_of(KEEPER, LINE) == [
        ("On the last night before automation,",),
        ("the keeper of the light teaches", "a young boatbuilder to hear the sea."),
        ("He does not believe her,", "and why should he?"),
        ("He has never listened", "to anything but his own hammer."),
    ]


def test_an_article_keeps_its_noun() -> None:
    [rows] = captions_of("She is certain that nobody ever came to the harbour at this hour", LINE)
    assert rows[0].split()[-1] not in {"the", "to", "at", "this"}


def test_signs_of_chinese_need_more_room() -> None:
    captions = captions_of(CHINESE, LINE)
    assert all(len(row) <= 17 for caption in captions for row in caption)
    assert len(captions) == 2
    assert captions[0][-1].endswith("。")


def test_a_word_longer_than_a_line_is_cut_through() -> None:
    rows = [row for caption in captions_of("x" * 100, LINE) for row in caption]
    assert [len(row) for row in rows] == [42, 42, 16]


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x07"])
def test_nothing_is_no_caption(text: str) -> None:
    assert captions_of(text, LINE) == []


def test_fewer_words_at_a_time_where_that_is_asked() -> None:
    assert len(captions_of(KEEPER, LINE, most=LINE // 2)) > len(captions_of(KEEPER, LINE))
