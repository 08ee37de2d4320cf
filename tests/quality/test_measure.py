"""Measuring a film: the same on any number of cores, and of films that are broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.support.clips import Recipe, make
from veo_story.errors import MediaError
from veo_story.media.opened import opened
from veo_story.media.packets import scan
from veo_story.quality.measure import measure_film
from veo_story.quality.measure_picture import measure_picture
from veo_story.quality.planned import Part
from veo_story.quality.report import report_on

if TYPE_CHECKING:
    from pathlib import Path

KEYS = (("preset", "ultrafast"), ("g", "48"))


def test_parts_make_the_same_whole(tmp_path: Path) -> None:
    film = make(tmp_path / "film.mp4", Recipe(200, seed=5, x264=KEYS))
    with opened(film) as container:
        table = scan(container, film)
    one, two = (measure_picture(film, table, cores) for cores in (1, 2))
    for name in one.__slots__:
        assert np.array_equal(getattr(one, name), getattr(two, name)), name
    assert len(one) == 200
    assert (one.change[1:] > 1).all()


def test_damage_is_told(tmp_path: Path) -> None:
    film = make(tmp_path / "film.mp4", Recipe(96, seed=6, x264=KEYS))
    data = bytearray(film.read_bytes())
    with opened(film) as container:
        [*_, last] = [
            (p.pos, p.size) for p in container.demux(container.streams.video[0]) if p.pts == 61 * 512
        ]
    start, size = last
    assert start is not None
    data[start + 8 : start + size] = bytes(size - 8)
    film.write_bytes(data)
    report = report_on(film)
    assert "damaged" in [found.code for found in report.findings]
    assert not report.is_clean


def test_a_film_without_sound_and_one_of_a_frame(tmp_path: Path) -> None:
    measured = measure_film(make(tmp_path / "mute.mp4", Recipe(24, rate=None)))
    assert measured.sound is None
    assert report_on(make(tmp_path / "short.mp4", Recipe(1))).is_clean


@pytest.mark.parametrize("late", [0, 7])
def test_sound_is_found_in_its_take(late: int, tmp_path: Path) -> None:
    """The film's sound is that of frames further on in the take: it is early there, by so much."""
    take = make(tmp_path / "take.mp4", Recipe(72, seed=7))
    film = make(tmp_path / "film.mp4", Recipe(48, first=12, seed=7))
    part = Part("a", 0, 48, clip=take, in_frame=12 - late)
    [slip] = measure_film(film, (part,)).slips
    assert abs(slip.samples + 2000 * late) <= 1
    assert slip.likeness > 0.95


def test_what_is_no_film(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_text("no film", "utf-8")
    with pytest.raises(MediaError):
        report_on(tmp_path / "film.mp4")
