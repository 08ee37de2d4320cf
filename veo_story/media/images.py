"""What an image file is, found out without trusting it."""

from __future__ import annotations

import os
import stat
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veo_story.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

MOST_PIXELS = 64_000_000
"""More are refused before a pixel is decoded; 8k is 33 million."""

_MOST_DECODED = 16_000_000
"""Formats that can only be checked by decoding them whole are believed beyond this many pixels."""

MOST_BYTES = 100_000_000

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
"""Readers that are let near a file: plain pictures only (EPS, for one, would start a program)."""

_TURNED = frozenset({5, 6, 7, 8})
_ORIENTATION = 274


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """An image: its size in pixels as it is shown (turned if EXIF says so), its format and file size."""

    width: int
    height: int
    format: str
    bytes: int


class ImageTooLargeError(MediaError):
    """The picture has more pixels or bytes than anybody needs, whether by accident or by malice."""


def image_facts(path: Path) -> ImageFacts:
    """Read an image's header and check that its data are whole, within bounds of time and memory.

    Raises ImageTooLargeError beyond :data:`MOST_PIXELS` or :data:`MOST_BYTES`, MediaError when it is no
    file, cannot be read, is empty, is no image or is damaged.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            raise MediaError(f"{path}: the file is empty")
        if size > MOST_BYTES:
            raise ImageTooLargeError(f"{path}: {size / 1e6:.0f} MB, the limit is {MOST_BYTES / 1e6:.0f} MB")
        return _facts(path, file, size)


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file for reading; never waits for a pipe or touches a device. Raises MediaError."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise MediaError(f"{path}: not a regular file")
        # O_NONBLOCK: should the file be swapped for a pipe just now, opening it still returns at once.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise MediaError(f"{path}: {_reason(error)}") from error
    return os.fdopen(handle, "rb")


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _facts(path: Path, file: IO[bytes], size: int) -> ImageFacts:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=FORMATS) as image:
                name, (width, height) = image.format or "", image.size
                if width * height > MOST_PIXELS:
                    raise ImageTooLargeError(f"{path}: {width} x {height} pixels, the limit is 64 million")
                # Asking a PNG for EXIF data would decode it.
                turned = name == "JPEG" and image.getexif().get(_ORIENTATION) in _TURNED
                _check_whole(image)
    except UnidentifiedImageError as error:
        raise MediaError(f"{path}: not an image that can be read") from error
    except Image.DecompressionBombError as error:
        raise ImageTooLargeError(f"{path}: far more pixels than the limit of 64 million") from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        struct.error,
        zlib.error,
        KeyError,
        IndexError,
        TypeError,
    ) as error:
        raise MediaError(f"{path}: the image is damaged or cut off") from error
    return ImageFacts(height, width, name, size) if turned else ImageFacts(width, height, name, size)


def _check_whole(image: Any) -> None:
    """Find a truncated or damaged file. Raises what Pillow raises."""
    if image.format == "PNG":
        # Checks the digest of every chunk and decodes nothing.
        image.verify()
        return
    if image.format != "JPEG" and image.width * image.height > _MOST_DECODED:
        return
    # A JPEG is decoded at an eighth of its size, which reads all of it at a fraction of the cost.
    image.draft("L", (max(image.width // 8, 1), max(image.height // 8, 1)))
    image.load()
