from __future__ import annotations

import os
import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from veo_story.errors import MediaError
from veo_story.media.images import ImageFacts, ImageTooLargeError, image_facts

if TYPE_CHECKING:
    from pathlib import Path


def encoded(kind: str, size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    buffer = BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(buffer, kind, **options)
    return buffer.getvalue()


def png(width: int, height: int, body: bytes = b"") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_facts_of_an_image(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(encoded(kind))
    assert image_facts(path) == ImageFacts(64, 48, kind, path.stat().st_size)


def test_a_turned_photograph_has_the_size_it_is_shown_in(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6
    path = tmp_path / "x.jpg"
    path.write_bytes(encoded("JPEG", exif=exif))
    facts = image_facts(path)
    assert (facts.width, facts.height) == (48, 64)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF"])
@pytest.mark.parametrize("part", [0.05, 0.5, 0.9])
def test_a_truncated_image_is_damaged(tmp_path: Path, kind: str, part: float) -> None:
    data = encoded(kind)
    path = tmp_path / "x"
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(MediaError):
        image_facts(path)


def test_a_large_bitmap_is_believed_without_decoding_it(tmp_path: Path) -> None:
    path = tmp_path / "x.gif"
    Image.new("P", (5000, 4000)).save(path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert image_facts(path) == ImageFacts(5000, 4000, "GIF", len(data) // 2)


def test_a_changed_byte_in_a_png_is_found(tmp_path: Path) -> None:
    data = bytearray(encoded("PNG"))
    data[len(data) // 2] ^= 0xFF
    path = tmp_path / "x.png"
    path.write_bytes(data)
    with pytest.raises(MediaError, match="damaged"):
        image_facts(path)


@pytest.mark.parametrize("size", [(8001, 8000), (12_000, 12_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_too_many_pixels_are_refused_before_they_are_decoded(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(png(*size, zlib.compress(b"\0" * 1000)))
    with pytest.raises(ImageTooLargeError):
        image_facts(path)


def test_too_many_bytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    with path.open("wb") as file:
        file.truncate(100_000_001)
    with pytest.raises(ImageTooLargeError, match="100 MB"):
        image_facts(path)


@pytest.mark.parametrize(
    "data", [b"", b"text", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_image(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(data)
    with pytest.raises(MediaError, match=r"x\.png: "):
        image_facts(path)


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "nothing", tmp_path / "a\0b"):
        with pytest.raises(MediaError):
            image_facts(path)
