"""The door to the author's pictures: what a clip shows, encoded and decoded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.backends.local.stills.seeing import (
    SIZES,
    coloured,
    decoded,
    drawn,
    fitted,
    landscape,
    same,
    script,
    steps,
)
from tests.backends.rendering import ssim
from veo_story.backends.local.stills.moves import StillState, still_state_of
from veo_story.backends.local.stills.pictures import Animated, Interpolated

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = 48


@pytest.fixture
def warm(tmp_path: Path) -> Path:
    coloured((180, 110, 60)).save(tmp_path / "warm.png")
    return tmp_path / "warm.png"


@pytest.fixture
def cold(tmp_path: Path) -> Path:
    coloured((40, 90, 150), (300, 500)).save(tmp_path / "cold.jpg")
    return tmp_path / "cold.jpg"


@pytest.mark.parametrize("words", ["push-in", "orbit left", "handheld", "static"])
def test_an_animation_begins_on_its_image(words: str, warm: Path, tmp_path: Path) -> None:
    image = fitted(warm)
    animated = Animated(image, script(words), None, FRAMES)
    assert same(drawn(animated, 0), image)
    shown = decoded(animated, 12, tmp_path / "a.mp4")
    assert ssim(shown[0], image[0]) > 0.97


def test_an_animation_moves(warm: Path) -> None:
    image = fitted(warm)
    animated = Animated(image, script("pan left"), None, FRAMES)
    assert ssim(drawn(animated, FRAMES - 1)[0], image[0]) < 0.9


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("words", ["push-in", "orbit right", "handheld"])
def test_an_extension_goes_on_without_a_jump(words: str, size: tuple[int, int]) -> None:
    image = landscape(4, size)
    first = Animated(image, script(words), None, FRAMES)
    state = still_state_of(first.end.as_data())
    second = Animated(image, script(words), state, FRAMES)
    frames = [drawn(first, n, size)[0] for n in range(FRAMES)]
    frames += [drawn(second, n, size, FRAMES + n)[0] for n in range(FRAMES)]
    change = steps(frames)
    assert change[FRAMES - 1] < 1.5 * max(change[FRAMES - 2], change[FRAMES]) + 0.01
    # Where the one ends is where the other begins.
    assert same(drawn(first, FRAMES, size), drawn(second, 0, size, FRAMES))


def test_a_hand_trembles_by_the_chain_s_own_time(warm: Path) -> None:
    animated = Animated(fitted(warm), script("handheld"), None, FRAMES)
    assert not same(drawn(animated, 40, number=40), drawn(animated, 40, number=43))


def test_an_interpolation_meets_both_images(warm: Path, cold: Path, tmp_path: Path) -> None:
    first, last = fitted(warm), fitted(cold)
    picture = Interpolated(first, last, 40, script("arc right"))
    assert picture.end == StillState()
    assert same(drawn(picture, 0), first)
    assert same(drawn(picture, 39), last)
    shown = decoded(picture, 40, tmp_path / "i.mp4")
    assert ssim(shown[0], first[0]) > 0.97
    assert ssim(shown[-1], last[0]) > 0.97
    change = steps(shown)
    assert change.max() < 3 * np.median(change)


def test_an_interpolation_goes_on_as_an_animation(warm: Path, cold: Path) -> None:
    last = fitted(cold)
    picture = Interpolated(fitted(warm), last, 40, script())
    beyond = Animated(last, script("push-in"), picture.end, FRAMES)
    change = steps([drawn(picture, n)[0] for n in range(30, 40)] + [drawn(beyond, n)[0] for n in range(10)])
    assert change[9] <= 1.5 * np.median(change) + 0.2


def test_one_frame_of_an_interpolation_is_the_first_picture(warm: Path, cold: Path) -> None:
    first = fitted(warm)
    assert same(drawn(Interpolated(first, fitted(cold), 1, script()), 0), first)


def test_threads_draw_what_one_alone_draws(warm: Path, cold: Path) -> None:
    picture = Interpolated(fitted(warm), fitted(cold), 24, script("pan left"))
    alone = [drawn(picture, n) for n in range(24)]
    with ThreadPoolExecutor(4) as drawers:
        together = list(drawers.map(lambda n: drawn(picture, n), range(24)))
    assert all(same(a, b) for a, b in zip(alone, together, strict=True))
