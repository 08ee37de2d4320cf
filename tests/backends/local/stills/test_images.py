"""Whatever an author may save as a picture is shown as it was meant, or refused by name."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.backends.local.stills.seeing import SIZES, coloured, planes
from veo_story.backends.local.stills.images import covering, framed, pack, planes_of, swatch, unpack
from veo_story.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path


FIT = (64, 36)


def _levels(path: Path, size: tuple[int, int] = FIT) -> np.ndarray:
    return np.asarray(covering(path, size)).astype(int)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("own", [(500, 300), (7, 5), (1, 1), (33, 900), (901, 31)])
def test_an_image_of_any_size_fills_the_picture(
    own: tuple[int, int], size: tuple[int, int], tmp_path: Path
) -> None:
    Image.new("RGB", own, (200, 100, 50)).save(tmp_path / "a.png")
    image = covering(tmp_path / "a.png", size)
    assert image.size == size
    assert np.abs(np.asarray(image).astype(int) - (200, 100, 50)).max() <= 1
    assert planes(image)[0].shape == (size[1], size[0])
    assert planes(image)[1].shape == planes(image)[2].shape == (size[1] // 2, size[0] // 2)


def test_an_image_is_cropped_about_its_middle(tmp_path: Path) -> None:
    pixels = np.zeros((100, 400, 3), np.uint8)
    pixels[:, 150:250] = 255
    Image.fromarray(pixels).save(tmp_path / "a.png")
    luma = _levels(tmp_path / "a.png", (160, 160))[..., 0]
    assert luma[:, 4:-4].min() > 250


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "PA", "RGBA", "CMYK", "I;16", "F"])
def test_every_kind_of_pixel_keeps_its_light(mode: str, tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 255, 64, dtype=np.uint8), (36, 1))
    grey = Image.fromarray(ramp)
    path = tmp_path / "a.png"
    if mode == "I;16":
        Image.fromarray(ramp.astype(np.uint16) * 257).save(path)
    elif mode in ("CMYK", "F"):
        path = tmp_path / "a.tif"
        (grey.convert("CMYK") if mode == "CMYK" else Image.fromarray((ramp / 255).astype(np.float32))).save(
            path
        )
    elif mode == "PA":
        grey.convert("P").convert("PA").convert("LA").save(path)
    else:
        grey.convert(mode).save(path)
    shown = _levels(path)[..., 1]
    assert shown[:, :8].mean() < 40
    assert shown[:, -8:].mean() > 215
    if mode != "1":
        assert np.abs(shown - ramp).max() < 12


def test_what_is_transparent_is_black(tmp_path: Path) -> None:
    Image.new("RGBA", FIT, (255, 255, 255, 0)).save(tmp_path / "clear.png")
    assert _levels(tmp_path / "clear.png").max() == 0
    palette = Image.new("P", FIT, 3)
    palette.putpalette([255, 255, 255] * 8)
    palette.save(tmp_path / "palette.png", transparency=3)
    assert _levels(tmp_path / "palette.png").max() == 0
    Image.new("RGBA", FIT, (255, 255, 255, 128)).save(tmp_path / "half.png")
    assert np.abs(_levels(tmp_path / "half.png") - 128).max() <= 1


def test_a_photo_is_turned_as_its_camera_was_held(tmp_path: Path) -> None:
    pixels = np.zeros((360, 640, 3), np.uint8)
    pixels[:, :320] = 255
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(pixels).save(tmp_path / "a.jpg", exif=exif)
    shown = _levels(tmp_path / "a.jpg", (90, 160))[..., 0]
    assert shown[:70].min() > 230
    assert shown[90:].max() < 25


def _png_of(width: int, height: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 999))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "image"),
        (_png_of(30_000, 30_000), "64 million"),
        (_png_of(8_000, 7_999), ""),
    ],
)
def test_what_cannot_be_used_is_named_with_a_way_out(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "mine.png").write_bytes(content)
    for use in (lambda p: covering(p, FIT), lambda p: swatch(p, 32)):
        with pytest.raises(MediaError, match=r"mine\.png") as caught:
            use(tmp_path / "mine.png")
        assert words in caught.value.message
        assert caught.value.hint


def test_a_cut_off_photo_is_named(tmp_path: Path) -> None:
    coloured((90, 90, 90)).save(tmp_path / "whole.jpg")
    half = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "half.jpg").write_bytes(half[: len(half) // 2])
    with pytest.raises(MediaError, match=r"half\.jpg"):
        covering(tmp_path / "half.jpg", FIT)


def test_a_missing_image_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.png"):
        covering(tmp_path / "gone.png", FIT)


def test_a_large_photo_is_as_good_as_its_picture(tmp_path: Path) -> None:
    large = coloured((120, 90, 60), (1600, 960))
    large.save(tmp_path / "a.jpg", quality=95)
    large.save(tmp_path / "a.png")
    assert np.abs(_levels(tmp_path / "a.jpg") - _levels(tmp_path / "a.png")).max() < 12


def test_a_packed_picture_comes_back_the_same_every_time() -> None:
    text = pack(coloured((120, 90, 60), FIT))
    one, two = unpack(text), unpack(text)
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    plain = planes_of(np.asarray(coloured((120, 90, 60), FIT)))
    assert np.abs(one[0].astype(int) - plain[0]).mean() < 2


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!", "/9j/4AAQ"])
def test_a_damaged_packed_picture_says_so(text: str) -> None:
    with pytest.raises(MediaError, match="damaged") as caught:
        unpack(text)
    assert caught.value.hint


@settings(max_examples=40, deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_colours_are_those_of_television(colour: tuple[int, int, int]) -> None:
    y, u, v = (int(plane[0, 0]) for plane in planes_of(np.full((4, 4, 3), colour, np.uint8)))
    r, g, b = (level / 255 for level in colour)
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    assert abs(y - (16 + 219 * luma)) <= 0.51
    assert abs(u - (128 + 224 * (b - luma) / 1.8556)) <= 0.51
    assert abs(v - (128 + 224 * (r - luma) / 1.5748)) <= 0.51


@pytest.mark.parametrize(("own", "width"), [((500, 300), 52), ((900, 100), 64), ((100, 900), 16)])
def test_a_swatch_shows_the_whole_image(own: tuple[int, int], width: int, tmp_path: Path) -> None:
    Image.new("RGB", own, (250, 250, 250)).save(tmp_path / "a.png")
    y, u, v = swatch(tmp_path / "a.png", 32)
    assert y.shape == (32, width)
    assert u.shape == v.shape == (16, width // 2)
    assert y[14:18, width // 2 - 2 : width // 2 + 2].min() > 220


def test_a_frame_repeats_the_edge() -> None:
    given = planes(coloured((120, 90, 60), FIT))
    wide = framed(given, 8)
    assert wide[0].shape == (36 + 16, 64 + 16)
    assert wide[1].shape == (18 + 8, 32 + 8)
    assert np.array_equal(wide[0][8:-8, 8:-8], given[0])
    assert (wide[0][:8, 8] == given[0][0, 0]).all()
