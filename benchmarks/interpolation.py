"""In-between pictures: how near those of the local backend come to what was really there."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.report import Table
from veo_story.backends.local.stills.between import Between
from veo_story.backends.local.stills.pictures import progress
from veo_story.backends.local.window import split_planes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes

    Floats = NDArray[np.float32]

_SIZE = (1280, 720)
_FRAMES = 193
_LOOKED_AT = range(16, 192, 16)
_AIM = (
    "PSNR of the luma against the true states, over frames of a clip of 8 s (mean) and at half of the way: a "
    "camera that pans, rises and zooms, and two things before it that go their own ways. "
    "Aim: 3 dB or more above the dissolve."
)

_SPARE = 1.7
"""How much larger than the picture the painted background is, so that the camera never leaves it."""
_FINE = 2
"""Painted twice as fine as it is seen, and averaged: edges are true to a fraction of a pixel."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A move from the first state to the last, in shares of the picture's width; ``zoom`` as a factor."""

    right: float
    up: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that moves by itself before the background, in shares of the picture's width and height."""

    x: float
    y: float
    size: float
    right: float
    up: float
    grows: float
    round: bool


class MovingScene:
    """A textured background under a moving camera and things that go their own way, true at every moment."""

    def __init__(
        self, size: tuple[int, int], camera: Camera, things: tuple[Thing, ...], seed: int = 1
    ) -> None:
        self._size, self._camera, self._things = size, camera, things
        width, height = size
        wide, high = round(width * _SPARE), round(height * _SPARE)
        self._ground = _texture((wide * _FINE, high * _FINE), width * _FINE, seed)
        self._skins = [
            _texture((round(thing.size * width * _FINE),) * 2, width * _FINE, seed + 7 * (n + 1))
            for n, thing in enumerate(things)
        ]

    def at(self, share: float) -> Planes:
        """The planes at ``share`` of the move, 0..1."""
        width, height = (length * _FINE for length in self._size)
        camera = self._camera
        zoom = math.exp(math.log(camera.zoom) * share)
        x, y = camera.right * share * width, -camera.up * share * width
        rows, columns = self._ground.shape[:2]
        matrix = np.array(
            [
                [zoom, 0, width / 2 - zoom * (columns / 2 + x)],
                [0, zoom, height / 2 - zoom * (rows / 2 + y)],
            ]
        )
        picture = _seen(self._ground, matrix, (width, height))
        for thing, skin in zip(self._things, self._skins, strict=True):
            self._put(picture, thing, skin, share)
        fine = cv2.resize(picture, self._size, interpolation=cv2.INTER_AREA)
        small = cv2.resize(fine, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        luma, u, v = (
            np.rint(plane).clip(16, 235).astype(np.uint8)
            for plane in (fine[..., 0], small[..., 1], small[..., 2])
        )
        return luma, u, v

    def _put(self, picture: Floats, thing: Thing, skin: Floats, share: float) -> None:
        rows, columns = picture.shape[:2]
        scale = math.exp(math.log(thing.grows) * share)
        x = (thing.x + thing.right * share) * columns
        y = thing.y * rows - thing.up * share * columns
        side = skin.shape[0]
        matrix = np.array([[scale, 0, x - scale * side / 2], [0, scale, y - scale * side / 2]])
        cover = np.zeros((side, side), np.float32)
        if thing.round:
            cv2.circle(cover, (side // 2, side // 2), side // 2 - 4, 1.0, -1, cv2.LINE_AA)
        else:
            cover[side // 6 : -side // 6, 4:-4] = 1
        mask = _seen(cover, matrix, (columns, rows), cv2.BORDER_CONSTANT)[..., None]
        picture += (_seen(skin, matrix, (columns, rows), cv2.BORDER_REFLECT) - picture) * mask


def moderate(size: tuple[int, int], pixels: float, seed: int = 1) -> MovingScene:
    """A move of about ``pixels`` of 1280 to the side, and half as much again by the zoom at the borders."""
    step = pixels / 1280
    things = (
        Thing(0.3, 0.55, 0.22, 1.2 * step, 0.2 * step, 1.0, round=True),
        Thing(0.7, 0.4, 0.16, -0.8 * step, -0.3 * step, 1 + step, round=False),
    )
    return MovingScene(size, Camera(step, 0.3 * step, 1 + 1.2 * step), things, seed)


def psnr(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Peak signal to noise ratio of two planes, dB."""
    off = ((one.astype(np.float64) - other) ** 2).mean()
    return float(10 * np.log10(255**2 / max(off, 1e-9)))


def blank(size: tuple[int, int]) -> Planes:
    """Planes of a picture of ``size`` (width, height) to draw into."""
    return split_planes(np.zeros((size[1] * 3 // 2, size[0]), np.uint8))


def table() -> Table:
    """Dissolve and interpolation of growing moves, and what they cost."""
    cv2.setNumThreads(1)
    columns = (
        "move",
        "dissolve: mean, mid",
        "`interpolate`: mean, mid",
        "gain: mean, mid",
        "set-up",
        "a frame",
    )
    return Table("interpolation", "In-between frames (720p)", columns, [_row(p) for p in (20, 60, 120)], _AIM)


def _row(pixels: int) -> tuple[str, ...]:
    scene = moderate(_SIZE, pixels)
    first, last = scene.at(0), scene.at(1)
    started = time.thread_time()
    between = Between(first, last)
    prepared = time.thread_time() - started
    into, scratch = blank(_SIZE), blank(_SIZE)
    ours, dissolved, spent = [], [], 0.0
    for frame in _LOOKED_AT:
        share = progress(frame / (_FRAMES - 1))
        started = time.thread_time()
        between.draw(share, into, scratch)
        spent += time.thread_time() - started
        true = scene.at(share)[0]
        ours.append(psnr(into[0], true))
        plain = cv2.addWeighted(first[0], 1 - share, last[0], share, 0)
        dissolved.append(psnr(np.asarray(plain, np.uint8), true))
    middle = len(ours) // 2
    pairs = [(float(np.mean(values)), values[middle]) for values in (dissolved, ours)]
    gains = tuple(b - a for a, b in zip(*pairs, strict=True))
    shown = (f"{a:.1f} dB, {b:.1f} dB" for a, b in (*pairs, gains))
    return (f"{pixels} px", *shown, f"{prepared * 1000:.0f} ms", f"{spent / len(ours) * 1000:.1f} ms")


def _seen(
    picture: Floats, matrix: NDArray[np.float64], size: tuple[int, int], border: int = cv2.BORDER_REFLECT
) -> Floats:
    seen = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=border)
    return np.asarray(seen, np.float32)


def _texture(size: tuple[int, int], width: int, seed: int) -> Floats:
    """Luma and chroma with detail of all sizes from a fifth of the picture's ``width`` down."""
    rng = np.random.default_rng(seed)
    columns, rows = size
    layers = []
    for low, high, middle in ((60, 190, 1.0), (100, 150, 0.6), (105, 155, 0.6)):
        plane = np.zeros((rows, columns), np.float32)
        for octave in range(6):
            step = width / 5 / 2**octave
            noise = rng.uniform(-1, 1, (int(rows / step) + 4, int(columns / step) + 4)).astype(np.float32)
            plane += cv2.resize(noise, (columns, rows), interpolation=cv2.INTER_CUBIC) * 0.72**octave
        plane = plane / plane.std()
        layers.append((low + high) / 2 + plane * (high - low) / 5 * middle)
    return np.dstack(layers).astype(np.float32)
