"""The path that sun or moon make on water: dashes of light that come and go below where they stand."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from veo_story.backends.local.world.noise import noise
from veo_story.backends.local.world.tint import mix
from veo_story.lettering.planes import to_bytes

if TYPE_CHECKING:
    from veo_story.backends.local.world.palette import Palette
    from veo_story.backends.local.world.sheets import Bytes, Canvas, Eye
    from veo_story.backends.local.world.stack import Window

_RATIO = 2
"""It is worked out at half the size."""
_GLINT = np.clip((np.arange(256) - 112) * 12, 0, 255).astype(np.uint8)
_FAINT = 0.05


def path_of(
    canvas: Canvas, palette: Palette, rng: np.random.Generator, top: int, rough: float
) -> LightPath | None:
    """The path on water whose far edge is the canvas row ``top``. None where there is hardly any light."""
    strength = _path_strength(palette)
    return LightPath(canvas, palette, rng, top, rough, strength) if strength > _FAINT else None


class LightPath:
    """The sun's or the moon's light on the water, below where it stands: dashes that come and go."""

    def __init__(
        self,
        canvas: Canvas,
        palette: Palette,
        rng: np.random.Generator,
        top: int,
        rough: float,
        strength: float,
    ) -> None:
        self._top, self._middle = top, canvas.width * (0.5 + palette.key[0] * 0.5)
        self._rows = max(8, int((canvas.height + canvas.reach - top) / _RATIO) // 2 * 2)
        unit = min(canvas.width, canvas.height) / _RATIO
        self._wide = int(unit * 0.66) // 4 * 4
        self._sheets = [_dashes(rng, self._rows, self._wide, unit) for _ in range(2)]
        self._cone = _cone(self._rows, self._wide, rough, strength)
        self._speeds = (unit / 900, -unit / 1300)
        self._colour = mix(palette.light, (235.0, 128.0, 128.0), 0.15)
        self._ratio = _RATIO

    def halved(self) -> LightPath:
        """The same for a canvas of half the size: there it is worked out in full."""
        half = copy(self)
        half._top, half._middle, half._ratio = self._top // 2, self._middle / 2, 1
        return half

    def lay(self, window: Window, eye: Eye, frame: int, parallax: float) -> None:
        """Lay it into a window on water of that parallax."""
        ratio = self._ratio
        far, here = eye.placing(0.0), eye.placing(parallax)
        if far is None or here is None:
            return
        # It always lies below the sun, however the water before it moves.
        middle = (self._middle * far.scale + far.left - here.left) / here.scale
        column = round((middle - self._wide * ratio / 2 - window.column) / 4) * 4
        row = self._top - window.row
        rows, columns = window.planes[0].shape
        left, right = max(0, column), min(columns // 4 * 4, column + self._wide * ratio)
        top, foot = max(0, row), min(rows // 4 * 4, row + self._rows * ratio)
        top, foot = top + top % 2, foot - foot % 2
        if right - left < 4 or foot - top < 4:
            return
        part = (
            slice((top - row) // ratio, (foot - row) // ratio),
            slice((left - column) // ratio, (right - column) // ratio),
        )
        whole, half = self._shares(self._shown(frame)[part])
        for plane, share, value, unit in zip(
            window.planes, (whole, half, half), self._colour, (1, 2, 2), strict=True
        ):
            spot = slice(top // unit, top // unit + share.shape[0])
            target = plane[spot, left // unit : left // unit + share.shape[1]]
            cv2.multiply(target, cv2.bitwise_not(share), target, 1 / 255)
            cv2.add(target, cv2.convertScaleAbs(share, None, value / 255), target)

    def _shares(self, shown: Any) -> tuple[Any, Any]:
        """What is shown in the size of the window's luma and of its colour."""
        if self._ratio == 1:
            return shown, cv2.resize(shown, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        return cv2.resize(shown, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR), shown

    def _shown(self, frame: int) -> Any:
        """How much of its light is seen, in the size it is worked out in."""
        one, other = (
            sheet[:, at : at + self._wide]
            for sheet, at in zip(
                self._sheets, (int(frame * speed) % self._wide for speed in self._speeds), strict=True
            )
        )
        return cv2.multiply(cv2.LUT(cv2.min(one, other), _GLINT), self._cone, scale=1 / 255)


def _dashes(rng: np.random.Generator, rows: int, wide: int, unit: float) -> Bytes:
    """Flat spots that grow towards us, twice beside each other so that any view is one slice."""
    fine = noise(rng, rows, wide, (max(1, round(unit / 90)), max(3, round(unit / 11))))
    at = (np.linspace(0, 1, rows, dtype=np.float32) ** np.float32(0.55) * (rows - 1))[:, None]
    places = np.broadcast_to(np.arange(wide, dtype=np.float32), (rows, wide))
    field = cv2.remap(fine, places.copy(), np.broadcast_to(at, (rows, wide)).copy(), cv2.INTER_LINEAR)
    spots = to_bytes(np.asarray(field * 50 + 128, np.float32))
    return np.concatenate([spots, spots], axis=1)


def _cone(rows: int, wide: int, rough: float, strength: float) -> Bytes:
    """Where the path lies: narrow below the sun, wider and fainter towards us."""
    y = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, wide, dtype=np.float32)[None, :]
    spread = 0.14 + (0.50 + 0.35 * rough) * y
    share = np.clip(1.15 * (1 - np.abs(x) / spread), 0, 1) * (1 - 0.45 * y) * strength
    return to_bytes(np.asarray(share * 255, np.float32))


def _path_strength(palette: Palette) -> float:
    """How bright the path is: most under a low sun or moon in clear air."""
    return max(0.0, 1 - 1.5 * palette.haze) * (0.30 + 0.70 * max(0.0, 1 - palette.key[1])) * palette.shine
