"""The film of a folder: cut when something changed, left alone when nothing did."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.film import record as records
from veo_story.media.files import sha256_of, write_whole
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.film.edit import Edit
    from veo_story.film.receipts import Receipt
    from veo_story.media.files import Disk


@dataclass(frozen=True, slots=True)
class FilmReport:
    """A film on disk. ``copied_frames`` are the takes' own packets, ``encoded_frames`` were made anew.

    ``made`` is False when the film was there already and nothing had changed.
    """

    path: Path
    frames: int
    copied_frames: int
    encoded_frames: int
    sha256: str
    made: bool

    @property
    def seconds(self) -> float:
        """Length of the film."""
        return self.frames / FPS


def cut_film(
    edit: Edit,
    folder: Path,
    *,
    receipts: tuple[Receipt, ...] = (),
    force: bool = False,
    disk: Disk | None = None,
) -> FilmReport:
    """Make ``film.mp4`` and ``film.json`` in ``folder``, unless they are those of this very edit already.

    ``receipts`` go into the record. Of a film that is left alone the record is still brought up to date:
    takes and costs may have changed. ``force`` makes both in any case. Raises MediaError when a clip cannot
    be used or the film comes out other than planned, OSError when the disk fails; an earlier film then stays
    as it was.
    """
    film, record = folder / "film.mp4", folder / "film.json"
    if not force:
        kept = _kept(edit, film, record)
        if kept is not None:
            written = records.written(edit, kept, receipts)
            if record.read_bytes() != written:
                write_whole(record, written, disk)
            return kept
    # av and numpy are loaded only when there is something to do.
    from veo_story.film.assemble import assemble

    joined = assemble(edit, film, disk)
    report = FilmReport(
        film, joined.frames, joined.copied_frames, joined.encoded_frames, sha256_of(film), True
    )
    write_whole(record, records.written(edit, report, receipts), disk)
    return report


def _kept(edit: Edit, film: Path, record: Path) -> FilmReport | None:
    """The report of the film that is there, if it is the one of this edit."""
    try:
        data = json.loads(record.read_bytes())
        if data["version"] not in records.READ or data["edit"] != edit.digest:
            return None
        noted = data["film"]
        stat = film.stat()
        if stat.st_size != noted["bytes"]:
            return None
        # A copied folder has other times; then the content decides.
        if stat.st_mtime_ns != noted["mtime_ns"] and sha256_of(film) != noted["sha256"]:
            return None
        counts = [int(noted[key]) for key in ("frames", "copied_frames", "encoded_frames")]
        return FilmReport(film, counts[0], counts[1], counts[2], str(noted["sha256"]), False)
    except (OSError, ValueError, KeyError, TypeError):
        # Missing or not ours: the film is simply made again.
        return None
