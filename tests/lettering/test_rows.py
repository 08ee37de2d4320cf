"""No glyph is ever cut, at any size, in any script; lines fit their room and lose nothing."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lettering.samples import LONG, PANGRAMS
from veo_story.lettering.fonts import UNIT, font_at
from veo_story.lettering.rows import (
    ELLIPSIS,
    PAD,
    Ink,
    draw_rows,
    fit,
    plain,
    set_at_most,
    set_level,
    set_rows,
    text_ink,
)
from veo_story.lettering.shaping import Row, Style

SIZES = (9, 20, 34, 51, 84)


def edges_are_empty(ink: Ink) -> bool:
    mask = ink.mask
    return not (mask[:PAD].any() or mask[-PAD:].any() or mask[:, :PAD].any() or mask[:, -PAD:].any())


def every_glyph_lies_on(ink: Ink, rows: list[Row]) -> bool:
    """By the fonts' own measures, which is not how the mask found its size."""
    for number, row in enumerate(rows):
        for glyph in row.glyphs:
            box = font_at(glyph.font, row.style.size, row.style.weight).get_glyph_extents(glyph.number)
            if not box.width:
                continue
            left = ink.left + glyph.x + box.x_bearing / UNIT
            top = ink.base + number * ink.pitch - glyph.y - box.y_bearing / UNIT
            right, bottom = left + box.width / UNIT, top - box.height / UNIT
            if left < 0 or top < 0 or right > ink.mask.shape[1] or bottom > ink.mask.shape[0]:
                return False
    return True


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PANGRAMS)
def test_nothing_is_cut(name: str, size: int) -> None:
    rows = set_rows(PANGRAMS[name], Style(size), size * 18)
    assert all(row.length <= size * 18 for row in rows)
    ink = draw_rows(rows)
    assert ink.mask.max() > 150
    assert edges_are_empty(ink)
    assert every_glyph_lies_on(ink, rows)
    assert ink.mask.shape[0] % 2 == ink.mask.shape[1] % 2 == 0


@settings(max_examples=40)
@given(text=st.text(max_size=40), size=st.sampled_from((9, 26, 47)), weight=st.sampled_from((400, 500)))
def test_any_text_has_all_of_its_ink_inside(text: str, size: int, weight: int) -> None:
    rows = set_rows(text, Style(size, weight, 0.04), size * 9)
    ink = draw_rows(rows, "centre")
    assert edges_are_empty(ink)
    assert "".join(row.text for row in rows).replace(" ", "") == plain(text).replace(" ", "")


@pytest.mark.parametrize("name", PANGRAMS)
def test_lines_do_not_touch_one_another(name: str) -> None:
    rows = set_rows(PANGRAMS[name], Style(30), 200)
    ink = draw_rows(rows)
    for above, below in pairwise(rows):
        assert above.under + below.over < ink.pitch


def test_what_no_font_has_is_seen() -> None:
    assert text_ink("\U0010fffd", Style(30)).mask.max() > 150
    assert text_ink("\ud800", Style(30)).mask.max() > 100, "half a character"
    assert not text_ink(" \n\x00", Style(30)).mask.any()


def test_arabic_letters_join() -> None:
    alone = sum(text_ink(c, Style(40)).mask.shape[1] for c in "سلام")
    assert text_ink("سلام", Style(40)).mask.shape[1] < alone * 0.8
    joined = text_ink("سس", Style(40)).mask
    assert (joined[:, PAD:-PAD].max(axis=0) > 0).all(), "no gap between joined letters"


def test_hebrew_begins_on_the_right() -> None:
    row = set_rows("א b", Style(40), 400)[0]
    assert row.leftward
    assert max(row.glyphs, key=lambda g: g.x).font.name.startswith("NotoSansHebrew")


def test_signs_that_languages_share_look_as_in_the_text_around_them() -> None:
    def shape(text: str, language: str) -> int:
        return set_rows(text, Style(40, language=language), 900)[0].glyphs[0].font.index

    assert len({shape("直", language) for language in ("zh", "ja", "ko")}) == 3
    assert shape("直す", "zh") == shape("直", "ja"), "kana tell more than what is around"


def test_a_family_that_the_font_has_is_one_picture() -> None:
    assert len(set_rows("👨‍👩‍👧", Style(40), 400)[0].glyphs) == 1
    parts = set_rows("🧚‍🚒", Style(40), 400)[0].glyphs
    assert all(glyph.number for glyph in parts), "one that it lacks falls apart, but not into boxes"


def test_a_rest_that_does_not_fit_ends_in_dots() -> None:
    for text in (LONG, PANGRAMS["chinese"] * 5, PANGRAMS["arabic"] * 3, "x" * 500):
        rows = set_at_most(text, Style(20), 300, 2)
        assert len(rows) == 2
        assert rows[-1].text.endswith(ELLIPSIS)
        assert text.startswith(rows[0].text)
        assert all(row.length <= 300 for row in rows)
    assert set_at_most("Wait …", Style(20), 300, 1)[0].text == "Wait …"


def test_level_lines_are_about_equally_long() -> None:
    rows = set_rows("When the moon is down, when nobody looks at all.", Style(30), 520)
    level = set_level("When the moon is down, when nobody looks at all.", Style(30), 520)
    assert len(rows) == len(level) == 2
    assert abs(level[0].length - level[1].length) < abs(rows[0].length - rows[1].length)


def test_the_largest_way_that_takes_a_text_whole() -> None:
    ways = [(Style(60), 1), (Style(40), 2), (Style(20), 2)]
    assert fit("Dawn", 400, ways)[0].style.size == 60
    assert fit("Dawn over the harbour", 400, ways)[0].style.size == 40
    assert fit("Donaudampfschifffahrt", 400, ways)[0].style.size == 20, "rather than broken in two"
    assert fit(LONG, 400, ways)[-1].text.endswith(ELLIPSIS)
    assert fit("", 400, ways) == []


def test_alignment() -> None:
    rows = set_rows("A long first line b", Style(30), 235)
    assert len(rows) == 2
    ink = {align: draw_rows(rows, align).mask for align in ("left", "centre", "right")}
    last = {a: np.flatnonzero(m[m.shape[0] // 2 + 4 :].any(axis=0)).mean() for a, m in ink.items()}
    assert last["left"] < last["centre"] < last["right"]
