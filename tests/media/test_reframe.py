"""A film in other shapes: the right part of every frame, everything else of it as it was."""

from __future__ import annotations

from collections.abc import Generator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.media.shaped import CAPTIONS, GREYS, film, lumas, numbers, sound_packets, square
from tests.support.clips import packets_of, samples_of
from veo_story.errors import MediaError
from veo_story.film.verify import verify
from veo_story.media.captions import read_captions
from veo_story.media.reframe import reframe, ways
from veo_story.media.repicture import repictured
from veo_story.media.shapes import crop_of, rest_of
from veo_story.media.spans import Chapter

FRAMES = 48


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("shaped") / "wide.mp4", FRAMES, words=True)


@pytest.fixture(scope="module")
def upright(wide: Path) -> Path:
    into = wide.with_name("upright.mp4")
    reframe(wide, into, aspect="9:16", cuts=(17, 30))
    return into


def test_every_frame_is_there_in_its_order(upright: Path) -> None:
    assert numbers(upright) == list(range(FRAMES))


def test_the_film_passes_the_same_proof_as_every_film(upright: Path) -> None:
    chapters = (Chapter("one", 0, 24), Chapter("two", 24, 48))
    verify(upright, frames=FRAMES, size=(180, 320), chapters=chapters, cuts=(17, 30))


def test_the_sound_is_copied_packet_for_packet(wide: Path, upright: Path) -> None:
    assert sound_packets(upright) == sound_packets(wide)
    assert np.array_equal(samples_of(upright), samples_of(wide))


def test_captions_title_and_words_about_it_are_kept(wide: Path, upright: Path) -> None:
    assert read_captions(upright) == read_captions(wide) == CAPTIONS
    with av.open(str(upright)) as file:
        assert file.metadata["title"] == "A small film"
        assert file.metadata["comment"] == "made for a test"
        assert file.streams.subtitles[0].metadata["language"] == "eng"


def test_key_frames_stand_at_the_cuts_and_every_two_seconds(tmp_path: Path, upright: Path) -> None:
    assert {0, 17, 30} <= _keys(upright)
    longer = film(tmp_path / "longer.mp4", 100)
    reframe(longer, tmp_path / "o.mp4", aspect="1:1")
    keys = sorted({*_keys(tmp_path / "o.mp4"), 100})
    assert max(np.diff(keys)) <= 48


def _keys(path: Path) -> set[int]:
    with av.open(str(path)) as file:
        return {index for index, frame in enumerate(file.decode(video=0)) if frame.key_frame}


@pytest.mark.parametrize(
    ("focus", "left", "right"),
    [
        ("left", 0, 0),
        ("top-left", 0, 0),
        ("center", 0, 1),
        ("top", 0, 1),
        ("right", 1, 1),
        ("bottom-right", 1, 1),
    ],
)
def test_the_focus_says_which_part_is_seen(
    wide: Path, tmp_path: Path, focus: str, left: int, right: int
) -> None:
    reframe(wide, tmp_path / "o.mp4", aspect="9:16", focus=focus)
    luma = next(lumas(tmp_path / "o.mp4"))
    bottom, row = GREYS[2:], luma[250]
    assert abs(row[20].astype(int) - bottom[left]) <= 3
    assert abs(row[-20].astype(int) - bottom[right]) <= 3


def test_the_centre_is_the_centre_to_the_pixel(wide: Path, tmp_path: Path) -> None:
    reframe(wide, tmp_path / "o.mp4", aspect="1:1")
    row = next(lumas(tmp_path / "o.mp4"))[140].astype(int)
    edge = int(np.argmax(row > (GREYS[2] + GREYS[3]) / 2))
    assert abs(edge - 90) <= 1


def test_an_upright_film_becomes_a_wide_one(tmp_path: Path) -> None:
    tall = film(tmp_path / "tall.mp4", 6, lambda index: square(60, 40 + 0 * index, (180, 320)))
    for focus, seen in (("top", True), ("bottom", False), ("bottom-left", False)):
        reframe(tall, tmp_path / "o.mp4", aspect="16:9", focus=focus)
        luma = next(lumas(tmp_path / "o.mp4"))
        assert luma.shape == (180, 320)
        assert (luma.max() > 200) == seen


def test_a_film_of_that_shape_is_taken_as_it_is(wide: Path, tmp_path: Path) -> None:
    reframe(wide, tmp_path / "o.mp4", aspect="16:9", focus="left")
    assert packets_of(tmp_path / "o.mp4") == packets_of(wide)


def test_what_moves_stays_in_the_picture_and_the_camera_moves_softly(tmp_path: Path) -> None:
    def moving(index: int) -> np.ndarray:
        return square(20 + 240 * index / 143)

    path = film(tmp_path / "moving.mp4", 144, moving)
    crop = crop_of((320, 180), "9:16")
    way = ways(path, crop, [0], 144)
    middles = way + crop.width / 2
    squares = np.array([20 + 240 * index / 143 + 18 for index in range(144)])
    assert way.min() >= 0
    assert way.max() <= crop.slack
    # At the ends of the picture the camera can go no farther; the square is whole in it nevertheless.
    assert np.abs(middles - squares).max() <= crop.width / 2 - 12
    steps = np.diff(way)
    assert np.ptp(way) > 100
    assert np.abs(np.diff(steps)).max() < 0.5
    assert steps.min() >= -1 / 32


def test_at_a_cut_the_camera_is_elsewhere_at_once(tmp_path: Path) -> None:
    path = film(tmp_path / "cut.mp4", 60, lambda index: square(20 if index < 25 else 250))
    crop = crop_of((320, 180), "9:16")
    way = ways(path, crop, [0, 25], 60)
    assert set(way[:25]) == {way[0]}
    assert set(way[25:]) == {way[25]}
    assert way[0] < 20
    assert way[25] + crop.width > 286


def test_a_cut_that_nobody_told_of_is_seen(tmp_path: Path) -> None:
    def another(index: int) -> np.ndarray:
        planes = square(20) if index < 25 else square(250)
        return planes if index < 25 else np.concatenate([255 - planes[:180], planes[180:]])

    path = film(tmp_path / "cut.mp4", 60, another)
    way = ways(path, crop_of((320, 180), "9:16"), [0], 60)
    assert list(np.flatnonzero(np.diff(way))) == [24]


def test_titles_are_shown_from_their_middle(tmp_path: Path) -> None:
    path = film(tmp_path / "title.mp4", 24, lambda _: square(20))
    crop = crop_of((320, 180), "9:16")
    assert set(ways(path, crop, [0], 24, frozenset({0}))) == {rest_of(crop, "center")}


def test_a_film_that_is_none_is_told(tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"no film")
    with pytest.raises(MediaError, match="cannot be read"):
        reframe(bad, tmp_path / "o.mp4", aspect="9:16")


def test_who_makes_a_picture_stops_when_it_cannot_be_written(wide: Path, tmp_path: Path) -> None:
    stopped: list[bool] = []

    def stream_of(container: Any) -> Any:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 16, 16, "yuv420p"
        return stream

    def packets_of(stream: Any) -> Generator[Any]:
        try:
            for time in (2, 1, 0):  # no muxer takes that
                packet = av.Packet(bytes(8))
                packet.stream, packet.time_base = stream, Fraction(1, 24)
                packet.pts = packet.dts = time
                yield packet
        finally:
            stopped.append(True)

    with pytest.raises(MediaError, match="cannot be written") as caught:
        repictured(wide, tmp_path / "film.mp4", stream_of, packets_of)
    # The error is still there, and with it all that stood on the way to it.
    assert (caught.value.hint is not None, stopped) == (True, [True])
