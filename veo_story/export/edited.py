"""What an editing program has made of a film: its picture read back, scene by scene.

See :mod:`veo_story.export.timeline` for how it was written. The sound tracks are not read: the storyboard
says what is heard.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import opentimelineio as otio

from veo_story.errors import MediaError
from veo_story.export.timeline import KEY
from veo_story.plan.bridge import bridged_scene
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_HAND_OVER = "Hand the film over as .otio and edit that: it keeps what its clips are."
_SLACK = 0.02
"""Frames that a time may be off, for editors that count otherwise inside."""
_MOST = 10**7
"""Frames that no timeline has: several days."""
_LARGEST = 500_000_000
"""Bytes of a file."""
_LONGEST_NAME = 200
_KINDS = ("dissolve", "wipe")


@dataclass(frozen=True, slots=True)
class Passage:
    """A dissolve or wipe between two scenes: ``before`` the cut and ``after`` it, in frames.

    ``kind`` is the editor's name for what is neither.
    """

    kind: str
    before: int
    after: int

    @property
    def frames(self) -> int:
        """How long both are seen."""
        return self.before + self.after


@dataclass(frozen=True, slots=True)
class Seen:
    """A scene as the editor left it: frames ``start`` to ``end`` (exclusive) of its media file.

    ``facts`` is what was handed over with it. ``gap`` black frames come before it, its last frame stands
    still for ``hold``; ``into`` leads there from the scene before. ``is_retimed``: it runs at another speed.
    """

    scene_id: str
    start: int
    end: int
    facts: Mapping[str, Any]
    gap: int = 0
    hold: int = 0
    into: Passage | None = None
    is_retimed: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """The timeline at ``path``. ``film`` is the storyboard's name, None where the file does not say."""

    path: Path
    film: str | None
    scenes: tuple[Seen, ...]


@dataclass(slots=True)
class _Reader:
    """Goes along the picture and collects what is seen.

    ``bridge`` is the scene that the bridge before leads to, ``is_after_scene`` whether a scene comes right
    before: what leads from black or into it is a fade, whatever the editor calls it.
    """

    found: list[Seen] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    gap: int = 0
    passage: Passage | None = None
    bridge: str | None = None
    is_after_scene: bool = False
    film: str | None = None

    def take(self, entry: Any) -> None:
        if isinstance(entry, otio.schema.Transition):
            self.passage = _passage(entry) if self.is_after_scene else None
        elif isinstance(entry, otio.schema.Gap):
            frames = _frames(entry.trimmed_range().duration, "a gap")
            self.gap += frames
            if frames:
                self.passage, self.is_after_scene = None, False
        elif isinstance(entry, otio.schema.Clip):
            self._clip(entry)
        else:
            self.strange.append(f"'{entry.name}' (not a clip)")

    def _clip(self, clip: Any) -> None:
        facts = _facts(clip)
        where = clip.trimmed_range()
        start = _frames(where.start_time, clip.name, least=-_MOST)
        length = _frames(where.duration, clip.name)
        scene_id = facts.get("scene")
        if not clip.enabled:
            self.strange.append(f"'{clip.name}' (switched off)")
        elif "hold_of" in facts:
            self._hold(clip, facts, length)
            return
        elif not isinstance(scene_id, str) or not _is_whole(facts):
            self.strange.append(f"'{clip.name}'")
        elif bridged_scene(scene_id) is not None:
            self._bridge(clip, facts, start, start + length)
            return
        elif self.passage is not None and self.passage.kind not in _KINDS:
            self.strange.append(f"'{self.passage.kind}' before '{clip.name}' (neither a dissolve nor a wipe)")
        elif self.bridge not in (None, scene_id):
            self.strange.append(f"'{clip.name}' (the bridge before it leads to {self.bridge})")
        else:
            seen = Seen(scene_id, start, start + length, facts, self.gap, 0, self.passage, _is_retimed(clip))
            self.found.append(seen)
        self.gap, self.passage, self.bridge, self.is_after_scene = 0, None, None, True

    def _hold(self, clip: Any, facts: Mapping[str, Any], length: int) -> None:
        """A frame that stands still right after its own scene."""
        is_its_own = bool(self.found) and self.found[-1].scene_id == facts["hold_of"]
        if not is_its_own or not self.is_after_scene or self.passage is not None:
            self.strange.append(f"'{clip.name}' (a frozen frame away from its scene)")
            return
        self.found[-1] = replace(self.found[-1], hold=self.found[-1].hold + length)

    def _bridge(self, clip: Any, facts: Mapping[str, Any], start: int, end: int) -> None:
        """A bridge belongs to the scene it leads to and stays as it is: no key of a storyboard trims it."""
        was = (facts.get("in_frame"), facts.get("out_frame"))
        shared = self.passage.after if self.passage is not None else 0
        if self.gap or (start, end) != was or shared or _is_retimed(clip):
            self.strange.append(f"'{clip.name}' (a bridge, and changed)")
        self.bridge, self.passage, self.is_after_scene = bridged_scene(facts["scene"]), None, True


def read_edit(path: Path) -> Edited:
    """Read a timeline that this program has written and an editor has changed. Raises MediaError."""
    text = _text(path)
    try:
        timeline = otio.adapters.read_from_string(text, "otio_json")
    except Exception as error:  # the library raises whatever it likes
        raise _unreadable(path, error) from error
    if not isinstance(timeline, otio.schema.Timeline):
        raise MediaError(f"{path}: holds no timeline", hint=_HAND_OVER)
    reader = _read_along(timeline, path)
    if not reader.found:
        raise MediaError(f"{path}: no clip of it says which scene it is", hint=_HAND_OVER)
    if reader.strange:
        raise MediaError(
            f"{path}: no scene of the film: {', '.join(reader.strange[:10])}",
            hint="Take it out of the timeline; to have it in the film, give it a scene (clip: FILE).",
        )
    return Edited(path, reader.film, tuple(reader.found))


def _text(path: Path) -> str:
    """The file's text. The library must not meet what is no JSON, or nested so deeply that it would crash."""
    try:
        if path.stat().st_size > _LARGEST:
            raise MediaError(f"{path}: is far too large for a timeline", hint=_HAND_OVER)
        text = path.read_bytes().decode("utf-8-sig")
        json.loads(text).keys()
    except OSError as error:
        hint = "Name the .otio file that the editor has saved."
        raise MediaError(f"{path}: cannot be read: {error.strerror or error}", hint=hint) from error
    except (ValueError, AttributeError, RecursionError) as error:
        raise _unreadable(path, error) from error
    return text


def _unreadable(path: Path, error: Exception) -> MediaError:
    said = " ".join(str(error).split()) or type(error).__name__
    return MediaError(f"{path}: cannot be read as a timeline: {said[:200]}", hint=_HAND_OVER)


def _read_along(timeline: Any, path: Path) -> _Reader:
    """What the picture shows. A file of others may hold what the library reads and cannot count with."""
    reader, name = _Reader(), "the picture"
    try:
        reader.film = _film(timeline)
        for entry in _picture(timeline):
            name = f"'{entry.name}'"
            reader.take(entry)
    except MediaError as error:
        raise MediaError(f"{path}: {error.message}", hint=error.hint) from error
    except Exception as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise MediaError(f"{path}: {name} cannot be made out: {said[:200]}", hint=_HAND_OVER) from error
    return reader


def _film(timeline: Any) -> str | None:
    """The storyboard's name, where it is one that a file can have."""
    film = _facts(timeline).get("film")
    is_name = isinstance(film, str) and 0 < len(film) < _LONGEST_NAME and not set(film) & set("/\\\0")
    return film if is_name else None


def _picture(timeline: Any) -> Any:
    tracks = [t for t in timeline.video_tracks() if any(isinstance(e, otio.schema.Clip) for e in t)]
    tracks = [track for track in tracks if track.enabled]
    if len(tracks) > 1:
        raise MediaError(
            f"the picture lies on {len(tracks)} tracks, and a storyboard knows one",
            hint="Put all clips on one video track.",
        )
    for part in (*tracks, timeline.tracks):
        if part.source_range is not None and part.source_range != part.available_range():
            raise MediaError(
                f"shows only a part of the track '{part.name}'",
                hint="Trim the clips in the editor, not what they lie in.",
            )
    return tracks[0] if tracks else ()


def _facts(found: Any) -> Mapping[str, Any]:
    """Our metadata of a clip, as plain data."""
    facts = _plain(found.metadata.get(KEY, {}))
    return facts if isinstance(facts, dict) else {}


def _is_whole(facts: Mapping[str, Any]) -> bool:
    """Whether metadata of a scene say all that is asked of them, as they were written."""
    join = facts.get("join") or {}
    counts = [facts.get(key) for key in ("new_start", "new_end")]
    counts += [facts.get(key, 0) for key in ("in_frame", "out_frame", "frames")]
    if not isinstance(join, dict) or not isinstance(join.get("kind", ""), str):
        return False
    counts.append(join.get("frames", 0))
    return all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n < _MOST for n in counts)


def _plain(value: Any) -> Any:
    """A copy in Python's own types: the library's go when their timeline does."""
    if hasattr(value, "keys"):
        return {str(key): _plain(value[key]) for key in value}
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        return [_plain(part) for part in value]
    return value


def _frames(time: Any, name: str, *, least: int = 0) -> int:
    value = float(time.rescaled_to(FPS).value)
    if not math.isfinite(value) or not least <= value + 0.5 < _MOST:
        raise MediaError(f"{name}: {value:g} frames are no time of a timeline", hint=_HAND_OVER)
    if abs(value - round(value)) > _SLACK:
        raise MediaError(
            f"{name}: {value:.2f} frames at {FPS} a second, and a film has whole ones",
            hint=f"Set the sequence to {FPS} frames a second in the editor.",
        )
    return round(value)


def _passage(entry: Any) -> Passage | None:
    """What leads from one scene to the next; None for a fade, which has black between what it joins."""
    handed_over = _facts(entry).get("kind")
    if handed_over == "fade":
        return None
    kind = {"SMPTE_Dissolve": "dissolve", "SMPTE_Wipe": "wipe"}.get(entry.transition_type)
    if kind is None:
        kind = handed_over if handed_over in _KINDS else str(entry.name or entry.transition_type)
    return Passage(kind, _frames(entry.in_offset, "a transition"), _frames(entry.out_offset, "a transition"))


def _is_retimed(clip: Any) -> bool:
    speeds = [e for e in clip.effects if isinstance(e, otio.schema.TimeEffect) and e.name != "retimed"]
    return any(getattr(effect, "time_scalar", 0.0) != 1.0 for effect in speeds)
