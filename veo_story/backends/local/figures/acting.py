"""How one member of the cast moves through a scene: a pure function of the chain's frame number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.figures.easing import EASE, eased, towards
from veo_story.backends.local.figures.idling import lids_at, wander
from veo_story.backends.local.figures.pose import Pose, blend, mirrored, named_pose
from veo_story.backends.local.figures.skull import HeadPose
from veo_story.backends.local.figures.speech import mouth_at
from veo_story.backends.local.figures.strides import stride
from veo_story.backends.local.lexicon.vocabulary import vocabulary

if TYPE_CHECKING:
    from veo_story.backends.local.figures.look import PersonLook
    from veo_story.backends.local.figures.speech import Said

RATE = 24
_SWINGS = 9
"""Drawn positions between two poses that one swings between."""
_SIDE = 80.0
"""How far one turns who walks: nearly to the side."""
_TWOS = 2
"""Frames that a pose is held for, as in animation with paper: half the pictures to cut."""


@dataclass(frozen=True, slots=True)
class Cue:
    """From frame ``start`` on somebody does the action ``name`` of ``figures.toml``, until ``end``.

    ``towards`` is the yaw that goes with it. One that ``stays`` has no end, ``mirrored`` ones lead with the
    left arm.
    """

    name: str
    start: int
    end: int
    stays: bool = False
    towards: float | None = None
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A way from ``begin`` to ``target`` (picture heights); ``kind`` is walk, run or rise."""

    kind: str
    start: int
    end: int
    begin: float
    target: float


@dataclass(frozen=True, slots=True)
class Glance:
    """The head turns to ``yaw`` and ``pitch`` between two frames."""

    start: int
    end: int
    yaw: float
    pitch: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """All that one figure does in a scene. ``yaw``, ``action`` and ``mirrored`` are those at its first frame.

    ``turns`` are (frame, yaw): from when on one faces where;
    ``taken`` (frame, thing): what is taken in hand. ``tall`` is in picture heights. ``shown`` and
    ``hidden`` are the frames from which and until which one is on the stage.
    """

    seed: int
    look: PersonLook
    tall: float
    x: float
    yaw: float
    action: str
    mirrored: bool = False
    holds: str = ""
    cues: tuple[Cue, ...] = ()
    ways: tuple[Way, ...] = ()
    glances: tuple[Glance, ...] = ()
    said: tuple[Said, ...] = ()
    turns: tuple[tuple[int, float], ...] = ()
    taken: tuple[tuple[int, str], ...] = ()
    shown: int = 0
    hidden: int | None = None

    @property
    def last_hold(self) -> int:
        """The frame from which on the hands hold what they hold at the end."""
        return max((start for start, _ in self.taken), default=0)

    def held_at(self, frame: int) -> str:
        """What is in the hand."""
        return next((thing for start, thing in reversed(self.taken) if frame >= start), self.holds)

    def is_there(self, frame: int) -> bool:
        """Whether the figure is on the stage at a frame of the chain."""
        return frame >= self.shown and (self.hidden is None or frame < self.hidden)

    def at(self, frame: int) -> Moment | None:
        """How the figure looks at a frame of the chain; None while it is not on the stage."""
        if not self.is_there(frame):
            return None
        return _moment(self, frame - frame % _TWOS, frame)


@dataclass(frozen=True, slots=True)
class Moment:
    """One figure at one frame: where it stands (picture heights right of the middle) and how.

    ``sunk`` is the share of its height that is still below the ground, ``breath`` by how much it is taller,
    ``bob`` how high it jumps and ``dip`` by how much the head nods (heights of the figure).
    """

    x: float
    pose: Pose
    head: HeadPose
    breath: float
    bob: float
    dip: float
    sunk: float
    holds: str
    gait: float


def share_of(frame: int, cue: Cue | Glance) -> float:
    """How much a cue is on at a frame. One that ends has faded out there."""
    on = eased(frame, cue.start)
    if isinstance(cue, Cue) and cue.stays:
        return on
    return on * (1 - eased(frame, cue.end - EASE))


def action_pose(name: str, frame: int, seed: int, is_mirrored: bool = False) -> Pose:
    """The pose of an action at a frame: held, or swung between two."""
    pose = _action_pose(name, frame, seed)
    return mirrored(pose) if is_mirrored else pose


def _action_pose(name: str, frame: int, seed: int) -> Pose:
    entry = _action(name)
    poses = entry.get("poses", ["stand"])
    if len(poses) == 1 or "rate" not in entry:
        return named_pose(poses[0])
    phase = frame / RATE * float(entry["rate"]) + (seed % 97) / 97
    # In steps, so that each is cut once.
    swing = round((0.5 - 0.5 * float(np.cos(2 * np.pi * phase))) * _SWINGS) / _SWINGS
    return blend(named_pose(poses[0]), named_pose(poses[1]), swing)


def _action(name: str) -> dict[str, Any]:
    if name == "talk":
        return {"poses": ["talk_a", "talk_b"], "rate": 0.42}
    return dict(vocabulary("figures")["action"][name])


def place_at(part: Part, frame: int) -> float:
    """Where the figure stands."""
    x = part.x
    for way in part.ways:
        if way.kind != "rise" and frame >= way.start:
            x = towards(way.begin, way.target, _along(way, frame))
    return x


def _along(way: Way, frame: float) -> float:
    """The share of a way that is behind one: even steps, but for the first and the last."""
    length = max(1, way.end - way.start)
    t = min(1.0, max(0.0, (frame - way.start) / length))
    soft = min(0.3, 10 / length)
    if t < soft:
        return t * t / (2 * soft * (1 - soft))
    if t > 1 - soft:
        return 1 - (1 - t) ** 2 / (2 * soft * (1 - soft))
    return (t - soft / 2) / (1 - soft)


def _yaw(part: Part, frame: int) -> float:
    yaw = part.yaw
    for start, target in part.turns:
        yaw = towards(yaw, target, eased(frame, start, 16))
    for cue in part.cues:
        if cue.towards is not None and not cue.stays:
            yaw += (cue.towards - yaw) * share_of(frame, cue)
    for way in part.ways:
        if way.kind != "rise" and way.target != way.begin:
            side = _SIDE if way.target > way.begin else -_SIDE
            on = eased(frame, way.start - 4, 8) * (1 - eased(frame, way.end - 6, 12))
            yaw += (side - yaw) * on
    return yaw


def _moment(part: Part, frame: int, now: int) -> Moment:
    """How a figure holds itself at a frame, at the place where it is ``now``."""
    yaw = _yaw(part, frame)
    pose = action_pose(part.action, frame, part.seed, part.mirrored) if part.action else named_pose("stand")
    smile, lids, look, nod, shake, round_mouth = _settled(part.action)
    for cue in part.cues:
        on = share_of(frame, cue)
        if on <= 0:
            continue
        entry = _action(cue.name)
        if "poses" in entry:
            pose = blend(pose, _over(pose, action_pose(cue.name, frame, part.seed, cue.mirrored), cue), on)
        smile += (float(entry.get("smile", smile if cue.name != "stand" else 0.2)) - smile) * on
        look += (_LOOKS.get(entry.get("look", ""), look if "poses" not in entry else 0.0) - look) * on
        lids += (float(entry.get("lids", 0.0)) - lids) * on if "poses" in entry else 0.0
        nod += float(entry.get("nod", 0.0)) * on
        shake += float(entry.get("shake", 0.0)) * on
        round_mouth += float("mouth" in entry) * on
    pose, gait = _going(part, frame, pose)
    bob = pose.lift
    pose = pose._replace(yaw=yaw, lift=0.0)
    beat = 2 * np.pi * frame / RATE
    head_yaw, pitch = yaw, pose.pitch + look + nod * float(np.sin(beat * 1.4))
    for glance in part.glances:
        on = share_of(frame, glance)
        head_yaw += (glance.yaw - head_yaw) * on
        pitch += glance.pitch * on
    aside, tilt = wander(part.seed, frame)
    mouth, stress = mouth_at(part.said, frame)
    head = HeadPose(
        yaw=max(-84.0, min(84.0, head_yaw + aside + shake * float(np.sin(beat * 1.5)))),
        pitch=max(-28.0, min(22.0, pitch)),
        roll=pose.roll + tilt,
        mouth=mouth or (4 if round_mouth > 0.6 else 0),
        lids=2 if lids > 1.4 else max(lids_at(part.seed, frame), round(lids)),
        smile=smile,
    )
    return Moment(
        x=place_at(part, now),
        pose=pose,
        head=head,
        breath=_breath(part.seed, now),
        bob=bob,
        dip=0.006 * stress,
        sunk=_sunk(part, now),
        holds=part.held_at(frame),
        gait=gait,
    )


def _breath(seed: int, frame: int) -> float:
    return 0.0028 * float(np.sin(2 * np.pi * frame / RATE / 3.9 + seed % 7))


_LEGS = ("thigh_l", "wide_l", "shin_l", "thigh_r", "wide_r", "shin_r")
_LOOKS = {"down": -15.0, "up": 17.0}


def _settled(action: str) -> tuple[float, float, float, float, float, float]:
    """Smile, lids, pitch, nod, shake and a round mouth of an action that goes on since before the scene."""
    entry = _action(action) if action else {}
    look = _LOOKS.get(entry.get("look", ""), 0.0)
    return float(entry.get("smile", 0.2)), float(entry.get("lids", 0.0)), look, 0.0, 0.0, 0.0


def _going(part: Part, frame: int, pose: Pose) -> tuple[Pose, float]:
    """The pose with the legs of a walk in it, and how far through a pair of steps it is."""
    gait = 0.0
    for way in part.ways:
        if way.kind == "rise" or not way.start - EASE < frame < way.end + EASE:
            continue
        length = abs(way.target - way.begin)
        on = eased(frame, way.start - 2, 8) * (1 - eased(frame, way.end - 5, 9))
        gone = _along(way, frame) * length / part.tall
        speed = length / part.tall / max(1, way.end - way.start) * RATE
        walk, gait = stride(part.look, gone, speed, way.kind == "run")
        free = "hold" if pose.left_3 > 60 or pose.right_3 > 60 else ""
        pose = blend(pose, walk if not free else _armed(walk, pose), on)
    return pose, gait


def _over(below: Pose, pose: Pose, cue: Cue) -> Pose:
    """A gesture's pose for one who sits or kneels: only the arms move."""
    if cue.stays or pose.legs != Pose().legs:
        return pose
    legs = {name: getattr(below, name) for name in (*_LEGS, "seat")}
    return pose._replace(**legs)


def _armed(walk: Pose, pose: Pose) -> Pose:
    """The walk with the arms of another pose."""
    arms = {name: getattr(pose, name) for name in Pose._fields if name.startswith(("left", "right"))}
    return walk._replace(**arms)


def _sunk(part: Part, frame: int) -> float:
    for way in part.ways:
        if way.kind == "rise":
            return 1 - eased(frame, way.start, way.end - way.start)
    return 0.0
