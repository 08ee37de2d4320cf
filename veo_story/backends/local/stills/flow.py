"""What two pictures have in common, place by place: where each thing goes, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.stills.matching import STAY, dense_flow, followed, motions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.stills.matching import Matrix
    from veo_story.backends.local.window import Bytes

    Floats = NDArray[np.float32]

_WORKING = 640
"""Pixels of the long side that flow is worked out on: half of 720p."""
_OFF = 1.5
"""Working pixels by which the way there and back may miss its beginning."""
_UNLIKE = 30.0
"""Steps of luma by which what is found may differ."""
_APART = 8.0
"""Working pixels of own motion that make a place surely none of the background."""
_REACHES = (4.0, 12.0, 36.0)


@dataclass(frozen=True, slots=True)
class Way:
    """One picture's way to another, on a grid that covers it evenly.

    ``flow`` is rows x columns x 2 (right and down, pixels of the picture), usable everywhere.
    ``trust``, 0..1: whether what is there is really found in the other picture.
    ``front`` grows with the likelihood that it passes in front of the rest.
    """

    flow: Floats
    trust: Floats
    front: Floats


def ways(first: Bytes, last: Bytes) -> tuple[Way, Way]:
    """The ways of two luma planes of one size: from the first to the last, and back."""
    rows, columns = first.shape
    scale = min(1.0, _WORKING / max(rows, columns))
    size = (max(16, round(columns * scale)), max(16, round(rows * scale)))
    a, b = (
        np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8) for plane in (first, last)
    )
    there = motions(a, b)
    back = [np.asarray(cv2.invertAffineTransform(matrix), np.float64) for matrix in there]
    flow, returning = dense_flow(a, b, there), dense_flow(b, a, back)
    larger = np.array((columns / size[0], rows / size[1]), np.float32)
    return (
        _way((a, b), (flow, returning), there[0] if there else STAY, larger),
        _way((b, a), (returning, flow), back[0] if back else STAY, larger),
    )


def _way(pictures: tuple[Bytes, Bytes], flows: tuple[Floats, Floats], main: Matrix, larger: Floats) -> Way:
    """The way of the first of two pictures, by its own flow and the other's; ``main``: the background's."""
    trust = _trust(pictures, flows)
    background = _whole(main, trust.shape)
    rest = flows[0] - background
    front = np.asarray(cv2.blur(np.hypot(rest[..., 0], rest[..., 1]), (5, 5)), np.float32)
    # What is seen in one picture only has mostly been behind something.
    rest = _filled(rest, trust, np.asarray(trust * np.exp(-front / _APART), np.float32))
    return Way(_floats((background + rest) * larger), trust, _floats(front * trust))


def _trust(pictures: tuple[Bytes, Bytes], flows: tuple[Floats, Floats]) -> Floats:
    own, other = pictures
    there, back = flows
    missed = there + followed(there, back)
    error = missed[..., 0] ** 2 + missed[..., 1] ** 2
    unlike = cv2.GaussianBlur(np.abs(followed(there, other) - own), (0, 0), 1.5)
    trust = _floats(np.exp(-error / _OFF**2 - (unlike / _UNLIKE) ** 2))
    # A lonely match among things that nothing is like is chance.
    company = cv2.GaussianBlur(trust, (0, 0), max(own.shape) / 40)
    return _floats(trust * np.clip((company - 0.1) / 0.3, 0, 1))


def _whole(matrix: Matrix, shape: tuple[int, ...]) -> Floats:
    """The flow of a picture that moves as a whole."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    (a, b, right), (c, d, down) = matrix
    return _floats(np.dstack([(a - 1) * x + b * y + right, c * x + (d - 1) * y + down]))


def _filled(values: Floats, trust: Floats, weights: Floats) -> Floats:
    """``values`` where they are trusted, elsewhere what lies around by its ``weights``, the nearest first."""
    around = np.zeros_like(values)
    left = np.ones(trust.shape, np.float32)
    for reach in _REACHES:
        mass = cv2.GaussianBlur(weights, (0, 0), reach)
        mean = cv2.GaussianBlur(values * weights[..., None], (0, 0), reach) / (mass + 1e-4)[..., None]
        share = left * np.clip(mass * 6, 0, 1)
        around += mean * share[..., None]
        left = left - share
    kept = np.clip(trust * 2, 0, 1)[..., None]
    return _floats(around + (values - around) * kept)


def _floats(values: NDArray[np.generic]) -> Floats:
    return np.asarray(values, np.float32)
