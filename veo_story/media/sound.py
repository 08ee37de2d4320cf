"""Sound to the sample: cut from clips, padded with silence, faded where it breaks off. 48 kHz stereo."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from veo_story.media import grid
from veo_story.media.opened import audio_stream, opened, video_stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

RATE = grid.RATE
FRAME_SAMPLES = grid.FRAME_SAMPLES
FADE_SAMPLES = 216
"""4.5 ms: short enough not to be heard as a hole, long enough not to click."""
_CHUNK = 48_000
_PREROLL_S = Fraction(1, 4)
"""Decoding starts this much before the cut: an AAC frame is right only after the one before it."""
_SLIP = 240
"""A gap between sound packets of more than this (5 ms) is filled with silence; less is rounding."""


def read_sound(clip: Path, start: int, end: int) -> Iterator[Samples]:
    """Samples ``start`` to ``end`` (exclusive) at 48 kHz, counted from the clip's first video frame.

    Yields ``(2, n)`` float32 arrays, ``end - start`` samples together; silence where the clip has no sound.
    """
    at = start
    for position, chunk in _decoded(clip, start):
        if position + chunk.shape[1] <= at:
            continue
        if position >= end:
            break
        if position > at:
            yield from _silence(position - at)
            at = position
        piece = chunk[:, at - position : end - position]
        yield piece
        at += piece.shape[1]
        if at == end:
            return
    yield from _silence(end - at)


def _silence(samples: int) -> Iterator[Samples]:
    while samples > 0:
        step = min(samples, _CHUNK)
        yield np.zeros((2, step), np.float32)
        samples -= step


def _decoded(clip: Path, start: int) -> Iterator[tuple[int, Samples]]:
    """Chunks of a clip's sound with the position of their first sample, from before ``start`` on."""
    with opened(clip) as container:
        stream = audio_stream(container)
        if stream is None:
            return
        base = Fraction(stream.time_base or Fraction(1, RATE))
        picture = video_stream(container, clip)
        zero = Fraction(picture.start_time or 0) * Fraction(picture.time_base or 1)
        target = zero + Fraction(start, RATE) - _PREROLL_S
        if target > 0:
            container.seek(int(target / base), stream=stream)
        mono = stream.codec_context.channels == 1
        position: int | None = None
        for frame in _resampled(container, stream, mono):
            chunk = np.asarray(frame.to_ndarray(), np.float32)
            if mono:
                chunk = np.repeat(chunk, 2, axis=0)
            measured = _position(frame, zero)
            if position is None or (measured is not None and abs(measured - position) > _SLIP):
                position = measured or 0
            yield position, chunk
            position += chunk.shape[1]


def _position(frame: AudioFrame, zero: Fraction) -> int | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return round((frame.pts * frame.time_base - zero) * RATE)


def _resampled(container: InputContainer, stream: AudioStream, mono: bool) -> Iterator[AudioFrame]:
    # FFmpeg lowers mono by 3 dB on its way to stereo, so mono stays mono here.
    layout = "mono" if mono else "stereo"
    context = stream.codec_context
    if (context.sample_rate, context.format.name, context.layout.name) == (RATE, "fltp", layout):
        yield from container.decode(stream)
        return
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=RATE)
    for frame in container.decode(stream):
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


def faded(chunks: Iterator[Samples], samples: int, *, fade_in: bool, fade_out: bool) -> Iterator[Samples]:
    """The same chunks, ``samples`` long together, with a raised-cosine fade at the ends that ask for one."""
    length = min(FADE_SAMPLES, samples // 2)
    ramp = (np.sin((np.arange(length) + 0.5) / max(length, 1) * np.pi / 2) ** 2).astype(np.float32)
    at = 0
    for chunk in chunks:
        size = chunk.shape[1]
        if fade_in and at < length:
            chunk = chunk.copy()
            part = min(length - at, size)
            chunk[:, :part] *= ramp[at : at + part]
        last = samples - length
        if fade_out and at + size > last:
            chunk = chunk.copy()
            first = max(last - at, 0)
            chunk[:, first:] *= ramp[::-1][at + first - last : at + size - last]
        yield chunk
        at += size


def rechunked(chunks: Iterator[Samples], size: int = _CHUNK) -> Iterator[Samples]:
    """The same samples in arrays of ``size`` (the last one shorter), so that an encoder is called seldom."""
    held: list[Samples] = []
    count = 0
    for chunk in chunks:
        held.append(chunk)
        count += chunk.shape[1]
        while count >= size:
            joined = np.concatenate(held, axis=1)
            yield joined[:, :size]
            held, count = [joined[:, size:]], count - size
    if count:
        yield np.concatenate(held, axis=1)
