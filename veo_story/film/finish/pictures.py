"""A picture of an author's as an overlay: read, scaled, its holes kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.errors import MediaError
from veo_story.film.finish.colour import matrix_of, transforms
from veo_story.media.conform import FULL_RANGE
from veo_story.media.images import FORMATS, image_facts, open_regular

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from veo_story.media.source import Colour

    Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Logo:
    """A picture in YUV, ``(3, rows, columns)``, and how far each pixel covers (0..1)."""

    planes: Floats
    cover: Floats

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.cover.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.cover.shape[0])


def read_logo(path: Path, height: int, most: int, colour: Colour, size: tuple[int, int]) -> Logo:
    """The picture ``height`` rows high, lower where it would be wider than ``most`` columns.

    ``colour`` and ``size`` are the film's. Raises MediaError when it is no picture that can be read.
    """
    facts = image_facts(path)
    scale = min(height / facts.height, most / facts.width)
    target = (max(round(facts.width * scale), 1), max(round(facts.height * scale), 1))
    rgba = _scaled(_rgba(path), target)
    cover = rgba[..., 3]
    # What is nearly transparent has no colour to speak of.
    opaque = rgba[..., :3] / np.maximum(cover, 1 / 255)[..., None]
    there, _ = transforms(matrix_of(colour, size), colour.range == FULL_RANGE)
    yuv = opaque.clip(0, 1) * 255 @ there[:, :3].T + there[:, 3]
    return Logo(np.ascontiguousarray(yuv.transpose(2, 0, 1), np.float32), cover)


def _rgba(path: Path) -> NDArray[np.uint8]:
    from PIL import Image, ImageOps

    try:
        with open_regular(path) as file, Image.open(file, formats=FORMATS) as image:
            return np.asarray(ImageOps.exif_transpose(image).convert("RGBA"), np.uint8)
    except (OSError, ValueError, SyntaxError) as error:
        raise MediaError(f"{path}: the overlay's picture cannot be read") from error


def _scaled(picture: NDArray[np.uint8], size: tuple[int, int]) -> Floats:
    """The picture at a size, RGBA 0..1, its colours times their cover: so no edge gets a fringe."""
    whole = picture.astype(np.float32) / 255
    whole[..., :3] *= whole[..., 3:]
    smaller = size[0] < picture.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(whole, size, interpolation=way).clip(0, 1), np.float32)
