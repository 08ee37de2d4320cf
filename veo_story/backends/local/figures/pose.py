"""How a figure holds itself: angles as one flat row, so that any two poses blend."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from veo_story.backends.local.lexicon.vocabulary import vocabulary


class Pose(NamedTuple):
    """Degrees, but for ``lift`` (heights above the ground) and ``seat`` (1: one sits on something).

    ``yaw`` turns the body to the right of the picture, ``lean`` bends it forward. An arm is (upper forward,
    upper aside, fore forward, fore aside), each 0 hanging, 90 level, 180 straight up; a leg (thigh forward,
    thigh aside, shin forward).
    """

    yaw: float = 0.0
    lean: float = 0.0
    left_1: float = 4.0
    left_2: float = 9.0
    left_3: float = 14.0
    left_4: float = 3.0
    right_1: float = 4.0
    right_2: float = 9.0
    right_3: float = 14.0
    right_4: float = 3.0
    thigh_l: float = 1.0
    wide_l: float = 3.0
    shin_l: float = 0.0
    thigh_r: float = 1.0
    wide_r: float = 3.0
    shin_r: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    lift: float = 0.0
    seat: float = 0.0

    @property
    def left(self) -> tuple[float, float, float, float]:
        """The left arm."""
        return self.left_1, self.left_2, self.left_3, self.left_4

    @property
    def right(self) -> tuple[float, float, float, float]:
        """The right arm."""
        return self.right_1, self.right_2, self.right_3, self.right_4

    @property
    def legs(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Left and right leg."""
        return (self.thigh_l, self.wide_l, self.shin_l), (self.thigh_r, self.wide_r, self.shin_r)


def blend(a: Pose, b: Pose, share: float) -> Pose:
    """``share`` of ``b`` in ``a``."""
    if share <= 0 or a is b:
        return a
    if share >= 1:
        return b
    return Pose._make(p + (q - p) * share for p, q in zip(a, b, strict=True))


def mirrored(pose: Pose) -> Pose:
    """The same with left and right exchanged."""
    swapped = pose[:2] + pose.right + pose.left + pose.legs[1] + pose.legs[0]
    return Pose._make((*swapped, pose.pitch, -pose.roll, pose.lift, pose.seat))


@cache
def named_pose(name: str) -> Pose:
    """A pose of ``[pose]`` in ``figures.toml``. Raises KeyError for one that it does not hold."""
    entry: dict[str, Any] = vocabulary("figures")["pose"][name]
    values = Pose()._asdict()
    for key, value in entry.items():
        match key:
            case "left" | "right":
                values |= {f"{key}_{n}": float(v) for n, v in enumerate(value, 1)}
            case "legs":
                names = ("thigh_l", "wide_l", "shin_l", "thigh_r", "wide_r", "shin_r")
                values |= dict(zip(names, map(float, value), strict=True))
            case _:
                values[key] = float(value)
    return Pose(**values)
