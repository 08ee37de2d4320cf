"""Things: each is painted, stands at its mark, and moves as a pure function of the frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.lexicon.standing import fits
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.world.palette import palette_of
from veo_story.backends.local.world.props import prop_elements
from veo_story.backends.local.world.sheets import Canvas, Element, Eye
from veo_story.backends.local.world.staging import stage_of
from veo_story.backends.local.world.things import body_of, part_of

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes

PLACES = vocabulary("places")["place"]
PROPS = vocabulary("props")
NAMED = [name for name, prop in PROPS.items() if prop.get("words")]
MOVING = [name for name in NAMED if PROPS[name].get("move", "idle") not in ("idle",)]
SMALL, UPRIGHT = (192, 108), (108, 192)


def home(name: str) -> str:
    return next(place for place in PLACES if fits(name, place))


def elements(setting: Setting, size: tuple[int, int]) -> tuple[Element, ...]:
    canvas = Canvas(*size)
    stage = stage_of(setting, size[0] / size[1])
    return prop_elements(setting, stage, canvas, palette_of(setting), 5)


def painted(parts: tuple[Element, ...], size: tuple[int, int], frame: int = 0) -> Planes:
    columns, rows = size
    y = np.full((rows, columns), 150, np.uint8)
    u, v = (np.full((rows // 2, columns // 2), 128, np.uint8) for _ in "uv")
    for element in sorted(parts, key=lambda part: part.parallax):
        element.paint((y, u, v), Eye(Canvas(*size)), frame, rows)
    return y, u, v


@pytest.mark.parametrize("size", [SMALL, UPRIGHT])
@pytest.mark.parametrize("name", NAMED)
def test_every_thing_is_seen(name: str, size: tuple[int, int]) -> None:
    setting = Setting(home(name), "night", "clear", (name,))
    parts = elements(setting, size)
    pictures = [painted(parts, size, frame) for frame in (0, 60)]
    assert max(np.sum(picture[0] != 150) for picture in pictures) > 8
    again = painted(elements(setting, size), size, 60)
    assert all(np.array_equal(one, other) for one, other in zip(pictures[1], again, strict=True))


@pytest.mark.parametrize("name", MOVING)
def test_what_moves_moves(name: str) -> None:
    setting = Setting(home(name), "night", "clear", (name,))
    parts = elements(setting, (320, 180))
    assert any(part.moving for part in parts)
    pictures = [painted(parts, (320, 180), frame)[0].astype(int) for frame in (0, 17, 40)]
    assert any(np.abs(pictures[0] - later).max() > 4 for later in pictures[1:])


@pytest.mark.parametrize("name", ["boat", "fire", "windmill", "clockwork", "gulls", "bell"])
def test_frames_follow_each_other_smoothly(name: str) -> None:
    parts = elements(Setting(home(name), "day", "clear", (name,)), (320, 180))
    first, second, later = (painted(parts, (320, 180), frame)[0].astype(int) for frame in (40, 41, 64))
    assert np.abs(second - first).mean() <= np.abs(later - first).mean() + 0.4


def test_things_stand_at_their_marks() -> None:
    setting = Setting("farm", "day", "clear", ("scarecrow",))
    mark = stage_of(setting, 320 / 180).things["scarecrow"]
    picture = painted(elements(setting, (320, 180)), (320, 180))[0]
    rows, columns = np.nonzero(picture != 150)
    assert abs(rows.max() - mark.foot * 180) <= 3
    assert abs(rows.min() - (mark.foot - mark.tall) * 180) <= 3
    assert abs((columns.min() + columns.max()) / 2 - (160 + mark.x * 180)) <= 4


def test_small_things_stand_on_something() -> None:
    for place in ("living", "meadow", "studio"):
        setting = Setting(place, "day", "clear", ("book",))
        alone = stage_of(setting, 16 / 9).things["book"]
        picture = painted(elements(setting, (320, 180)), (320, 180))[0]
        row, column = int(alone.foot * 180) + 4, int(160 + alone.x * 180)
        assert picture[row, column] != 150


def test_lamps_of_things_shine_after_dark() -> None:
    day, night = (
        painted(elements(Setting("village", time, "clear", ("house",)), (320, 180)), (320, 180))
        for time in ("day", "night")
    )
    assert night[0].max() > 170
    assert day[1].min() > night[1].min()


@pytest.mark.parametrize("name", ["bus", "boat", "umbrella", "sofa", "motorcycle"])
def test_a_dyed_thing_differs_where_its_body_is(name: str) -> None:
    size = (320, 180)
    plain = Setting(home(name), "day", "clear", (name,))
    dyed = replace(plain, dyes=((name, "#0a2a10"),))
    bare, one, two = (
        painted(parts, size)
        for parts in (elements(replace(plain, props=()), size), elements(plain, size), elements(dyed, size))
    )
    thing = np.abs(one[0].astype(int) - bare[0]) > 0
    changed = np.abs(two[0].astype(int) - one[0]) > 4
    assert changed.sum() > 0.1 * thing.sum()
    # Nothing beside it, save where it was by chance as grey as what is behind it.
    assert (changed & ~thing).sum() < 0.05 * changed.sum()


def test_every_body_is_a_colour_that_the_thing_is_painted_in() -> None:
    for name, spec in PROPS.items():
        colours = {part_of(line).colour for line in spec["parts"]}
        assert body_of(name) in colours or not colours, name
