"""What an author's words about the look do to colours."""

from __future__ import annotations

import numpy as np
import pytest

from veo_story.backends.local.lexicon.looks import looks_in
from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.world.look import Grade, grade_of
from veo_story.backends.local.world.palette import palette_of, yuv
from veo_story.backends.local.world.sheets import make_sheet

LOOKS = vocabulary("looks")
NAMES = [*LOOKS["look"], *LOOKS["mood"]]
COLOURS = [yuv(colour) for colour in ("#101418", "#c03030", "#3068c0", "#e8e0c8", "#5c7a3e")]


def setting(*look: str, palette: tuple[str, ...] = ()) -> Setting:
    return Setting("hills", "day", "clear", look=look, palette=palette)


@pytest.mark.parametrize("name", NAMES)
def test_every_look_is_seen_and_stays_in_range(name: str) -> None:
    grade = grade_of(setting(name))
    seen = [grade.colour(colour) for colour in COLOURS]
    assert all(16 <= value <= 240 for colour in seen for value in colour)
    frames = grade.grain or grade.vignette or grade.soft
    assert frames or np.abs(np.subtract(seen, COLOURS)).max() > 3


def test_without_a_word_nothing_changes() -> None:
    grade = grade_of(setting())
    assert grade.plain
    planes = tuple(np.full((4, 4), value, np.uint8) for value in (90, 100, 150))
    assert grade.planes(planes) is planes


def test_black_and_white_film_has_no_colour_and_graded_palettes_neither() -> None:
    palette = palette_of(setting("mono"))
    for colour in (palette.zenith, palette.air, palette.tone(yuv("#c03030"), 0.5), palette.lamp):
        assert colour[1:] == pytest.approx((128, 128), abs=0.01)


def test_a_still_gets_the_same_colours_as_what_is_painted() -> None:
    grade = grade_of(setting("teal_orange", "high_contrast"))
    for colour in COLOURS:
        y, u, v = (
            np.full(shape, round(value), np.uint8)
            for shape, value in zip(((4, 4), (2, 2), (2, 2)), colour, strict=True)
        )
        seen = [int(plane[0, 0]) for plane in grade.planes((y, u, v))]
        assert np.allclose(seen, grade.colour(colour), atol=1.6)


def test_a_sheet_keeps_its_holes_and_changes_its_colour() -> None:
    cover = np.ones((4, 4), np.float32)
    cover[:2] = 0
    sheet = make_sheet(cover, np.full((4, 4), 120, np.float32), (90.0, 160.0))
    graded = grade_of(setting("mono")).sheet(sheet)
    assert (graded.hole == sheet.hole).all()
    assert graded.u[1, 0] == 128
    assert graded.y[0, 0] == 0


def test_contrast_and_fade_move_blacks_apart() -> None:
    black = (20.0, 128.0, 128.0)
    assert grade_of(setting("high_contrast")).colour(black)[0] <= 20
    assert grade_of(setting("pastel")).colour(black)[0] > 35


def test_warm_and_cold_words_pull_apart() -> None:
    grey = (120.0, 128.0, 128.0)
    warm, cold = (grade_of(setting(name)).colour(grey) for name in ("warm", "cold"))
    assert warm[1] < 128 < cold[1]
    assert warm[2] > 128 > cold[2]


def test_colours_are_drawn_towards_the_authors_own_that_is_most_like_them() -> None:
    amber, slate = "#e59b2c", "#55687f"
    grade = grade_of(setting(palette=(amber, slate)))
    for colour, own in (("#c08a50", amber), ("#4a5a90", slate), ("#70747a", slate)):
        before, after, wanted = yuv(colour), grade.colour(yuv(colour)), yuv(own)
        assert np.hypot(after[1] - wanted[1], after[2] - wanted[2]) < 0.75 * np.hypot(
            before[1] - wanted[1], before[2] - wanted[2]
        )
        assert after[0] == pytest.approx(before[0], abs=0.5)
    assert grade_of(setting("mono", palette=(amber,))).colour((120.0, 90.0, 90.0))[1] == 128


def test_a_still_is_drawn_towards_the_authors_colours_as_well() -> None:
    grade = grade_of(setting("warm", palette=("#e59b2c", "#55687f")))
    for colour in COLOURS:
        rounded = tuple(float(round(value)) for value in colour)
        y, u, v = (np.full((2, 2), value, np.uint8) for value in rounded)
        planes = grade.planes((np.repeat(np.repeat(y, 2, 0), 2, 1), u, v))
        assert np.allclose([int(plane[0, 0]) for plane in planes], grade.colour(rounded), atol=1.1)


def test_a_dark_look_leaves_night_its_light() -> None:
    grade = Grade(gamma=1.4, contrast=1.3, bright=-12)
    dim = (50.0, 128.0, 128.0)
    assert grade.eased(0.9).colour(dim)[0] > grade.colour(dim)[0] + 6
    assert Grade(saturation=0.5).eased(0.9) == Grade(saturation=0.5)


def test_looks_that_nobody_knows_are_refused() -> None:
    with pytest.raises(KeyError):
        grade_of(setting("no such look"))


@pytest.mark.parametrize(
    ("look", "story", "names"),
    [
        ("black and white", "", {"mono"}),
        ("film noir, hard light", "", {"noir", "high_contrast"}),
        ("1970s 35mm colour film, fine grain", "", {"film", "vintage"}),
        ("Super 8", "", {"super8"}),
        ("warm and restrained", "", {"warm", "muted"}),
        ("", "a warm loaf", set()),
        ("teal and orange", "", {"teal_orange"}),
        ("", "neon signs in the rain", {"neon"}),
        ("hand-painted watercolour", "", {"watercolour"}),
        ("anime", "a ghost haunts the corridor", {"anime", "dread"}),
        ("", "they laugh at the birthday party", {"joy"}),
        ("", "grief and farewell", {"sorrow"}),
        ("", "ein Zug", set()),
    ],
)
def test_words_name_looks(look: str, story: str, names: set[str]) -> None:
    assert names <= set(looks_in(look, story))
    assert bool(names) == bool(looks_in(look, story))


def test_at_most_one_mood_is_read() -> None:
    found = looks_in("", "She laughs, then weeps at the funeral; grief and ghosts everywhere")
    assert found == ("sorrow",)
