"""What a film was meant to be, as its record says. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_RESTING = frozenset({"still", "slate"})
_BEATS = re.compile(r"\[\d\d:\d\d")
"""How a prompt begins a further shot of a scene."""


@dataclass(frozen=True, slots=True)
class Part:
    """A scene's place in a film: the frames ``start`` to ``end`` (exclusive), its hold included.

    ``continuous``: it goes on with the very next frame of the part before. It comes in by ``join`` (``cut``,
    ``dissolve``, ``wipe``, ``fade``; the last is half in the part before), after ``gap`` black frames.
    ``rests``: a card or a picture, which may stand still; ``sounds``: whether its maker gives it sound, None
    where nobody knows. ``clip`` is the file it was cut from, shown from ``in_frame`` on at its own speed;
    None where it is not known or was worked over. ``shots``: it was asked for in several shots, so there are
    cuts inside.
    """

    scene_id: str
    start: int
    end: int
    continuous: bool = False
    join: str = "cut"
    join_frames: int = 0
    fade_in: int = 0
    fade_out: int = 0
    gap: int = 0
    hold: int = 0
    lead: int = 0
    tail: int = 0
    rests: bool = False
    sounds: bool | None = None
    clip: Path | None = None
    in_frame: int = 0
    shots: bool = False

    @property
    def overlap(self) -> int:
        """Frames it shares with the part before."""
        return self.join_frames if self.join in ("dissolve", "wipe") else 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A film as it was cut. ``parts`` are in order; ``frames`` and ``size`` are None where nobody knows.

    ``loudness_lufs`` is what its sound was brought to, None where it was left as it came. ``known``: there
    is a record of it. ``sha256`` is that of the film which the record tells of.
    """

    parts: tuple[Part, ...]
    frames: int | None = None
    size: tuple[int, int] | None = None
    loudness_lufs: float | None = None
    known: bool = False
    title: str = ""
    sha256: str | None = None


def planned_of(record: Mapping[str, Any], folder: Path, loudness_lufs: float | None = None) -> Planned:
    """The film that a record tells of; ``folder`` is where the record lies.

    ``loudness_lufs`` wins over what the record says. Raises KeyError, TypeError or ValueError when it is no
    record of a film.
    """
    film = record["film"]
    if not record["cuts"]:
        raise ValueError("a film of no scenes")
    target = record.get("loudness_lufs") if loudness_lufs is None else loudness_lufs
    return Planned(
        parts=tuple(_part(cut, folder) for cut in record["cuts"]),
        frames=int(film["frames"]),
        size=(int(film["width"]), int(film["height"])),
        loudness_lufs=None if target is None else float(target),
        known=True,
        title=str(record.get("title") or ""),
        sha256=str(film["sha256"]),
    )


def _part(cut: Mapping[str, Any], folder: Path) -> Part:
    join = cut.get("join") or {}
    rests = cut.get("mode") in _RESTING or bool(cut.get("placeholder"))
    return Part(
        scene_id=str(cut["scene"]),
        start=int(cut.get("seen_from", cut["start_frame"])),
        end=int(cut.get("seen_until", cut["end_frame"])),
        continuous=bool(cut["continuous"]),
        join=str(join.get("kind", "cut")),
        join_frames=int(join.get("frames", 0)),
        **{
            name: int(cut.get(f"{name}_frames", 0))
            for name in ("fade_in", "fade_out", "gap", "hold", "lead", "tail")
        },
        rests=rests,
        sounds=None if rests else _sounds(cut),
        clip=_clip(cut, folder),
        in_frame=int(cut["in_frame"]),
        shots=len(_BEATS.findall(str(cut.get("prompt") or ""))) > 1,
    )


def _sounds(cut: Mapping[str, Any]) -> bool | None:
    """Whether a scene's maker gives it sound: a model does unless it was asked for none."""
    parameters = cut.get("parameters")
    if cut.get("mode") in (None, "import") or not isinstance(parameters, dict):
        return None
    return parameters.get("audio") is not False


def _clip(cut: Mapping[str, Any], folder: Path) -> Path | None:
    """The file that a scene was cut from, if it lies below the folder and is shown as it is."""
    name = cut.get("clip") or (f"takes/{cut['take']}/clip.mp4" if cut.get("take") else "")
    inside = name and not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts
    if not inside or cut.get("effects") or cut.get("finished_frames"):
        return None
    return folder / name
