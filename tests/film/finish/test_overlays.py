from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from veo_story.errors import MediaError
from veo_story.film.finish.captions import caption_layers
from veo_story.film.finish.layers import Layer, overlaid
from veo_story.film.finish.looks import LOOKS
from veo_story.film.finish.overlays import overlay_layers
from veo_story.lettering.plates import DARK
from veo_story.media.blend import black, planes_of
from veo_story.media.source import Colour
from veo_story.media.spans import Caption
from veo_story.storyboard.finish import Overlay

if TYPE_CHECKING:
    from pathlib import Path

BT709 = Colour(1, 1, 1, 1)
SIZES = [(640, 360), (360, 640), (360, 360), (320, 180), (1280, 720)]
LONG = "A title that goes on and on until it has said all that there is to say about this scene " * 2
SCRIPTS = ["Mira Byrne", "ميرا حارسة المنارة", "灯台守の長い夜", "ผู้ดูแลประภาคาร", "प्रकाशस्तंभ", "קול נמוך", LONG]


def layers_of(size: tuple[int, int], *overlays: Overlay, frames: int = 48) -> list[Layer]:
    return overlay_layers(overlays, frames, size, BT709)


def seen(size: tuple[int, int], layers: list[Layer], frame: int = 24, ground: int = 235) -> np.ndarray:
    """Luma of a frame over a plain ground."""
    under = black(size)
    planes_of(under)[0][:] = ground
    made = list(overlaid([under] * (frame + 1), layers))[-1]
    return planes_of(made)[0].copy()


def logo(folder: Path, size: tuple[int, int] = (60, 60), colour: tuple[int, ...] = (255, 0, 0)) -> Path:
    picture = np.zeros((size[1], size[0], 4), np.uint8)
    picture[..., :3] = colour
    picture[size[1] // 4 : -size[1] // 4, :, 3] = 255
    Image.fromarray(picture).save(folder / "logo.png")
    return folder / "logo.png"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", SCRIPTS)
def test_words_are_legible_on_white_and_black_and_inside_the_frame(size: tuple[int, int], text: str) -> None:
    for at in ("lower-third", "center", "top-right") if text == LONG else ("lower-third",):
        layers = layers_of(size, Overlay(text=text, subtitle="Ardmore, 1974", at=at))
        [layer] = layers
        left, top, right, bottom = layer.box
        width, height = size
        assert left - width // 20 + 2 >= 0 and right <= width - width // 20 + 2
        assert height // 20 - 2 <= top and bottom <= height - height // 20 + 2
        for ground in (16, 235):
            luma = seen(size, layers, ground=ground)[top:bottom, left:right].astype(int)
            bright = luma > 190
            assert 0.01 < bright.mean() < 0.5, "there is ink"
            dark = np.median(luma[~bright])
            assert dark < 130, "and what is behind it is darker"


@pytest.mark.parametrize("at", sorted(LOOKS))
def test_each_place_is_where_it_says(at: str) -> None:
    [layer] = layers_of((640, 360), Overlay(text="Ardmore", at=at))
    left, top, right, bottom = layer.box
    across, down = (left + right) / 2 / 640, (top + bottom) / 2 / 360
    assert (across < 0.4) == ("left" in at or "third" in at)
    assert (across > 0.6) == ("right" in at)
    assert (down < 0.35) == ("top" in at or at == "upper-third")
    assert (down > 0.65) == ("bottom" in at or at == "lower-third")


def test_what_is_read_from_the_right_stands_at_the_right() -> None:
    [left] = layers_of((640, 360), Overlay(text="Ardmore"))
    [right] = layers_of((640, 360), Overlay(text="أردمور"))
    assert left.box[0] < 40
    assert right.box[2] > 600


def test_times_are_those_of_the_scene() -> None:
    start, length, fade = Decimal("0.5"), Decimal(1), Decimal("0.25")
    timed = Overlay(text="Ardmore", start_s=start, duration_s=length, fade_s=fade)
    [layer, whole] = layers_of((320, 180), timed, Overlay(text="x", fade_s=Decimal(9)))
    assert (layer.start, layer.end, layer.fade) == (12, 36, 6)
    assert (whole.start, whole.end, whole.fade) == (0, 48, 24)
    assert layers_of((320, 180), Overlay(text="x", start_s=Decimal(2))) == []


def test_a_logo_keeps_its_holes_and_colour(tmp_path: Path) -> None:
    [layer] = layers_of((640, 360), Overlay(image=logo(tmp_path), at="top-left", height=Decimal("0.2")))
    assert (layer.plate.width, layer.plate.height) == (72, 72)
    made = list(overlaid([black((640, 360))] * 25, [layer]))[-1]
    y, u, v = planes_of(made)
    row, column = layer.plate.y + 36, layer.plate.x + 36
    assert abs(int(y[row, column]) - 63) <= 2
    assert abs(int(u[row // 2, column // 2]) - 102) <= 2
    assert abs(int(v[row // 2, column // 2]) - 240) <= 2
    assert y[layer.plate.y + 5, column] == 16


def test_a_wide_logo_stays_within_the_frame(tmp_path: Path) -> None:
    wide = Overlay(image=logo(tmp_path, (900, 40)), at="bottom", height=Decimal("0.5"))
    [layer] = layers_of((320, 180), wide)
    assert layer.plate.width <= 288
    assert layer.plate.x >= 16


def test_words_and_logo_stand_side_by_side(tmp_path: Path) -> None:
    both = Overlay(text="Sel Marin", image=logo(tmp_path, colour=(0, 0, 255)), height=Decimal("0.2"))
    [layer] = layers_of((640, 360), both)
    made = list(overlaid([black((640, 360))] * 25, [layer]))[-1]
    y, u, _ = planes_of(made)
    logo_columns = np.flatnonzero((u > 200).any(axis=0)) * 2
    word_columns = np.flatnonzero((y[:, 60:] > 210).any(axis=0)) + 60
    assert logo_columns[-1] < word_columns[0]


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "logo.svg"
    path.write_text("<svg/>")
    with pytest.raises(MediaError, match=r"logo\.svg"):
        layers_of((320, 180), Overlay(image=path))


def captioned(text: str, size: tuple[int, int], others: list[Layer], **times: Any) -> Layer:
    [layer] = caption_layers([Caption(times.get("start", 0), times.get("end", 48), text)], others, size)
    return layer


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", ["You are late.", "You are late.\nThe sea is not.", LONG, "海は待たない。"])
def test_a_caption_is_two_lines_at_most_at_the_foot(size: tuple[int, int], text: str) -> None:
    layer = captioned(text, size, [])
    left, top, right, bottom = layer.box
    assert abs((left + right) / 2 - size[0] / 2) <= 2
    assert left >= size[0] // 20 - 2
    assert size[1] * 0.8 < bottom <= size[1]
    assert layer.fade == 0
    short = min(size)
    assert bottom - top <= short * (2 * 34 * 1.45 + 14) / 720 + 10


def test_a_caption_stands_above_what_is_in_its_way() -> None:
    size = (640, 360)
    third = layers_of(
        size, Overlay(text="A name as long as half of the frame is wide", duration_s=Decimal(1))
    )
    free = captioned("You are late.", size, third, start=24)
    raised = captioned("You are late.", size, third, end=10)
    assert free.box[3] > 330
    assert raised.box[3] <= third[0].box[1]
    corner = layers_of(size, Overlay(text="x", at="bottom-left"))
    assert captioned("Late.", size, corner).box == captioned("Late.", size, []).box


def test_dark_is_dark() -> None:
    assert DARK[0] < 30
