"""A film that is one clip as it is: the clip's own bytes behind a new header. Nothing heavy is loaded."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

from veo_story.errors import MediaError
from veo_story.media.boxes import Box, numbers, read_header, top_boxes
from veo_story.media.labels import chapter_samples, chapter_track, udta_box
from veo_story.media.tracks import picture_fits, sound_fits, tracks_of

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.media.labels import Labels
    from veo_story.media.tracks import Track

_FTYP = Box(b"ftyp", b"isom\x00\x00\x02\x00isomiso2avc1mp41")
_CHUNK = 4 << 20
_MOST_32 = 1 << 32
_SHOWN = 3
"""Flags of a track: it is on, and it belongs to the film."""


def rewrap(clip: Path, into: Path, size: tuple[int, int], frames: int, labels: Labels) -> bool:
    """Write a clip as a film of so many frames; whether it could be done.

    It can where the clip is an MP4 whose picture is all there on the grid of 24 frames a second, in the
    film's size, and whose sound is AAC, 48 kHz stereo, as long as the picture. Raises OSError.
    """
    if not clip.is_file():
        return False
    with clip.open("rb") as file:
        try:
            header, begin, end = _opened(file, clip.stat().st_size)
            chosen = _chosen(header, size, frames)
            starts = [chapter.start for chapter in labels.chapters]
            if chosen is None or starts != [0, *(chapter.end for chapter in labels.chapters)][: len(starts)]:
                return False
            words = chapter_samples(labels.chapters)
            moov = _moov(header, chosen, frames, labels)
            start = len(bytes(_FTYP)) + len(bytes(moov)) + 16
            _move(moov, start + len(words) - begin, start)
        except (MediaError, struct.error, IndexError):
            return False
        with into.open("wb") as film:
            film.write(bytes(_FTYP) + bytes(moov))
            film.write(struct.pack(">I4sQ", 1, b"mdat", 16 + len(words) + end - begin) + words)
            _copy(file, begin, end, film)
    return True


def _opened(file: BinaryIO, size: int) -> tuple[Box, int, int]:
    """The header of a file, and where the bytes of its media begin and end."""
    boxes = list(top_boxes(file, size))
    headers, media = ([box for box in boxes if box[0] == name] for name in (b"moov", b"mdat"))
    if len(headers) != 1 or len(media) != 1 or any(name == b"moof" for name, _, _ in boxes):
        raise MediaError("the file is not one header and its media")
    return read_header(file, *headers[0][1:]), *media[0][1:]


def _chosen(header: Box, size: tuple[int, int], frames: int) -> tuple[Track, Track] | None:
    """The picture and the sound of a file if a film can have them as they are."""
    tracks = tracks_of(header)
    pictures = [track for track in tracks if track.kind == b"vide"]
    sounds = [track for track in tracks if track.kind == b"soun"]
    if len(pictures) != 1 or len(sounds) != 1:
        return None
    fit = picture_fits(pictures[0], size, frames) and sound_fits(sounds[0], frames)
    return (pictures[0], sounds[0]) if fit else None


def _moov(header: Box, chosen: tuple[Track, Track], frames: int, labels: Labels) -> Box:
    """The header of the film; where its samples lie is still that of the clip."""
    movie_scale = chosen[0].movie_scale
    kept = []
    for track in chosen:
        inside = [box for box in track.box.inside if box.name not in (b"tref", b"udta", b"meta")]
        for box in inside:
            if box.name == b"tkhd":
                box.data = box.data[:3] + bytes([box.data[3] | _SHOWN]) + box.data[4:]
        kept.append(Box(b"trak", inside=inside))
    number = max(_number(track.box) for track in chosen) + 1
    if labels.chapters:
        kept[0].inside.append(Box(b"tref", bytes(Box(b"chap", struct.pack(">I", number)))))
        kept.append(chapter_track(labels.chapters, number, frames, movie_scale))
    mvhd = header.one(b"mvhd").data
    length = frames * movie_scale // 24
    if mvhd[0] == 1:
        mvhd = mvhd[:24] + struct.pack(">Q", length) + mvhd[32:]
    else:
        mvhd = mvhd[:16] + struct.pack(">I", length) + mvhd[20:]
    mvhd = mvhd[:-4] + struct.pack(">I", number + 1)
    return Box(b"moov", inside=[Box(b"mvhd", mvhd), *kept, udta_box(labels)])


def _number(track: Box) -> int:
    data = track.one(b"tkhd").data
    (number,) = struct.unpack_from(">I", data, 20 if data[0] == 1 else 12)
    return int(number)


def _move(moov: Box, by: int, words: int) -> None:
    """Say where all samples lie: those of the clip further on, those of the chapters at ``words``."""
    for track in moov.all(b"trak"):
        tables = track.one(b"mdia", b"minf", b"stbl")
        is_text = track.one(b"mdia", b"hdlr").data[8:12] == b"text"
        for box in tables.inside:
            if box.name == b"stco":
                rows = [words if is_text else at + by for (at,) in numbers(box)]
                if max(rows, default=0) >= _MOST_32:
                    raise MediaError("the file is too large for its header")
                box.data = box.data[:8] + struct.pack(f">{len(rows)}I", *rows)
            elif box.name == b"co64":
                far = [(high << 32) + low + by for high, low in numbers(box, 2)]
                box.data = box.data[:8] + struct.pack(f">{len(far)}Q", *far)


def _copy(file: BinaryIO, begin: int, end: int, film: BinaryIO) -> None:
    file.seek(begin)
    while begin < end:
        part = file.read(min(_CHUNK, end - begin))
        if not part:
            raise OSError("the clip changed while it was read")
        film.write(part)
        begin += len(part)
