from __future__ import annotations

from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clips import packets_of
from veo_story.errors import MediaError
from veo_story.media import h264


def _record(clip: Path) -> bytes:
    with av.open(str(clip)) as file:
        return bytes(file.streams.video[0].codec_context.extradata or b"")


def test_a_record_is_read_and_written_back(clips: dict[str, Path]) -> None:
    for name in ("plain", "baseline"):
        record = _record(clips[name])
        sets = h264.parse_avcc(record)
        assert sets.to_avcc() == record
        assert (sets.length_size, len(sets.sps), len(sets.pps)) == (4, 1, 1)
    assert h264.parse_avcc(_record(clips["plain"])).profile == 100


def test_numbers_of_parameter_sets(clips: dict[str, Path]) -> None:
    sets = h264.parse_avcc(_record(clips["plain"]))
    assert (h264.sps_id(sets.sps[0]), h264.pps_id(sets.pps[0]), sets.free_id()) == (0, 0, 1)
    # ue(v) of 1 is 010, of 6 is 00111, of 31 is 00000100000.
    assert h264.sps_id(b"\x67\x64\x00\x1f\x40") == 1
    assert h264.pps_id(b"\x68\x38") == 6
    assert h264.sps_id(b"\x67\x64\x00\x1f\x04\x00") == 31


def test_sets_are_merged_once_each(clips: dict[str, Path]) -> None:
    sets = h264.parse_avcc(_record(clips["plain"]))
    more = sets.with_sets((b"\x67\x64\x00\xff\x40",), (b"\x68\x50",))
    again = h264.parse_avcc(more.to_avcc())
    assert (len(again.sps), len(again.pps), again.level, again.free_id()) == (2, 2, 0xFF, 2)
    with pytest.raises(MediaError, match="same number"):
        more.with_sets(sets.sps, ())


def test_idr_packets_are_told_from_open_groups(clips: dict[str, Path]) -> None:
    plain = [index for index, data in enumerate(packets_of(clips["plain"])) if h264.is_idr(data, 4)]
    assert plain == [0, 24, 48]
    opened = [index for index, data in enumerate(packets_of(clips["open_gop"])) if h264.is_idr(data, 4)]
    assert opened == [0]


_units = st.lists(st.binary(min_size=1, max_size=40), max_size=8).map(tuple)


@given(_units, st.sampled_from([1, 2, 4]))
def test_packets_are_split_as_they_were_joined(units: tuple[bytes, ...], length_size: int) -> None:
    assert h264.split_packet(h264.join_packet(units, length_size), length_size) == units


@given(st.lists(st.binary(min_size=1, max_size=20), max_size=6), st.booleans())
def test_byte_streams_are_split_at_start_codes(bodies: list[bytes], long: bool) -> None:
    units = [b"\x65" + body.replace(b"\0", b"\x01") for body in bodies]
    stream = b"".join((b"\0\0\0\1" if long else b"\0\0\1") + unit for unit in units)
    assert h264.split_annex_b(stream) == tuple(units)


@given(st.binary(max_size=300))
def test_nothing_but_media_errors(data: bytes) -> None:
    for read in (
        h264.parse_avcc,
        h264.sps_id,
        h264.pps_id,
        lambda raw: h264.split_packet(raw, 4),
        lambda raw: h264.is_idr(raw, 2),
        lambda raw: h264.parse_avcc(raw).free_id(),
    ):
        try:
            read(data)
        except MediaError:
            continue
    h264.split_annex_b(data)
    h264.unit_type(data)


@given(st.data())
def test_damaged_records_give_media_errors(data: st.DataObject) -> None:
    good = b"\x01\x64\x00\x1f\xff\xe1\x00\x05\x67\x64\x00\x1f\xac\x01\x00\x02\x68\xee\xfd\xf8\xf8\x00"
    assert h264.parse_avcc(good).to_avcc() == good
    at = data.draw(st.integers(0, len(good) - 1))
    damaged = bytearray(good[: data.draw(st.integers(0, len(good)))])
    if at < len(damaged):
        damaged[at] = data.draw(st.integers(0, 255))
    try:
        sets = h264.parse_avcc(bytes(damaged))
        sets.with_sets(sets.sps, sets.pps)
    except MediaError:
        return
    assert not sets.sps  # two of the same number must have been refused


def test_too_many_and_too_long(clips: dict[str, Path]) -> None:
    sets = h264.parse_avcc(_record(clips["plain"]))
    with pytest.raises(MediaError, match="too many"):
        sets.with_sets((), tuple(b"\x68" + _ue(number) for number in range(1, 300)))
    with pytest.raises(MediaError, match="too long"):
        h264.join_packet((b"x" * 256,), 1)


def _ue(number: int) -> bytes:
    bits = f"{number + 1:b}"
    bits = "0" * (len(bits) - 1) + bits + "1"
    return int(bits.ljust((len(bits) + 7) // 8 * 8, "0"), 2).to_bytes((len(bits) + 7) // 8, "big")
