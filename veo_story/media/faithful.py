"""Does a clip hold another clip's video packets themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.media.h264 import parse_avcc
from veo_story.media.opened import opened, video_stream
from veo_story.media.packets import is_shown, row_of, table_of

if TYPE_CHECKING:
    from pathlib import Path


def is_faithful(parent: Path, start: int, end: int, child: Path) -> bool:
    """Whether the first packets of ``child`` are those of frames ``start`` to ``end`` of ``parent``.

    Byte for byte, in the same order and with the same parameter sets, so that the child's frames decode
    to the very pictures of the parent.
    """
    first = _digests(parent, start, end)
    return first is not None and first == _digests(child, 0, end - start, among=first[0])


_Digests = tuple[frozenset[bytes], tuple[tuple[int, int], ...]]


def _digests(clip: Path, start: int, end: int, among: frozenset[bytes] | None = None) -> _Digests | None:
    """Parameter sets, and frame and hash of the packets of a range as decoded; None unless H.264 in MP4.

    ``among`` keeps only these parameter sets: a child may have more of its own.
    """
    with opened(clip) as container:
        stream = video_stream(container, clip)
        if stream.codec_context.name != "h264":
            return None
        try:
            sets = parse_avcc(stream.codec_context.extradata or b"")
        except MediaError:
            return None
        hashed = []
        rows = []
        for packet in container.demux(stream):
            if is_shown(packet):
                # Hashes live for this comparison only, so Python's own (64 bits, salted) will do.
                hashed.append(hash(bytes(packet)))
                rows.append(row_of(packet))
        table = table_of(clip, stream, rows)
    units = frozenset((*sets.sps, *sets.pps))
    inside = [
        (display - start, value)
        for display, value in zip(table.displays, hashed, strict=True)
        if start <= display < end
    ]
    return (units if among is None else units & among, tuple(inside))
