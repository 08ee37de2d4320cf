"""Faults to be planted in a film: each changes frames or sound, and says what has to be found where."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from veo_story.quality.stretches import footage_of

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.quality.planned import Planned
    from veo_story.quality.stretches import Footage

A_FRAME = 2_000
A_HEARING = 4_800
"""A tenth of a second: so near a louder sound hides a click."""
SEEN = 3.0
"""Levels of brightness, somewhat more than 1 % of the range: so much at once is seen."""
HOP = 2.0
"""Without some frames the picture changes so many times more than it does from any frame to the next."""


@dataclass
class Reel:
    """A film in memory: planar yuv420p frames ``(n, height * 3 / 2, width)``, sound ``(2, samples)``."""

    frames: np.ndarray
    sound: np.ndarray
    planned: Planned
    strength: float = field(default=0.0)

    @property
    def height(self) -> int:
        return int(self.frames.shape[1] * 2 // 3)

    @property
    def footage(self) -> tuple[Footage, ...]:
        """Where it shows scenes that were filmed or drawn, not cards or stills."""
        found = footage_of(self.planned.parts, len(self.frames))
        return tuple(piece for piece in found if not piece.rests and piece.last - piece.first > 48)

    @property
    def chain(self) -> Footage:
        return max(self.footage, key=lambda piece: len(piece.parts))


@dataclass(frozen=True)
class Planted:
    """What has to be found: one of ``codes``, between the frames ``start`` and ``end`` or touching them."""

    codes: tuple[str, ...]
    start: int
    end: int


def read_reel(film: Path, planned: Planned) -> Reel:
    with av.open(str(film)) as file:
        frames = np.stack([frame.to_ndarray(format="yuv420p") for frame in file.decode(video=0)])
    with av.open(str(film)) as file:
        sound = np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1)
    return Reel(frames, sound[:, : len(frames) * A_FRAME], planned)


def write_reel(reel: Reel, into: Path) -> Path:
    """Encode a film once more, as somebody's editing program would."""
    _, rows, width = reel.frames.shape
    with av.open(str(into), "w", options={"movflags": "faststart", "movie_timescale": "48000"}) as file:
        video = file.add_stream("libx264", rate=24)
        video.width, video.height, video.pix_fmt = width, rows * 2 // 3, "yuv420p"
        video.options = {"preset": "ultrafast", "crf": "19", "g": "60"}
        audio = file.add_stream("aac", rate=48_000, layout="stereo")
        audio.bit_rate = 192_000
        for number, planes in enumerate(reel.frames):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(planes), "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 24)
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
        heard = av.AudioFrame.from_ndarray(np.ascontiguousarray(reel.sound, np.float32), "fltp", "stereo")
        heard.sample_rate, heard.pts = 48_000, 0
        file.mux(audio.encode(heard))
        file.mux(audio.encode(None))
    return into


def _moving(reel: Reel, draw: random.Random, length: int) -> int:
    """A random place, of so many frames, that moves and lies inside of filmed footage."""
    change = np.abs(np.diff(reel.frames[:, : reel.height].astype(np.int16), axis=0)).mean(axis=(1, 2))
    places = [
        frame
        for piece in reel.footage
        for frame in range(piece.first + 14, piece.last - length - 14)
        if _is_lively(change, frame, length)
    ]
    return draw.choice(places or [reel.chain.first + 30])


def _is_lively(change: np.ndarray, frame: int, length: int) -> bool:
    """Whether the step to a frame, and the one before it, are as large as those around it."""
    around = change[frame - 10 : frame + length + 10]
    usual = max(float(np.median(around)), float(around.mean()))
    return usual > 1.0 and change[frame - 1] > 0.8 * usual and change[frame - 2] > 0.5 * usual


def _some_seam(reel: Reel, draw: random.Random) -> int:
    return draw.choice(reel.chain.seams)


def repeat(reel: Reel, draw: random.Random) -> Planted:
    frame = _moving(reel, draw, 1)
    reel.frames[frame] = reel.frames[frame - 1]
    return Planted(("repeated",), frame, frame + 1)


def missing(reel: Reel, draw: random.Random) -> Planted:
    """Frames are gone at a seam, so many that it can be seen; the film is as long as before."""
    small = reel.frames[:, : reel.height].reshape(len(reel.frames), reel.height // 5, 5, -1, 5)
    small = small.mean(axis=(2, 4))
    places = [(_some_seam(reel, draw), draw.randint(6, 24)) for _ in range(12)]
    if max(_hop(small, *place) for place in places) < HOP:
        # Where nearly nothing moves nobody sees that a second is gone.
        places = [(_some_seam(reel, draw), draw.randint(24, 96)) for _ in range(24)]
    seam, gone = max(places, key=lambda place: _hop(small, *place))
    reel.strength = gone
    reel.frames = np.concatenate([reel.frames[:seam], reel.frames[seam + gone :], reel.frames[-gone:]])
    return Planted(("jump", "step"), seam, seam + 1)


def _hop(small: np.ndarray, seam: int, gone: int) -> float:
    """How many times more than any step near it the picture changes, and stays changed, without those frames.

    Medians of a third of a second see through rain; lightning is such a step itself, and hides what jumps.
    """
    before, after = small[seam - 8 : seam], small[seam + gone : seam + gone + 8]
    if len(after) < 8:
        return 0.0
    steps = [np.abs(np.diff(side, axis=0)).mean(axis=(1, 2)).max() for side in (before, after)]
    settled = np.abs(np.median(after, axis=0) - np.median(before, axis=0)).mean()
    return float(min(np.abs(after[0] - before[-1]).mean(), settled) / max(*steps, 0.1))


def black(reel: Reel, draw: random.Random) -> Planted:
    length = draw.randint(1, 4)
    piece = draw.choice(reel.footage)
    frame = draw.choice([*piece.seams, draw.randrange(piece.first, piece.last - length)])
    reel.frames[frame : frame + length, : reel.height] = 16
    reel.frames[frame : frame + length, reel.height :] = 128
    return Planted(("black",), frame, frame + length)


def freeze(reel: Reel, draw: random.Random) -> Planted:
    length = draw.randint(14, 30)
    frame = _moving(reel, draw, length)
    reel.strength = length
    reel.frames[frame : frame + length] = reel.frames[frame - 1]
    return Planted(("frozen",), frame, frame + length)


def _lit(reel: Reel, first: int, last: int, gain: float, lift: float) -> None:
    luma = reel.frames[first:last, : reel.height].astype(np.float32)
    reel.frames[first:last, : reel.height] = np.clip((luma - 16) * gain + 16.5 + lift, 16, 235)


def step(reel: Reel, draw: random.Random) -> Planted:
    """From a seam on the picture is brighter or darker."""
    seam = _some_seam(reel, draw)
    reel.strength = draw.uniform(0.06, 0.2) * draw.choice([-1, 1])
    before, after = reel.frames[seam - 1 : seam + 1, : reel.height].mean(axis=(1, 2))
    # In the dark, or against what happens there, a small share is nothing that one could see.
    while abs((after - 16) * (1 + reel.strength) + 16 - before) < SEEN:
        reel.strength *= 1.1
    _lit(reel, seam, reel.chain.last, 1 + reel.strength, 0)
    return Planted(("step", "drift"), seam, seam + 1)


def drift(reel: Reel, draw: random.Random) -> Planted:
    """Every scene of the chain has a little more of a colour, or all of it takes it on bit by bit."""
    piece, plane = reel.chain, draw.choice([0, 1])
    reel.strength = draw.uniform(1.6, 3.0) * draw.choice([-1, 1])
    first, last, seams = piece.first, piece.last, np.array(piece.seams)
    rows = reel.height // 4
    where = slice(reel.height + plane * rows, reel.height + (plane + 1) * rows)
    for frame in range(first, last):
        tint = reel.strength * (seams <= frame).sum()
        if reel.frames.shape[0] % 2:
            tint = reel.strength * 4 * (frame - first) / (last - first)
        chroma = reel.frames[frame, where].astype(np.float32) + tint
        # What is added is dithered: an encoder's picture is not of one colour either.
        grain = np.random.default_rng(frame).uniform(0, 1, chroma.shape)
        reel.frames[frame, where] = np.clip(np.floor(chroma + grain), 16, 240)
    return Planted(("drift", "step"), first, last)


def _sounding(reel: Reel, draw: random.Random, samples: int) -> int:
    piece = draw.choice(reel.footage)
    return draw.randrange((piece.first + 6) * A_FRAME, (piece.last - 6) * A_FRAME - samples)


def click(reel: Reel, draw: random.Random) -> Planted:
    """A crack at a cut: two sounds of different phase were put side by side. It can be heard there."""
    cuts = [part.start for part in reel.planned.parts[1:]]
    for _ in range(20):
        frame = draw.choice(cuts)
        at = frame * A_FRAME
        reel.strength = draw.uniform(0.15, 0.5)
        fall = np.exp(-np.arange(4_000) / draw.uniform(40, 300)) * reel.strength * draw.choice([-1, 1])
        around = reel.sound[:, at - A_HEARING : at + A_HEARING]
        if _treble(np.pad(fall, (A_HEARING, 0))[np.newaxis]) >= 2 * _treble(around):
            break
    reel.sound[:, at : at + 4_000] += fall.astype(np.float32)
    return Planted(("click",), frame - 1, frame + 1)


def _treble(sound: np.ndarray) -> float:
    """The peak of what is above 4 kHz, where a click is heard. Twice as high (6 dB) stands out."""
    samples = sound.shape[1]
    spectrum = np.fft.rfft(sound, axis=1)
    spectrum[:, : 4_000 * samples // 48_000] = 0
    return float(np.abs(np.fft.irfft(spectrum, samples, axis=1)).max())


def dropout(reel: Reel, draw: random.Random) -> Planted:
    length = int(draw.uniform(0.03, 0.4) * 48_000)
    at = _sounding(reel, draw, length)
    reel.strength = length / 48
    reel.sound[:, at : at + length] = 0
    return Planted(("dropout",), at // A_FRAME, (at + length) // A_FRAME + 1)


def loudness(reel: Reel, draw: random.Random) -> Planted:
    reel.strength = draw.uniform(0.8, 9) * draw.choice([-1, -1, 1])
    reel.sound *= np.float32(10 ** (reel.strength / 20))
    return Planted(("loudness",), 0, len(reel.frames))


def peak(reel: Reel, draw: random.Random) -> Planted:
    """Somebody turned it up until it clips."""
    reel.strength = draw.uniform(0.5, 8)
    gain = 10 ** (reel.strength / 20) / np.abs(reel.sound).max()
    reel.sound = np.clip(reel.sound * gain, -1, 1).astype(np.float32)
    return Planted(("peak", "clipping"), 0, len(reel.frames))


def offset(reel: Reel, draw: random.Random) -> Planted:
    reel.strength = draw.uniform(20, 450) * draw.choice([-1, 1])
    reel.sound = np.roll(reel.sound, int(reel.strength * 48), axis=1)
    return Planted(("offset",), 0, len(reel.frames))


def length(reel: Reel, draw: random.Random) -> Planted:
    reel.strength = draw.choice([-24, -5, -2, -1, 1, 2, 5, 24])
    count = int(abs(reel.strength))
    more = reel.frames[-count:]
    reel.frames = reel.frames[:-count] if reel.strength < 0 else np.concatenate([reel.frames, more])
    silence = np.zeros((2, count * A_FRAME), np.float32)
    reel.sound = np.concatenate([reel.sound, silence], axis=1)[:, : len(reel.frames) * A_FRAME]
    return Planted(("length",), 0, len(reel.frames))


FAULTS: dict[str, Callable[[Reel, random.Random], Planted]] = {
    "repeated frame": repeat,
    "missing frames": missing,
    "black frames": black,
    "frozen stretch": freeze,
    "brightness step": step,
    "colour drift": drift,
    "click": click,
    "dropout": dropout,
    "loudness": loudness,
    "true peak": peak,
    "A/V offset": offset,
    "wrong length": length,
}
