"""Every frame of a clip of numbers says which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import clips
from tests.support.clips import Recipe, packets_of
from tests.support.decoded import decode
from veo_story.backends.local.window import Scratch, split_planes
from veo_story.emulator.numbers import NUMBERS, Numbered, Shelf, first_number, read_certain
from veo_story.media.probe import probe

if TYPE_CHECKING:
    from pathlib import Path

_SIZES = ((320, 180), (180, 320), (1280, 720), (720, 1280), (1920, 1080))


@given(st.integers(0, 3 * NUMBERS), st.sampled_from(_SIZES), st.integers(0, 9), st.booleans())
def test_what_is_drawn_can_be_read(number: int, size: tuple[int, int], shade: int, remade: bool) -> None:
    picture = np.zeros((size[1] * 3 // 2, size[0]), np.uint8)
    clip = Numbered(number, 1, size, shade=shade, remade=remade)
    clip.draw(0, split_planes(picture), Scratch(*size))
    assert read_certain(picture[: size[1]]) == number % NUMBERS


@given(st.integers(0, 2**32 - 1))
def test_noise_carries_no_number(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (180, 320), np.uint8)
    assert read_certain(noise) is None


@pytest.mark.parametrize("size", [(100, 180), (320, 4)])
def test_a_picture_too_small_for_a_number_carries_none(size: tuple[int, int]) -> None:
    assert read_certain(np.zeros((size[1], size[0]), np.uint8)) is None


@pytest.mark.parametrize("first", [0, 96, NUMBERS - 20])
def test_a_clip_counts_from_its_first_number(tmp_path: Path, first: int) -> None:
    path = tmp_path / "clip.mp4"
    Shelf().write(Numbered(first, 48, (320, 180)), path)
    found = decode(path)
    assert found.codes == [(first + k) % NUMBERS for k in range(48)]
    assert found.size == (320, 180)
    assert first_number(path, 48) == first


def test_sound_is_as_long_as_the_picture_and_quiet(tmp_path: Path) -> None:
    Shelf().write(Numbered(0, 96, (320, 180)), tmp_path / "clip.mp4")
    audio = probe(tmp_path / "clip.mp4").audio
    assert audio is not None
    assert (audio.samples, audio.rate, audio.channels) == (96 * 2000, 48_000, 2)
    heard = np.abs(decode(tmp_path / "clip.mp4").sound)
    assert 0.02 < heard[:, :190_000].max() < 0.05


def test_a_clip_without_sound_is_silent(tmp_path: Path) -> None:
    Shelf().write(Numbered(0, 48, (320, 180), audio=False), tmp_path / "clip.mp4")
    assert np.abs(decode(tmp_path / "clip.mp4").sound).max() < 1e-4


def test_the_second_time_comes_from_memory(tmp_path: Path) -> None:
    shelf = Shelf()
    for name in ("a.mp4", "b.mp4"):
        shelf.write(Numbered(0, 24, (320, 180)), tmp_path / name)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_what_was_dropped_is_made_again(tmp_path: Path) -> None:
    shelf = Shelf(most_bytes=100_000)
    for first in (0, 24, 48, 72, 96, 0):
        shelf.write(Numbered(first, 24, (320, 180)), tmp_path / "clip.mp4")
    assert decode(tmp_path / "clip.mp4").codes == list(range(24))


def test_shades_differ_in_their_packets(tmp_path: Path) -> None:
    shelf = Shelf()
    for shade in (0, 1):
        shelf.write(Numbered(0, 24, (320, 180), shade=shade), tmp_path / f"{shade}.mp4")
    assert packets_of(tmp_path / "0.mp4") != packets_of(tmp_path / "1.mp4")


def test_footage_from_elsewhere_counts_from_nought(tmp_path: Path) -> None:
    path = clips.make(tmp_path / "clip.mp4", Recipe(48))
    assert first_number(path, 48) == 0
