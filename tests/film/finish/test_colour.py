from __future__ import annotations

import av
import numpy as np
import pytest

from veo_story.film.finish.colour import matrix_of, to_frame, to_rgb
from veo_story.media.blend import planes_of
from veo_story.media.source import Colour

COLOURS = [Colour(1, 1, 1, 1), Colour(1, 6, 6, 6), Colour(2, 1, 1, 1), Colour(1, 2, 2, 2)]


def a_picture() -> np.ndarray:
    ramp = np.linspace(30, 220, 64)
    red, green = np.meshgrid(ramp, ramp[:48])
    return np.dstack([red, green, 250 - red]).astype(np.uint8)


@pytest.mark.parametrize("colour", COLOURS)
def test_a_picture_goes_there_and_back_without_drifting(colour: Colour) -> None:
    picture = a_picture()
    frame = to_frame(picture, colour)
    again = to_frame(to_rgb(frame, colour), colour)
    for plane, other in zip(planes_of(frame), planes_of(again), strict=True):
        apart = plane.astype(int) - other
        assert np.abs(apart).max() <= 1
        assert abs(apart.mean()) < 0.4
    assert np.abs(to_rgb(frame, colour).astype(int) - picture)[:, 1:-1].max() <= 8


@pytest.mark.parametrize(("colour", "name"), [(COLOURS[0], "ITU709"), (COLOURS[1], "ITU601")])
def test_colours_mean_what_they_mean_to_ffmpeg(colour: Colour, name: str) -> None:
    picture = np.full((16, 16, 3), (200, 60, 30), np.uint8)
    theirs = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p", dst_colorspace=name)
    for plane, other in zip(planes_of(to_frame(picture, colour)), planes_of(theirs), strict=True):
        assert np.abs(plane.astype(int) - other).max() <= 2


def test_where_nothing_is_said_the_size_decides() -> None:
    unsaid = Colour(0, 2, 2, 2)
    assert matrix_of(unsaid, (1280, 720)) == 1
    assert matrix_of(unsaid, (640, 480)) == 6
    assert matrix_of(Colour(1, 1, 1, 6), (1280, 720)) == 6
