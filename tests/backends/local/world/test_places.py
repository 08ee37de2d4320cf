"""Places: each is painted at any size, the same every time, and like no other."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.world.palette import palette_of
from veo_story.backends.local.world.places import PAINTERS, build_place, inks_of, layers_of
from veo_story.backends.local.world.sheets import Canvas, Eye

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes

PLACES = vocabulary("places")["place"]
SMALL, UPRIGHT = (192, 108), (108, 192)


def blank(size: tuple[int, int]) -> Planes:
    columns, rows = size
    y = np.full((rows, columns), 150, np.uint8)
    u, v = (np.full((rows // 2, columns // 2), value, np.uint8) for value in (150, 110))
    return y, u, v


@cache
def seen(
    place: str, size: tuple[int, int] = SMALL, time: str = "day", frame: int = 0, x: float = 0.0
) -> Planes:
    canvas = Canvas(*size)
    setting = Setting(place, time, "clear")
    picture = blank(size)
    eye = Eye(canvas, x=x, zoom=1.06)
    for element in build_place(setting, canvas, palette_of(setting), 5):
        element.paint(picture, eye, frame, size[1])
    return picture


def thumbnail(picture: Planes) -> np.ndarray:
    parts = [cv2.resize(plane, (24, 14), interpolation=cv2.INTER_AREA).astype(float) for plane in picture]
    return np.stack(parts)


@pytest.mark.parametrize("size", [SMALL, UPRIGHT])
@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_painted_at_both_shapes(place: str, size: tuple[int, int]) -> None:
    picture = seen(place, size)
    assert all(plane.min() >= 16 and plane.max() <= 240 for plane in picture)
    changed = np.mean(picture[0] != 150)
    assert changed > 0.15


@pytest.mark.parametrize("place", ["harbour", "living", "space", "forest", "neon"])
def test_places_are_pure(place: str) -> None:
    again = seen.__wrapped__(place)
    assert all(np.array_equal(one, other) for one, other in zip(seen(place), again, strict=True))


def test_no_two_places_look_alike() -> None:
    thumbnails = {place: thumbnail(seen(place)) for place in PLACES}
    names = list(thumbnails)
    alike = [
        (one, other)
        for index, one in enumerate(names)
        for other in names[index + 1 :]
        if np.abs(thumbnails[one] - thumbnails[other]).mean() < 3.5
    ]
    assert alike == []


@pytest.mark.parametrize("place", ["city", "village", "skyline", "office"])
def test_windows_are_lit_after_dark(place: str) -> None:
    night = seen(place, time="night")[0]
    assert np.percentile(night, 99) > np.median(night) + 60


def test_rooms_with_lamps_are_brighter_than_the_night_outside() -> None:
    assert seen("living", time="night")[0].mean() > seen("hills", time="night")[0][70:].mean() + 15


def test_far_layers_move_less_than_near_ones() -> None:
    def moved(rows: slice) -> float:
        still, aside = seen("hills")[0][rows], seen("hills", x=0.12)[0][rows]
        return float(np.abs(still.astype(int) - aside).mean())

    assert moved(slice(88, 108)) > moved(slice(52, 62))


def test_endless_strips_join() -> None:
    # One period to the right everything that stands in strips is where it was.
    canvas = Canvas(*SMALL)
    setting = Setting("mountains", "day", "clear")
    for element in build_place(setting, canvas, palette_of(setting), 5):
        lap = canvas.period / canvas.height / max(element.parallax, 0.01)
        pictures = []
        for x in (0.0, lap):
            picture = blank(SMALL)
            element.paint(picture, Eye(canvas, x=x), 0, SMALL[1])
            pictures.append(picture[0].astype(int))
        assert np.abs(pictures[0] - pictures[1]).max() <= 3


def test_landscape_passes_behind_carriage_windows() -> None:
    first, later = seen("carriage"), seen("carriage", frame=12)
    changed = np.abs(first[0].astype(int) - later[0]) > 12
    window, wall = changed[25:55, 20:80], changed[70:80, 20:80]
    assert window.mean() > 0.05
    assert wall.mean() == 0


def test_every_layer_has_a_painter_and_a_depth() -> None:
    for name in PLACES:
        for seed in range(3):
            for layer in layers_of(Setting(name, "day", "clear"), seed):
                assert layer["kind"] in PAINTERS or layer["kind"] in ("water", "thing")
                assert 0 < layer["parallax"] <= 1.4


def test_lamps_count_after_dark_only() -> None:
    day, night = (Setting("living", time, "clear") for time in ("day", "night"))
    assert inks_of(night, palette_of(night)).lit > inks_of(day, palette_of(day)).lit
    hills = Setting("hills", "night", "clear")
    assert inks_of(hills, palette_of(hills)).lit == 0
