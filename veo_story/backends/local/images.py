"""The author's images as planes of a picture, and a picture as text for a clip's tag."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageOps

from veo_story.backends.local.colour import planes_of
from veo_story.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.backends.local.window import Planes

_QUALITY = 94


def covering(path: Path, size: tuple[int, int]) -> Image.Image:
    """The image scaled and cropped about its middle so that it fills ``size``."""
    return ImageOps.fit(_read(path), size, Image.Resampling.LANCZOS)


def swatch(path: Path, height: int) -> Planes:
    """A thumbnail of the whole image, ``height`` rows high (even) and at most twice as wide."""
    image = _read(path)
    width = max(height // 2, min(2 * height, round(image.width * height / image.height)))
    return planes_of(np.asarray(ImageOps.pad(image, (width // 2 * 2, height), Image.Resampling.LANCZOS)))


def pack(image: Image.Image) -> str:
    """The picture as base64 JPEG; :func:`unpack` gives it back, the same every time."""
    into = io.BytesIO()
    image.save(into, "JPEG", quality=_QUALITY)
    return base64.b64encode(into.getvalue()).decode("ascii")


def unpack(text: str, margin: int) -> Planes:
    """The planes of a packed picture, its edge repeated ``margin`` pixels (a multiple of 4) around it."""
    with Image.open(io.BytesIO(base64.b64decode(text))) as image:
        y, u, v = planes_of(np.asarray(image.convert("RGB")))
    half = margin // 2
    edges = ((margin,) * 4, (half,) * 4, (half,) * 4)
    padded = [
        np.asarray(cv2.copyMakeBorder(plane, *edge, cv2.BORDER_REPLICATE), np.uint8)
        for plane, edge in zip((y, u, v), edges, strict=True)
    ]
    return padded[0], padded[1], padded[2]


def _read(path: Path) -> Image.Image:
    try:
        with Image.open(path) as image:
            turned = ImageOps.exif_transpose(image)
            if "A" in turned.getbands() or "transparency" in turned.info:
                turned = Image.alpha_composite(
                    Image.new("RGBA", turned.size, "black"), turned.convert("RGBA")
                )
            return turned.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError(
            f"the image {path} cannot be read: {error}", hint="save it again as PNG or JPEG"
        ) from error
