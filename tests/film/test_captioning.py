"""Captions at their times: what a subtitler keeps to."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.soak import runs
from veo_story.film.captioning import APART, LINE, LONGEST, SHORTEST, Said, captioned
from veo_story.film.phrases import UNITS_A_SECOND, units_of
from veo_story.media.spans import Caption
from veo_story.storyboard.model import FPS

WORDS = ["the", "sea,", "keeper.", "of", "light;", "boatbuilder!", "大海", "never", "I"]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=45).map(" ".join)


@st.composite
def spoken(draw: st.DrawFn, most: int = 8) -> list[Said]:
    count = draw(st.integers(0, most))
    said = []
    for _ in range(count):
        start = draw(st.floats(-5, 900))
        length = draw(st.floats(0, 400))
        said.append(Said(start, start + length, draw(texts), draw(st.sampled_from(["ann", "bo", "cy"]))))
    return said


def words_of(captions: tuple[Caption, ...]) -> list[str]:
    rows = [row.removeprefix("- ") for caption in captions for row in caption.text.split("\n")]
    return sorted("".join(" ".join(rows).split()))


def held(captions: tuple[Caption, ...], frames: int) -> None:
    """What is true of all captions, however short the film is."""
    assert all(0 <= caption.start < caption.end <= frames for caption in captions)
    assert all(after.start - before.end >= APART for before, after in pairwise(captions))
    for caption in captions:
        rows = caption.text.split("\n")
        assert len(rows) <= 2
        assert all(units_of(row) <= LINE for row in rows)
        assert caption.end - caption.start <= LONGEST


@settings(max_examples=runs(1000, in_suite=80), deadline=None)
@given(spoken(), st.integers(2000, 3000), st.lists(st.integers(0, 1000), max_size=9).map(sorted))
def test_captions_are_apart_long_enough_and_complete(said: list[Said], frames: int, shots: list[int]) -> None:
    captions = captioned(said, frames, LINE, shots)
    held(captions, frames)
    assert all(caption.end - caption.start >= SHORTEST for caption in captions)
    assert words_of(captions) == sorted("".join(one.text for one in said).replace(" ", ""))


@settings(max_examples=runs(1000, in_suite=80), deadline=None)
@given(spoken(), st.integers(2000, 3000))
def test_what_is_too_fast_to_read_has_no_room(said: list[Said], frames: int) -> None:
    captions = captioned(said, frames)
    starts = [*(caption.start for caption in captions), frames + APART]
    for caption, limit in zip(captions, starts[1:], strict=True):
        length = caption.end - caption.start
        easy = units_of(caption.text) * FPS <= UNITS_A_SECOND * length
        assert easy or caption.end == limit - APART or length == LONGEST


@settings(max_examples=runs(400, in_suite=40), deadline=None)
@given(spoken(), st.integers(0, 300))
def test_a_film_too_short_for_its_words_still_has_good_captions(said: list[Said], frames: int) -> None:
    held(captioned(said, frames), frames)


def test_a_line_stays_while_it_is_said_and_a_little_longer() -> None:
    assert captioned([Said(24, 72, "You are late.", "mira")], 240) == (Caption(24, 80, "You are late."),)


def test_a_word_said_quickly_stays_long_enough_to_be_read() -> None:
    [caption] = captioned([Said(24, 30, "No.", "mira")], 240)
    assert (caption.start, caption.end) == (24, 24 + SHORTEST)
    [hurried] = captioned([Said(24, 40, "You are late and the sea is not.", "mira")], 240)
    assert hurried.end - hurried.start == 39


def test_a_long_line_is_shown_in_parts_in_proportion() -> None:
    text = (
        "The first half of this is quite as long as all the rest, and the second half of this is no longer."
    )
    first, second = captioned([Said(0, 240, text, "mira")], 300)
    assert abs(first.end - 120) < 24
    assert second.start == first.end + APART


def test_slow_speech_is_shown_in_smaller_portions() -> None:
    text = "It was the sea, and only the sea, that she had ever listened to."
    captions = captioned([Said(0, 360, text, "mira")], 400)
    assert len(captions) > 1
    assert all(after.start - before.end < 24 for before, after in pairwise(captions))


def test_two_who_speak_at_once_share_a_caption() -> None:
    said = [Said(24, 96, "I hear only wind.", "tomas"), Said(40, 90, "You are late.", "mira")]
    [caption] = captioned(said, 240)
    assert caption.text == "- I hear only wind.\n- You are late."
    assert (caption.start, caption.end) == (24, 104)


def test_one_who_falls_in_at_the_end_has_a_caption_of_their_own() -> None:
    said = [Said(24, 96, "I hear only wind.", "tomas"), Said(90, 150, "You are late.", "mira")]
    assert [c.text for c in captioned(said, 240)] == ["I hear only wind.", "You are late."]


def test_quick_words_of_two_share_a_caption() -> None:
    captions = captioned([Said(24, 34, "Ready?", "tomas"), Said(38, 46, "Ready.", "mira")], 240)
    assert [caption.text for caption in captions] == ["- Ready?\n- Ready."]


def test_quick_words_of_one_are_no_dialogue() -> None:
    captions = captioned([Said(24, 34, "No.", "mira"), Said(38, 46, "Never.", "mira")], 240)
    assert [caption.text for caption in captions] == ["No. Never."]


def test_a_hole_between_two_captions_does_not_flicker() -> None:
    first, second = captioned([Said(0, 60, "I hear.", "tomas"), Said(75, 120, "You do not.", "mira")], 240)
    assert second.start - first.end == APART


def test_a_caption_does_not_linger_over_a_cut() -> None:
    said = [Said(24, 94, "You are late.", "mira"), Said(106, 150, "I hear only wind.", "tomas")]
    assert [c.end for c in captioned(said, 240, LINE, [100])] == [100, 158]
    # What is still said goes on.
    assert captioned(said, 240, LINE, [90])[0].end == 104


def test_who_spoke_first_stays_above() -> None:
    long = "It was the sea, and only the sea, that she had ever listened to in all of her life."
    captions = captioned([Said(0, 200, long, "mira"), Said(20, 190, long, "tomas")], 300)
    assert len(captions) > 1
    assert all(caption.text.startswith("- ") for caption in captions)
    firsts = [caption.text.split("\n")[0].removeprefix("- ") for caption in captions]
    assert " ".join(firsts) == long


def test_a_caption_ends_with_the_film() -> None:
    [caption] = captioned([Said(200, 300, "The sea is not late, my friend.", "mira")], 216)
    assert caption.end == 216
    assert caption.start <= 200 - 4


def test_the_lines_of_an_upright_film_are_shorter() -> None:
    [caption] = captioned([Said(0, 100, "You are late, and the sea is not.", "mira")], 240, line=48)
    assert len(caption.text.split("\n")) == 2
