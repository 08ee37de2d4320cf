"""What moved how between two pictures: a few whole motions first, then one for every place.

Dense flow alone finds no step of a tenth of the picture. So points that look alike are matched, the
motions that most of them agree on are tried out one by one, each is refined by dense flow, and every
place takes the one that explains it best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.window import Bytes

    Floats = NDArray[np.float32]
    Matrix = NDArray[np.float64]

_POINTS = 1200
_MOST = 3
_FEWEST = 10
_ALIKE = 0.8
_NEAR = 2.0
"""Pixels off a motion at which a matched point still belongs to it."""
STAY = np.array([[1.0, 0, 0], [0, 1, 0]])
"""The motion of what does not move."""


def motions(first: Bytes, last: Bytes) -> list[Matrix]:
    """The motions (2 x 3, from ``first`` to ``last``) that most points share, the commonest first.

    Empty when the pictures have nothing in common.
    """
    here, there = _matched(first, last)
    found: list[Matrix] = []
    while len(here) >= _FEWEST and len(found) < _MOST:
        matrix, agreeing = cv2.estimateAffinePartial2D(
            here, there, method=cv2.RANSAC, ransacReprojThreshold=_NEAR, maxIters=2000
        )
        inside = np.asarray(agreeing, bool).ravel()
        if matrix is None or inside.sum() < _FEWEST or not _plausible(np.asarray(matrix, np.float64)):
            break
        found.append(np.asarray(matrix, np.float64))
        here, there = here[~inside], there[~inside]
    return found


def dense_flow(first: Bytes, last: Bytes, tried: list[Matrix]) -> Floats:
    """For each pixel of ``first`` how far right and down it has gone in ``last``: rows x columns x 2."""
    flows = [_refined(first, last, matrix) for matrix in tried or [STAY]]
    if len(flows) == 1:
        return flows[0]
    costs = [_cost(first, last, flow) for flow in flows]
    # The commonest motion is right where the others are hardly better.
    costs = [cost + (0.6 if n else 0.0) for n, cost in enumerate(costs)]
    best = np.argmin(costs, axis=0)
    flow = flows[0].copy()
    for n, other in enumerate(flows[1:], 1):
        flow[best == n] = other[best == n]
    return flow


def followed(flow: Floats, values: Floats | Bytes) -> Floats:
    """``values`` of the other picture, seen where the flow's own picture has what moved there."""
    x, y = _places(flow)
    seen = cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.float32)


def _matched(first: Bytes, last: Bytes) -> tuple[Floats, Floats]:
    """Places in both pictures that look alike, n x 2 each."""
    finder = cv2.SIFT.create(nfeatures=_POINTS, contrastThreshold=0.02)
    points, looks = finder.detectAndCompute(first, None)
    others, other_looks = finder.detectAndCompute(last, None)
    if looks is None or other_looks is None or len(others) < 2:
        return np.empty((0, 2), np.float32), np.empty((0, 2), np.float32)
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(looks, other_looks, k=2)
    good = [best for best, second in pairs if best.distance < _ALIKE * second.distance]
    here = np.array([points[match.queryIdx].pt for match in good], np.float32)
    there = np.array([others[match.trainIdx].pt for match in good], np.float32)
    return here.reshape(-1, 2), there.reshape(-1, 2)


def _plausible(matrix: Matrix) -> bool:
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    return 0.4 < scale < 2.5


def _refined(first: Bytes, last: Bytes, matrix: Matrix) -> Floats:
    """Dense flow on what a motion leaves to explain."""
    rows, columns = first.shape
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(last, matrix, (columns, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    rest = np.asarray(
        finder.calc(first, np.asarray(moved, np.uint8), np.zeros((rows, columns, 2), np.float32))
    )
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    at_x, at_y = x + rest[..., 0], y + rest[..., 1]
    to_x = matrix[0, 0] * at_x + matrix[0, 1] * at_y + matrix[0, 2]
    to_y = matrix[1, 0] * at_x + matrix[1, 1] * at_y + matrix[1, 2]
    return np.dstack([to_x - x, to_y - y]).astype(np.float32)


def _cost(first: Bytes, last: Bytes, flow: Floats) -> Floats:
    """How little the flow explains around each place."""
    off = np.minimum(np.abs(followed(flow, last) - first), 40)
    return np.asarray(cv2.GaussianBlur(off, (0, 0), 3.0), np.float32)


def _places(flow: Floats) -> tuple[Floats, Floats]:
    rows, columns = flow.shape[:2]
    x = np.arange(columns, dtype=np.float32)[None] + flow[..., 0]
    y = np.arange(rows, dtype=np.float32)[:, None] + flow[..., 1]
    return np.asarray(x, np.float32), np.asarray(y, np.float32)
