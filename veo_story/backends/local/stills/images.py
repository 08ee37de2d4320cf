"""The author's images as planes of a picture, and a picture as text for a chain's state."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageOps

from veo_story.errors import MediaError
from veo_story.media.images import FORMATS, ImageTooLargeError, image_facts

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from veo_story.backends.local.window import Bytes, Planes

_QUALITY = 94
_AGAIN = "save it again as PNG or JPEG"
_SMALLER = "save it smaller: 4k (8 million pixels) is more than any film shows"
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    struct.error,
    zlib.error,
)

# BT.709 in television range, from 8-bit RGB.
_TO_YUV = np.array(
    [
        [0.2126 * 219 / 255, 0.7152 * 219 / 255, 0.0722 * 219 / 255, 16],
        [-0.2126 / 1.8556 * 224 / 255, -0.7152 / 1.8556 * 224 / 255, 0.9278 / 1.8556 * 224 / 255, 128],
        [0.7874 / 1.5748 * 224 / 255, -0.7152 / 1.5748 * 224 / 255, -0.0722 / 1.5748 * 224 / 255, 128],
    ]
)


def covering(path: Path, size: tuple[int, int]) -> Image.Image:
    """The image at ``path``, scaled and cropped about its middle so that it fills ``size`` (width, height).

    Raises MediaError naming the file when it is no image, is damaged or is too large.
    """
    return ImageOps.fit(_read(path, size), size, Image.Resampling.LANCZOS)


def swatch(path: Path, height: int) -> Planes:
    """A thumbnail of the whole image, ``height`` rows high (even), half to twice as wide; black beside it.

    Raises what :func:`covering` raises.
    """
    image = _read(path, (2 * height, 2 * height))
    width = max(height // 2, min(2 * height, round(image.width * height / image.height)))
    size = (max(2, width // 2 * 2), height)
    return planes_of(np.asarray(ImageOps.pad(image, size, Image.Resampling.LANCZOS)))


def pack(image: Image.Image) -> str:
    """The picture as base64 JPEG; :func:`unpack` gives it back, the same every time."""
    into = io.BytesIO()
    image.save(into, "JPEG", quality=_QUALITY, subsampling=0)
    return base64.b64encode(into.getvalue()).decode("ascii")


def unpack(text: str) -> Planes:
    """The planes of a packed picture. Raises MediaError when ``text`` is nothing that :func:`pack` wrote."""
    try:
        with Image.open(io.BytesIO(base64.b64decode(text)), formats=("JPEG",)) as image:
            return planes_of(np.asarray(image.convert("RGB")))
    except (*_DAMAGE, Image.DecompressionBombError) as error:
        raise MediaError(
            "the picture kept in the clip before is damaged", hint="render the scene before it again"
        ) from error


def planes_of(rgb: NDArray[np.uint8]) -> Planes:
    """An RGB picture of even size as the three planes of yuv420p (BT.709, television range)."""
    small = cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    luma = cv2.transform(rgb, _TO_YUV[:1])
    chroma = cv2.transform(small, _TO_YUV[1:])
    return _plane(luma), _plane(chroma[..., 0]), _plane(chroma[..., 1])


def framed(planes: Planes, margin: int) -> Planes:
    """The planes with their edge repeated ``margin`` luma pixels (a multiple of 4) all round."""
    y, u, v = (
        np.asarray(cv2.copyMakeBorder(plane, *(edge,) * 4, cv2.BORDER_REPLICATE), np.uint8)
        for plane, edge in zip(planes, (margin, margin // 2, margin // 2), strict=True)
    )
    return y, u, v


def _plane(values: NDArray[np.generic]) -> Bytes:
    return np.ascontiguousarray(values, np.uint8)


def _read(path: Path, least: tuple[int, int]) -> Image.Image:
    """The image as RGB, turned as EXIF says. A JPEG may come smaller, but larger than ``least``."""
    try:
        image_facts(path)
    except ImageTooLargeError as error:
        raise MediaError(f"the image cannot be used: {error.message}", hint=_SMALLER) from error
    except MediaError as error:
        raise MediaError(f"the image cannot be used: {error.message}", hint=error.hint or _AGAIN) from error
    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.format == "JPEG":
                # Twice as large either way round: what is left to do is done with care.
                image.draft(None, (2 * max(least), 2 * max(least)))
            return _on_black(_eight_bits(ImageOps.exif_transpose(image)))
    except (*_DAMAGE, Image.DecompressionBombError) as error:
        raise MediaError(f"the image cannot be used: {path}: {error}", hint=_AGAIN) from error


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 and 32 bits as 8 bits: Pillow itself would clip it to white."""
    if not image.mode.startswith(("I", "F")):
        return image
    levels = np.asarray(image).astype(np.float64)
    # Floating point is by custom 0..1, whole numbers 16 bits.
    top = 1.0 if image.mode == "F" and levels.max(initial=0) <= 1 else 65535.0
    return Image.fromarray(np.rint((levels / top).clip(0, 1) * 255).astype(np.uint8))


def _on_black(image: Image.Image) -> Image.Image:
    if "A" in image.getbands() or "transparency" in image.info:
        ground = Image.new("RGBA", image.size, "black")
        image = Image.alpha_composite(ground, image.convert("RGBA"))
    return image.convert("RGB")
