"""Small clips whose every frame and sample can be told apart: a number in the picture, noise in the sound."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SIZE = (320, 180)
RATE = 48_000
SAMPLES_A_FRAME = 2_000
_BITS, _BLOCK = 16, 16


@dataclass(frozen=True)
class Recipe:
    """How a clip is made. Frame ``k`` carries the number ``first + k``; its sound is that of the same time in
    the noise of ``seed``. ``x264`` are encoder options; ``times`` the frames' times in 1/600 s if uneven.
    """

    frames: int
    first: int = 0
    seed: int = 0
    size: tuple[int, int] = SIZE
    fps: Fraction = Fraction(24)
    x264: tuple[tuple[str, str], ...] = ()
    codec: str = "libx264"
    rate: int | None = RATE
    channels: int = 2
    sound_frames: int | None = None
    times: tuple[int, ...] | None = None
    still: bool = False
    gain: float = 1.0
    blurred: range = range(0)


@lru_cache(maxsize=32)
def noise(seed: int, samples: int, channels: int = 2, rate: int = RATE) -> np.ndarray:
    """Noise below 6 kHz, ``(channels, samples)`` float32, the same signal at every rate."""
    seconds = samples / rate
    count = int(6_000 * seconds)
    lines = (
        np.random.default_rng(seed).normal(size=(channels, count, 2))
        / np.sqrt(np.arange(1, count + 1))[:, None]
    )
    spectrum = np.zeros((channels, samples // 2 + 1), np.complex128)
    spectrum[:, 1 : count + 1] = lines[..., 0] + 1j * lines[..., 1]
    sound = np.fft.irfft(spectrum, samples) * samples
    return (sound / np.abs(sound).max() * 0.5).astype(np.float32)


def sound_of(recipe: Recipe) -> np.ndarray:
    """The sound a clip is given, ``(channels, samples)`` at its own rate, from frame ``first`` % 500 on."""
    rate = recipe.rate or RATE
    whole = noise(recipe.seed, 40 * rate, recipe.channels, rate)
    start = recipe.first % 500 * rate // 24
    frames = recipe.frames if recipe.sound_frames is None else recipe.sound_frames
    return whole[:, start : start + int(frames * rate / recipe.fps)]


def _background(seed: int, size: tuple[int, int]) -> np.ndarray:
    width, height = size
    coarse = np.random.default_rng(seed).integers(40, 200, (height // 10 + 1, width // 10 + 60), np.uint8)
    return np.kron(coarse, np.ones((10, 10), np.uint8))


def picture(recipe: Recipe, index: int, background: np.ndarray) -> np.ndarray:
    """Planar yuv420p of one frame, ``(height * 3 / 2, width)``."""
    width, height = recipe.size
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    shift = 0 if recipe.still else 2 * (recipe.first + index) % 500
    luma = background[:height, shift : shift + width].astype(np.float32)
    if index in recipe.blurred:
        luma = np.broadcast_to(luma.mean(axis=1, keepdims=True), luma.shape)
    planes[:height] = np.clip(luma * recipe.gain, 16, 235)
    if not recipe.still:
        number = recipe.first + index
        for bit in range(_BITS):
            planes[8 : 8 + _BLOCK, bit * _BLOCK : (bit + 1) * _BLOCK] = 235 if number >> bit & 1 else 16
    return planes


def make(path: Path, recipe: Recipe) -> Path:
    """Write a clip (MP4, or what the name's ending says)."""
    options: dict[str, Any] = {"preset": "veryfast", "crf": "20"} if recipe.codec == "libx264" else {}
    with av.open(str(path), "w") as file:
        video = file.add_stream(recipe.codec, rate=recipe.fps)
        video.width, video.height = recipe.size
        video.pix_fmt = "yuv420p"
        video.options = {**options, **dict(recipe.x264)}
        base = Fraction(1, 600) if recipe.times else 1 / recipe.fps
        video.codec_context.time_base = base
        audio = None
        if recipe.rate is not None:
            layout = "mono" if recipe.channels == 1 else "stereo"
            audio = file.add_stream("aac", rate=recipe.rate, layout=layout)
            audio.bit_rate = 192_000
        background = _background(recipe.seed, recipe.size)
        for index in range(recipe.frames):
            frame = av.VideoFrame.from_numpy_buffer(picture(recipe, index, background), "yuv420p")
            frame.pts = recipe.times[index] if recipe.times else index
            frame.time_base = base
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
        if audio is not None:
            sound = sound_of(recipe)
            heard = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), "fltp", audio.layout.name)
            heard.sample_rate = recipe.rate
            heard.pts = 0
            file.mux(audio.encode(heard))
            file.mux(audio.encode(None))
    return path


def numbers_of(path: Path) -> list[int]:
    """The number of every frame of a file, in the order they are shown."""
    return [_number(luma) for luma in lumas_of(path)]


def _number(luma: np.ndarray) -> int:
    blocks = luma[12:20, : _BITS * _BLOCK].reshape(8, _BITS, _BLOCK)[:, :, 4:12].mean(axis=(0, 2))
    return sum(1 << bit for bit, value in enumerate(blocks) if value > 128)


def lumas_of(path: Path) -> Iterator[np.ndarray]:
    """Luma of every frame, ``(height, width)`` uint8."""
    with av.open(str(path)) as file:
        file.streams.video[0].thread_type = "AUTO"
        for frame in file.decode(video=0):
            plane = frame.planes[0]
            rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
            yield rows[: frame.height, : frame.width].copy()


def samples_of(path: Path) -> np.ndarray:
    """The whole sound of a file, ``(channels, samples)`` float32."""
    with av.open(str(path)) as file:
        return np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1)


def slip(heard: np.ndarray, expected: np.ndarray, most: int = 40) -> int:
    """By how many samples ``heard`` is later than ``expected`` (same length, one channel each)."""
    inner = expected[most:-most]
    scores = [
        float(np.dot(heard[most + shift : len(heard) - most + shift], inner))
        for shift in range(-most, most + 1)
    ]
    return int(np.argmax(scores)) - most


def packets_of(path: Path) -> Sequence[bytes]:
    """The video packets of a file in decoding order."""
    with av.open(str(path)) as file:
        return [bytes(packet) for packet in file.demux(video=0) if packet.size]
