"""The few parts of an H.264 stream that a cut has to read: NAL units, parameter sets, the ``avcC`` record.

Input comes from files of others: everything is bounded, and what does not parse is a MediaError.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from itertools import pairwise

from veo_story.errors import MediaError

IDR, SEI, SPS, PPS, DELIMITER = 5, 6, 7, 8, 9
COPYABLE = {66: "baseline", 77: "main", 100: "high"}
"""H.264 profiles that can be copied (8 bits, 4:2:0), as x264 names them."""
_CHROMA_PROFILES = frozenset({100, 110, 122, 144, 244})
_MOST_SPS, _MOST_PPS = 31, 255


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """An ``avcC`` record: how packets are framed, and the parameter sets that pictures refer to.

    ``length_size`` is the bytes before each NAL unit; ``tail`` what follows the sets (chroma format, depths).
    """

    profile: int
    compatibility: int
    level: int
    length_size: int
    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]
    tail: bytes = b""

    def to_avcc(self) -> bytes:
        """The record as bytes."""
        return b"".join(
            (
                bytes((1, self.profile, self.compatibility, self.level)),
                bytes((0xFC | (self.length_size - 1), 0xE0 | len(self.sps))),
                *(struct.pack(">H", len(unit)) + unit for unit in self.sps),
                bytes((len(self.pps),)),
                *(struct.pack(">H", len(unit)) + unit for unit in self.pps),
                self.tail,
            )
        )

    def free_id(self) -> int:
        """The lowest number that neither an SPS nor a PPS here uses. Raises MediaError if there is none."""
        used = {sps_id(unit) for unit in self.sps} | {pps_id(unit) for unit in self.pps}
        for number in range(_MOST_SPS + 1):
            if number not in used:
                return number
        raise MediaError("the video uses every parameter set number")

    def with_sets(self, sps: tuple[bytes, ...], pps: tuple[bytes, ...]) -> ParameterSets:
        """This record with further sets. Raises MediaError when a number is taken or there are too many."""
        numbers = [sps_id(unit) for unit in (*self.sps, *sps)]
        pictures = [pps_id(unit) for unit in (*self.pps, *pps)]
        if len(set(numbers)) < len(numbers) or len(set(pictures)) < len(pictures):
            raise MediaError("two parameter sets of the video have the same number")
        if len(numbers) > _MOST_SPS or len(pictures) > _MOST_PPS:
            raise MediaError("the video has too many parameter sets")
        level = max([self.level, *(unit[3] for unit in sps)])
        return replace(self, sps=self.sps + sps, pps=self.pps + pps, level=level)


def parse_avcc(record: bytes) -> ParameterSets:
    """Read an ``avcC`` record. Raises MediaError when it is none."""
    if len(record) < 7 or record[0] != 1:
        raise MediaError("the video has no avcC record")
    sps, at = _sets(record, 6, record[5] & 31)
    if at >= len(record):
        raise MediaError("the video's avcC record ends too early")
    pps, at = _sets(record, at + 1, record[at])
    if not sps or not pps:
        raise MediaError("the video has no parameter sets")
    for unit in sps:
        sps_id(unit)
    for unit in pps:
        pps_id(unit)
    tail = record[at:] if record[1] in _CHROMA_PROFILES else b""
    return ParameterSets(record[1], record[2], record[3], (record[4] & 3) + 1, sps, pps, tail)


def _sets(record: bytes, at: int, count: int) -> tuple[tuple[bytes, ...], int]:
    found = []
    for _ in range(count):
        if at + 2 > len(record):
            raise MediaError("the video's avcC record ends too early")
        (size,) = struct.unpack_from(">H", record, at)
        at += 2
        if size == 0 or at + size > len(record):
            raise MediaError("the video's avcC record is broken")
        found.append(record[at : at + size])
        at += size
    return tuple(found), at


def split_packet(packet: bytes, length_size: int) -> tuple[bytes, ...]:
    """NAL units of a packet as MP4 stores it. Raises MediaError when the lengths do not add up."""
    units = []
    at = 0
    while at < len(packet):
        size = int.from_bytes(packet[at : at + length_size], "big")
        at += length_size
        if size == 0 or at + size > len(packet):
            raise MediaError("a video packet is broken: its parts do not add up to its length")
        units.append(packet[at : at + size])
        at += size
    return tuple(units)


def join_packet(units: tuple[bytes, ...], length_size: int) -> bytes:
    """The opposite of :func:`split_packet`."""
    parts = []
    for unit in units:
        if len(unit) >= 1 << (8 * length_size):
            raise MediaError("a video packet is too long for the file's framing")
        parts.append(len(unit).to_bytes(length_size, "big") + unit)
    return b"".join(parts)


def split_annex_b(stream: bytes) -> tuple[bytes, ...]:
    """NAL units of a byte stream with start codes, as x264 writes it."""
    starts = []
    at = stream.find(b"\0\0\1")
    while at >= 0:
        starts.append(at)
        at = stream.find(b"\0\0\1", at + 3)
    units = []
    for start, end in pairwise([*starts, len(stream)]):
        unit = stream[start + 3 : end].rstrip(b"\0")
        if unit:
            units.append(unit)
    return tuple(units)


def unit_type(unit: bytes) -> int:
    """What a NAL unit carries (:data:`IDR`, :data:`SPS` ...)."""
    return unit[0] & 31 if unit else 0


def is_idr(packet: bytes, length_size: int) -> bool:
    """Whether a packet, as MP4 stores it, starts anew: nothing after it refers to anything before it."""
    return any(unit_type(unit) == IDR for unit in split_packet(packet, length_size))


def sps_id(unit: bytes) -> int:
    """Number of a sequence parameter set. Raises MediaError when it is none."""
    if unit_type(unit) != SPS or len(unit) < 5:
        raise MediaError("a sequence parameter set of the video is broken")
    return _golomb(unit[4:], 1)[0]


def pps_id(unit: bytes) -> int:
    """Number of a picture parameter set. Raises MediaError when it is none."""
    if unit_type(unit) != PPS or len(unit) < 2:
        raise MediaError("a picture parameter set of the video is broken")
    return _golomb(unit[1:], 1)[0]


def _golomb(data: bytes, count: int) -> tuple[int, ...]:
    """The first ``count`` unsigned Exp-Golomb numbers. Raises MediaError when the bits run out."""
    head = data[:16].replace(b"\0\0\3", b"\0\0")
    bits = "".join(f"{byte:08b}" for byte in head)
    found = []
    at = 0
    for _ in range(count):
        one = bits.find("1", at)
        zeros = one - at
        if one < 0 or zeros > 16 or one + zeros + 1 > len(bits):
            raise MediaError("a parameter set of the video is broken")
        found.append(int(bits[one : one + zeros + 1], 2) - 1)
        at = one + zeros + 1
    return tuple(found)
