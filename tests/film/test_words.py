"""What is said when in a film."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.soak import runs
from veo_story.film.edit import Cut, Edit, Finishing
from veo_story.film.words import captions, speaking
from veo_story.media.spans import Caption
from veo_story.storyboard.load import load_storyboard

if TYPE_CHECKING:
    from veo_story.storyboard.model import Storyboard

BOARD = """\
storyboard: 1
title: The keeper
cast:
  mira: {is: a woman}
  tomas: {is: a man}
scenes:
  - id: s01
    duration: 8
    action: They talk
    dialogue: [{mira: You are late. The sea is not.}, {tomas: I hear only wind.}]
  - id: s02
    duration: 8
    action: She looks
  - id: s03
    duration: 8
    action: She turns
    dialogue: [{who: mira, line: Now you are the keeper., at: 5}]
narration:
  lines:
    - {id: n1, at: s02+1, text: Everything begins with wind and patience.}
    - {id: n2, at: s03+0.5, text: The rest is only salt.}
subtitles: {from: WORDS}
"""


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def read(words: str, text: str = BOARD) -> Storyboard:
        file = tmp_path / "film.yaml"
        file.write_text(text.replace("WORDS", words))
        board = load_storyboard(file).storyboard
        assert board is not None
        return board

    return read


def cut_of(scene: str, start: int, frames: int = 192, **more: Any) -> Cut:
    first = more.pop("in_frame", 0)
    return Cut(scene, scene, Path("x.mp4"), "0", first, first + frames, start, take_id="t", **more)


FILM = Edit("The keeper", (1280, 720), (cut_of("s01", 0), cut_of("s02", 192), cut_of("s03", 384)))


def shown(found: tuple[Caption, ...]) -> list[str]:
    return [" ".join(caption.text.split("\n")) for caption in found]


def test_dialogue_stands_where_the_script_has_it(written: Any) -> None:
    first, second, third = captions(FILM, written("dialogue"))
    assert first.text == "You are late. The sea is not."
    assert first.start == round(0.8 * 24)
    assert second.text == "I hear only wind."
    assert second.start > first.end
    assert (third.text, third.start) == ("Now you are the keeper.", 384 + 120)


def test_narration_begins_after_its_scenes_start(written: Any) -> None:
    found = captions(FILM, written("narration"))
    assert [caption.start for caption in found] == [192 + 24, 384 + 12]


def test_a_recording_says_when_its_words_are_heard(written: Any) -> None:
    first, second = captions(FILM, written("narration"), {"n1": (230.0, 300.0)})
    assert (first.start, first.end) == (230, 308)
    assert second.start == 396


def test_both_are_in_order(written: Any) -> None:
    found = captions(FILM, written("both"))
    assert len(found) == 5
    assert [c.start for c in found] == sorted(c.start for c in found)


def test_nobody_asked_for_subtitles(written: Any) -> None:
    assert captions(FILM, written("both", BOARD.replace("subtitles: {from: WORDS}\n", ""))) == ()


def test_lines_go_to_where_somebody_is_heard(written: Any) -> None:
    heard = {"s01": [(30.0, 60.0), (66.0, 90.0), (120.5, 150.0)]}
    first, second, _ = captions(FILM, written("dialogue"), heard=heard)
    assert (first.start, first.end) == (30, 98)
    assert (second.start, second.end) == (120, 158)


def test_one_voice_for_two_lines_is_not_clear(written: Any) -> None:
    board = written("dialogue")
    assert captions(FILM, board, heard={"s01": [(30.0, 150.0)]}) == captions(FILM, board)


def test_what_is_trimmed_away_is_not_shown(written: Any) -> None:
    # The first line is over after 86 frames, the second begins with 95.
    cuts = (cut_of("s01", 0, 122, in_frame=70, head=70), cut_of("s02", 122))
    first, *rest = captions(Edit("", (1280, 720), cuts), written("dialogue"))
    assert first.text == "I hear only wind."
    assert first.start == 25
    assert rest == []


def test_a_later_file_of_the_chain_counts_from_its_own_frames(written: Any) -> None:
    cuts = (cut_of("s03", 0, 100, in_frame=500, head=92), cut_of("s02", 100))
    [caption] = captions(Edit("", (1280, 720), cuts), written("dialogue"))
    assert caption.start == 120 - 92


def test_slow_motion_takes_the_words_along(written: Any) -> None:
    slow = cut_of("s03", 0, finishing=Finishing(384))
    [caption] = captions(Edit("", (1280, 720), (slow,)), written("dialogue"))
    assert caption.start == 240


def test_sound_that_goes_on_under_the_next_scene_keeps_its_caption(written: Any) -> None:
    board = written("dialogue")
    short = cut_of("s03", 0, 118, rest=74)
    following = cut_of("s02", 118)
    assert captions(Edit("", (1280, 720), (short, following)), board) == ()
    [caption] = captions(Edit("", (1280, 720), (replace(short, tail=60), following)), board)
    assert caption.start == 120


def test_scenes_that_are_not_in_the_film_say_nothing(written: Any) -> None:
    assert captions(Edit("", (1280, 720), (cut_of("bridge-s01", 0),)), written("both")) == ()


def test_an_upright_film_has_shorter_lines(written: Any) -> None:
    upright = replace(FILM, size=(720, 1280))
    assert all(len(row) <= 28 for c in captions(upright, written("both")) for row in c.text.split("\n"))


def test_the_scenes_that_are_to_be_heard(written: Any) -> None:
    assert speaking(written("both")) == ("s01", "s03")


@st.composite
def films(draw: st.DrawFn) -> Edit:
    cuts: list[Cut] = []
    at = 0
    for scene in draw(st.lists(st.sampled_from(["s01", "s02", "s03"]), unique=True, min_size=1)):
        head = draw(st.integers(0, 100))
        frames = draw(st.integers(1, 192 - head))
        gap, hold = draw(st.integers(0, 30)), draw(st.integers(0, 30))
        shown = draw(st.one_of(st.none(), st.integers(1, 400)))
        cut = cut_of(
            scene,
            at + gap,
            frames,
            head=head,
            hold=hold,
            lead=draw(st.integers(0, 40)) if cuts else 0,
            tail=draw(st.integers(0, 40)),
            finishing=None if shown is None else Finishing(shown),
        )
        cuts.append(cut)
        at = cut.end_frame
    return Edit("", (1280, 720), tuple(cuts))


@settings(max_examples=runs(400, in_suite=40), deadline=None)
@given(films(), st.booleans())
def test_any_film_has_captions_within_it(edit: Edit, is_heard: bool) -> None:
    board = _board()
    heard = {"s01": [(30.0, 60.0), (66.0, 90.0), (120.5, 150.0)]} if is_heard else {}
    found = captions(edit, board, {"n2": (3.0, 50.0)}, heard)
    edges = [edge for caption in found for edge in (caption.start, caption.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= edit.frames for edge in edges)
    assert all(caption.start < caption.end for caption in found)


@cache
def _board() -> Storyboard:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "film.yaml")
        file.write_text(BOARD.replace("WORDS", "both"))
        board = load_storyboard(file).storyboard
        assert board is not None
        return board
