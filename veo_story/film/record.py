"""The film's record, ``film.json``: for every frame of the film who made it, from what, with which words.

``docs/on-disk.md`` documents the format. Read back by :mod:`veo_story.film.moments`.
"""

from __future__ import annotations

import json
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from veo_story.film.receipts import paid_usd
from veo_story.media.files import UNREADABLE
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from veo_story.film.cut_film import FilmReport
    from veo_story.film.edit import Cut, Edit
    from veo_story.film.receipts import Receipt
    from veo_story.media.spans import Chapter

VERSION = 3
READ = frozenset({1, 2, 3})
"""Versions that tell whether the film is the same: 1 had no receipts, 2 not what was asked."""

_ZERO = Decimal(0)
_ASKED: Mapping[str, type] = MappingProxyType(
    {
        "mode": str,
        "prompt": str,
        "parameters": dict,
        "inputs": list,
        "parents": list,
        "fingerprint": str,
        "attempt": str,
        "sample": int,
    }
)
"""What of a take's ``request.json`` goes into the record."""
_LARGEST = 2**63
"""Whole numbers from there on no editing program can hold."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})

Asked = dict[str, Any]
"""What was asked for a take, as its ``request.json`` says; None for what that does not say."""


def written(edit: Edit, report: FilmReport, receipts: tuple[Receipt, ...]) -> bytes:
    """The record of a film that lies there, as its file's bytes. Raises OSError when the film is gone."""
    folder = report.path.parent
    stat = report.path.stat()
    asked = asked_of(edit, folder)
    data = record_of(edit, report, receipts, asked, size_bytes=stat.st_size, mtime_ns=stat.st_mtime_ns)
    return json.dumps(data, indent=2, ensure_ascii=False).encode() + b"\n"


def asked_of(edit: Edit, folder: Path) -> dict[str, Asked]:
    """What was asked for each take in the cut, by its id; a take whose file cannot be read has no entry."""
    found: dict[str, Asked] = {}
    for cut in edit.cuts:
        if cut.take_id and cut.take_id not in found:
            try:
                found[cut.take_id] = _asked((folder / "takes" / cut.take_id / "request.json").read_bytes())
            except UNREADABLE:
                continue  # gone or damaged: the film is still that of this take
    return found


def _asked(written: bytes) -> Asked:
    """What a ``request.json`` says was asked. Raises one of UNREADABLE where it is damaged."""
    data = json.loads(written, parse_int=_whole)
    asked = {key: data.get(key) for key in _ASKED}
    json.dumps(asked, ensure_ascii=False, allow_nan=False).encode()  # the record has to hold it too
    for key, value in asked.items():
        if value is not None and not isinstance(value, _ASKED[key]):
            raise TypeError(f"{key} is no {_ASKED[key].__name__}")
    if not all(isinstance(take, str) for take in asked["parents"] or ()):
        raise TypeError("parents are names of takes")
    return asked


def _whole(digits: str) -> int:
    number = int(digits)
    if abs(number) >= _LARGEST:
        raise ValueError("no number of ours")
    return number


def record_of(
    edit: Edit,
    report: FilmReport,
    receipts: tuple[Receipt, ...],
    asked: Mapping[str, Asked],
    *,
    size_bytes: int,
    mtime_ns: int,
) -> dict[str, Any]:
    """The record as data; ``size_bytes`` and ``mtime_ns`` are those of the film's file. Pure."""
    used = frozenset(cut.take_id for cut in edit.cuts)
    folder = report.path.parent
    return {
        "version": VERSION,
        "title": edit.title,
        "edit": edit.digest,
        "key": report.key or edit.digest,
        "film": {
            "file": report.path.name,
            "bytes": size_bytes,
            "mtime_ns": mtime_ns,
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
            {**_place(cut, chapter), **_source(cut, folder), **_question(asked.get(cut.take_id, _NOTHING))}
            for cut, chapter in zip(edit.cuts, edit.chapters, strict=True)
        ],
        "loudness_lufs": report.loudness_lufs,
        "beside": list(report.beside),
        "remarks": list(report.remarks),
        "receipts": [receipt.as_data(used) for receipt in receipts],
    }


def _place(cut: Cut, chapter: Chapter) -> dict[str, Any]:
    """Where a scene is in the film. Its chapter ends where the next one's begins; it is seen a little longer
    where the two overlap, and its gap belongs to its chapter.
    """
    return {
        "scene": cut.scene_id,
        "title": cut.title,
        "start_frame": chapter.start,
        "end_frame": chapter.end,
        "seen_from": cut.start_frame,
        "seen_until": cut.end_frame,
        "join": {"kind": cut.join.kind, "frames": cut.join.frames},
        "gap_frames": cut.gap,
        "hold_frames": cut.hold,
        "fade_in_frames": cut.fade_in,
        "fade_out_frames": cut.fade_out,
        "lead_frames": cut.lead,
        "tail_frames": cut.tail,
        "gain_db": str(cut.gain_db),
        "continuous": cut.continuous,
    }


def _source(cut: Cut, folder: Path) -> dict[str, Any]:
    """What is shown of it, and who made that."""
    finishing = cut.finishing
    return {
        "placeholder": cut.placeholder,
        "take": cut.take_id,
        "backend": cut.backend,
        "model": cut.model,
        "cost_usd": str(cut.cost_usd),
        "clip": _name_of(cut.clip, folder),
        "clip_sha256": cut.clip_sha256,
        "in_frame": cut.in_frame,
        "out_frame": cut.out_frame,
        "head_frames": cut.head,
        "rest_frames": cut.rest,
        "effects": [] if finishing is None else [name for name, _parameters in finishing.effects],
        "overlays": 0 if finishing is None else len(finishing.overlays),
        "finished_frames": None if finishing is None else finishing.frames,
    }


def _question(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for; null where nobody knows."""
    parameters = asked.get("parameters")
    seed = parameters.get("seed") if isinstance(parameters, dict) else None
    return {**{key: asked.get(key) for key in _ASKED}, "seed": seed}


def _name_of(clip: Path, folder: Path) -> str:
    """A clip's path from the film's folder, which may be moved; of one that lies elsewhere just its name."""
    return clip.relative_to(folder).as_posix() if clip.is_relative_to(folder) else clip.name
