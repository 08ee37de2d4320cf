"""Building one scene: its own keys, then its sequence's, then the defaults, then what the whole film says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.build_dialogue import build_dialogue, build_shots
from veo_story.storyboard.build_finish import build_mix, build_overlays
from veo_story.storyboard.build_world import build_camera, build_look, build_refs
from veo_story.storyboard.model import (
    FrameOf,
    Handoff,
    Look,
    Mode,
    Scene,
    StillMove,
    Transition,
    Trim,
)
from veo_story.storyboard.modes import DEFAULT_S
from veo_story.storyboard.values import flag, mapping, number, sequence, text, whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from veo_story.storyboard.manuscript import Manuscript
    from veo_story.storyboard.model import CastMember, Location, Reference
    from veo_story.storyboard.nodes import DataPath

FRAME = re.compile(r"(?P<id>[\w-]+)\.(?:last_frame|frame@(?P<at>\d{1,6}(?:\.\d{1,6})?))")
"""``s03.last_frame``, ``s03.frame@2.5``: a frame of another scene."""

MOST_REFS = 3
_FREE_LENGTH = frozenset({Mode.OPEN, Mode.ANIMATE, Mode.INTERPOLATE})
_DEFAULT_TRANSITION_S = Decimal(1)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a scene inherits: values of its sequence and of ``defaults:`` with their places, and the world."""

    layers: tuple[tuple[Mapping[str, Any], DataPath], ...]
    look: Look | None
    look_path: DataPath | None
    cast: Mapping[str, CastMember]
    locations: Mapping[str, Location]
    local_places: frozenset[str] = frozenset()
    """Locations that stand in the storyboard itself, not in its bible."""

    opens_film: bool = False
    """Whether nothing comes before the scene in the film."""


class SceneReader:
    """Takes the keys of one scene from the nearest place that has them, and remembers where that was."""

    def __init__(self, ms: Manuscript, data: Mapping[str, Any], path: DataPath, around: Surroundings) -> None:
        self.ms = ms
        self.data = data
        self.path = path
        self.layers = around.layers
        self.origins: dict[str, DataPath] = {}

    def find(self, key: str) -> tuple[Any, DataPath]:
        """The value of a key and its place; None when nobody gives it."""
        if key in self.data:
            return self.data[key], (*self.path, key)
        for layer, path in self.layers:
            if key in layer:
                self.origins[key] = (*path, key)
                return layer[key], (*path, key)
        return None, (*self.path, key)

    def text(self, key: str) -> str | None:
        """A text."""
        return self.ms.text(*self.find(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return self.ms.texts(*self.find(key))

    def frame(self, key: str) -> Path | FrameOf | None:
        """A frame of another scene, or an image."""
        value, path = self.find(key)
        match = FRAME.fullmatch(value) if isinstance(value, str) else None
        if match:
            return FrameOf(match["id"], Decimal(match["at"]) if match["at"] else None)
        return self.ms.file(value, path, "frame")


def build_scene(
    ms: Manuscript, data: Mapping[str, Any], path: DataPath, scene_id: str, mode: Mode, around: Surroundings
) -> Scene:
    """One scene with everything inherited filled in. Never fails: what cannot be read counts as absent."""
    own = SceneReader(ms, data, path, around)
    made = mode.is_generated
    duration, is_written = _duration(own, mode)
    location = text(own.find("location")[0])
    cast = tuple(name for name in sequence(own.find("cast")[0]) if isinstance(name, str))
    return Scene(
        id=scene_id,
        path=path,
        mode=mode,
        duration_s=duration,
        duration_is_written=is_written,
        title=own.text("title"),
        cast=cast,
        location=location,
        camera=build_camera(ms, *own.find("camera")),
        look=_look(own, around),
        action=own.text("action"),
        dialogue=build_dialogue(ms, *own.find("dialogue")),
        sfx=own.texts("sfx"),
        ambient=_ambient(own, location, around) if made else own.text("ambient"),
        music=own.text("music"),
        shots=build_shots(ms, *own.find("shots")),
        avoid=own.texts("avoid"),
        first_frame=own.frame("first_frame"),
        last_frame=own.frame("last_frame"),
        refs=_refs(own, mode, cast, location, around),
        image=ms.file(*own.find("image"), "still"),
        move=_move(mapping(own.find("move")[0])),
        clip=ms.file(*own.find("clip"), "clip"),
        card=own.text("card"),
        subtitle=own.text("subtitle"),
        handoff=_handoff(own),
        transition=_transition(own, mode, around),
        trim=_trim(mapping(own.find("trim")[0])),
        gap_s=number(own.find("gap")[0]) or Decimal(0),
        hold_s=number(own.find("hold")[0]) or Decimal(0),
        mix=build_mix(own.find("mix")[0]),
        effects=_effects(own),
        overlays=build_overlays(ms, *own.find("overlay")),
        takes=whole(own.find("takes")[0]) or 1,
        pick=whole(own.find("pick")[0]),
        seed=whole(own.find("seed")[0]),
        tier=text(own.find("tier")[0]),
        prompt=own.text("prompt"),
        extra=own.text("extra"),
        skip=flag(own.find("skip")[0]) or False,
        notes=text(own.find("notes")[0]),
        tags=own.texts("tags"),
        origins=MappingProxyType(own.origins),
    )


def _duration(own: SceneReader, mode: Mode) -> tuple[Decimal, bool]:
    """A length among the defaults is meant for what a model makes in any length: not for extensions."""
    if "duration" in own.data or mode in _FREE_LENGTH:
        written = number(own.find("duration")[0])
        if written is not None:
            return written, True
    return DEFAULT_S[mode], False


def _look(own: SceneReader, around: Surroundings) -> Look | None:
    found = build_look(own.ms, *own.find("look"))
    if found is None and around.look is not None:
        if around.look_path is not None:
            own.origins["look"] = around.look_path
        return around.look
    return found


def _ambient(own: SceneReader, place: str | None, around: Surroundings) -> str | None:
    found = own.text("ambient")
    location = around.locations.get(place or "")
    if found is None and location is not None and location.ambient is not None:
        if location.id in around.local_places:
            own.origins["ambient"] = ("locations", location.id, "ambient")
        return location.ambient
    return found


def _refs(
    own: SceneReader, mode: Mode, cast: tuple[str, ...], location: str | None, around: Surroundings
) -> tuple[Reference, ...]:
    """References are for openings; those among the defaults leave other scenes alone."""
    value, path = own.find("refs")
    if path[0] == "defaults" and mode is not Mode.OPEN:
        return ()
    if value is not None or mode is not Mode.OPEN:
        return build_refs(own.ms, value, path)
    return inherited_refs(cast, location, around.cast, around.locations)[:MOST_REFS]


def inherited_refs(
    cast: tuple[str, ...],
    location: str | None,
    members: Mapping[str, CastMember],
    locations: Mapping[str, Location],
) -> tuple[Reference, ...]:
    """What an opening without ``refs:`` shows the model: its cast's pictures, then its location's."""
    found = [ref for name in cast if name in members for ref in members[name].refs]
    found += locations[location].refs if location is not None and location in locations else ()
    first: dict[Path, Reference] = {}
    for ref in found:
        first.setdefault(ref.path, ref)
    return tuple(first.values())


def _move(data: Mapping[str, Any]) -> StillMove:
    zoom = number(data.get("zoom"))
    return StillMove(Decimal(1) if zoom is None else zoom, text(data.get("to")) or "center")


def _handoff(own: SceneReader) -> Handoff:
    value, path = own.find("handoff")
    data = mapping(value)
    return Handoff(text(data.get("voice")) or "none", own.ms.text(data.get("hold"), (*path, "hold")))


def _transition(own: SceneReader, mode: Mode, around: Surroundings) -> Transition:
    """A transition among the defaults is for cuts that can have one: not extensions, not the film's start."""
    value, path = own.find("transition")
    if path[0] == "defaults" and (mode is Mode.EXTEND or around.opens_film):
        return Transition()
    data = {"type": value} if isinstance(value, str) else mapping(value)
    kind = text(data.get("type")) or "cut"
    if kind == "cut":
        return Transition()
    length = number(data.get("duration"))
    return Transition(kind, _DEFAULT_TRANSITION_S if length is None else length)


def _trim(data: Mapping[str, Any]) -> Trim:
    return Trim(number(data.get("in")) or Decimal(0), number(data.get("out")) or Decimal(0))


def _effects(own: SceneReader) -> tuple[Mapping[str, Any], ...]:
    value, path = own.find("effects")
    found = (own.ms.deep(e, (*path, i)) for i, e in enumerate(sequence(value)))
    return tuple(e if isinstance(e, dict) else {"name": e} for e in found if isinstance(e, (dict, str)))
