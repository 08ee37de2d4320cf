"""The film of a folder: cut when something changed, left alone when nothing did."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from veo_story.film import record as records
from veo_story.film.key import film_key
from veo_story.media.files import UNREADABLE, sha256_of, write_whole
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.film.edit import Edit
    from veo_story.film.receipts import Receipt
    from veo_story.media.files import Disk
    from veo_story.storyboard.model import Storyboard

_SHA256 = re.compile("[0-9a-f]{64}")
_SUBTITLES = (".srt", ".vtt")


@dataclass(frozen=True, slots=True)
class FilmReport:
    """A film on disk. ``copied_frames`` are the takes' own packets, ``encoded_frames`` were made anew.

    ``made`` is False when the film was there already and nothing had changed. ``key`` tells what it was made
    of, ``beside`` names the files that belong to it (subtitles), ``remarks`` say what a person should know;
    ``outputs`` are further files that the storyboard wants, ``loudness_lufs`` what it was brought to.
    """

    path: Path
    frames: int
    copied_frames: int
    encoded_frames: int
    sha256: str
    made: bool
    key: str = ""
    beside: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    outputs: tuple[Path, ...] = ()
    loudness_lufs: float | None = None

    @property
    def seconds(self) -> float:
        """Length of the film."""
        return self.frames / FPS


def cut_film(
    edit: Edit,
    folder: Path,
    board: Storyboard | None = None,
    *,
    name: str = "film",
    receipts: tuple[Receipt, ...] = (),
    force: bool = False,
    disk: Disk | None = None,
) -> FilmReport:
    """Make ``film.mp4`` and ``film.json`` in ``folder``, unless they are those of this very edit already.

    ``board`` tells what is wanted of the film besides its cuts: sound, narration, subtitles. ``name`` is
    that of the files. ``receipts`` go into the record. Of a film that is left alone the record is still
    brought up to date: takes and costs may have changed. ``force`` makes both in any case. Raises MediaError
    when a clip cannot be used or the film comes out other than planned, OSError when the disk fails; an
    earlier film then stays as it was. Subtitles of an earlier film that this one has none of are removed.
    """
    film, record = folder / f"{name}.mp4", folder / f"{name}.json"
    key = film_key(edit, board, voice=_voice(board))
    if not force:
        kept = _kept(key, film, record, edit.frames)
        if kept is not None:
            kept = replace(kept, loudness_lufs=_loudness_lufs(board))
            written = records.written(edit, kept, receipts)
            if record.read_bytes() != written:
                write_whole(record, written, disk)
            return kept
    # av and numpy are loaded only when there is something to do.
    from veo_story.film.assemble import assemble
    from veo_story.film.master import mastered

    master = mastered(edit, board, folder, disk)
    joined = assemble(master, film, disk)
    beside = master.write_beside(film, disk)
    _remove_former(record, beside)
    report = FilmReport(
        film,
        joined.frames,
        joined.copied_frames,
        joined.encoded_frames,
        sha256_of(film),
        True,
        key,
        beside,
        (*master.remarks, *joined.remarks),
        loudness_lufs=_loudness_lufs(board),
    )
    write_whole(record, records.written(edit, report, receipts), disk)
    return report


def _remove_former(record: Path, beside: tuple[str, ...]) -> None:
    """Remove the subtitles of the film before: a player would show them with this one."""
    try:
        noted = _texts(json.loads(record.read_bytes()).get("beside", []))
    except UNREADABLE:
        return
    for suffix in _SUBTITLES:
        path = record.with_suffix(suffix)
        if path.name in noted and path.name not in beside:
            path.unlink(missing_ok=True)


def _loudness_lufs(board: Storyboard | None) -> float | None:
    sound = None if board is None else board.finish.sound
    return None if sound is None else float(sound.loudness_lufs)


def _voice(board: Storyboard | None) -> str:
    """What speaks lines without a recording on this machine."""
    told = None if board is None else board.finish.narration
    if told is None or all(line.file is not None for line in told.lines):
        return ""
    from veo_story.backends.local.soundtrack.installed import AUTO, chosen

    return chosen(AUTO)


def _texts(noted: object) -> tuple[str, ...]:
    if not isinstance(noted, list) or not all(isinstance(text, str) for text in noted):
        raise TypeError("no list of texts")
    return tuple(noted)


def _kept(key: str, film: Path, record: Path, frames: int) -> FilmReport | None:
    """The report of the film that is there, if it is the one that the key tells of."""
    try:
        known = json.loads(record.read_bytes())
        if known["version"] not in records.READ or known.get("key", known["edit"]) != key:
            return None
        noted = known["film"]
        stat = film.stat()
        if stat.st_size != noted["bytes"]:
            return None
        # A copied folder has other times; then the content decides.
        if stat.st_mtime_ns != noted["mtime_ns"] and sha256_of(film) != noted["sha256"]:
            return None
        beside, remarks = (_texts(known.get(name, [])) for name in ("beside", "remarks"))
        if not all((film.parent / other).is_file() for other in beside):
            return None
        copied, encoded = int(noted["copied_frames"]), int(noted["encoded_frames"])
        if min(copied, encoded) < 0 or not noted["frames"] == copied + encoded == frames:
            return None
        if _SHA256.fullmatch(noted["sha256"]) is None:
            return None
        report = FilmReport(film, frames, copied, encoded, noted["sha256"], False, key)
        return replace(report, beside=beside, remarks=remarks)
    except UNREADABLE:
        # Missing or not ours: the film is simply made again.
        return None
