"""What is written over a picture: scene, prompt, timecode, references, and the frame number for machines.

Only the timecode and the frame number stand on every frame. The rest fades in after a clip's first frames
and out before its last second, so that a seam shows nothing of it, an animation starts on its image
untouched, and the sharpest of the last frames is that of the picture, not of the writing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.colour import GREY
from veo_story.backends.local.framecode import BITS, block_size, write_frame_code
from veo_story.backends.local.layers import halved
from veo_story.backends.local.lettering import mask_of, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]

_QUIET, _QUIET_END, _FADE = 6, 24, 8
_STEPS = 8
_PLATE, _SHADE = 24.0, 0.55
_INK = 228.0


@dataclass(frozen=True, slots=True)
class Plate:
    """A small picture to lay over a larger one: colours times cover, and what shows through. All even."""

    x: int
    y: int
    planes: tuple[Bytes, Bytes, Bytes]
    holes: tuple[Bytes, Bytes, Bytes]

    def lay(self, into: Planes) -> None:
        """Lay it over the planes of a picture."""
        for plane, own, hole, unit in zip(into, self.planes, self.holes, (1, 2, 2), strict=True):
            rows, columns = own.shape
            part = plane[self.y // unit : self.y // unit + rows, self.x // unit : self.x // unit + columns]
            cv2.multiply(part, hole, part, 1 / 255)
            cv2.add(part, own, part)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plate before it is laid: luma, chroma and cover (0..1) at full size, as floats."""

    x: int
    y: int
    luma: Floats
    u: Floats
    v: Floats
    cover: Floats

    def plate(self, share: float = 1.0) -> Plate:
        """The plate, ``share`` (0..1) of it visible."""
        cover = self.cover * np.float32(share)
        covers = [cover, *[halved(cover)] * 2]
        values = [self.luma, halved(self.u), halved(self.v)]
        planes = [_bytes(value * c) for value, c in zip(values, covers, strict=True)]
        holes = [_bytes((1 - c) * 255) for c in covers]
        return Plate(self.x, self.y, (planes[0], planes[1], planes[2]), (holes[0], holes[1], holes[2]))


class Overlay:
    """The writing on one clip of ``frames`` frames; numbers count from the chain's first frame."""

    def __init__(
        self,
        size: tuple[int, int],
        frames: int,
        *,
        title: str = "",
        prompt: str = "",
        swatches: Sequence[Planes] = (),
        timecode: bool = True,
    ) -> None:
        self._size, self._frames = size, frames
        width, height = size
        self._letter = max(8, min(size) * 24 // 720)
        self._edge = max(8, min(size) * 28 // 720) // 2 * 2
        self._drawings = _swatches(swatches, width - self._edge, self._edge * 3, self._edge)
        if title:
            self._drawings.append(_label(title, self._letter, self._edge, self._edge))
        room = width - 2 * self._edge - self._letter
        lines = wrap(prompt, self._letter, room, 2 if width > height else 4)
        if lines:
            label = _label("\n".join(lines), self._letter, self._edge, 0)
            bottom = height - self._edge - block_size(width, height)
            self._drawings.append(_moved(label, self._edge, bottom - label.cover.shape[0]))
        self._digits = _digits(self._letter) if timecode else None
        self._faded = lru_cache(maxsize=_STEPS + 1)(self._plates)

    def lay(self, into: Planes, frame: int, number: int) -> None:
        """Write on the clip's frame ``frame``, which is frame ``number`` of its chain."""
        step = self._step(frame)
        if step:
            for plate in self._faded(step):
                plate.lay(into)
        if self._digits is not None:
            self._timecode(number).lay(into)
        write_frame_code(*into, number)

    def _step(self, frame: int) -> int:
        # Short clips keep their writing for half of their time.
        end = min(_QUIET_END, self._frames // 4)
        inner = min(frame - _QUIET, self._frames - 1 - frame - end)
        return max(0, min(_STEPS, inner * _STEPS // _FADE))

    def _plates(self, step: int) -> tuple[Plate, ...]:
        return tuple(drawing.plate(step / _STEPS) for drawing in self._drawings)

    def _timecode(self, number: int) -> Plate:
        assert self._digits is not None
        return _assembled(self._digits, timecode_of(number), self._size[0] - self._edge, self._edge)


def timecode_of(number: int) -> str:
    """``HH:MM:SS:FF`` at 24 frames a second."""
    seconds, frame = divmod(number, 24)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frame:02d}"


def code_width(size: tuple[int, int]) -> int:
    """Pixels along the bottom edge that the frame number takes."""
    return BITS * block_size(*size)


def _bytes(values: Floats) -> Bytes:
    return np.rint(values).clip(0, 255).astype(np.uint8)


def _label(text: str, letter: int, x: int, y: int) -> Drawing:
    """Light letters on a dark, half transparent plate."""
    mask = mask_of(text.split("\n"), letter)
    pad = letter // 4 * 2
    ink = np.pad(mask, pad).astype(np.float32) / 255
    cover = np.maximum(ink, np.float32(_SHADE))
    luma = np.where(ink > 0, (_INK * ink + _PLATE * (1 - ink) * _SHADE) / np.maximum(cover, 0.01), _PLATE)
    grey = np.full(ink.shape, GREY, np.float32)
    return Drawing(x, y, np.clip(luma, 16, _INK).astype(np.float32), grey, grey, cover)


def _moved(drawing: Drawing, x: int, y: int) -> Drawing:
    return Drawing(x, y - y % 2, drawing.luma, drawing.u, drawing.v, drawing.cover)


def _swatches(pictures: Sequence[Planes], right: int, top: int, gap: int) -> list[Drawing]:
    drawings = []
    x = right
    for y, u, v in pictures:
        rows, columns = y.shape
        x -= columns
        full = [cv2.resize(c, (columns, rows), interpolation=cv2.INTER_NEAREST) for c in (u, v)]
        cover = np.ones((rows, columns), np.float32)
        luma = y.astype(np.float32)
        luma[:2], luma[-2:], luma[:, :2], luma[:, -2:] = _INK, _INK, _INK, _INK
        colours = [c.astype(np.float32) for c in full]
        drawings.append(Drawing(x - x % 2, top, luma, colours[0], colours[1], cover))
        x -= gap // 2
    return drawings


def _digits(letter: int) -> dict[str, Plate]:
    """Every sign of a timecode as a plate of one common width and height."""
    masks = {c: mask_of([c], letter) for c in "0123456789:"}
    columns = max(m.shape[1] for m in masks.values())
    rows = max(m.shape[0] for m in masks.values()) + 2
    plates = {}
    for c, mask in masks.items():
        drawing = _label(c, letter, 0, 0)
        box = np.zeros((rows, columns), np.float32)
        ink = mask.astype(np.float32) / 255
        left = (columns - mask.shape[1]) // 2
        # Signs share one base line: the font's box starts at the same height for all of them.
        box[: mask.shape[0], left : left + mask.shape[1]] = ink
        cover = np.maximum(box, np.float32(_SHADE))
        luma = (_INK * box + _PLATE * (1 - box) * _SHADE) / cover
        grey = np.full(box.shape, GREY, np.float32)
        plates[c] = Drawing(drawing.x, drawing.y, np.clip(luma, 16, _INK), grey, grey, cover).plate()
    return plates


def _assembled(signs: dict[str, Plate], text: str, right: int, top: int) -> Plate:
    parts = [signs[c] for c in text]
    planes = [np.concatenate([p.planes[i] for p in parts], axis=1) for i in range(3)]
    holes = [np.concatenate([p.holes[i] for p in parts], axis=1) for i in range(3)]
    x = right - planes[0].shape[1]
    return Plate(x - x % 2, top, (planes[0], planes[1], planes[2]), (holes[0], holes[1], holes[2]))
