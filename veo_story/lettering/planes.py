"""Planes of a picture in memory: brightness and two of colour at half the size, a byte a pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]
    Planes = tuple[Bytes, Bytes, Bytes]


def halved(values: Floats) -> Floats:
    """A plane at half the size, averaged: what luma's is to chroma's."""
    return np.asarray(cv2.resize(values, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32)


def to_bytes(values: Floats) -> Bytes:
    """Rounded and clipped."""
    return np.rint(values).clip(0, 255).astype(np.uint8)
