"""What is measured of a film: plain numbers, a row a frame and a row a millisecond. Types only.

Brightness and colour are levels of the file (luma 16 to 235 in most, chroma around 128), taken from small
averaged pictures, so that grain and coding noise hardly count. Frames count from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]


LATER = 8
"""So many frames later a picture is compared with the one before a change: has that come to stay?"""
TILES = 8
"""Four by two tiles of the upper two thirds of a picture: captions come and go below."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The frames of a film, an entry for each in every array.

    ``level``: mean of luma and both chroma planes, ``(n, 3)``; ``low``, ``middle`` and ``high``: their 10th,
    50th and 90th percentile, ``(n, 3)``; ``top``: the 99th percentile of luma.
    ``change`` is the mean difference to the frame before in luma levels, ``most`` the largest one of any
    place, ``shape`` the mean one beyond what most of the picture does (so a flash does not count),
    ``likeness`` the correlation with the frame before; 0, 0, 0 and 1 at the first frame. ``later`` is the
    ``shape`` against the picture eight frames before, ``tiles`` that of each tile, ``(n, 8)``.
    ``shift`` is by how many places of 64 in a row the picture has moved, across and down, ``(n, 2)``, and
    ``fit`` (0..1) how well that explains what has changed. ``lift``
    is by how much most of the picture is brighter than the frame before. ``lost``
    frames are those that could not be decoded (their numbers are those of the frame before), ``damaged``
    ones came out with errors.
    """

    level: Numbers
    low: Numbers
    middle: Numbers
    high: Numbers
    top: Numbers
    change: Numbers
    most: Numbers
    shape: Numbers
    likeness: Numbers
    later: Numbers
    tiles: Numbers
    shift: Numbers
    fit: Numbers
    lift: Numbers
    lost: NDArray[np.bool_]
    damaged: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.change)


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound of a film, an entry for each millisecond (48 samples) from the first video frame on.

    ``peak`` is the largest sample, ``power`` the mean square of all channels, ``edge`` the largest third
    difference of neighbouring samples (what a click is made of), ``over`` how many samples reach full scale.
    ``samples`` is what there is of it at 48 kHz; ``broken``: from the last row on it cannot be decoded.
    Loudness and true peak are None where nothing sounds.
    """

    peak: Numbers
    power: Numbers
    edge: Numbers
    over: NDArray[np.int32]
    samples: int
    loudness_lufs: float | None
    true_peak_dbtp: float | None
    broken: bool = False

    def __len__(self) -> int:
        return len(self.peak)


@dataclass(frozen=True, slots=True)
class Container:
    """What the file says of itself. ``off_grid`` is the first frame that is not at its time, if there is one.

    ``sound_s`` is when its sound begins, counted from its first frame; None: it has no sound.
    """

    frames: int
    fps: Fraction
    size: tuple[int, int]
    off_grid: int | None
    sound_s: float | None


@dataclass(frozen=True, slots=True)
class Slip:
    """By how many samples a scene's sound is later in the film than in its take; how alike they are."""

    scene_id: str
    samples: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Measured:
    """All that is measured of a film."""

    container: Container
    picture: Picture
    sound: Sound | None
    slips: tuple[Slip, ...] = ()
