"""What is painted at half the size looks like the whole picture averaged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.local.world.lookout import apart, same, seen
from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.world.halves import Halvable, half_canvas, half_plane, half_sheet, halves_of
from veo_story.backends.local.world.palette import palette_of
from veo_story.backends.local.world.places import build_place
from veo_story.backends.local.world.props import prop_elements
from veo_story.backends.local.world.sheets import Canvas, Element, Eye, Sheet
from veo_story.backends.local.world.sky import sky_elements
from veo_story.backends.local.world.staging import stage_of
from veo_story.backends.local.world.weather import weather_elements

CANVAS = Canvas(640, 360)
EYE = Eye(CANVAS, x=0.13, y=0.02, z=0.3, zoom=1.2)
SETTINGS = (
    Setting("sea", "dusk", "clear", ("boat", "birds")),
    Setting("harbour", "night", "storm", ("beam", "lighthouse")),
    Setting("forest", "noon", "fog", ("leaves", "deer")),
    Setting("city", "night", "rain", ("aurora", "car")),
    Setting("mountains", "dawn", "snowfall", ()),
    Setting("desert", "noon", "sandstorm", ()),
    Setting("bedroom", "noon", "overcast", ("candle",)),
)


def behind(setting: Setting, canvas: Canvas) -> list[Element]:
    palette, stage = palette_of(setting), stage_of(setting, canvas.width / canvas.height)
    every = (
        *sky_elements(setting, canvas, palette, 5, stage.horizon),
        *build_place(setting, canvas, palette, 5),
        *prop_elements(setting, stage, canvas, palette, 5),
        *weather_elements(setting, canvas, palette, 5, stage.indoors, beacon=(0.2, 0.3)),
    )
    return [element for element in every if element.parallax < 0.9]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: f"{setting.place}-{setting.weather}")
def test_every_element_looks_like_its_average(setting: Setting) -> None:
    small = half_canvas(CANVAS)
    assert small is not None
    for element in behind(setting, CANVAS):
        assert isinstance(element, Halvable), element
        for frame in (0, 41):
            whole = seen([element], frame, EYE)
            half = seen([element.halved()], frame, replace(EYE, canvas=small))
            bare = seen([], frame, EYE)
            averaged = tuple(half_plane(plane) for plane in whole)
            for mine, right, empty in zip(half, averaged, map(half_plane, bare), strict=True):
                off = np.abs(mine.astype(int) - right).mean()
                # Of what the element changes, little may be elsewhere; edges and streaks are a pixel off.
                assert off < 0.35 + 0.22 * np.abs(right.astype(int) - empty).mean(), (element, frame)


def test_a_canvas_whose_half_would_be_odd_has_none() -> None:
    assert half_canvas(Canvas(1280, 720)) == Canvas(640, 360)
    assert half_canvas(Canvas(406, 720)) is None
    assert half_canvas(Canvas(404, 718)) is None


class Plain:
    parallax, moving = 0.5, False

    def covered(self, eye: Eye) -> int:
        return eye.canvas.height

    def paint(self, into: object, eye: Eye, frame: int, below: int) -> None:
        """Nothing."""


def test_a_world_with_something_that_has_no_half_is_painted_whole() -> None:
    elements = behind(SETTINGS[0], CANVAS)
    assert halves_of([*elements, Plain()]) is None
    halves = halves_of(elements)
    assert halves is not None
    # Scene after scene shows the same place: its halves are made once.
    again = halves_of(elements)
    assert again is not None
    assert all(one is other for one, other in zip(halves, again, strict=True))
    assert not same(
        seen(halves[:1], 0, replace(EYE, canvas=Canvas(320, 180))),
        seen([], 0, replace(EYE, canvas=Canvas(320, 180))),
    )


@given(rows=st.integers(1, 40), columns=st.integers(1, 40), above=st.integers(0, 4))
def test_a_half_sheet_covers_the_whole_one(rows: int, columns: int, above: int) -> None:
    rows, columns, above = 2 * rows, 2 * columns, 2 * above
    luma = np.tile(np.arange(rows, dtype=np.uint8)[:, None], (1, columns))
    chroma = np.full((rows // 2, columns // 2), 7, np.uint8)
    half = half_sheet(Sheet(luma, chroma, chroma, luma, chroma, spare=8), above)
    assert half.y.shape == (-(-(rows + above) // 4) * 2, -(-columns // 4) * 2)
    assert half.u.shape == half.hole_c.shape == (half.y.shape[0] // 2, half.y.shape[1] // 2)
    assert half.spare == 4
    assert half.y[: above // 2].max(initial=0) == 0
    whole = [2 * row + 0.5 for row in range(rows // 2)]
    assert np.abs(half.y[above // 2 : above // 2 + rows // 2, 0] - np.array(whole)).max() <= 0.5


def test_halves_are_apart_from_nothing() -> None:
    """The comparison above would see an element that is missing."""
    small = half_canvas(CANVAS)
    assert small is not None
    sky = behind(SETTINGS[0], CANVAS)[0]
    assert isinstance(sky, Halvable)
    eye = replace(EYE, canvas=small)
    assert apart(seen([sky.halved()], 0, eye), seen([], 0, eye)) > 5
