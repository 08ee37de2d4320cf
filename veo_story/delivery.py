"""The files that a storyboard wants at the end: other shapes and sizes, edits, shot lists, a poster."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from veo_story.media.files import UNREADABLE, write_whole
from veo_story.storyboard.wanted import Wanted, wanted_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from veo_story.film.cut_film import FilmReport
    from veo_story.film.edit import Edit
    from veo_story.plan.takes import Take
    from veo_story.storyboard.model import Storyboard

RECORD = "delivered.json"
"""The file beside the film that says what the files that are not films were made from."""
_FORMAT = 1
"""Counts up when the same film would be made into another file."""


def deliver_all(
    edit: Edit,
    board: Storyboard,
    report: FilmReport,
    takes: Iterable[Take] = (),
    *,
    environ: Mapping[str, str] | None = None,
) -> tuple[Path, ...]:
    """Make all that is wanted of a film that was cut, beside it, where it is not there already.

    ``environ`` may name an FFmpeg (``FFMPEG_BINARY``). Returns the files in the order in which the storyboard
    names them, the film itself left out. Raises MediaError when one cannot be made, OSError when the disk
    fails; what is done by then stays.
    """
    files = [file for file in wanted_of(board) if not file.is_film]
    folder = report.path.parent
    if board.finish.poster is not None and all(file.kind != "png" for file in files):
        files.append(Wanted(f"{report.path.stem}.png", "png"))
    others = [file for file in files if file.kind != "mp4"]
    if others:
        _hand_over(others, edit, board, report, takes)
    # Last, so that a film of an impossible size keeps nothing else from being there.
    if any(file.kind == "mp4" for file in files):
        from veo_story.film.outputs import write_outputs

        write_outputs(report.path, report.sha256, edit, board, environ=environ)
    return tuple(folder / file.name for file in files)


def _hand_over(
    files: list[Wanted], edit: Edit, board: Storyboard, report: FilmReport, takes: Iterable[Take]
) -> None:
    folder = report.path.parent
    known = _read(folder / RECORD)
    keys = {file.name: _key(file, edit, board, report) for file in files}
    due = [
        file
        for file in files
        if known.get(file.name) != keys[file.name] or not (folder / file.name).is_file()
    ]
    if not due:
        return
    from veo_story.export.deliver import deliver
    from veo_story.film.poster import write_poster

    for file in due:
        if file.kind == "png":
            write_poster(edit, board, report.path, folder / file.name)
    paths = {folder / file.name: file.kind for file in due if file.kind != "png"}
    if paths:
        deliver(edit, board, folder, paths, takes=takes)
    write_whole(folder / RECORD, json.dumps({"version": _FORMAT, "of": keys}, indent=1).encode() + b"\n")


def _key(file: Wanted, edit: Edit, board: Storyboard, report: FilmReport) -> str:
    """Digest of all that decides what such a file says: the film, its takes, and every word of its author."""
    takes = [(cut.take_id, str(cut.clip)) for cut in edit.cuts]
    told = [_FORMAT, file.kind, report.key, report.sha256, takes, list(board.source.lines)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _read(record: Path) -> dict[str, Any]:
    try:
        known = json.loads(record.read_bytes())
        return dict(known["of"]) if known["version"] == _FORMAT else {}
    except UNREADABLE:
        # Missing or not ours: the files are simply made again.
        return {}
