"""What a film says in words, and how an MP4 holds its title, its notes and its chapters."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from veo_story.media.boxes import Box, full
from veo_story.media.mp4 import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veo_story.media.spans import Caption, Chapter

_FPS = 24
_NAMES = {
    "title": b"\xa9nam",
    "artist": b"\xa9ART",
    "album": b"\xa9alb",
    "comment": b"\xa9cmt",
    "genre": b"\xa9gen",
    "date": b"\xa9day",
    "copyright": b"cprt",
    "description": b"desc",
    "synopsis": b"ldes",
}
_MOST_MARKS = 255
_UTF8 = bytes(Box(b"encd", b"\0\0\1\0"))
# Shown nowhere: no box, no style, a font without a name.
_TEXT_STYLE = bytes.fromhex("00000001 0000 00000000 0000000000000000 00000000 0001 0000 00000000")
_FONTS = bytes(Box(b"ftab", b"\0\1\0\1\0"))


@dataclass(frozen=True, slots=True)
class Labels:
    """What a film says in words: metadata, chapters, captions and their language (ISO 639-2)."""

    notes: Mapping[str, str] = field(default_factory=dict)
    chapters: tuple[Chapter, ...] = ()
    captions: tuple[Caption, ...] = ()
    language: str = "und"


def udta_box(labels: Labels) -> Box:
    """Title, notes and chapter marks for the header of an MP4; notes without a name there are left out."""
    hdlr = full(b"hdlr", struct.pack(">I4s4s", 0, b"mdir", b"appl") + bytes(9))
    known = [(name, labels.notes.get(note, "")) for note, name in _NAMES.items()]
    ilst = Box(b"ilst", b"".join(_note(name, text) for name, text in known if text))
    content = bytes(full(b"meta", bytes(hdlr) + bytes(ilst)))
    if labels.chapters:
        content = _marks(labels.chapters) + content
    return Box(b"udta", content)


def _note(name: bytes, text: str) -> bytes:
    return bytes(Box(name, bytes(Box(b"data", struct.pack(">II", 1, 0) + text.encode()))))


def _marks(chapters: Sequence[Chapter]) -> bytes:
    """The chapters as most players read them: times in 100 ns."""
    marks = chapters[:_MOST_MARKS]
    content = struct.pack(">IB", 0, len(marks))
    for chapter in marks:
        title = _cut(chapter.title, 255)
        content += struct.pack(">QB", chapter.start * 10_000_000 // _FPS, len(title)) + title
    return bytes(full(b"chpl", content, version=1))


def _cut(text: str, most: int) -> bytes:
    """The text in UTF-8, at most so many bytes, no sign broken."""
    return text.encode()[:most].decode(errors="ignore").encode()


def chapter_samples(chapters: Sequence[Chapter]) -> bytes:
    """The samples of :func:`chapter_track`."""
    return b"".join(map(_sample, chapters))


def _sample(chapter: Chapter) -> bytes:
    title = _cut(chapter.title, 0xFFFF)
    return struct.pack(">H", len(title)) + title + _UTF8


def chapter_track(chapters: Sequence[Chapter], number: int, frames: int, movie_scale: int) -> Box:
    """The chapters as QuickTime reads them: a track of text, its samples in one chunk."""
    tkhd = struct.pack(">IIIIIQHHHH", 0, 0, number, 0, frames * movie_scale // _FPS, 0, 0, 0, 0, 0)
    mdhd = struct.pack(">IIIIHH", 0, 0, _FPS, frames, 0x55C4, 0)
    hdlr = struct.pack(">I4s", 0, b"text") + bytes(12) + b"Chapters\0"
    gmin = full(b"gmin", struct.pack(">HHHHHH", 0x40, 0x8000, 0x8000, 0x8000, 0, 0))
    here = full(b"dref", struct.pack(">I", 1) + bytes(full(b"url ", b"", flags=1)))
    entry = Box(b"text", bytes(6) + struct.pack(">H", 1) + _TEXT_STYLE + _FONTS)
    lengths = b"".join(struct.pack(">II", 1, chapter.end - chapter.start) for chapter in chapters)
    sizes = b"".join(struct.pack(">I", len(_sample(chapter))) for chapter in chapters)
    count = struct.pack(">I", len(chapters))
    tables = [
        full(b"stsd", struct.pack(">I", 1) + bytes(entry)),
        full(b"stts", count + lengths),
        full(b"stsc", struct.pack(">IIII", 1, 1, len(chapters), 1)),
        full(b"stsz", struct.pack(">I", 0) + count + sizes),
        full(b"stco", struct.pack(">II", 1, 0)),
    ]
    minf = [
        Box(b"gmhd", bytes(gmin) + bytes(Box(b"text", IDENTITY))),
        Box(b"dinf", bytes(here)),
        Box(b"stbl", inside=tables),
    ]
    mdia = [full(b"mdhd", mdhd), full(b"hdlr", hdlr), Box(b"minf", inside=minf)]
    header = full(b"tkhd", tkhd + IDENTITY + bytes(8), flags=2)
    return Box(b"trak", inside=[header, Box(b"mdia", inside=mdia)])
