from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.backends.local.figures.troupe import (
    AMARA,
    GUS,
    LENA,
    MIRA,
    RUST,
    TOMAS,
    UPRIGHT,
    WIDE,
    YANN,
    line,
    scene,
)
from veo_story.backends.local.figures.elements import Figure, cast_elements
from veo_story.backends.local.figures.staging import Acting, stage_cast
from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.script import Script
from veo_story.backends.local.world.inks import Inks
from veo_story.backends.local.world.palette import Palette, palette_of
from veo_story.backends.local.world.sheets import Canvas, Eye
from veo_story.backends.local.world.stage import Stage

Planes = tuple[np.ndarray, np.ndarray, np.ndarray]

SMALL = Canvas(320, 180)


def _palette(time: str = "day", weather: str = "clear") -> Palette:
    return palette_of(Setting("hills", time, weather))


def _acting(script: Script, stage: Stage = WIDE) -> Acting:
    return stage_cast(script, None, stage, 0, round(script.length_s * 24), 1)


def _blank(canvas: Canvas = SMALL, luma: int = 150) -> Planes:
    w, h = canvas.width, canvas.height
    return (
        np.full((h, w), luma, np.uint8),
        np.full((h // 2, w // 2), 128, np.uint8),
        np.full((h // 2, w // 2), 128, np.uint8),
    )


def _painted(
    acting: Acting, frame: int, eye: Eye | None = None, palette: Palette | None = None, lit: float = 0.0
) -> Planes:
    eye = eye or Eye(SMALL, zoom=1.06)
    planes = _blank(eye.canvas)
    for element in cast_elements(acting, eye.canvas, palette or _palette(), lit=lit):
        element.paint(planes, eye, frame, eye.canvas.height)
    return planes


def _touched(planes: Planes) -> np.ndarray:
    return planes[0] != 150


def test_each_of_the_cast_is_an_element_that_moves_with_the_cast() -> None:
    elements = cast_elements(_acting(scene("They wait", MIRA, TOMAS)), SMALL, _palette())
    assert len(elements) == 2
    for element in elements:
        assert element.moving
        assert element.parallax == pytest.approx(1.0, abs=0.05)
        assert element.covered(Eye(SMALL, zoom=1.06)) == SMALL.height


@pytest.mark.parametrize(
    ("canvas", "stage"), [(Canvas(320, 180), WIDE), (Canvas(180, 320), UPRIGHT)], ids=["wide", "upright"]
)
def test_a_figure_stands_on_its_mark(canvas: Canvas, stage: Stage) -> None:
    acting = _acting(scene("Amara waits", AMARA), stage)
    eye = Eye(canvas, zoom=1.06)
    planes = _painted(acting, 10, eye)
    rows, columns = np.nonzero(_touched(planes))
    mark, placing = acting.stage.people["amara"], eye.placing(1.0)
    assert placing is not None
    middle = (canvas.width / 2 + mark.x * canvas.height) * placing.scale + placing.left
    assert columns.mean() == pytest.approx(middle, abs=0.03 * canvas.height)
    top = (mark.foot - mark.tall) * canvas.height * placing.scale + placing.top
    foot = mark.foot * canvas.height * placing.scale + placing.top
    assert rows.max() == pytest.approx(foot, abs=0.05 * canvas.height)
    # A bun stands out above; the head's top is where the mark says.
    assert rows.min() == pytest.approx(top, abs=0.05 * canvas.height)


def test_a_child_is_smaller_than_a_grown_up() -> None:
    def height(planes: Planes) -> int:
        rows = np.nonzero(_touched(planes))[0]
        return int(rows.max() - rows.min())

    child = height(_painted(_acting(scene("Lena waits", LENA)), 0))
    assert child < 0.85 * height(_painted(_acting(scene("Yann waits", YANN)), 0))


@pytest.mark.parametrize("z", [0.0, 0.4, 0.7, 0.85])
def test_one_is_painted_at_every_distance(z: float) -> None:
    planes = _painted(_acting(scene("Mira waits", MIRA)), 30, Eye(SMALL, y=0.1, z=z, zoom=1.06))
    share = _touched(planes).mean()
    assert share > 0.03
    assert planes[0].min() >= 14 and planes[0].max() <= 237


def test_behind_the_camera_nothing_is_painted() -> None:
    planes = _painted(_acting(scene("Mira waits", MIRA)), 30, Eye(SMALL, z=0.95))
    assert not _touched(planes).any()


def test_nothing_is_painted_below_the_row_that_is_hidden() -> None:
    acting = _acting(scene("Mira waits", MIRA))
    planes = _blank()
    for element in cast_elements(acting, SMALL, _palette()):
        element.paint(planes, Eye(SMALL, zoom=1.06), 5, 100)
    assert _touched(planes)[:100].any()
    assert not _touched(planes)[100:].any()


def test_who_comes_up_is_hidden_by_the_ground() -> None:
    script = scene("Tomas climbs through the floor hatch", MIRA, TOMAS, seconds=8)
    acting = _acting(script)
    part = acting.parts["tomas"]
    foot = round(WIDE.foot * SMALL.height * 1.06 - 0.06 * SMALL.height / 2)
    figure = Figure(part, WIDE.foot, SMALL, Inks(_palette()), 1.0, 1.0)
    heights = []
    for frame in (part.shown + 24, part.shown + 34, part.shown + 62):
        planes = _blank()
        figure.paint(planes, Eye(SMALL, zoom=1.06), frame, SMALL.height)
        rows = np.nonzero(_touched(planes))[0]
        assert rows.max() < foot + 8
        heights.append(int(rows.max() - rows.min()))
    assert heights == sorted(heights)
    assert heights[0] < heights[-1]


def test_night_is_darker_and_lamps_are_warm() -> None:
    acting = _acting(scene("Yann waits", YANN))
    day, night = _painted(acting, 0), _painted(acting, 0, palette=_palette("night"))
    lamp = _painted(acting, 0, palette=_palette("night"), lit=0.9)
    body = (slice(80, 150), slice(150, 170))
    chroma = (slice(40, 75), slice(75, 85))
    assert night[0][body].mean() < day[0][body].mean()
    assert lamp[0][body].mean() > night[0][body].mean()
    # More red than blue is in lamplight.
    assert lamp[2][chroma].mean() - lamp[1][chroma].mean() > night[2][chroma].mean() - night[1][chroma].mean()


def test_a_seam_shows_no_jump() -> None:
    first = _acting(scene("Mira winds the clockwork", MIRA, TOMAS, lines=(line(MIRA, "Late again.", 5, 2),)))
    second = stage_cast(scene("They wait", MIRA, TOMAS, seconds=7), first.end, WIDE, 192, 168, 1)
    here, there = _painted(first, 192), _painted(second, 192)
    for a, b in zip(here, there, strict=True):
        assert np.array_equal(a, b)
    within = [
        float(np.abs(_painted(acting, f)[0].astype(int) - _painted(acting, f + 1)[0]).mean())
        for acting, f in ((first, 101), (first, 131), (second, 281), (second, 301))
    ]
    across = float(np.abs(_painted(first, 191)[0].astype(int) - there[0]).mean())
    assert across <= max(within) * 1.5 + 0.05


def test_the_same_frame_is_the_same_whoever_painted_before_and_in_whatever_thread() -> None:
    acting = _acting(scene("Mira waves", MIRA, GUS, RUST))
    elements = cast_elements(acting, SMALL, _palette())

    def painted(frame: int) -> Planes:
        planes = _blank()
        for element in elements:
            element.paint(planes, Eye(SMALL, z=0.3, zoom=1.06), frame, SMALL.height)
        return planes

    frames = list(range(0, 60, 3))
    with ThreadPoolExecutor(4) as pool:
        many = list(pool.map(painted, frames))
    for frame, planes in zip(frames, many, strict=True):
        alone = _painted(acting, frame, Eye(SMALL, z=0.3, zoom=1.06))
        assert all(np.array_equal(a, b) for a, b in zip(planes, alone, strict=True))


def test_a_crowd_stands_behind_and_does_not_move() -> None:
    acting = _acting(scene("A crowd cheers"))
    (crowd,) = cast_elements(acting, SMALL, _palette())
    assert not crowd.moving
    assert crowd.parallax < 0.9
    planes = _blank()
    crowd.paint(planes, Eye(SMALL, zoom=1.06), 0, SMALL.height)
    assert _touched(planes).any(axis=0).mean() > 0.7


def test_one_who_is_said_to_speak_moves_the_mouth() -> None:
    acting = _acting(scene("Mira waits", MIRA, lines=(line(MIRA, "Are you coming at all, or not?", 1, 4),)))
    eye = Eye(SMALL, y=0.12, z=0.8, zoom=1.06)
    before, said = _painted(acting, 20, eye), [_painted(acting, frame, eye) for frame in range(30, 110, 4)]
    different = [float((planes[0] != before[0]).mean()) for planes in said]
    assert max(different) > 0.005
