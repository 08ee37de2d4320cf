"""A virtual camera that follows what draws the eye: at rest where it can be, neither hasty nor jittering.

Pure. The way of a shot is found as a whole, so the camera sets out a little before its subject does. Its
speed and acceleration have limits by construction: places to be, smoothed by a bell of ``GLIDE`` frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Line = NDArray[np.float64]

GLIDE = 72
"""Frames that a change of place takes, 3 s: it goes at most 2/72 of the way a frame."""
_EAGER = 0.02
"""What a step of one cell costs, in shares of a look's attention: a detour must be worth it."""
_LASTING = 13
"""Looks, about a second, over which attention is averaged: what flashes by is not followed."""
_CENTRE = 0.2
"""So much less counts what is caught with the crop at an end of the picture: of equals the middle wins."""
_WORTH = 1.04
"""Elsewhere there must be so much more to see than in the middle: titles, landscapes, crowds stay there."""
_ZONE = 0.10
"""The subject may leave the middle by this share of the crop before the camera moves at all."""
_RESTING = 0.22
"""A shot in which the subject keeps within this share of the crop gets a camera that stands still."""


def way(
    frames: Sequence[int], seen: NDArray[np.float32], *, start: int, end: int, length: int, extent: int
) -> Line:
    """Where a crop of ``length`` of ``extent`` pixels begins, for each frame of a shot.

    The shot is the film's frames ``start`` to ``end`` (exclusive); ``frames`` are those that were looked
    at, ``seen`` is ``(looks, cells)``, what was seen where along the axis. Without any it rests amid.
    """
    slack, cells = extent - length, seen.shape[1] if len(seen) else 1
    if not len(frames):
        return np.full(end - start, _even(slack / 2))
    cell = extent / cells
    middles = (subject(attention(seen, length / cell)) + 0.5) * cell
    middles = np.where(np.abs(middles - extent / 2) < cell, extent / 2, middles)
    every = np.interp(np.arange(start, end), frames, _without_flickers(middles))
    wanted = np.clip(every - length / 2, 0, slack)
    if np.ptp(wanted) <= _RESTING * length:
        return np.full(end - start, _even(float(np.median(wanted))))
    return glide(_even(leashed(wanted, _ZONE * length)), slack)


def attention(seen: NDArray[np.float32], length: float) -> Line:
    """How much of what is seen a crop of ``length`` cells catches that has each cell in its middle.

    What stands in the middle of the crop counts in full, at its edges next to nothing.
    """
    cells, about = seen.shape[1], _LASTING // 2
    half = min(max(round(length / 2), 1), (cells - 1) // 2)
    padded = np.pad(seen, ((about, about), (0, 0)), mode="edge")
    seen = np.lib.stride_tricks.sliding_window_view(padded, _LASTING, axis=0).mean(axis=-1)
    bell = np.cos(np.arange(-half, half + 1) / (half + 1) * np.pi / 2) ** 2
    off = np.abs((np.arange(cells) + 0.5) / cells * 2 - 1)
    favour = (1 - _CENTRE * off) * np.where(off < 2 / cells, _WORTH, 1)
    return np.asarray(np.stack([np.convolve(row, bell, "same") for row in seen]) * favour, np.float64)


def subject(caught: Line) -> NDArray[np.intp]:
    """For each look the cell to have in the middle: the most is caught with the least going about."""
    looks, cells = caught.shape
    places = np.arange(cells)
    costs = _EAGER * np.abs(places[:, None] - places[None, :])
    best = caught[0].copy()
    came = np.zeros((looks, cells), np.intp)
    for number in range(1, looks):
        choices = best[None, :] - costs
        came[number] = choices.argmax(axis=1)
        best = choices[places, came[number]] + caught[number]
    at = int(best.argmax())
    found = np.empty(looks, np.intp)
    for number in range(looks - 1, -1, -1):
        found[number] = at
        at = int(came[number, at])
    return found


def _without_flickers(values: NDArray[np.floating], half: int = 2) -> Line:
    """Each the median of itself and its neighbours."""
    padded = np.pad(values, half, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    return np.asarray(np.median(around, axis=1), np.float64)


def leashed(wanted: Line, zone: float) -> Line:
    """The same way for one who moves only when what he leads gets farther away than ``zone``."""
    at = float(np.median(wanted[: max(len(wanted) // 8, 1)]))
    kept = np.empty_like(wanted)
    for number, value in enumerate(wanted):
        at = min(max(at, value - zone), value + zone)
        kept[number] = at
    return kept


def glide(places: Line, slack: float) -> Line:
    """The places smoothed by a bell: what rests, rests; a jump becomes a soft way of ``GLIDE`` frames."""
    bell = np.hanning(GLIDE + 3)[1:-1]
    padded = np.pad(places, GLIDE // 2, mode="edge")
    smooth = np.clip(np.convolve(padded, bell / bell.sum(), "valid"), 0, slack)
    # Where it rests it stands on whole pixels, which are copied, and not next to them.
    return np.asarray(np.round(smooth * 64) / 64)


def _even(value: float | Line) -> Line:
    return np.asarray(np.round(np.asarray(value, np.float64) / 2) * 2)
