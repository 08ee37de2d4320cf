"""The small parts of the local renderer: frame numbers, words, letters, sound, the work folder."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.contract import step
from tests.backends.rendering import rms_db
from veo_story.backends.base import ClipRange, Inputs, ParentClip
from veo_story.backends.local.framecode import read_frame_code, write_frame_code
from veo_story.backends.local.lettering import ELLIPSIS, fit, font_of, mask_of, settable_text, wrap
from veo_story.backends.local.order import order_from_json, order_of
from veo_story.backends.local.overlay import timecode_of
from veo_story.backends.local.sound import Ambience
from veo_story.backends.local.window import split_planes
from veo_story.backends.local.words import (
    place_sounds,
    read_sounds,
    read_world,
    seed_of,
    vocabulary,
)
from veo_story.backends.workfolder import WorkFolder
from veo_story.errors import ConfigError, MediaError
from veo_story.storyboard.model import Mode

SIZES = [(1280, 720), (720, 1280), (1920, 1080), (320, 180), (180, 320)]


@pytest.mark.parametrize("size", SIZES)
@given(number=st.integers(0, 65_535))
def test_a_frame_number_is_read_as_written(size: tuple[int, int], number: int) -> None:
    width, height = size
    y, u, v = split_planes(np.full((height * 3 // 2, width), 90, np.uint8))
    write_frame_code(y, u, v, number)
    assert read_frame_code(y) == number


@pytest.mark.parametrize("size", SIZES)
def test_a_frame_number_survives_a_poor_encoder(size: tuple[int, int]) -> None:
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt, encoder.framerate = "yuv420p", 24
    encoder.options = {"preset": "ultrafast", "crf": "32", "tune": "zerolatency"}
    decoder = av.CodecContext.create("h264", "r")
    rng = np.random.default_rng(4)
    numbers = [0, 1, 0xAAAA, 0x5555, 65_535, 3551]
    read = []
    for index, number in enumerate(numbers):
        picture = rng.integers(16, 235, (size[1] * 3 // 2, size[0])).astype(np.uint8)
        write_frame_code(*split_planes(picture), number)
        frame = av.VideoFrame.from_numpy_buffer(picture, "yuv420p")
        frame.pts = index
        shown = [d for packet in encoder.encode(frame) for d in decoder.decode(packet)]
        read += [read_frame_code(d.to_ndarray()[: size[1]]) for d in shown]
    read += [read_frame_code(d.to_ndarray()[: size[1]]) for d in decoder.decode(None)]
    assert read == numbers


def test_a_timecode_counts_hours_minutes_seconds_frames() -> None:
    assert timecode_of(0) == "00:00:00:00"
    assert timecode_of(23) == "00:00:00:23"
    assert timecode_of(24 * 3661 + 5) == "01:01:01:05"


@pytest.mark.parametrize(
    ("prompt", "place", "time", "weather"),
    [
        ("An old ferry noses out of thick harbour fog at dawn", "sea", "dawn", "fog"),
        ("Neon streets of the city at midnight, rain", "city", "night", "rain"),
        ("The great dunes at noon", "desert", "day", "clear"),
        ("Snow-covered mountain summit, blizzard", "mountains", "day", "snowfall"),
        ("A train crosses the wheat fields at sunset", "field", "sunset", "clear"),
        ("Deep pine forest in the mist", "forest", "day", "fog"),
        ("She sits at her desk in the office", "room", "day", "clear"),
        ("xyzzy", "hills", "day", "clear"),
        ("", "hills", "day", "clear"),
    ],
)
def test_words_choose_the_world(prompt: str, place: str, time: str, weather: str) -> None:
    words = read_world(prompt, {})
    assert (words.place, words.time, words.weather) == (place, time, weather)


def test_what_the_author_named_beats_what_the_prompt_happens_to_say() -> None:
    hints = {
        "place": "the cramped glass lamp room of a stone lighthouse, brass clockwork, salt-streaked panes",
        "when": "dusk in a rising storm",
        "cast": "Mira: a woman, silver hair, navy coat; Tomas: a man, red neckerchief",
    }
    words = read_world("He looks at the dark sea, the wide sea, the night sea", hints)
    assert (words.place, words.time, words.weather, words.people) == ("room", "dusk", "storm", 2)


def test_sounds_come_from_ambient_words_or_else_from_the_place() -> None:
    assert set(read_sounds("", {"ambient": "wind against glass, slow clockwork ticking"})) == {
        "wind",
        "clock",
    }
    assert read_sounds("nothing that sounds", {}) == {}
    assert "sea" in place_sounds(read_world("a ferry in the harbour", {}))


def test_the_vocabulary_is_whole() -> None:
    table = vocabulary()
    heard = set(table["sound"])
    for entry in (*table["place"].values(), *table["weather"].values()):
        assert set(entry.get("sound", ())) <= heard
        assert entry["words"]
    for prop in table["prop"].values():
        assert set(prop["not_in"]) <= set(table["place"])
    every = [
        word
        for kind in ("place", "time", "weather", "prop", "sound")
        for e in table[kind].values()
        for word in e["words"]
    ]
    assert all(word == word.lower() and word.strip() for word in every)


def test_a_seed_of_words_is_the_same_everywhere() -> None:
    assert seed_of("the lamp room", "dusk") == 721647176
    assert seed_of("a", "b") != seed_of("ab")


@given(st.text(max_size=200), st.integers(40, 400), st.integers(1, 4))
def test_wrapped_lines_fit_and_nothing_is_clipped(text: str, width: int, lines: int) -> None:
    size = 16
    broken = wrap(text, size, width, lines)
    assert len(broken) <= lines
    for line in broken:
        assert font_of(size).getbbox(line)[2] <= max(width, font_of(size).getbbox(ELLIPSIS)[2])
    if broken:
        mask = mask_of(broken, size)
        assert mask.shape[0] % 2 == mask.shape[1] % 2 == 0
        assert not mask[0].any() and not mask[-1].any()
        assert not mask[:, 0].any() and not mask[:, -1].any()


def test_long_text_ends_in_dots_and_short_text_does_not() -> None:
    assert wrap("one two three four five six seven", 20, 120, 2)[-1].endswith(ELLIPSIS)
    assert wrap("one two", 20, 120, 2) == ["one two"]
    assert wrap(" \n\t", 20, 120, 2) == []


def test_the_largest_size_that_fits_is_taken() -> None:
    assert fit("SHORT", 400, 1, [60, 40, 20])[0] == 60
    assert fit("a much longer line of text", 300, 1, [60, 40, 20])[0] == 20
    assert fit("words " * 60, 300, 2, [60, 40, 20])[1][-1].endswith(ELLIPSIS)


def test_dots_of_the_author_are_no_shortening() -> None:
    assert fit("Wait...", 400, 1, [60, 40, 20]) == (60, ["Wait..."])
    assert fit("Wait … and see ...", 300, 2, [20, 10])[0] == 20


def test_accents_that_the_font_lacks_are_left_off() -> None:
    assert settable_text("été  naïve\nstraße") == "ete naive strasse"


def test_sound_is_the_same_however_it_is_cut() -> None:
    ambience = Ambience(9, {"sea": 1.0, "clock": 1.0}, {"wind": 1.0}, seam=30_000)
    whole = ambience.samples(0, 150_000)
    cuts = [0, 1, 16_383, 16_384, 48_001, 100_000, 150_000]
    parts = [ambience.samples(a, b) for a, b in pairwise(cuts)]
    assert np.array_equal(np.concatenate(parts, axis=1), whole)
    assert np.array_equal(ambience.samples(-5, 7)[:, 5:], whole[:, :7])


def test_sound_changes_slowly_and_keeps_what_it_was() -> None:
    before, after = {"wind": 1.0}, {"sea": 1.0}
    first = Ambience(9, before, before)
    second = Ambience(9, before, after, seam=96_000)
    assert np.array_equal(first.samples(90_000, 96_001), second.samples(90_000, 96_001))
    assert second.gains_at(96_000) == {"wind": 1.0}
    assert second.gains_at(96_000 + 72_000) == {"sea": 1.0}
    half = second.gains_at(96_000 + 36_000)
    assert half == {"wind": 0.5, "sea": 0.5}


@pytest.mark.parametrize("name", sorted(vocabulary()["sound"]))
def test_every_sound_is_soft_without_clicks(name: str) -> None:
    heard = Ambience(3, {name: 1.0}, {name: 1.0}).samples(0, 5 * 48_000)
    assert -60 < rms_db(heard) < -20
    assert np.abs(heard).max() < 0.5
    assert np.abs(heard[:, :8]).max() < 0.01


def test_an_unknown_sound_of_a_later_version_is_silent() -> None:
    assert not Ambience(3, {"theremin": 1.0}, {"theremin": 1.0}).samples(0, 100).any()


def test_an_order_travels_as_text(tmp_path: Path) -> None:
    parent = ParentClip(
        tmp_path / "b.mp4",
        42,
        lineage=(ClipRange(tmp_path / "a.mp4", 0, 48), ClipRange(tmp_path / "b.mp4", 0, 42)),
    )
    inputs = Inputs(references=(tmp_path / "r.png",), parent=parent, first_frame=tmp_path / "f.png")
    order = order_of(
        step("s02", Mode.EXTEND, 42, hints={"place": "sea"}),
        inputs,
        tmp_path / "c.mp4",
        "combined",
        ffmpeg="/opt/ffmpeg",
    )
    assert order_from_json(order.to_json()) == order
    assert order.lineage == (tmp_path / "a.mp4", tmp_path / "b.mp4")


def test_an_extension_without_a_parent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="s02"):
        order_of(step("s02", Mode.EXTEND, 42), Inputs(), tmp_path / "c.mp4", "tail")


def test_a_work_folder_clears_what_a_killed_run_left(tmp_path: Path) -> None:
    left = tmp_path / ".work" / "local-old"
    left.mkdir(parents=True)
    (left / "0001.mp4").write_bytes(b"half")
    busy = WorkFolder(tmp_path, "local")
    assert not left.exists()
    other = WorkFolder(tmp_path, "local")
    assert busy.path.exists()
    busy.clear()
    assert other.path.exists()
    other.clear()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / ".work").write_text("a file in the way")
    with pytest.raises(ConfigError):
        WorkFolder(tmp_path, "local")
