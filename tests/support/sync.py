"""Where one sound stands in another, to the sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def lag(part: NDArray[np.float32], whole: NDArray[np.float32], at: int, reach: int = 64) -> tuple[int, float]:
    """How many samples ``part`` stands off ``at`` in ``whole``, and how well it fits there (0..1)."""
    length = part.shape[0]
    fits = []
    for offset in range(-reach, reach + 1):
        piece = whole[at + offset : at + offset + length]
        fits.append(float(np.dot(part, piece) / (np.linalg.norm(part) * np.linalg.norm(piece) + 1e-12)))
    best = int(np.argmax(fits))
    return best - reach, fits[best]
