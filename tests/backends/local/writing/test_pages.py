"""Long texts are turned over page by page: every word is shown, for its share of the time."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.lettering.samples import LONG, PANGRAMS
from veo_story.backends.local.writing.pages import Setting, pages_of
from veo_story.lettering.shaping import Style

WAYS = [Setting(Style(20), 900, 2), Setting(Style(18), 1100, 3), Setting(Style(18), 1100, 6)]


def test_a_short_text_is_one_page_for_all_of_its_time() -> None:
    (page,) = pages_of("She waits.", 1.0, 3.0, WAYS)
    assert (page.start_s, page.end_s, len(page.rows)) == (1.0, 3.0, 1)


@pytest.mark.parametrize("seconds", [0.0, 2.0, 8.0, 60.0])
@pytest.mark.parametrize("text", [LONG, PANGRAMS["chinese"] * 20, "x" * 900])
def test_all_of_a_long_text_is_shown_in_order_without_a_gap(text: str, seconds: float) -> None:
    pages = pages_of(text, 2.0, 2.0 + seconds, WAYS)
    shown = "".join(row.text for page in pages for row in page.rows)
    assert shown.replace(" ", "") == text.replace(" ", "")
    assert pages[0].start_s == 2.0
    assert pages[-1].end_s == pytest.approx(2.0 + seconds)
    assert all(a.end_s == b.start_s for a, b in pairwise(pages))


def test_the_less_time_the_fuller_the_pages() -> None:
    assert [len(pages_of(LONG, 0.0, s, WAYS)) for s in (2.0, 8.0, 60.0)] == [1, 2, 4]


def test_pages_are_about_equally_full() -> None:
    lines = [len(page.rows) for page in pages_of(LONG, 0.0, 60.0, WAYS)]
    assert max(lines) - min(lines) <= 1


def test_no_text_is_no_page() -> None:
    assert pages_of(" ", 0.0, 8.0, WAYS) == []
