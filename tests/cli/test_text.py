from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.cli import text, timing


@pytest.mark.parametrize(
    ("frames", "shown"),
    [
        (0, "00:00:00:00"),
        (23, "00:00:00:23"),
        (24, "00:00:01:00"),
        (1632, "00:01:08:00"),
        (86423, "01:00:00:23"),
    ],
)
def test_timecode(frames: int, shown: str) -> None:
    assert timing.timecode(frames) == shown


@pytest.mark.parametrize(("frames", "shown"), [(168, "7"), (240, "10"), (156, "6.5"), (1, "0.042"), (0, "0")])
def test_seconds(frames: int, shown: str) -> None:
    assert timing.seconds(frames) == shown


def test_wide_and_combining_characters_are_measured() -> None:
    assert text.display_width("日本") == 4
    assert text.display_width("e\u0301") == 1
    assert text.clip("日本語", 5) == "日本…"
    assert text.pad("日", 4) == "日  "


def test_control_characters_cannot_reach_the_terminal() -> None:
    assert "\x1b" not in text.visible("\x1b[31mred\x07\u202e")


def test_a_short_line_is_shown_whole() -> None:
    assert text.window("title: ok", 8, 40) == ("title: ok", 7)


def test_a_tab_becomes_spaces_and_moves_the_caret() -> None:
    assert text.window("\tx", 2, 40) == ("    x", 4)


def test_the_caret_stands_behind_wide_characters() -> None:
    assert text.window("日本: x", 5, 40) == ("日本: x", 6)


def test_a_place_past_the_end_stays_on_the_line() -> None:
    assert text.window("abc", 99, 40) == ("abc", 3)


def test_a_long_line_is_cut_on_both_sides() -> None:
    line = "a" * 500 + "HERE" + "b" * 500
    shown, column = text.window(line, 501, 60)
    assert len(shown) <= 60
    assert shown[column : column + 4] == "HERE"
    assert shown.startswith("…")
    assert shown.endswith("…")


@given(st.text(max_size=300), st.integers(0, 320), st.integers(20, 120))
def test_a_window_fits_and_holds_the_place(line: str, column: int, width: int) -> None:
    shown, caret = text.window(line, column, width)
    assert text.display_width(shown) <= width
    assert 0 <= caret <= text.display_width(shown)
    place = max(column - 1, 0)
    # A combining mark has no column of its own, so only characters that take one can be looked up.
    if place < len(line) and line[place].isalnum() and text.char_width(line[place]):
        at, seen = 0, ""
        for char in shown:
            if at == caret and text.char_width(char):
                seen = char
                break
            at += text.char_width(char)
        assert seen in (line[place], text.ELLIPSIS)


def test_a_table_is_aligned_and_fits() -> None:
    shown = text.table(
        ("id", "n", "words"), [("a", "1", "x" * 90), ("bcd", "22", "y")], right=frozenset({1}), width=60
    )
    lines = shown.splitlines()
    assert lines[0] == "id    n  words"
    assert lines[2] == "bcd  22  y"
    assert all(len(line) <= 60 for line in lines)


def test_counts() -> None:
    assert text.count(1, "error") == "1 error"
    assert text.count(2000, "error") == "2,000 errors"
