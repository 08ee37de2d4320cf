"""Pictures for the tests of stills, and what becomes of them when they are encoded."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
from PIL import Image

from veo_story.backends.local.script import Beat, CameraWords, Script
from veo_story.backends.local.stills.images import covering, pack, unpack
from veo_story.backends.local.window import Scratch, split_planes
from veo_story.backends.local.writer import Clip, write_clip

if TYPE_CHECKING:
    from veo_story.backends.local.stills.pictures import Picture
    from veo_story.backends.local.window import Planes

SIZE = (320, 180)
SIZES = [(320, 180), (180, 320), (322, 184), (196, 108)]


class Silence:
    """No sound at all."""

    def samples(self, start: int, end: int) -> np.ndarray:
        """Zeros."""
        return np.zeros((2, end - start), np.float32)


def script(*moves: str, seconds: float = 2.0, prompt: str = "") -> Script:
    """A scene of beats of equal length, each with its camera move."""
    step = seconds / max(1, len(moves))
    beats = tuple(
        Beat(n * step, (n + 1) * step, camera=CameraWords(move=move)) for n, move in enumerate(moves or ("",))
    )
    return Script(seconds, prompt=prompt, beats=beats)


def coloured(colour: tuple[int, int, int], size: tuple[int, int] = (500, 300)) -> Image.Image:
    """A picture with a bright disc on the left before soft waves."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    waves = np.sin(x / 31) * np.cos(y / 23) * 60
    pixels = np.stack([np.clip(c + waves, 0, 255) for c in colour], axis=-1).astype(np.uint8)
    cv2.circle(pixels, (width // 3, height // 2), height // 5, (250, 240, 200), -1)
    return Image.fromarray(pixels)


def landscape(seed: int, size: tuple[int, int] = SIZE) -> Planes:
    """A sky, a ridge, a ground with blocks on it; nothing in common with that of another seed."""
    rng = np.random.default_rng(seed)
    width, height = size
    sky, ridge, ground = (tuple(int(c) for c in rng.integers(40, 220, 3)) for _ in range(3))
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[:] = sky
    crest = height * rng.uniform(0.3, 0.6, 9)
    line = np.interp(np.arange(width), np.linspace(0, width, 9), crest)
    pixels[np.arange(height)[:, None] > line[None]] = ridge
    pixels[int(height * rng.uniform(0.6, 0.75)) :] = ground
    for _ in range(14):
        x, y = int(rng.integers(0, width)), int(rng.integers(height // 3, height))
        side = int(rng.integers(6, max(7, height // 5)))
        colour = tuple(int(c) for c in rng.integers(0, 255, 3))
        cv2.rectangle(pixels, (x, y), (x + side, y + side), colour, -1)
    return planes(Image.fromarray(pixels))


def planes(image: Image.Image) -> Planes:
    """The picture as a chain's state gives it back."""
    return unpack(pack(image))


def fitted(path: Path, size: tuple[int, int] = SIZE) -> Planes:
    """An author's image as its clip shows it."""
    return planes(covering(path, size))


def blank(size: tuple[int, int] = SIZE) -> Planes:
    """Black planes to draw into."""
    return split_planes(np.zeros((size[1] * 3 // 2, size[0]), np.uint8))


def drawn(picture: Picture, frame: int, size: tuple[int, int] = SIZE, number: int | None = None) -> Planes:
    """One frame, drawn over something else."""
    into, scratch = blank(size), Scratch(*size)
    for plane in (*into, *scratch.planes):
        plane[:] = 77
    picture.draw(frame, frame if number is None else number, into, scratch)
    return into


def decoded(picture: Picture, frames: int, into: Path, size: tuple[int, int] = SIZE) -> list[np.ndarray]:
    """The luma planes of the encoded clip."""
    write_clip(Clip(size, frames, 0, lambda f, p, s: picture.draw(f, f, p, s), Silence()), into)
    with av.open(str(into)) as container:
        return [frame.to_ndarray()[: frame.height].copy() for frame in container.decode(video=0)]


def same(one: Planes, other: Planes) -> bool:
    """Whether all planes are equal."""
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def steps(lumas: list[np.ndarray]) -> np.ndarray:
    """How much each luma plane differs from the one before."""
    small = [cv2.resize(luma, (64, 36), interpolation=cv2.INTER_AREA).astype(float) for luma in lumas]
    return np.array([np.abs(a - b).mean() for a, b in pairwise(small)])
