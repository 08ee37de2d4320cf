"""The author's pictures as clips, behind the door that all pictures share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from veo_story.backends.local.stills.between import Between
from veo_story.backends.local.stills.depth import Parallax
from veo_story.backends.local.stills.moves import FAR, HOME, Pose, StillState, image_move

if TYPE_CHECKING:
    from veo_story.backends.local.script import Script
    from veo_story.backends.local.window import Planes, Scratch

_TREMBLE = 0.005
_HARDLY = 0.02


class Picture(Protocol):
    """Draws the clip's frame ``frame`` (from 0), which is frame ``number`` of its chain, from any thread."""

    def draw(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        """Fill the planes ``into``."""
        ...


class Animated:
    """A picture with depth, moved by the camera's words.

    ``before`` is where the clip before left the camera (None: the chain begins here, with the whole picture).
    :attr:`end` is where an extension of ``frames`` frames goes on.
    """

    def __init__(self, image: Planes, script: Script, before: StillState | None, frames: int) -> None:
        self._move = image_move(script, before, frames)
        self._parallax = Parallax(image)
        self.end = self._move.end

    def draw(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        """See :class:`Picture`."""
        self._parallax.draw(trembling(self._move.at(frame), number), into)


class Interpolated:
    """From one picture to another: the first frame is the first picture, the last frame the second.

    An extension goes on from the second picture, seen whole (:attr:`end`).
    """

    def __init__(self, first: Planes, last: Planes, frames: int, script: Script) -> None:
        move = image_move(script, None, frames).end.pose
        # A camera that stands still does so although one picture fades into another.
        self._between = Between(first, last, move if move.lens + move.z > _HARDLY else HOME)
        self._last = max(1, frames - 1)
        self.end = StillState()

    def draw(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        """See :class:`Picture`."""
        self._between.draw(progress(frame / self._last), into, scratch.planes)


class Fixed:
    """One picture throughout."""

    def __init__(self, planes: Planes) -> None:
        self._planes = planes

    def draw(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        """See :class:`Picture`."""
        for plane, own in zip(into, self._planes, strict=True):
            plane[:] = own


def progress(t: float) -> float:
    """How far an interpolation is at the share ``t`` of its time: gently off, gently home."""
    return t * t * (3 - 2 * t)


def trembling(pose: Pose, number: int) -> Pose:
    """The pose with the hand's tremble at the chain's frame ``number``; never beyond the picture."""
    reach = pose.shake * min(_TREMBLE, pose.room(FAR) * 0.5)
    if reach <= 0:
        return pose
    second = number / 24
    sway = math.sin(second * 4.1) * 0.6 + math.sin(second * 7.3 + 1.0) * 0.4
    nod = math.sin(second * 5.3 + 2.0) * 0.6 + math.sin(second * 9.1) * 0.4
    return pose._replace(pan=pose.pan + reach * sway, tilt=pose.tilt + reach * nod)
