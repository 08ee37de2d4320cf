"""What a world is made of: painted sheets with holes, and how a camera sees each at its depth.

The canvas is what the camera sees when it stands still at the middle: ``width`` x ``height`` pixels.
Columns and rows of the canvas are pixels from its left top corner and may lie outside of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np

from veo_story.lettering.planes import halved, to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]

Yuv = tuple[float, float, float]

WHITE = 235
"""The brightest luma of television range."""
_SPARE = 32
NEAREST = 0.92
"""``z`` times parallax from which on a sheet is behind the camera and no longer seen."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The size of what is seen at once, in pixels; both even. Endless sheets repeat after ``period``."""

    width: int
    height: int

    @property
    def period(self) -> int:
        """Columns after which an endless sheet repeats; even."""
        return 2 * self.width

    @property
    def reach(self) -> int:
        """Rows that sheets should go on above and below the canvas, for a camera that looks there; even."""
        return self.height // 8 * 2

    @property
    def half(self) -> Canvas:
        """The canvas of half the size, for one whose sides are multiples of four."""
        return Canvas(self.width // 2, self.height // 2)


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a sheet is seen: the screen's pixel of a canvas place is ``place * scale + (left, top)``."""

    scale: float
    left: float
    top: float


@dataclass(frozen=True, slots=True)
class Eye:
    """A camera at one moment.

    ``x`` and ``y`` are how far it stands right of and above the middle, in picture heights as seen at
    parallax 1 (the plane that the cast stands in). ``z`` is how far it has come towards that plane: 0 at
    home, 1 there. ``zoom`` is the lens (1 and up), ``blur`` how soft all behind the cast is, 0..1.
    """

    canvas: Canvas
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    zoom: float = 1.0
    blur: float = 0.0

    def placing(self, parallax: float) -> Placing | None:
        """How a sheet of that parallax is seen (0: endlessly far, 1: with the cast, more: nearer).

        None when it is behind the camera.
        """
        if self.z * parallax > NEAREST:
            return None
        scale = self.zoom / (1 - self.z * parallax)
        width, height = self.canvas.width, self.canvas.height
        middle_x, middle_y = width / 2, height / 2
        left = middle_x - (middle_x + self.x * parallax * height) * scale
        top = middle_y - (middle_y - self.y * parallax * height) * scale
        return Placing(scale, left, top)


class Element(Protocol):
    """One thing of a world at one depth, painted over all that is behind it."""

    parallax: float
    moving: bool
    """Whether it looks different from frame to frame while the camera stands still."""

    def covered(self, eye: Eye) -> int:
        """The first row of the screen from which on it hides all behind it, down to the bottom.

        The canvas's height when there is none.
        """
        ...

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """Paint it as far as row ``below`` of the screen (exclusive, even) for the chain's frame ``frame``.

        Called from several threads; must not change anything of its own.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """A painted picture with holes.

    ``y`` is rows x columns, ``u`` and ``v`` half of both; all are multiplied by their cover already. ``hole``
    (luma) and ``hole_c`` (chroma) are what shows through, 0..255. All even. ``spare`` rows above and columns
    left of the picture are empty: room to enlarge from.
    """

    y: Bytes
    u: Bytes
    v: Bytes
    hole: Bytes
    hole_c: Bytes
    spare: int = 0

    def spared(self) -> Sheet:
        """The same with room to enlarge from, which makes laying it cheaper."""
        if self.spare:
            return self

        def room(plane: Bytes, unit: int, empty: int) -> Bytes:
            edge, way = _SPARE // unit, cv2.BORDER_CONSTANT
            return np.asarray(cv2.copyMakeBorder(plane, edge, 0, edge, 0, way, value=(empty,)), np.uint8)

        y, u, v = room(self.y, 1, 0), room(self.u, 2, 0), room(self.v, 2, 0)
        return Sheet(y, u, v, room(self.hole, 1, 255), room(self.hole_c, 2, 255), _SPARE)

    def changed(self, change: Callable[[Bytes, int], Bytes], spare: int | None = None) -> Sheet:
        """The sheet that ``change`` makes of every plane; it gets 1 for luma and 2 for colour."""
        return Sheet(
            change(self.y, 1),
            change(self.u, 2),
            change(self.v, 2),
            change(self.hole, 1),
            change(self.hole_c, 2),
            self.spare if spare is None else spare,
        )


def make_sheet(cover: Floats, luma: Floats, chroma: tuple[Floats | float, Floats | float]) -> Sheet:
    """A sheet out of ``cover`` (0..1) and ``luma`` of one even shape; chroma as half planes or numbers."""
    cover_c = halved(cover)
    u, v = (
        np.full(cover_c.shape, plane, np.float32) if isinstance(plane, (int, float)) else plane
        for plane in chroma
    )
    return Sheet(
        to_bytes(luma * cover),
        to_bytes(u * cover_c),
        to_bytes(v * cover_c),
        to_bytes((1 - cover) * 255),
        to_bytes((1 - cover_c) * 255),
    )


def add_light(luma: Bytes, light: Bytes) -> None:
    """Add light to luma: white of television range lies below the most that a byte holds."""
    cv2.add(luma, light, luma)
    cv2.threshold(luma, WHITE, WHITE, cv2.THRESH_TRUNC, luma)
