"""What a clip shows, behind one door: a function of the frame number for each kind of scene."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np

from veo_story.backends.local.camera import Camera, Move
from veo_story.backends.local.colour import GREY
from veo_story.backends.local.lettering import fit, mask_of
from veo_story.backends.local.window import look_through

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes, Scratch
    from veo_story.backends.local.world import World

    Floats = NDArray[np.float32]

MARGIN = 8
"""Pixels around a still, so that a window can begin between its first and second pixel."""


class Picture(Protocol):
    """Draws the clip's frame ``frame`` (from 0), which is frame ``number`` of its chain, from any thread."""

    def draw(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        """Fill the planes ``into``."""
        ...


class Drawn:
    """A drawn world, seen along a move."""

    def __init__(self, world: World, move: Move) -> None:
        self._world, self._move = world, move

    def draw(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        """See :class:`Picture`."""
        self._world.draw(self._move.at(frame), number, into, scratch)


class Moved:
    """A still, seen along a move. Its camera's ``x`` and ``y`` are widths and heights of the still."""

    def __init__(self, planes: Planes, move: Move) -> None:
        self._planes, self._move = planes, move

    def draw(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        """See :class:`Picture`."""
        see_still(self._planes, self._move.at(frame), into)


class Dissolve:
    """From one still to another: the first frame is the first still, the last frame the second."""

    def __init__(self, first: Planes, last: Planes, frames: int, drift: tuple[float, float]) -> None:
        self._first, self._last, self._frames, self._drift = first, last, frames, drift

    def draw(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        """See :class:`Picture`."""
        t = frame / max(1, self._frames - 1)
        share = t * t * (3 - 2 * t)
        x, y = self._drift
        other = scratch.planes
        see_still(self._first, Camera((x * share, y * share, 0.07 * share, 0.0)), into)
        back = 1 - share
        see_still(self._last, Camera((-x * back, -y * back, 0.07 * back, 0.0)), other)
        weight = min(1.0, max(0.0, (t - 0.12) / 0.76))
        weight = weight * weight * (3 - 2 * weight)
        for plane, late in zip(into, other, strict=True):
            cv2.addWeighted(plane, 1 - weight, late, weight, 0, plane)


class Fixed:
    """One picture throughout."""

    def __init__(self, planes: Planes) -> None:
        self._planes = planes

    def draw(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        """See :class:`Picture`."""
        for plane, own in zip(into, self._planes, strict=True):
            plane[:] = own


def see_still(planes: Planes, camera: Camera, into: Planes) -> None:
    """Draw a still with its margin as ``camera`` sees it; the window stays on the still."""
    rows, columns = into[0].shape
    x, y, _, _ = camera.place
    room = max(0.0, (1 - 1 / camera.zoom) / 2)
    x, y = max(-room, min(room, x)), max(-room, min(room, y))
    look_through(planes, into, camera.zoom, (x * columns, -y * rows))


def still_move(zoom: float, towards: str, frames: int) -> Move:
    """The move of a ``still`` scene: from the whole image to ``zoom`` (below 1: the other way round)."""
    close = math.log(max(zoom, 1 / zoom))
    room = (1 - math.exp(-close)) / 2
    sides = towards.lower().replace("_", "-").split("-")
    x = room * (("right" in sides) - ("left" in sides))
    y = room * (("top" in sides or "up" in sides) - ("bottom" in sides or "down" in sides))
    whole, near = Camera((0.0, 0.0, 0.0, 0.0)), Camera((x, y, close, 0.0))
    return Move(whole, near, max(1, frames - 1)) if zoom >= 1 else Move(near, whole, max(1, frames - 1))


def card(size: tuple[int, int], title: str, subtitle: str) -> Fixed:
    """A title card: the words in the middle of a dark, slightly lit ground."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = ((x / width - 0.5) ** 2 + (y / height - 0.46) ** 2) * 2.2
    luma = np.clip(46 - 30 * away, 17, 60)
    # Half a step of noise keeps the slow fall of light from banding.
    luma += np.random.default_rng(1).uniform(-0.5, 0.5, luma.shape).astype(np.float32)
    short = min(size)
    room = width - max(16, width // 7)
    big = [max(10, short * s // 720) for s in (92, 76, 62, 50, 40, 32)]
    title_size, title_lines = fit(title, room, 5, big)
    small = [max(9, min(title_size * 2 // 3, short * s // 720)) for s in (38, 32, 26)]
    subtitle_size, subtitle_lines = fit(subtitle, room, 3, small)
    blocks = [
        mask_of(lines, letter, centred=True)
        for letter, lines in ((title_size, title_lines), (subtitle_size, subtitle_lines))
        if lines
    ]
    gap = max(6, short // 24) // 2 * 2
    total = sum(b.shape[0] for b in blocks) + gap * max(0, len(blocks) - 1)
    top = max(0, (height - total) // 2)
    for block, level in zip(blocks, (228.0, 168.0) if title_lines else (168.0,), strict=False):
        _ink(luma, block, top, level)
        top += block.shape[0] + gap
    planes = (np.rint(luma).clip(16, 235).astype(np.uint8), *_tint(size))
    return Fixed(planes)


def _ink(luma: Floats, mask: NDArray[np.uint8], top: int, level: float) -> None:
    left = max(0, (luma.shape[1] - mask.shape[1]) // 2)
    rows, columns = min(mask.shape[0], luma.shape[0] - top), min(mask.shape[1], luma.shape[1] - left)
    part = luma[top : top + rows, left : left + columns]
    part += (level - part) * (mask[:rows, :columns].astype(np.float32) / 255)


def _tint(size: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    shape = (size[1] // 2, size[0] // 2)
    return np.full(shape, int(GREY) + 3, np.uint8), np.full(shape, int(GREY) - 1, np.uint8)
