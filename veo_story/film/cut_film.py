"""The film of a folder: cut when something changed, left alone when nothing did."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from veo_story.film.receipts import paid_usd
from veo_story.media.files import sha256_of, write_whole
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.film.edit import Edit
    from veo_story.film.receipts import Receipt
    from veo_story.media.files import Disk

_VERSION = 2
_READ = frozenset({1, 2})
"""Versions of the record that tell whether the film is the same: version 1 had no receipts."""
_ZERO = Decimal(0)


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
            written = _written(edit, kept, receipts)
            if record.read_bytes() != written:
                write_whole(record, written, disk)
            return kept
    # av and numpy are loaded only when there is something to do.
    from veo_story.film.assemble import assemble

    joined = assemble(edit, film, disk)
    report = FilmReport(
        film, joined.frames, joined.copied_frames, joined.encoded_frames, sha256_of(film), True
    )
    write_whole(record, _written(edit, report, receipts), disk)
    return report


def _kept(edit: Edit, film: Path, record: Path) -> FilmReport | None:
    """The report of the film that is there, if it is the one of this edit."""
    try:
        data = json.loads(record.read_bytes())
        if data["version"] not in _READ or data["edit"] != edit.digest:
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


def _written(edit: Edit, report: FilmReport, receipts: tuple[Receipt, ...]) -> bytes:
    return json.dumps(_record(edit, report, receipts), indent=2, ensure_ascii=False).encode() + b"\n"


def _record(edit: Edit, report: FilmReport, receipts: tuple[Receipt, ...]) -> dict[str, Any]:
    stat, used = report.path.stat(), frozenset(cut.take_id for cut in edit.cuts)
    return {
        "version": _VERSION,
        "title": edit.title,
        "edit": edit.digest,
        "film": {
            "file": report.path.name,
            "bytes": stat.st_size,
            "mtime_ns": stat.st_mtime_ns,
            "sha256": report.sha256,
            "width": edit.size[0],
            "height": edit.size[1],
            "fps": FPS,
            "frames": report.frames,
            "copied_frames": report.copied_frames,
            "encoded_frames": report.encoded_frames,
        },
        "cost_usd": str(sum((cut.cost_usd for cut in edit.cuts), start=_ZERO)),
        "paid_usd": f"{paid_usd(receipts):f}",
        "cuts": [
            {
                "scene": cut.scene_id,
                "title": cut.title,
                "start_frame": chapter.start,
                "end_frame": chapter.end,
                "take": cut.take_id,
                "backend": cut.backend,
                "model": cut.model,
                "cost_usd": str(cut.cost_usd),
                "clip_sha256": cut.clip_sha256,
                "in_frame": cut.in_frame,
                "out_frame": cut.out_frame,
                "continuous": cut.continuous,
            }
            for cut, chapter in zip(edit.cuts, edit.chapters, strict=True)
        ],
        "receipts": [receipt.as_data(used) for receipt in receipts],
    }
