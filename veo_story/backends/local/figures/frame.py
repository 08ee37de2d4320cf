"""The bones of a person in a pose, and where each is seen."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veo_story.backends.local.figures.cutting import Place
    from veo_story.backends.local.figures.look import PersonLook
    from veo_story.backends.local.figures.pose import Pose

Bone = tuple[float, float, float]
"""A place in space: forward, aside (to the figure's left) and up, in heights of the figure."""

SOLE = 0.022
"""How high an ankle is above the ground, in heights."""


class Frame:
    """Joints by name: ``hip``, ``chest``, ``neck``, and ``hip_l``, ``knee_l``, ``ankle_l``, ``shoulder_l``,
    ``elbow_l``, ``wrist_l`` with the same on the right (``_r``)."""

    def __init__(self, look: PersonLook, pose: Pose) -> None:
        self.look, self.pose = look, pose
        self._s, self._c = math.sin(math.radians(pose.yaw)), math.cos(math.radians(pose.yaw))
        body = 1 - look.head
        self.leg = 0.565 * body
        thigh = shin = (self.leg - SOLE) / 2
        arm = (0.205 * body, 0.195 * body)
        lowest = max(thigh * _down(leg[0], leg[1]) + shin * _down(leg[2], leg[1]) for leg in pose.legs)
        low = max(lowest, thigh * 0.42 if min(leg[0] for leg in pose.legs) < 60 else 0.0)
        hip = (0.0, 0.0, low + SOLE)
        self.joints: dict[str, Bone] = {"hip": hip}
        aside = 0.043 * look.broad
        for name, side, leg in (("l", 1.0, pose.legs[0]), ("r", -1.0, pose.legs[1])):
            top = (0.0, side * aside, hip[2])
            knee = _from(top, thigh, leg[0], leg[1], side)
            self.joints |= {f"hip_{name}": top, f"knee_{name}": knee}
            self.joints[f"ankle_{name}"] = _from(knee, shin, leg[2], leg[1] * 0.5, side)
        lean = pose.lean + look.stoop
        spine = 1 - look.head - 0.035 - self.leg
        self.joints["chest"] = chest = _along(hip, spine, lean)
        bent = look.stoop * 1.6 + pose.lean
        self.joints["neck"] = _along(chest, 0.035 + 0.11 * look.head, bent)
        wide = (0.098 if look.sex == "woman" else 0.114) * look.broad * (0.86 if look.age == "child" else 1.0)
        self.shoulder = wide
        for name, side, angles in (("l", 1.0, pose.left), ("r", -1.0, pose.right)):
            top = (chest[0], side * (wide - 0.026), chest[2] - 0.034)
            elbow = _from(top, arm[0], angles[0] + lean * 0.5, angles[1], side)
            self.joints |= {f"shoulder_{name}": top, f"elbow_{name}": elbow}
            self.joints[f"wrist_{name}"] = _from(elbow, arm[1], angles[2] + lean * 0.5, angles[3], side)

    def seen(self, bone: Bone) -> Place:
        """Where a place in space is seen."""
        return bone[0] * self._s + bone[1] * self._c, bone[2]

    def at(self, joint: str) -> Place:
        """Where a joint is seen."""
        return self.seen(self.joints[joint])

    def depth(self, joint: str) -> float:
        """How far in front of the body's middle a joint is."""
        forward, aside, _ = self.joints[joint]
        return forward * self._c - aside * self._s

    def half(self, wide: float, deep: float) -> float:
        """Half the seen width of a part that is ``wide`` across and ``deep`` through, both half."""
        return math.hypot(wide * self._c, deep * self._s)

    def front(self, wide: float) -> float:
        """How far the middle of a front ``wide`` away from the spine is seen beside it."""
        return wide * self._s


@lru_cache(maxsize=128)
def frame_of(look: PersonLook, pose: Pose) -> Frame:
    """The bones in a pose; most poses are seen for many frames."""
    return Frame(look, pose)


def _down(forward: float, aside: float) -> float:
    return math.cos(math.radians(forward)) * math.cos(math.radians(aside))


def _from(begin: Bone, length: float, forward: float, aside: float, side: float) -> Bone:
    """The end of a bone that hangs at these angles."""
    f, a = math.radians(forward), math.radians(aside)
    flat = length * math.cos(a)
    return (
        begin[0] + flat * math.sin(f),
        begin[1] + side * length * math.sin(a),
        begin[2] - flat * math.cos(f),
    )


def _along(begin: Bone, length: float, lean: float) -> Bone:
    angle = math.radians(lean)
    return begin[0] + length * math.sin(angle), begin[1], begin[2] + length * math.cos(angle)
