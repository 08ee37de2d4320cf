"""Who made a moment of a film: its record, read back. ``veo-story explain film.mp4@0:43`` asks here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal

from veo_story.errors import MediaError
from veo_story.film.record import READ, VERSION
from veo_story.media.files import UNREADABLE, sha256_of
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Part = Literal["picture", "hold", "gap"]
"""What of a scene is there: its picture, its last frame standing still, or the black before it."""

# Digits are counted: nobody has to read, or to print, a number of thousands of them.
_TIME = re.compile(r"(?:(?:(\d{1,9}):)?(\d{1,9}):)?(\d{1,9}(?:\.\d+)?)", re.ASCII)
_TIMECODE = re.compile(r"(\d{1,9}):([0-5]?\d):([0-5]?\d):(\d\d)", re.ASCII)
_SHOT = re.compile(r"\[(\d{2,9}:\d\d(?:\.\d+)?)-(\d{2,9}:\d\d(?:\.\d+)?)\] ?(.*)", re.ASCII)
_ROUNDED = Decimal("0.02")
"""Frames that a time may err by: it may be rounded to a thousandth of a second, as this program prints it."""
_MOST = 10**9
"""What no film has so many of."""
_PARTIAL = "partial.mp4"
"""A film with other scenes than ``film.json`` tells of: it has a record of its own."""


@dataclass(frozen=True, slots=True)
class ShotOf:
    """The shot within a scene: its ``number`` of ``count``, seconds of the scene, and its words as sent."""

    number: int
    count: int
    start_s: Decimal
    end_s: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One scene at a moment of the film. ``cut`` is its entry in the record.

    ``clip_frame`` counts in the clip, ``scene_frame`` in the scene's own footage; both are None in a gap,
    and where effects changed the scene's length, so that nobody can say which frame it was.
    """

    cut: Mapping[str, Any]
    part: Part
    clip_frame: int | None
    scene_frame: int | None
    shot: ShotOf | None


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame of a film: every scene that is seen there, the earlier one first. ``join`` is how two meet."""

    film: str
    frame: int
    seen: tuple[Seen, ...]

    @property
    def join(self) -> str | None:
        """``dissolve`` or ``wipe`` where two scenes are seen together."""
        if len(self.seen) < 2:
            return None
        return str(self.seen[-1].cut.get("join", {}).get("kind", "cut"))


def frame_at(text: str) -> int:
    """The frame of a time: ``43.5`` (seconds), ``0:43``, ``1:02:03.5``, ``00:00:43:12`` (with frames).

    Raises MediaError for anything else.
    """
    text = text.strip()
    if found := _TIMECODE.fullmatch(text):
        hours, minutes, seconds, frames = map(int, found.groups())
        if frames < FPS:
            return ((hours * 60 + minutes) * 60 + seconds) * FPS + frames
    elif found := _TIME.fullmatch(text):
        whole = int(found[1] or 0) * 60 + int(found[2] or 0)
        return int((whole * 60 + Decimal(found[3])) * FPS + _ROUNDED)
    raise MediaError(
        f"{text[:60]!r} is no time of a film",
        hint="write seconds (43.5), minutes (0:43), or hours, minutes, seconds and frames (00:00:43:12)",
    )


def read_record(film: Path) -> Mapping[str, Any]:
    """The record that lies beside a film, of this very film. Raises MediaError."""
    if not film.is_file():
        raise MediaError(f"{film}: there is no such film", hint="veo-story render FILE makes it")
    path = film.with_suffix(".json")
    if not path.is_file() and (film.name == _PARTIAL or not (path := film.with_name("film.json")).is_file()):
        raise MediaError(
            f"{film}: there is no {path.name} beside it, so nobody knows what it was cut from",
            hint="ask about the film in its own folder: renders/NAME/film.mp4@TIME",
        )
    try:
        record: dict[str, Any] = json.loads(path.read_bytes(), parse_constant=_no_number)
        version, noted, cuts = record["version"], record["film"], record["cuts"]
        if version > VERSION:
            raise MediaError(
                f"{path}: version {version} of the record, this program reads {VERSION}",
                hint="it was written by a newer veo-story: use that one",
            )
        _check_film(film, noted)
        if version not in READ or not _is_count(noted["frames"]) or not all(map(_is_whole, cuts)):
            raise ValueError("no record of ours")
    except OSError as error:
        raise MediaError(f"{path}: cannot be read: {error.strerror}") from error
    except UNREADABLE as error:
        raise MediaError(
            f"{path}: this is not the record of a film", hint="veo-story film FILE writes it again"
        ) from error
    return record


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _is_whole(cut: Mapping[str, Any]) -> bool:
    """Whether an entry has what every version of the record gives it, and nothing else in the place of what
    a later one gives it too.
    """
    counts = [cut[key] for key in ("start_frame", "end_frame", "in_frame", "out_frame")]
    # Versions 1 and 2 knew hard cuts only, and not what was asked for.
    counts += [cut.get(key, 0) for key in ("seen_from", "seen_until", "hold_frames", "head_frames")]
    words = [cut[key] for key in ("scene", "title", "take", "backend", "model", "clip_sha256")]
    words += [cut.get("clip", ""), cut.get("prompt") or ""]
    return (
        all(map(_is_count, counts))
        and cut["in_frame"] < cut["out_frame"]
        and all(isinstance(word, str) for word in words)
        and all(isinstance(cut.get(key) or [], list) for key in ("effects", "parents"))
        and isinstance(cut.get("join", {}), dict)
        and _is_price(cut["cost_usd"])
    )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST


def _is_price(value: Any) -> bool:
    try:
        return isinstance(value, str) and 0 <= Decimal(value) < _MOST
    except InvalidOperation:
        return False


def _check_film(film: Path, noted: Mapping[str, Any]) -> None:
    """Raise MediaError when the record tells of another film than the one that lies there.

    A file of another name beside it is a variant of the film: the same scenes at the same times.
    """
    if film.name != noted["file"]:
        return
    stat = film.stat()
    same = stat.st_size == noted["bytes"] and (
        stat.st_mtime_ns == noted["mtime_ns"] or sha256_of(film) == noted["sha256"]
    )
    if not same:
        raise MediaError(
            f"{film}: it was changed after its record was written, so the record may tell of another film",
            hint="veo-story film FILE cuts it again",
        )


def moment_of(record: Mapping[str, Any], frame: int) -> Moment:
    """What is seen at a frame of the film. Raises MediaError beyond its end."""
    noted = record["film"]
    if not 0 <= frame < noted["frames"]:
        length = f"{Decimal(noted['frames']) / FPS:.3f}".rstrip("0").rstrip(".")
        raise MediaError(
            f"{noted['file']} ends at {length} s (frame {noted['frames']}); there is no frame {frame}",
            hint="ask about an earlier moment",
        )
    return Moment(str(noted["file"]), frame, tuple(_seen(record["cuts"], frame)))


def _seen(cuts: list[Mapping[str, Any]], frame: int) -> Iterator[Seen]:
    for cut in cuts:
        # Versions 1 and 2 knew hard cuts only.
        start, until = cut.get("seen_from", cut["start_frame"]), cut.get("seen_until", cut["end_frame"])
        if start <= frame < until:
            yield _shown(cut, frame - start, until - start)
        elif cut["start_frame"] <= frame < start:
            yield Seen(cut, "gap", None, None, None)


def _shown(cut: Mapping[str, Any], shown: int, frames: int) -> Seen:
    moving = frames - cut.get("hold_frames", 0)
    part: Part = "picture" if shown < moving else "hold"
    if moving != cut["out_frame"] - cut["in_frame"]:
        return Seen(cut, part, None, None, None)
    clip_frame = cut["in_frame"] + min(shown, moving - 1)
    scene_frame = clip_frame - cut["in_frame"] + cut["head_frames"] if "head_frames" in cut else None
    shot = None if scene_frame is None else _shot(str(cut.get("prompt") or ""), Decimal(scene_frame) / FPS)
    return Seen(cut, part, clip_frame, scene_frame, shot)


def _shot(prompt: str, at_s: Decimal) -> ShotOf | None:
    """The shot of a prompt that has timestamps; None where it has none for that second."""
    found = [match for line in prompt.splitlines() if (match := _SHOT.match(line.strip()))]
    for number, match in enumerate(found, 1):
        start, end = (_seconds(match[i]) for i in (1, 2))
        if start <= at_s < end:
            return ShotOf(number, len(found), start, end, match[3])
    return None


def _seconds(clock: str) -> Decimal:
    minutes, _, seconds = clock.partition(":")
    return int(minutes) * 60 + Decimal(seconds)
