"""What an MP4's header says of its tracks: enough to know that a film can be this file as it is."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from veo_story.errors import MediaError
from veo_story.media.boxes import Box, numbers
from veo_story.media.grid import AAC_FRAME, FRAME_SAMPLES, RATE
from veo_story.media.h264 import COPYABLE
from veo_story.media.mp4 import IDENTITY

_FPS = 24
_LEAST_SOUND = RATE // 1000
_MOST_SAMPLES = 2_000_000
_LC_48_STEREO = 0x1190
"""The first 16 bits that describe AAC-LC, 48 kHz, two channels."""


@dataclass(frozen=True)
class Track:
    """A track of an MP4. Its times count in ``scale`` parts of a second, its edit in ``movie_scale``."""

    box: Box
    movie_scale: int

    @property
    def kind(self) -> bytes:
        """``vide``, ``soun`` ..."""
        return self.box.one(b"mdia", b"hdlr").data[8:12]

    @property
    def scale(self) -> int:
        """Ticks a second."""
        data = self.box.one(b"mdia", b"mdhd").data
        (ticks,) = struct.unpack_from(">I", data, 20 if data[0] == 1 else 12)
        return int(ticks)

    def table(self, name: bytes) -> Box:
        """A box of its sample table."""
        return self.box.one(b"mdia", b"minf", b"stbl", name)

    def entry(self) -> Box:
        """The one description of its samples."""
        data = self.table(b"stsd").data
        if struct.unpack_from(">I", data, 4) != (1,):
            raise MediaError("a track has more than one kind of samples")
        return Box(data[12:16], data[16:])

    def lengths(self) -> list[int]:
        """How long each sample lasts, in order."""
        rows = numbers(self.table(b"stts"), 2)
        if sum(count for count, _ in rows) > _MOST_SAMPLES:
            raise MediaError("a track has too many samples")
        return [delta for count, delta in rows for _ in range(count)]

    def shown(self) -> list[int]:
        """When each sample is shown, in ticks, in the order of decoding."""
        lengths = self.lengths()
        later = [0] * len(lengths)
        if self.box.all(b"mdia", b"minf", b"stbl", b"ctts"):
            rows = numbers(self.table(b"ctts"), 2, signed=True)
            if sum(count for count, _ in rows) != len(lengths):
                raise MediaError("the tables of a track do not go together")
            later = [offset for count, offset in rows for _ in range(count)]
        times, at = [], 0
        for length, offset in zip(lengths, later, strict=True):
            times.append(at + offset)
            at += length
        return times

    def edit(self) -> tuple[int, int]:
        """From which tick on it plays, and how many ticks: raises MediaError when it is played in pieces."""
        lists = self.box.all(b"edts", b"elst")
        if not lists:
            return 0, sum(self.lengths())
        data = lists[0].data
        row = struct.Struct(">QqHH" if data[0] == 1 else ">IiHH")
        if struct.unpack_from(">I", data, 4) != (1,) or len(data) < 8 + row.size:
            raise MediaError("a track is played in pieces")
        length, first, rate, _ = row.unpack_from(data, 8)
        if first < 0 or rate != 1:
            raise MediaError("a track begins late, or at another speed")
        return first, length * self.scale // self.movie_scale


def tracks_of(header: Box) -> list[Track]:
    """The tracks of a file."""
    data = header.one(b"mvhd").data
    (scale,) = struct.unpack_from(">I", data, 20 if data[0] == 1 else 12)
    if not scale:
        raise MediaError("the file has no clock")
    return [Track(box, scale) for box in header.all(b"trak")]


def picture_fits(track: Track, size: tuple[int, int], frames: int) -> bool:
    """Whether a track is H.264 of that size, upright, all its frames shown, on the grid of 24 from 0."""
    entry = track.entry()
    header = track.box.one(b"tkhd").data
    matrix = header[52:88] if header[0] == 1 else header[40:76]
    if entry.name != b"avc1" or struct.unpack_from(">HH", entry.data, 24) != size or matrix != IDENTITY:
        return False
    profile = entry.data.find(b"avcC") + 5
    if entry.data[profile] not in COPYABLE:
        return False
    aspect = entry.data.find(b"pasp")
    if aspect >= 0 and len(set(struct.unpack_from(">II", entry.data, aspect + 4))) != 1:
        return False
    step, rest = divmod(track.scale, _FPS)
    first, length = track.edit()
    grid = range(first, first + frames * step, step) if step else range(0)
    return rest == 0 and sorted(track.shown()) == list(grid) and length > (frames - 1) * step


def sound_fits(track: Track, frames: int) -> bool:
    """Whether a track is AAC-LC at 48 kHz in stereo, whole packets, as long as so many frames."""
    entry = track.entry()
    described = entry.data.find(b"\x05", entry.data.find(b"esds") + 8)
    lengths = track.lengths()
    if entry.name != b"mp4a" or track.scale != RATE or described < 0 or not lengths:
        return False
    config = entry.data[described + 1 :].lstrip(b"\x80")[1:3]
    if config != _LC_48_STEREO.to_bytes(2, "big"):
        return False
    first, length = track.edit()
    heard = min(sum(lengths) - first, length)
    due = frames * FRAME_SAMPLES
    whole = all(one == AAC_FRAME for one in lengths[:-1])
    return whole and -_LEAST_SOUND <= heard - due < AAC_FRAME
