"""How near everything in one picture seems to be, guessed from the picture alone.

No model: the ground comes nearer towards the bottom, what looks like sky is far away, and what stands out
from the picture's borders stands upright on the ground where its foot is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.window import Bytes, Planes

    Floats = NDArray[np.float32]

_LONG_SIDE = 160
_ROUNDS = 2


def relief(planes: Planes) -> Floats:
    """The nearness of each place of the picture, 0 (far) .. 1 (near), on a small grid that covers it evenly.

    Smooth enough that a small step of the camera tears nothing.
    """
    small = _small(planes)
    subject = _subject(small)
    rows, columns = subject.shape
    near = _upright(_ground(small), subject)
    # What stands out carries its depth a little beyond its edge, so that the bend falls on what is behind it.
    reach = max(2, columns // 30)
    mask = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)
    near = np.maximum(near, cv2.dilate(near * subject, mask))
    soft = max(rows, columns) / 45
    return np.asarray(cv2.GaussianBlur(near, (0, 0), soft).clip(0, 1), np.float32)


def _small(planes: Planes) -> Floats:
    """The picture as rows x columns x (luma, u, v), 0..255, on the small grid."""
    rows, columns = planes[0].shape
    scale = _LONG_SIDE / max(rows, columns)
    size = (max(8, round(columns * scale)), max(8, round(rows * scale)))
    layers = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in planes]
    return np.dstack(layers).astype(np.float32)


def _ground(small: Floats) -> Floats:
    """The nearness of the ground by height alone, with sky told from it."""
    rows, columns = small.shape[:2]
    height = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    ground = np.clip((height - 0.30) / 0.70, 0, 1) ** 0.9
    return np.asarray(ground * (1 - _sky(small)) + np.zeros((1, columns), np.float32), np.float32)


def _sky(small: Floats) -> Floats:
    """1 where an even, bright or blue area hangs from the top border, softly 0 elsewhere."""
    rows, columns = small.shape[:2]
    luma = cv2.GaussianBlur(small[..., 0], (0, 0), 1.0)
    rough = np.abs(cv2.Sobel(luma, cv2.CV_32F, 1, 0)) + np.abs(cv2.Sobel(luma, cv2.CV_32F, 0, 1))
    even = (rough < 30).astype(np.uint8)
    even[rows * 6 // 10 :] = 0
    _, labels = cv2.connectedComponents(cv2.erode(even, np.ones((3, 3), np.uint8)))
    top = {int(n) for n in np.unique(labels[: max(1, rows // 20)])} - {0}
    sky = np.isin(labels, list(top)).astype(np.float32)
    # Less than a tenth of the picture is a gap between leaves rather than a sky.
    if sky.mean() < 0.1:
        return np.zeros((rows, columns), np.float32)
    return np.asarray(cv2.GaussianBlur(sky, (0, 0), 2.0), np.float32)


def _subject(small: Floats) -> Floats:
    """1 where something differs from the borders and lies near the middle, cut out by its edges; else 0."""
    rows, columns = small.shape[:2]
    standing_out = _saliency(small)
    mask = np.full((rows, columns), cv2.GC_PR_BGD, np.uint8)
    mask[standing_out > 0.45] = cv2.GC_PR_FGD
    mask[standing_out > 0.8] = cv2.GC_FGD
    edge = max(1, rows // 30)
    mask[:edge] = cv2.GC_BGD
    mask[:, :1] = mask[:, -1:] = cv2.GC_BGD
    found = mask == cv2.GC_PR_FGD
    if not 0.01 < found.mean() < 0.5:
        return np.zeros((rows, columns), np.float32)
    # It draws from a generator of this thread's own.
    cv2.setRNGSeed(1)
    bgr = np.ascontiguousarray(small.clip(0, 255).astype(np.uint8))
    cv2.grabCut(bgr, mask, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), _ROUNDS, cv2.GC_INIT_WITH_MASK)
    cut = _filled(np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8))
    return cut if 0.01 < cut.mean() < 0.6 else np.zeros((rows, columns), np.float32)


def _filled(mask: Bytes) -> Floats:
    """A mask of 0 and 1 without specks, holes and bays: a light label is part of the dark box it is on."""
    calm = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    calm = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    edges, _ = cv2.findContours(calm, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    # A whole skyline has bays that are sky.
    wide = mask.shape[1] // 2
    hulls = [edge if cv2.boundingRect(edge)[2] > wide else cv2.convexHull(edge) for edge in edges]
    return np.asarray(cv2.drawContours(calm, hulls, -1, 1, cv2.FILLED), np.float32)


def _saliency(small: Floats) -> Floats:
    rows, columns = small.shape[:2]
    soft = cv2.GaussianBlur(small, (0, 0), 1.5)
    border = np.concatenate(
        [soft[: rows // 12 + 1].reshape(-1, 3), soft[:, :4].reshape(-1, 3), soft[:, -4:].reshape(-1, 3)]
    )
    # Few typical border colours; the distance to the nearest of them is what stands out.
    order = np.argsort(border[:, 0])
    typical = np.array([part.mean(axis=0) for part in np.array_split(border[order], 8)], np.float32)
    apart = np.min([np.linalg.norm((soft - colour) * (1, 1.6, 1.6), axis=2) for colour in typical], axis=0)
    y = np.linspace(-1, 1, rows, dtype=np.float32)[:, None] - 0.1
    x = np.linspace(-1, 1, columns, dtype=np.float32)[None]
    standing_out = apart * np.exp(-(x * x + y * y) * 1.2)
    top = float(np.percentile(standing_out, 98))
    return np.asarray((standing_out / max(top, 12.0)).clip(0, 1), np.float32)


def _upright(ground: Floats, subject: Floats) -> Floats:
    """Each thing that stands out gets the nearness of the ground at its foot, from there to its top."""
    near = ground.copy()
    count, labels, stats, _ = cv2.connectedComponentsWithStats(subject.astype(np.uint8))
    for n in range(1, count):
        top, height = int(stats[n, cv2.CC_STAT_TOP]), int(stats[n, cv2.CC_STAT_HEIGHT])
        foot = min(ground.shape[0] - 1, top + height - 1)
        depth = float(ground[foot].max()) + 0.08
        near[labels == n] = np.maximum(near[labels == n], min(1.0, depth))
    return near
