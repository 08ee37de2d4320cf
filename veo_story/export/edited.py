"""What an editing program has made of a film: its picture read back, scene by scene.

See :mod:`veo_story.export.timeline` for how it was written. The sound tracks are not read: the storyboard
says what is heard.
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Passage:
    """A dissolve or wipe between two scenes: ``before`` the cut and ``after`` it, in frames."""

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
    """Goes along the picture and collects what is seen."""

    found: list[Seen] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    gap: int = 0
    passage: Passage | None = None

    def take(self, entry: Any) -> None:
        if isinstance(entry, otio.schema.Transition):
            self.passage = _passage(entry)
        elif isinstance(entry, otio.schema.Gap):
            self.gap += _frames(entry.trimmed_range().duration, "a gap")
        elif isinstance(entry, otio.schema.Clip):
            self._clip(entry)
        else:
            self.strange.append(f"'{entry.name}' (not a clip)")

    def _clip(self, clip: Any) -> None:
        facts = _facts(clip)
        where = clip.trimmed_range()
        start, length = _frames(where.start_time, clip.name), _frames(where.duration, clip.name)
        if "hold_of" in facts:
            if self.found:
                self.found[-1] = replace(self.found[-1], hold=self.found[-1].hold + length)
            return
        scene_id = facts.get("scene")
        if not clip.enabled:
            self.strange.append(f"'{clip.name}' (switched off)")
        elif not isinstance(scene_id, str) or not isinstance(facts.get("new_start"), int):
            self.strange.append(f"'{clip.name}'")
        elif bridged_scene(scene_id) is None:
            seen = Seen(scene_id, start, start + length, facts, self.gap, 0, self.passage, _is_retimed(clip))
            self.found.append(seen)
        self.gap, self.passage = 0, None


def read_edit(path: Path) -> Edited:
    """Read a timeline that this program has written and an editor has changed. Raises MediaError."""
    try:
        timeline = otio.adapters.read_from_file(str(path))
    except Exception as error:  # adapters raise whatever they like
        said = " ".join(str(error).split()) or type(error).__name__
        raise MediaError(f"{path}: cannot be read as a timeline: {said[:200]}", hint=_HAND_OVER) from error
    if not isinstance(timeline, otio.schema.Timeline):
        raise MediaError(f"{path}: holds no timeline", hint=_HAND_OVER)
    reader = _Reader()
    for entry in _picture(timeline, path):
        reader.take(entry)
    if not reader.found:
        raise MediaError(f"{path}: no clip of it says which scene it is", hint=_HAND_OVER)
    if reader.strange:
        raise MediaError(
            f"{path}: no scene of the film: {', '.join(reader.strange[:10])}",
            hint="Take it out of the timeline; to have it in the film, give it a scene (clip: FILE).",
        )
    film = _facts(timeline).get("film")
    return Edited(path, film if isinstance(film, str) else None, tuple(reader.found))


def _picture(timeline: Any, path: Path) -> Any:
    tracks = [t for t in timeline.video_tracks() if any(isinstance(e, otio.schema.Clip) for e in t)]
    if len(tracks) > 1:
        raise MediaError(
            f"{path}: the picture lies on {len(tracks)} tracks, and a storyboard knows one",
            hint="Put all clips on one video track.",
        )
    return tracks[0] if tracks else ()


def _facts(found: Any) -> Mapping[str, Any]:
    """Our metadata of a clip, as plain data."""
    facts = _plain(found.metadata.get(KEY, {}))
    return facts if isinstance(facts, dict) else {}


def _plain(value: Any) -> Any:
    """A copy in Python's own types: the library's go when their timeline does."""
    if hasattr(value, "keys"):
        return {str(key): _plain(value[key]) for key in value}
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        return [_plain(part) for part in value]
    return value


def _frames(time: Any, name: str) -> int:
    value = float(time.rescaled_to(FPS).value)
    if abs(value - round(value)) > _SLACK:
        raise MediaError(
            f"{name}: {value:.2f} frames at {FPS} a second, and a film has whole ones",
            hint=f"Set the sequence to {FPS} frames a second in the editor.",
        )
    return round(value)


def _passage(entry: Any) -> Passage | None:
    """A dissolve or wipe; None for a fade, which has black between what it joins."""
    kind = _facts(entry).get("kind")
    if kind is None:
        kind = {"SMPTE_Dissolve": "dissolve", "SMPTE_Wipe": "wipe"}.get(entry.transition_type)
    if kind not in ("dissolve", "wipe"):
        return None
    return Passage(kind, _frames(entry.in_offset, "a transition"), _frames(entry.out_offset, "a transition"))


def _is_retimed(clip: Any) -> bool:
    speeds = [e for e in clip.effects if isinstance(e, otio.schema.TimeEffect) and e.name != "retimed"]
    return any(getattr(effect, "time_scalar", 0.0) != 1.0 for effect in speeds)
