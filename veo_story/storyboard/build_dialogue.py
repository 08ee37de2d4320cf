"""Building what happens in time within a scene: dialogue and shots."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.build_world import build_camera
from veo_story.storyboard.model import DialogueLine, Shot
from veo_story.storyboard.values import mapping, number, sequence, text

if TYPE_CHECKING:
    from veo_story.storyboard.manuscript import Manuscript
    from veo_story.storyboard.nodes import DataPath

_MANNER = re.compile(r"\(([^()]{1,200})\)\s*(.+)", re.DOTALL)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)")
LINE_KEYS = frozenset({"who", "line", "manner", "at"})


def build_dialogue(ms: Manuscript, value: Any, path: DataPath) -> tuple[DialogueLine, ...]:
    """Spoken lines, written ``- mira: (whispers) You are late.`` or as who, line, manner, at."""
    lines = (_line(ms, mapping(entry), (*path, i)) for i, entry in enumerate(sequence(value)))
    return tuple(line for line in lines if line is not None)


def speaker_path(data: Any, path: DataPath) -> tuple[DataPath, bool]:
    """Where the speaker of one entry stands, and whether that is a key."""
    if "who" in mapping(data):
        return (*path, "who"), False
    return (*path, _speaker_key(mapping(data)) or ""), True


def _speaker_key(data: Any) -> str | None:
    return next((key for key in data if key not in LINE_KEYS and not key.startswith("x-")), None)


def _line(ms: Manuscript, data: Any, path: DataPath) -> DialogueLine | None:
    who, key = text(data.get("who")), "line"
    if who is None:
        who = key = _speaker_key(data) or ""
    spoken = ms.text(data.get(key), (*path, key))
    if not who or not spoken:
        return None
    manner = ms.text(data.get("manner"), (*path, "manner"))
    match = _MANNER.fullmatch(spoken.strip())
    if match and manner is None:
        manner, spoken = match[1].strip(), match[2].strip()
    return DialogueLine(who, spoken, manner, number(data.get("at")))


def build_shots(ms: Manuscript, value: Any, path: DataPath) -> tuple[Shot, ...]:
    """Timestamped beats. One whose time cannot be read is left out; the schema has complained."""
    shots = []
    for i, entry in enumerate(sequence(value)):
        data, at = mapping(entry), (*path, i)
        span = _SPAN.fullmatch(text(data.get("at")) or "")
        if span:
            shots.append(
                Shot(
                    Decimal(span[1]),
                    Decimal(span[2]),
                    ms.text(data.get("action"), (*at, "action")) or "",
                    build_camera(ms, data.get("camera"), (*at, "camera")),
                    build_dialogue(ms, data.get("dialogue"), (*at, "dialogue")),
                    ms.texts(data.get("sfx"), (*at, "sfx")),
                )
            )
    return tuple(shots)
