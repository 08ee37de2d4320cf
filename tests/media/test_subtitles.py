"""Subtitles as files, read back by other people's libraries."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
import srt
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.soak import runs
from veo_story.media.spans import Caption
from veo_story.media.subtitles import subtitles, write_subtitles

CAPTIONS = (
    Caption(0, 20, "You are late.\nThe sea is not."),
    Caption(22, 25, "- I hear only wind.\n- Ssh!"),
    Caption(86_400 * 3, 86_400 * 3 + 47, "שלום, 你好, नमस्ते"),
)

words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30)
rows = st.lists(words.map(str.strip).filter(bool), min_size=1, max_size=2)


@st.composite
def any_captions(draw: st.DrawFn) -> list[Caption]:
    found, at = [], 0
    for lines in draw(st.lists(rows, min_size=1, max_size=5)):
        start = at + draw(st.integers(0, 5000))
        at = start + draw(st.integers(1, 200))
        found.append(Caption(start, at, "\n".join(lines)))
    return found


def frame_of(seconds: float) -> int:
    return round(seconds * 24)


def as_srt(text: str) -> list[Caption]:
    return [
        Caption(frame_of(cue.start.total_seconds()), frame_of(cue.end.total_seconds()), cue.content)
        for cue in srt.parse(text)
    ]


def as_vtt(text: str) -> list[Caption]:
    return [
        Caption(_frame(cue.start), _frame(cue.end), html.unescape(cue.text))
        for cue in webvtt.from_string(text)
    ]


def _frame(time: str) -> int:
    hours, minutes, seconds = time.split(":")
    return frame_of(int(hours) * 3600 + int(minutes) * 60 + float(seconds))


def plain(captions: list[Caption] | tuple[Caption, ...]) -> list[Caption]:
    """The captions as readers are to see them: an arrow would be read as times."""
    return [Caption(c.start, c.end, c.text.replace("-->", "→").replace("\u2060", "")) for c in captions]


def test_srt_is_read_by_another_library() -> None:
    assert as_srt(subtitles(CAPTIONS, "srt")) == list(CAPTIONS)


def test_vtt_is_read_by_another_library() -> None:
    text = subtitles(CAPTIONS, "vtt", "The Keeper\nof Ardmore")
    assert text.startswith("WEBVTT - The Keeper of Ardmore\n\n")
    assert as_vtt(text) == list(CAPTIONS)


def test_a_title_is_not_taken_for_times() -> None:
    assert subtitles(CAPTIONS, "vtt", "one --> two").startswith("WEBVTT - one → two\n\n")
    assert subtitles(CAPTIONS, "vtt").startswith("WEBVTT\n\n")


@settings(max_examples=runs(300, in_suite=40), deadline=None)
@given(any_captions())
def test_any_words_come_back_at_the_same_frames(captions: list[Caption]) -> None:
    assert plain(as_srt(subtitles(captions, "srt"))) == plain(captions)
    assert plain(as_vtt(subtitles(captions, "vtt", captions[0].text))) == plain(captions)


@pytest.mark.parametrize(
    "text", [r"C:\new\Name \h", "{\\i1}braces{\\i0} {x}", "<i>tags</i> & co", "1 --> 2", "7", "NOTE this"]
)
def test_signs_with_a_meaning_are_shown_as_they_stand(text: str) -> None:
    captions = [Caption(0, 24, text)]
    assert plain(as_srt(subtitles(captions, "srt"))) == plain(captions)
    assert plain(as_vtt(subtitles(captions, "vtt"))) == plain(captions)


def test_an_empty_line_does_not_end_a_caption() -> None:
    text = subtitles([Caption(0, 24, "One.\n\n \nTwo."), Caption(30, 60, " \n")], "srt")
    assert as_srt(text) == [Caption(0, 24, "One.\nTwo.")]


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_a_film_without_words_has_an_empty_file(form: str) -> None:
    assert subtitles([], form).strip() in ("", "WEBVTT")


def test_files_are_utf_8(tmp_path: Path) -> None:
    files = [write_subtitles(CAPTIONS, tmp_path / f"film.{form}", title="Film") for form in ("srt", "vtt")]
    assert files[0].read_bytes().decode() == subtitles(CAPTIONS, "srt")
    assert files[1].read_bytes().decode() == subtitles(CAPTIONS, "vtt", "Film")
    assert sorted(tmp_path.iterdir()) == files
