"""Films that fit into so many megabytes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media.shaped import CAPTIONS, film, numbers, quadrants
from veo_story.errors import MediaError
from veo_story.film.verify import verify
from veo_story.media.captions import read_captions
from veo_story.media.probe import AudioProbe, Probe
from veo_story.media.spans import Chapter
from veo_story.media.squeeze import MB, least_mb, recipe_of, squeeze

SECONDS = 60
FOUND = Probe(
    *(24 * SECONDS, Fraction(24), True, 1280, 720, "h264", "yuv420p"),
    *(Fraction(0), Fraction(SECONDS), 30, True),
    AudioProbe(48_000 * SECONDS, 48_000, 2, "aac", Fraction(0)),
)  # fmt: skip


def lively(seed: int, frames: int) -> list[np.ndarray]:
    """Numbered frames with noise that a codec cannot foresee."""
    rng = np.random.default_rng(seed)
    pictures = []
    for index in range(frames):
        planes = quadrants(index).copy()
        planes[100:176, :] = np.kron(rng.integers(40, 200, (19, 80), np.uint8), np.ones((4, 4), np.uint8))
        pictures.append(planes)
    return pictures


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_fits_and_uses_what_it_may(tmp_path: Path, seed: int) -> None:
    frames = 40 + 4 * seed
    pictures = lively(seed, frames)
    path = film(tmp_path / "film.mp4", frames, pictures.__getitem__, words=True, seed=seed)
    most = Decimal(path.stat().st_size) / MB * Decimal("0.3") * seed
    done = squeeze(path, tmp_path / "o.mp4", max_mb=most)
    size = (tmp_path / "o.mp4").stat().st_size
    assert size == done.size_bytes
    assert 0.85 * float(most) * MB <= size <= most * MB
    assert numbers(tmp_path / "o.mp4") == list(range(frames))
    assert done.recipe is not None
    chapters = (Chapter("one", 0, frames // 2), Chapter("two", frames // 2, frames))
    verify(tmp_path / "o.mp4", frames=frames, size=done.recipe.size, chapters=chapters)
    assert read_captions(tmp_path / "o.mp4") == CAPTIONS


def test_what_fits_is_left_as_it_is(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", 6)
    done = squeeze(path, tmp_path / "o.mp4", max_mb=Decimal(path.stat().st_size) / MB)
    assert done.recipe is None
    assert (tmp_path / "o.mp4").read_bytes() == path.read_bytes()


def test_what_cannot_be_is_told_with_what_could(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", 48)
    with pytest.raises(MediaError, match=r"2\.0 s do not fit into 0\.001 MB") as caught:
        squeeze(path, tmp_path / "o.mp4", max_mb=Decimal("0.001"))
    assert "max_mb: 0.0" in (caught.value.hint or "")
    assert not (tmp_path / "o.mp4").exists()


def test_the_picture_shrinks_before_it_falls_to_pieces() -> None:
    whole = 60 * MB
    recipes = [recipe_of(FOUND, whole, round(mb * MB)) for mb in (50, 9, 4, 2, 1)]
    sizes = [recipe.size[1] for recipe in recipes if recipe]
    assert sizes == [720, 720, 480, 270, 180]
    assert [recipe.sound_kbps for recipe in recipes if recipe] == [192, 192, 96, 48, 32]


def test_a_minute_in_a_hundredth_of_a_megabyte_is_refused() -> None:
    assert recipe_of(FOUND, 60 * MB, MB // 100) is None
    assert Decimal("0.2") < least_mb(FOUND, 60 * MB) < Decimal(1)


def test_a_film_of_hardly_anything_can_be_pressed_further() -> None:
    slate = MB // 2
    assert least_mb(FOUND, slate) < least_mb(FOUND, 60 * MB)


@given(st.integers(MB // 20, 100 * MB), st.integers(1000, 80 * MB), st.booleans())
def test_a_recipe_stays_below_its_size(whole: int, most: int, sounds: bool) -> None:
    found = FOUND if sounds else replace(FOUND, audio=None)
    recipe = recipe_of(found, whole, most)
    if recipe is not None:
        assert (recipe.picture_kbps + (recipe.sound_kbps or 0)) * 1000 / 8 * SECONDS < most
        assert (recipe.sound_kbps is None) == (not sounds)
        assert min(recipe.size) >= 180
        assert recipe.picture_kbps > 0


@given(st.integers(MB // 20, 100 * MB))
def test_what_is_named_as_the_least_is_possible(whole: int) -> None:
    least = round(least_mb(FOUND, whole) * MB)
    assert least >= whole or recipe_of(FOUND, whole, least) is not None
