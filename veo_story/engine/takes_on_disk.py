"""The folders of takes: written beside their place, synced, renamed; read back after a crash.

``takes/<scene>/<fingerprint8>-<number>/`` holds ``clip.mp4``, ``request.json`` (what was asked, and by
which attempt), ``probe.json`` (what came) and the frames that were sent as images. ``docs/on-disk.md``
documents the format.
"""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from veo_story.errors import LedgerError
from veo_story.media import files
from veo_story.plan.takes import Take

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from veo_story.media.files import Disk

VERSION = 2
_TAKE = re.compile(r"^[0-9a-f]{1,8}-([1-9][0-9]*)$")


def takes_folder(film: Path, scene_id: str) -> Path:
    """The folder of a scene's takes."""
    return film / "takes" / scene_id


def open_part(film: Path, scene_id: str, fingerprint: str) -> Path:
    """A fresh folder to make a take in, beside the place where it will stand. Raises OSError."""
    part = takes_folder(film, scene_id) / f".{fingerprint[:8]}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    return part


def copy_part(part: Path, sample: int) -> Path:
    """A part folder of its own for one of several clips, with all that is in ``part``. Raises OSError."""
    own = part.with_name(f"{part.stem}-{sample}.part")
    shutil.rmtree(own, ignore_errors=True)
    shutil.copytree(part, own)
    return own


def drop_part(part: Path) -> None:
    """Remove a folder that did not become a take; one that did has another name by now."""
    shutil.rmtree(part, ignore_errors=True)


def clear_parts(film: Path) -> None:
    """Remove what a run that died was about to write."""
    for part in (film / "takes").glob("*/.*.part"):
        shutil.rmtree(part, ignore_errors=True)


def highest_number(film: Path, scene_id: str, fingerprint: str) -> int:
    """The highest number of the takes on the disk with that scene and fingerprint; 0 where there is none."""
    found = takes_folder(film, scene_id).glob(f"{fingerprint[:8]}-*")
    return max((int(m[1]) for f in found if (m := _TAKE.match(f.name))), default=0)


def home_of(film: Path, scene_id: str, fingerprint: str, number: int) -> Path:
    """Where a take's clip stands when it is stored."""
    return takes_folder(film, scene_id) / f"{fingerprint[:8]}-{number}" / "clip.mp4"


def put_in_place(
    part: Path, film: Path, take: Take, request: dict[str, Any], probed: object, disk: Disk
) -> None:
    """Complete the folder ``part``, whose clip is there already, and rename it to the take's own.

    Raises OSError.
    """
    _write(part / "request.json", {"version": VERSION, **request})
    _write(part / "probe.json", {"version": VERSION, **_measured(take), "probe": _plain(probed)})
    for file in sorted(part.iterdir()):
        disk.fsync_file(file)
    disk.fsync_folder(part)
    disk.rename(part, take.clip.parent)
    sync_names(film, take.clip.parent, disk)


def sync_names(film: Path, folder: Path, disk: Disk) -> None:
    """Return when the name of a take's folder outlives a power cut. Raises OSError."""
    disk.fsync_folder(folder.parent)
    # The scene's own folder, and takes/, may be as new as the take.
    disk.fsync_folder(folder.parent.parent)
    disk.fsync_folder(film)


def put_aside(
    part: Path, name: str, request: dict[str, Any], rejected: Mapping[str, str | None], disk: Disk
) -> Path:
    """Keep a refused file for people to look at, as ``rejected-<name>``; nothing reads it back.

    ``rejected`` says why, and what the service calls it. Raises OSError.
    """
    _write(part / "request.json", {"version": VERSION, **request})
    _write(part / "rejected.json", {"version": VERSION, **rejected})
    for file in sorted(part.iterdir()):
        disk.fsync_file(file)
    disk.fsync_folder(part)
    final = part.with_name(f"rejected-{name}")
    shutil.rmtree(final, ignore_errors=True)  # of a run that died before it could write down the end
    disk.rename(part, final)
    sync_names(part.parents[2], final, disk)  # it was paid for
    return final


def found_on_disk(film: Path) -> Iterator[Path]:
    """The folders of all takes on the disk, in order."""
    for folder in sorted((film / "takes").glob("*/*-*")):
        if _TAKE.match(folder.name) and folder.is_dir():
            yield folder


def read_take(folder: Path) -> tuple[Take, int]:
    """A take from its folder, with the number of samples that its request asked for.

    The clip is not looked at. Raises LedgerError when it makes no sense.
    """
    try:
        asked = json.loads((folder / "request.json").read_text(encoding="utf-8"))
        came = json.loads((folder / "probe.json").read_text(encoding="utf-8"))
        if max(asked["version"], came["version"]) > VERSION:
            raise ValueError("it was written by a newer veo-story")
        take = Take(
            scene_id=asked["scene_id"],
            fingerprint=asked["fingerprint"],
            number=came["number"],
            clip=folder / "clip.mp4",
            sha256=came["sha256"],
            frames=came["frames"],
            new_start=came["new_start"],
            new_end=came["new_end"],
            faithful=came["faithful"],
            backend=asked["backend"],
            model=asked["model"],
            cost_usd=Decimal(came["cost_usd"]),
            stored_at=datetime.fromisoformat(came["stored_at"]),
            parts=MappingProxyType(asked["parts"]),
            parents=tuple(asked["parents"]),
            picked_frames=MappingProxyType(asked["picked_frames"]),
            handle=came["handle"],
            expires_at=None if came["expires_at"] is None else datetime.fromisoformat(came["expires_at"]),
            attempt_id=str(asked["attempt"]),
            # Version 1 had one clip a request.
            sample=int(asked.get("sample", 0)),
        )
        return take, int(asked.get("samples", 1))
    except (OSError, ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise _unreadable(folder, error) from error


def check_clip(take: Take) -> None:
    """Raise LedgerError when the clip of a take is not the file that was stored."""
    try:
        if files.sha256_of(take.clip) != take.sha256:
            raise ValueError("clip.mp4 is not the file that was stored")
    except (OSError, ValueError) as error:
        raise _unreadable(take.clip.parent, error) from error


def _unreadable(folder: Path, error: Exception) -> LedgerError:
    return LedgerError(
        f"The take in {folder} cannot be read back: {error}.", hint="Move the folder away and render again."
    )


def _measured(take: Take) -> dict[str, Any]:
    return {
        "number": take.number,
        "sha256": take.sha256,
        "frames": take.frames,
        "new_start": take.new_start,
        "new_end": take.new_end,
        "faithful": take.faithful,
        "cost_usd": format(take.cost_usd, "f"),
        "stored_at": take.stored_at.isoformat(),
        "handle": take.handle,
        "expires_at": None if take.expires_at is None else take.expires_at.isoformat(),
    }


def _plain(probed: object) -> object:
    if dataclasses.is_dataclass(probed) and not isinstance(probed, type):
        return dataclasses.asdict(probed)
    return None


def _write(path: Path, content: dict[str, Any]) -> None:
    # Fractions and paths of a probe are for people to read: text will do.
    text = json.dumps(content, indent=1, ensure_ascii=False, default=str)
    path.write_text(text + "\n", encoding="utf-8")
