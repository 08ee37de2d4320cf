"""Small clips of the local renderer, and what decoding them shows."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from PIL import Image

from veo_story.backends.local.order import RenderOrder
from veo_story.backends.local.render import render
from veo_story.backends.local.stills.images import covering, planes_of
from veo_story.storyboard.model import Mode

SIZE = (320, 180)
TALL = (180, 320)


def make(into: Path, mode: Mode = Mode.OPEN, frames: int = 48, **more: Any) -> Path:
    """Render a clip of 320x180 unless told otherwise."""
    size = more.pop("size", SIZE)
    more.setdefault("prompt", "A boat at sea in the wind at dawn")
    more.setdefault("voice", "murmur")
    render(RenderOrder(more.pop("scene_id", "s01"), mode, size, frames, into, **more))
    return into


def image(into: Path, colour: tuple[int, int, int], size: tuple[int, int] = (500, 300)) -> Path:
    """A picture with shapes, so that moves and crops can be seen."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    waves = np.sin(x / 31) * np.cos(y / 23) * 60
    pixels = np.stack([np.clip(c + waves, 0, 255) for c in colour], axis=-1).astype(np.uint8)
    cv2.circle(pixels, (width // 3, height // 2), height // 5, (250, 240, 200), -1)
    Image.fromarray(pixels).save(into)
    return into


def lumas(path: Path) -> list[np.ndarray]:
    """The luma plane of every frame."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray()[: frame.height].copy() for frame in container.decode(video=0)]


def samples(path: Path) -> np.ndarray:
    """All samples, 2 x n."""
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


def video_packets(path: Path) -> list[bytes]:
    """The coded frames as they stand in the file."""
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def fitted(path: Path, size: tuple[int, int] = SIZE) -> np.ndarray:
    """The luma that an author's image should show."""
    return planes_of(np.asarray(covering(path, size)))[0]


def steps(frames: list[np.ndarray]) -> np.ndarray:
    """How much each frame differs from the one before, on area-averaged thumbnails without the writing."""
    inner = [f[24:-12] for f in frames]
    small = [cv2.resize(f, (64, 36), interpolation=cv2.INTER_AREA).astype(float) for f in inner]
    return np.array([np.abs(a - b).mean() for a, b in pairwise(small)])


def ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Structural similarity of two planes, 11 x 11 Gaussian."""
    one, two = a.astype(np.float32), b.astype(np.float32)

    def soft(plane: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(plane, (11, 11), 1.5)

    mean_1, mean_2 = soft(one), soft(two)
    var_1, var_2 = soft(one * one) - mean_1**2, soft(two * two) - mean_2**2
    both = soft(one * two) - mean_1 * mean_2
    top = (2 * mean_1 * mean_2 + 6.5) * (2 * both + 58.5)
    return float((top / ((mean_1**2 + mean_2**2 + 6.5) * (var_1 + var_2 + 58.5))).mean())


def rms_db(sound: np.ndarray) -> float:
    """Level against full scale."""
    return float(10 * np.log10((sound.astype(np.float64) ** 2).mean() + 1e-12))
