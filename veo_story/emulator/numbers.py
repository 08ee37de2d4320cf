"""Cheap clips: every frame shows its number on a plain ground, for people and for machines.

The number counts the frames since the chain began. It stands in the middle in digits and along the bottom
edge in the blocks of :mod:`veo_story.backends.local.framecode`; a bar at the top moves on with every frame.
A quiet tone is heard. All of it is a function of the number alone, so a clip made once is kept in memory.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.framecode import BITS, block_size, read_frame_code, write_frame_code
from veo_story.backends.local.state import ChainState, write_state
from veo_story.backends.local.writer import Clip, write_clip
from veo_story.lettering.rows import text_ink
from veo_story.lettering.shaping import Style
from veo_story.media.frames import luma, read_frames
from veo_story.media.sound import RATE

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes, Scratch

NUMBERS = 2**BITS
SHADES = 6
_INK, _GROUND, _STEP, _REMADE, _GREY = 225, 40, 16, 2, 128
_BAR_STEPS = 48
_TONE_HZ, _TONE_LEVEL = 330.0, 0.03
_BLACK_MOST, _WHITE_LEAST = 70, 180
_KEPT_BYTES = 96 * 2**20


@dataclass(frozen=True, slots=True)
class Numbered:
    """A clip of numbers: ``frames`` of them from ``first`` on.

    ``shade`` tells samples of one request apart by their ground (0..5); ``remade`` is the second that an
    extension makes anew: hardly to be seen, but in no packet the same.
    """

    first: int
    frames: int
    size: tuple[int, int]
    audio: bool = True
    shade: int = 0
    remade: bool = False

    @property
    def state(self) -> ChainState:
        """What the clip's own tag says about it."""
        end = self.first + self.frames
        return ChainState(self.shade, self.size, self.first, end, self.audio)

    def draw(self, frame: int, into: Planes, _scratch: Scratch) -> None:
        """Fill the planes with the clip's frame ``frame``."""
        y, u, v = into
        y[:] = _GROUND + _STEP * (self.shade % SHADES) + (_REMADE if self.remade else 0)
        u[:] = v[:] = _GREY
        number = (self.first + frame) % NUMBERS
        _draw_bar(y, number)
        _draw_digits(y, number)
        write_frame_code(y, u, v, number)

    def samples(self, start: int, end: int) -> NDArray[np.float32]:
        """A steady tone, the same at every sample of a chain whoever asks; silence before its beginning."""
        at = np.arange(start, end, dtype=np.float64)
        level = _TONE_LEVEL if self.audio else 0.0
        tone = np.where(at < 0, 0.0, np.sin(2 * np.pi * _TONE_HZ / RATE * at) * level)
        return np.broadcast_to(tone.astype(np.float32), (2, end - start))


class Shelf:
    """Finished clips in memory, the ones used longest ago dropped first. Several threads may use it."""

    def __init__(self, most_bytes: int = _KEPT_BYTES) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Numbered, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def write(self, clip: Numbered, into: Path) -> None:
        """Write the clip to the file ``into``. Raises :class:`~veo_story.errors.MediaError` if it cannot."""
        with self._lock:
            data = self._kept.get(clip)
            if data is not None:
                self._kept.move_to_end(clip)
        if data is not None:
            into.write_bytes(data)
            return
        whole = Clip(clip.size, clip.frames, clip.first, clip.draw, clip, write_state(clip.state))
        write_clip(whole, into)
        self._keep(clip, into.read_bytes())

    def _keep(self, clip: Numbered, data: bytes) -> None:
        with self._lock:
            if clip in self._kept or len(data) > self._most:
                return
            self._kept[clip] = data
            self._bytes += len(data)
            while self._bytes > self._most:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= len(oldest)


def first_number(path: Path, frames: int) -> int:
    """The number of a clip's first frame, counted back from its last; 0 when that carries none.

    Raises :class:`~veo_story.errors.MediaError` when the last frame cannot be decoded.
    """
    [(_, last)] = list(read_frames(path, frames - 1, frames))
    number = read_certain(luma(last))
    return 0 if number is None else (number + 1 - frames) % NUMBERS


def read_certain(plane: NDArray[np.uint8]) -> int | None:
    """The number in a decoded luma plane, None where its bottom edge does not look like one."""
    height, width = plane.shape
    size = block_size(width, height)
    if width < BITS * size or height < size:
        return None
    inset = size // 4
    strip = plane[height - size + inset : height - inset, : BITS * size]
    blocks = strip.reshape(size - 2 * inset, BITS, size)[:, :, inset : size - inset]
    lowest, highest = blocks.min(axis=(0, 2)), blocks.max(axis=(0, 2))
    clear = (highest <= _BLACK_MOST) | (lowest >= _WHITE_LEAST)
    return read_frame_code(plane) if clear.all() else None


def _draw_bar(y: NDArray[np.uint8], number: int) -> None:
    height, width = y.shape
    step = max(2, width // _BAR_STEPS)
    left = number % _BAR_STEPS * step
    y[height // 16 : height // 4, left : left + step] = _INK


def _draw_digits(y: NDArray[np.uint8], number: int) -> None:
    height, width = y.shape
    digits = [_digit(sign, min(height, width) // 5) for sign in f"{number:05d}"]
    left = (width - sum(mask.shape[1] for mask in digits)) // 2
    for mask in digits:
        rows, columns = mask.shape
        top = (height - rows) // 2
        part = y[top : top + rows, left : left + columns]
        part[mask > 0] = _INK
        left += columns


@cache
def _digit(sign: str, size: int) -> NDArray[np.uint8]:
    """A digit with hard edges; all digits of a size have the same height."""
    mask = text_ink(sign, Style(size)).mask
    room = np.zeros((size * 4 // 3 // 2 * 2, mask.shape[1]), np.uint8)
    rows = min(len(mask), len(room))
    room[:rows] = np.where(mask[:rows] > 127, 255, 0)
    return room
