"""Sound to the sample: cut from clips, padded with silence, faded where it breaks off. 48 kHz stereo."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from veo_story.errors import MediaError
from veo_story.media import grid
from veo_story.media.mix import MICRO_FADE
from veo_story.media.opened import audio_stream, opened, picture_stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

RATE = grid.RATE
FRAME_SAMPLES = grid.FRAME_SAMPLES
_CHUNK = 48_000
_PREROLL_S = Fraction(1, 4)
"""Decoding starts this much before the cut: an AAC frame is right only after the one before it."""
_SLIP = 240
"""A gap between sound packets of more than this (5 ms) is filled with silence; less is rounding."""


def read_sound(clip: Path, start: int, end: int) -> Iterator[Samples]:
    """Samples ``start`` to ``end`` (exclusive) at 48 kHz, counted from the clip's first video frame.

    Those of a sound file count from its beginning. Yields ``(2, n)`` float32 arrays, ``end - start`` samples
    together; silence where the clip has no sound. Raises MediaError where it has no picture either.
    """
    at = start
    for chunk in sound_from(clip, start):
        piece = chunk[:, : end - at]
        yield piece
        at += piece.shape[1]
        if at >= end:
            return
    yield from _silence(end - at)


def sound_from(clip: Path, start: int) -> Iterator[Samples]:
    """The same from ``start`` to where its sound ends, what is missing between filled with silence."""
    at = start
    for position, chunk in _decoded(clip, start):
        if position + chunk.shape[1] <= at:
            continue
        if position > at:
            yield from _silence(position - at)
            at = position
        piece = chunk[:, at - position :]
        yield piece
        at += piece.shape[1]


def _silence(samples: int) -> Iterator[Samples]:
    while samples > 0:
        step = min(samples, _CHUNK)
        yield np.zeros((2, step), np.float32)
        samples -= step


def _decoded(clip: Path, start: int) -> Iterator[tuple[int, Samples]]:
    """Chunks of a clip's sound with the position of their first sample, from before ``start`` on."""
    with opened(clip) as container:
        stream, picture = audio_stream(container), picture_stream(container)
        if stream is None:
            if picture is None:
                raise MediaError(f"{clip}: has no sound", hint="Name a file that FFmpeg can play.")
            return
        zero = None
        if picture is not None:
            zero = Fraction(picture.start_time or 0) * Fraction(picture.time_base or 1)
            _seek(container, stream, zero + Fraction(start, RATE) - _PREROLL_S)
        mono = stream.codec_context.channels == 1
        position: int | None = None
        for frame in _resampled(container, stream, mono):
            chunk = np.asarray(frame.to_ndarray(), np.float32)
            if mono:
                chunk = np.repeat(chunk, 2, axis=0)
            if zero is None:
                # A sound file is read from its beginning: where its first sample is differs by format.
                zero = _time(frame) or Fraction(0)
            measured = _position(frame, zero)
            if position is None or (measured is not None and abs(measured - position) > _SLIP):
                position = measured or 0
            yield position, chunk
            position += chunk.shape[1]


def _seek(container: InputContainer, stream: AudioStream, target_s: Fraction) -> None:
    if target_s > 0:
        container.seek(int(target_s / Fraction(stream.time_base or Fraction(1, RATE))), stream=stream)


def _time(frame: AudioFrame) -> Fraction | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return frame.pts * frame.time_base


def _position(frame: AudioFrame, zero: Fraction) -> int | None:
    time_s = _time(frame)
    return None if time_s is None else round((time_s - zero) * RATE)


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


def ramp(samples: int, *, crossed: bool = False) -> NDArray[np.float32]:
    """Gains that rise from 0 to 1: a raised cosine, or ``crossed``, with equal power; backwards they fall."""
    rise = np.sin((np.arange(samples) + 0.5) / max(samples, 1) * (np.pi / 2))
    return np.asarray(rise if crossed else np.square(rise), np.float32)


def shaped(
    chunks: Iterable[Samples], samples: int, rise: NDArray[np.float32], fall: NDArray[np.float32]
) -> Iterator[Samples]:
    """The same chunks, ``samples`` long together: the first times ``rise``, the last times ``fall``."""
    at, last = 0, samples - len(fall)
    for chunk in chunks:
        size = chunk.shape[1]
        if at < len(rise):
            chunk = chunk.copy()
            part = rise[at : at + size]
            chunk[:, : len(part)] *= part
        if at + size > max(last, at):
            chunk = chunk.copy()
            first = max(last - at, 0)
            chunk[:, first:] *= fall[at + first - last : at + size - last]
        yield chunk
        at += size


def faded(chunks: Iterable[Samples], samples: int, *, fade_in: bool, fade_out: bool) -> Iterator[Samples]:
    """The same chunks, ``samples`` long together, with a micro-fade at the ends that ask for one."""
    length = min(MICRO_FADE, samples // 2)
    yield from shaped(chunks, samples, ramp(length if fade_in else 0), ramp(length if fade_out else 0)[::-1])


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
