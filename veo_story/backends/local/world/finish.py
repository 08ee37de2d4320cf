"""What a look does to whole frames: the grain of film, a vignette, softness. Nothing where no word asks."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.look import grade_of
from veo_story.lettering.planes import to_bytes

if TYPE_CHECKING:
    from veo_story.backends.local.lexicon.setting import Setting
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.look import Grade
    from veo_story.backends.local.world.sheets import Bytes, Canvas

_HELD = 12
"""Frames that grain stands, like the paper of a hand-made film: all that changes has to be encoded."""
_DUST_HELD = 4
_BEFORE = 2
"""Frames that they change before a full second: a seam lies on one, and nothing should change there."""
_DUSTY = 0.5
"""From this much grain on there is dust on the film."""
_SHIFTS = 61


class Finish:
    """The last touch on every frame of a look. Laid from several threads."""

    def __init__(self, canvas: Canvas, grade: Grade) -> None:
        self._soft, self._dusty = grade.soft, grade.grain >= _DUSTY
        self._black = np.full((canvas.height, canvas.width), 16, np.uint8)
        self._grain = _grain(canvas, grade.grain) if grade.grain > 0 else None
        self._vignette = _vignette(canvas, grade.vignette) if grade.vignette > 0 else None

    @property
    def plain(self) -> bool:
        """Whether it leaves frames as they are."""
        return self._grain is None and self._vignette is None and not self._soft

    def lay(self, planes: Planes, frame: int) -> None:
        """Finish a picture that shows a frame of the chain."""
        y = planes[0]
        if self._soft:
            _bloom(y, self._soft)
        if self._vignette is not None:
            cv2.multiply(y, self._vignette, y, 1 / 255)
            # Black of television range lies above zero.
            cv2.max(y, self._black, y)
        if self._grain is not None:
            self._speckle(y, (frame + _BEFORE) // _HELD)
        if self._dusty:
            _dust(y, (frame + _BEFORE) // _DUST_HELD)

    def _speckle(self, y: Bytes, step: int) -> None:
        assert self._grain is not None
        rows, columns = y.shape
        # Whole jumps of a few pixels, never the same twice in a row.
        top, left = (step * 37) % _SHIFTS, (step * 23) % _SHIFTS
        cv2.multiply(y, self._grain[top : top + rows, left : left + columns], y, 1 / 128)


def _dust(y: Bytes, step: int) -> None:
    """A few specks and a hair of light where the film is dirty, elsewhere at every step."""
    rng = np.random.default_rng([11, step])
    rows, columns = y.shape
    for _ in range(int(rng.integers(0, 4))):
        x, down = int(rng.integers(0, columns)), int(rng.integers(0, rows))
        light, size = (int(rng.integers(40, 215)), max(1, round(rows / 480 * float(rng.uniform(0.6, 2.2)))))
        cv2.circle(y, (x, down), size, (light,), -1, cv2.LINE_AA)
    if step % 5 == 0:
        x = int(rng.integers(0, columns))
        cv2.line(y, (x, 0), (x + int(rng.integers(-6, 7)), rows), (170,), max(1, rows // 720), cv2.LINE_AA)


def finish_of(setting: Setting, canvas: Canvas) -> Finish:
    """The finish of a setting's looks. Raises KeyError for a look that nobody knows."""
    return _finish(canvas, grade_of(setting))


@lru_cache(maxsize=8)
def _finish(canvas: Canvas, grade: Grade) -> Finish:
    return Finish(canvas, grade)


def _grain(canvas: Canvas, amount: float) -> Bytes:
    """Factors about 128: coarse soft spots, a little larger than the picture."""
    rng = np.random.default_rng(7)
    size = max(1.0, canvas.height / 210)
    shape = (canvas.height + _SHIFTS + 3, canvas.width + _SHIFTS + 3)
    small = rng.standard_normal((round(shape[0] / size), round(shape[1] / size))).astype(np.float32)
    spots = cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return to_bytes(np.asarray(128 + spots / spots.std() * (0.8 + 2.0 * amount), np.float32))


def _vignette(canvas: Canvas, amount: float) -> Bytes:
    y = np.linspace(-1, 1, canvas.height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, canvas.width, dtype=np.float32)[None, :]
    away = (x * x + y * y) / 2
    fall = 1 - np.float32(0.62 * amount) * np.clip((away - 0.16) / 0.84, 0, 1) ** 1.3
    # Half a step of noise keeps the slow fall of light from banding.
    dither = np.random.default_rng(8).uniform(-0.5, 0.5, fall.shape).astype(np.float32)
    return to_bytes(np.asarray(fall * 255 + dither, np.float32))


def _bloom(y: Bytes, amount: float) -> None:
    """Light spreads over the edges of what is bright."""
    rows, columns = y.shape
    # Twice halved by picking, then averaged: what is spread so wide need not be exact.
    small = cv2.resize(y[::2, ::2], (columns // 8, rows // 8), interpolation=cv2.INTER_LINEAR)
    spread = cv2.blur(small, (7, 7))
    wide = cv2.resize(spread, (columns, rows), interpolation=cv2.INTER_LINEAR)
    cv2.addWeighted(y, 1 - 0.45 * amount, wide, 0.47 * amount, 0, y)
