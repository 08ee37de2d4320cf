"""The sound of a film through one AAC encoder."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from veo_story.media.sound import FRAME_SAMPLES, RATE, faded, read_sound, rechunked
from veo_story.media.spans import fades

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet

    from veo_story.media.sound import Samples
    from veo_story.media.spans import Span


CUTOFF_HZ = 18_000
"""What is above is left out: the encoder's own choice at this rate, named because loudness has to know it."""


def add_sound(container: OutputContainer) -> AudioStream:
    """The sound stream of a film: AAC, 48 kHz stereo, 192 kbit/s."""
    # At this rate the fast coder is 2.6 times as fast as FFmpeg's default and no further from the original
    # (SNR of noise 11.3 against 11.0 dB, speech 39 against 31, chords 63 against 36; clicks 8.3 against 9.8).
    options = {"aac_coder": "fast", "cutoff": str(CUTOFF_HZ)}
    stream = container.add_stream("aac", rate=RATE, layout="stereo", options=options)
    stream.bit_rate = 192_000
    return stream


def film_sound(spans: tuple[Span, ...]) -> Iterator[Samples]:
    """The spans' own sound in a row, 2,000 samples for every frame: ``(2, n)`` float32."""
    for span, (fade_in, fade_out) in zip(spans, fades(spans), strict=True):
        chunks = read_sound(span.clip, span.start * FRAME_SAMPLES, span.end * FRAME_SAMPLES)
        yield from faded(chunks, span.frames * FRAME_SAMPLES, fade_in=fade_in, fade_out=fade_out)


def encode_sound(stream: AudioStream, chunks: Iterable[Samples]) -> Iterator[Packet[AudioStream]]:
    """Samples, ``(2, n)`` float32 a chunk, as packets of ``stream``."""
    at = 0
    for chunk in rechunked(iter(chunks)):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(chunk), format="fltp", layout="stereo")
        frame.sample_rate = RATE
        frame.time_base = Fraction(1, RATE)
        frame.pts = at
        at += chunk.shape[1]
        yield from stream.encode(frame)
    yield from stream.encode(None)
