"""Where the camera stands before an author's picture, how its words move it, and what is taken over.

A picture has nothing beside it: whoever wants to look to the side has to come closer first. So every move
is planned together with the closeness that it needs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from veo_story.backends.local.lexicon.vocabulary import contains, vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veo_story.backends.local.script import Script

FPS = 24
FAR, NEAR = 0.83, 1.17
"""How much of a step of the camera is seen at the far and at the near end of a picture's depth."""

_CLOSEST = 0.34
_FARTHEST = 100.0
_ASIDE = 0.12
_SIDES = ("pan", "tilt", "x", "y")
_CARRY = 0.55
"""Share of a move's mean speed that is left at its end, so that a chain never stops dead at a seam."""


class Pose(NamedTuple):
    """Where the camera stands; all zero: the picture is seen whole.

    ``pan`` and ``tilt``: how far the window has turned right and up, in widths and heights of the picture.
    ``x`` and ``y``: how far the camera has gone, the same for what is in the middle of the depth.
    ``lens`` and ``z``: natural logarithms of how much closer the lens and steps towards it have brought it.
    ``shake``: 0..1.
    """

    pan: float = 0.0
    tilt: float = 0.0
    x: float = 0.0
    y: float = 0.0
    lens: float = 0.0
    z: float = 0.0
    shake: float = 0.0

    def room(self, depth: float) -> float:
        """How far the window may stand off the middle at ``FAR`` .. ``NEAR``, in shares of the picture."""
        return max(0.0, (1 - math.exp(-self.lens - self.z * depth)) / 2)


HOME = Pose()


@dataclass(frozen=True, slots=True)
class StillState:
    """A camera before a picture at one moment: where it is, and its speed a second."""

    pose: Pose = HOME
    speed: Pose = HOME

    def as_data(self) -> dict[str, Any]:
        """Plain data for :func:`still_state_of`."""
        return {"pose": list(self.pose), "speed": list(self.speed)}


def still_state_of(data: Mapping[str, Any]) -> StillState:
    """What :meth:`StillState.as_data` gave. Raises KeyError, TypeError or ValueError for anything else."""
    pose, speed = (Pose(*map(float, data[key])) for key in ("pose", "speed"))
    if not all(abs(value) < _FARTHEST for value in (*pose, *speed)):
        raise ValueError("a camera that stands nowhere")
    return StillState(pose, speed)


@dataclass(frozen=True, slots=True)
class StillMove:
    """A smooth way through ``states`` that are reached at ``knots`` (frames, rising, the first is 0)."""

    knots: tuple[float, ...]
    states: tuple[StillState, ...]

    @property
    def end(self) -> StillState:
        """Where an extension begins: at the first frame after the clip."""
        return self.states[-1]

    def at(self, frame: float) -> Pose:
        """The pose at a frame of the clip."""
        part = 0
        while part < len(self.knots) - 2 and frame > self.knots[part + 1]:
            part += 1
        begin, end = self.knots[part], self.knots[part + 1]
        return _kept(_between(self.states[part], self.states[part + 1], frame - begin, end - begin))


def image_move(script: Script, before: StillState | None, frames: int) -> StillMove:
    """How the camera's words move a picture: from the whole of it, or from where the clip before left off."""
    start = before or StillState()
    cuts = [
        *(beat.end_s * FPS for beat in script.beats[:-1] if 1 <= beat.end_s * FPS <= frames - 1),
        float(frames),
    ]
    knots = tuple(sorted({0.0, *cuts}))
    poses = [start.pose]
    for begin, end in pairwise(knots):
        poses.append(_target(poses[-1], _words(script, (begin + end) / 2 / FPS), end - begin))
    speeds = [start.speed, *(_speed(poses, knots, n) for n in range(1, len(knots)))]
    return StillMove(knots, tuple(StillState(p, v) for p, v in zip(poses, speeds, strict=True)))


def _between(a: StillState, b: StillState, frame: float, frames: float) -> Pose:
    t, seconds = frame / frames, frames / FPS
    h00, h10 = (1 + 2 * t) * (1 - t) ** 2, t * (1 - t) ** 2
    h01, h11 = t * t * (3 - 2 * t), t * t * (t - 1)
    return Pose(
        *(
            h00 * p0 + h10 * v0 * seconds + h01 * p1 + h11 * v1 * seconds
            for p0, v0, p1, v1 in zip(a.pose, a.speed, b.pose, b.speed, strict=True)
        )
    )


def _speed(poses: Sequence[Pose], knots: Sequence[float], n: int) -> Pose:
    """The speed at a knot: part of the mean speed to it, and nothing of a way that is not gone on."""
    span = (knots[n] - knots[n - 1]) / FPS
    last = [_CARRY * (b - a) / span for a, b in zip(poses[n - 1], poses[n], strict=True)]
    if n + 1 < len(knots):
        ahead = (knots[n + 1] - knots[n]) / FPS
        onward = [_CARRY * (b - a) / ahead for a, b in zip(poses[n], poses[n + 1], strict=True)]
        last = [min(p, q, key=abs) if p * q > 0 else 0.0 for p, q in zip(last, onward, strict=True)]
    if poses[n].lens + poses[n].z >= _CLOSEST - 1e-6:
        return HOME
    return Pose(*last[:6])


def _words(script: Script, second: float) -> str:
    """The camera's words at that time; where the author wrote none at all, the prompt's."""
    if not any(beat.camera for beat in script.beats):
        return script.prompt
    beat = next((b for b in script.beats if b.start_s <= second < b.end_s), script.beats[-1])
    return f"{beat.camera.move} {beat.camera.text}"


def _delta(words: str, frames: float) -> dict[str, float]:
    table = vocabulary("stills")
    pace = 1.0
    for entry in table["pace"]:
        if contains(words, entry["words"]):
            pace = float(entry["factor"])
    # Moves are given for 8 s and get shorter with the clip, down to a third.
    pace *= max(0.35, min(1.2, frames / (8 * FPS)))
    entry = next((e for e in table["move"] if contains(words, e["words"])), table["drift"])
    side = -1.0 if contains(words, table["left"]) else 1.0
    lift = -1.0 if contains(words, table["down"]) else 1.0
    signs = {"pan": side, "x": side, "tilt": lift, "y": lift}
    delta = {key: pace * signs.get(key, 1.0) * float(entry.get(key, 0.0)) for key in Pose._fields}
    return delta | {"shake": float(entry.get("shake", 0.0))}


def _target(start: Pose, words: str, frames: float) -> Pose:
    """Where a beat leads from ``start``: never wider than the whole picture, and with room at the sides."""
    delta = _delta(words, frames)
    aside = max(abs(delta[key]) for key in _SIDES)
    lens, z = start.lens + delta["lens"], start.z + delta["z"]
    travels = max(abs(delta["x"]), abs(delta["y"])) > max(abs(delta["pan"]), abs(delta["tilt"]))
    # By the root, so that a short move is still seen to be one.
    missing = max(0.0, _ASIDE * math.sqrt(min(1.5, aside)) - (lens + FAR * z)) if aside else 0.0
    if travels:
        z += missing / FAR
    else:
        lens += missing
    lens, z = _bounded(lens, z)
    reach = Pose(lens=lens, z=z).room(FAR) / max(aside, 1e-9)
    pan, tilt, x, y = (place + delta[key] * reach for key, place in zip(_SIDES, start[:4], strict=True))
    return _kept(Pose(pan, tilt, x, y, lens, z, delta["shake"]))


def _kept(pose: Pose) -> Pose:
    """The pose, or the nearest one that shows nothing beside the picture."""
    lens = max(pose.lens, -pose.z * FAR, -pose.z * NEAR)
    whole = pose._replace(lens=lens)
    pan, x = _inside(whole, pose.pan, pose.x)
    tilt, y = _inside(whole, pose.tilt, pose.y)
    return whole._replace(pan=pan, tilt=tilt, x=x, y=y)


def _bounded(lens: float, z: float) -> tuple[float, float]:
    """No closer than is pleasant, and nowhere wider than the picture."""
    over = lens + z - _CLOSEST
    if over > 0:
        lens, z = (lens - over, z) if lens > z else (lens, z - over)
    return max(lens, -z * FAR, -z * NEAR), z


def _inside(end: Pose, turned: float, gone: float) -> tuple[float, float]:
    """Both scaled down until neither the far nor the near end of the depth shows what is not there."""
    share = min(
        1.0,
        *(end.room(depth) / max(1e-9, abs(turned + gone * depth)) for depth in (FAR, 1.0, NEAR)),
    )
    return turned * share, gone * share
