"""The frame number burnt into every local picture, so that a film can be checked frame by frame.

Sixteen black or white blocks stand along the bottom edge from the left corner, lowest bit first. They
count the frames since the chain began, modulo 65,536.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BITS = 16
_BLACK, _WHITE, _MIDDLE = 16, 235, 126


def block_size(width: int, height: int) -> int:
    """Edge of one block in pixels: 8 at 720p and below, 12 at 1080p; always even."""
    return max(8, min(width, height) * 8 // 720 // 2 * 2)


def write_frame_code(y: NDArray[np.uint8], u: NDArray[np.uint8], v: NDArray[np.uint8], number: int) -> None:
    """Burn ``number`` into the planes of a yuv420p picture, in place."""
    height, width = y.shape
    size = block_size(width, height)
    bits = (_WHITE if number >> bit & 1 else _BLACK for bit in range(BITS))
    for index, value in enumerate(bits):
        y[height - size :, index * size : (index + 1) * size] = value
    for plane in (u, v):
        plane[(height - size) // 2 :, : BITS * size // 2] = 128


def read_frame_code(y_plane: NDArray[np.uint8]) -> int:
    """Read the number out of a decoded luma plane (height x width, uint8).

    Any picture gives some number: only pictures of the local backend carry a true one.
    """
    height, width = y_plane.shape
    size = block_size(width, height)
    inset = size // 4
    number = 0
    for bit in range(BITS):
        left = bit * size
        block = y_plane[height - size + inset : height - inset, left + inset : left + size - inset]
        number |= int(block.mean() > _MIDDLE) << bit
    return number
