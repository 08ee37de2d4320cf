"""The camera of a drawn world: where it is, how it moves, and where an extension takes it over.

Units do not depend on the picture's size: ``x`` and ``y`` in frame widths and heights, ``zoom`` as a
factor (1 shows the world whole), ``shake`` 0..1; speeds a second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.backends.local.words import contains, vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDEST, CLOSEST = 1.06, 1.8
HIGHEST = 0.12
_STILL_CLOSEST = 0.30
_CARRY = 0.55
"""Share of a move's mean speed that is left at its end, so that a chain never stops dead at a seam."""

State = tuple[float, float, float, float]
"""x, y, log zoom, shake."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera at one moment: place and speed of each of :data:`State`."""

    place: State
    speed: State = (0.0, 0.0, 0.0, 0.0)

    @property
    def zoom(self) -> float:
        """How much closer than the whole world: 1 and up."""
        # The smooth way between two cameras may pass the widest view by a hair.
        return math.exp(max(0.0, self.place[2]))


@dataclass(frozen=True, slots=True)
class Move:
    """The way from one camera to the next over ``frames`` frames, smooth in place and speed."""

    start: Camera
    end: Camera
    frames: int

    def at(self, frame: int) -> Camera:
        """The camera at a frame; ``frames`` itself is where an extension begins."""
        seconds = self.frames / 24
        t = frame / self.frames
        h00, h10 = (1 + 2 * t) * (1 - t) ** 2, t * (1 - t) ** 2
        h01, h11 = t * t * (3 - 2 * t), t * t * (t - 1)
        a, b = self.start, self.end
        x, y, zoom, shake = (
            h00 * p0 + h10 * v0 * seconds + h01 * p1 + h11 * v1 * seconds
            for p0, v0, p1, v1 in zip(a.place, a.speed, b.place, b.speed, strict=True)
        )
        return Camera((x, y, zoom, shake))


def opening_move(hints: Mapping[str, str], prompt: str, frames: int) -> Move:
    """How the first clip of a chain is seen: the framing is reached in the middle of its move."""
    size, delta = _framing(hints, prompt), _delta(hints, prompt, frames)
    middle = (0.0, _angle(hints, prompt), size, 0.0)
    start = _bounded(tuple(m - d / 2 for m, d in zip(middle, delta, strict=True)))
    end = _bounded(tuple(m + d / 2 for m, d in zip(middle, delta, strict=True)))
    shake = delta[3]
    start, end = (*start[:3], shake), (*end[:3], shake)
    speed = _carried(start, end, frames)
    return Move(Camera(start, speed), Camera(end, speed), frames)


def next_move(parent: Camera, hints: Mapping[str, str], prompt: str, frames: int) -> Move:
    """How an extension goes on from where its parent's camera stands and with the speed it has."""
    delta = _delta(hints, prompt, frames)
    x, y, zoom, _ = parent.place
    if "camera.size" in hints or "camera.text" in hints:
        zoom = _framing(hints, prompt, zoom)
    if "camera.angle" in hints:
        y = _angle(hints, prompt)
    end = _bounded((x + delta[0], y + delta[1], zoom + delta[2], 0.0))
    end = (*end[:3], delta[3])
    return Move(parent, Camera(end, _carried(parent.place, end, frames)), frames)


def image_move(parent: Camera | None, hints: Mapping[str, str], prompt: str, frames: int) -> Move:
    """How a still is seen: from the whole of it (or from where the parent's camera stands) a little closer.

    There is nothing beside a still, so a move to the side comes closer too, to have room for it.
    """
    start = parent or Camera((0.0, 0.0, 0.0, 0.0))
    x, y, zoom, _ = _delta(hints, prompt, frames)
    aside = min(1.0, 4 * max(abs(x), abs(y)))
    close = min(_STILL_CLOSEST, start.place[2] + max(0.015, 0.4 * zoom, 0.10 * aside))
    room = (1 - math.exp(-close)) / 2
    target = tuple(
        max(-room, min(room, place + math.copysign(min(abs(step), 1) * room, step)))
        for place, step in ((start.place[0], 2.5 * x), (start.place[1], 9 * y))
    )
    end = (target[0], target[1], close, 0.0)
    speed = _carried(start.place, end, frames)
    first = start if parent else Camera(start.place, speed)
    return Move(first, Camera(end, speed if close < _STILL_CLOSEST else (0.0, 0.0, 0.0, 0.0)), frames)


def _words(hints: Mapping[str, str], prompt: str, *keys: str) -> str:
    """The camera's own words; the prompt's only where the step came without hints."""
    return " ".join(hints[k] for k in keys if k in hints) if hints else prompt


def _framing(hints: Mapping[str, str], prompt: str, default: float = math.log(1.14)) -> float:
    words = _words(hints, prompt, "camera.size", "camera.text")
    sizes = vocabulary()["camera"]["size"]
    for entry in sizes:
        if contains(words, entry["words"]):
            return math.log(entry["zoom"])
    return default


def _angle(hints: Mapping[str, str], prompt: str) -> float:
    words = _words(hints, prompt, "camera.angle", "camera.text")
    for entry in vocabulary()["camera"]["angle"]:
        if contains(words, entry["words"]):
            return float(entry["y"])
    return 0.0


def _delta(hints: Mapping[str, str], prompt: str, frames: int) -> State:
    words = _words(hints, prompt, "camera.move", "camera.text")
    table = vocabulary()["camera"]
    pace = 1.0
    for entry in table["pace"]:
        if contains(words, entry["words"]):
            pace = float(entry["factor"])
    # Moves are given for 8 s and get shorter with the clip, down to a half.
    pace *= max(0.5, min(1.2, frames / 192))
    side = -1.0 if contains(words, table["left"]) else 1.0
    lift = -1.0 if contains(words, table["down"]) else 1.0
    for entry in table["move"]:
        if contains(words, entry["words"]):
            return (
                side * pace * entry.get("x", 0.0),
                lift * pace * entry.get("y", 0.0),
                pace * entry.get("zoom", 0.0),
                entry.get("shake", 0.0),
            )
    drift = table["drift"]
    return (pace * drift["x"], 0.0, pace * drift["zoom"], 0.0)


def _bounded(state: tuple[float, ...]) -> State:
    x, y, zoom, shake = state
    low, high = math.log(WIDEST), math.log(CLOSEST)
    return (x, max(-HIGHEST, min(HIGHEST, y)), max(low, min(high, zoom)), shake)


def _carried(start: State, end: State, frames: int) -> State:
    x, y, zoom, _ = (_CARRY * (b - a) * 24 / frames for a, b in zip(start, end, strict=True))
    return (x, y, zoom, 0.0)
