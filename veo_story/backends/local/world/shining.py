"""Things that shine or smoke: lamps that breathe, flames, a lighthouse, steam."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.world.acting import Acting, Cut, Pose, cut_of
from veo_story.backends.local.world.moving import FPS, TURN, Part
from veo_story.backends.local.world.paper import Paper
from veo_story.backends.local.world.shapes import points, smooth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.backends.local.world.sheets import Element


def glimmer(part: Part) -> list[Element]:
    """A light that breathes: ``[x, y, radius]``."""
    x, y, radius = part.spec["glimmer"]
    still, corner, place = part.whole(0.0, 0.0), part.spot.at(0.0, 0.0), part.spot.at(x, y)
    glow = halo(part, radius * part.spot.tall)

    def poses(frame: int) -> Iterator[Pose]:
        yield Pose(still, *corner)
        share = 0.75 + 0.10 * part.wave(frame, 2.3) + 0.06 * part.wave(frame, 0.7, 1.0)
        yield Pose(glow, *place, share=share * (0.5 + 0.5 * part.inks.palette.dark))

    return [Acting(part.spot.parallax, poses)]


def halo(part: Part, radius: float, colour: str = "#ffcf80", strong: float = 0.55) -> Cut:
    """Soft light all around a place, in few pixels: it is large and has no edges."""
    ratio = min(0.5, 60 / radius)
    paper = Paper(radius * 2, radius * 2, ratio=ratio)
    paper.glow((radius, radius), radius, part.inks.shine(colour), strong)
    return cut_of(paper.sheet(), radius * ratio, radius * ratio, ratio)


def flames(part: Part) -> list[Element]:
    """Tongues of fire that flicker: ``[x, y, height]``, and the light around them."""
    x, y, tall = part.spec["flames"]
    still, corner, place = part.whole(0.0, 0.0), part.spot.at(0.0, 0.0), part.spot.at(x, y)
    size = tall * part.spot.tall
    tongues = [_tongue(part, size, seed) for seed in range(5)]
    glow = halo(part, max(size * 3.2, 0.12 * part.spot.canvas.height))

    def poses(frame: int) -> Iterator[Pose]:
        yield Pose(still, *corner)
        share = 0.8 + 0.14 * part.wave(frame, 0.53) + 0.06 * part.wave(frame, 0.31, 2.0)
        yield Pose(
            glow, place[0], place[1] - size * 0.3, share=share * (0.45 + 0.55 * part.inks.palette.dark)
        )
        beat = frame / 3
        near = beat % 1
        lean = 0.07 * part.wave(frame, 0.9)
        yield Pose(tongues[int(beat) % 5], *place, lean, 1.0 + 0.06 * part.wave(frame, 0.45))
        yield Pose(tongues[(int(beat) + 1) % 5], *place, lean, share=near)

    return [Acting(part.spot.parallax, poses)]


def _tongue(part: Part, size: float, seed: int) -> Cut:
    rng = np.random.default_rng([seed, 7])
    paper = Paper(size * 1.7, size * 1.55, ratio=part.spot.ratio)
    middle, foot = size * 0.85, size * 1.35
    for colour, high, wide in (("#e8622a", 1.0, 0.36), ("#f7a032", 0.74, 0.26), ("#ffe08a", 0.46, 0.15)):
        tip = size * high * (0.85 + 0.2 * float(rng.random()))
        aside = size * wide
        lean = size * 0.16 * float(rng.random() - 0.5)
        corners = points(
            (middle - aside, foot - tip * 0.18),
            (middle - aside * 0.85, foot - tip * 0.48),
            (middle - aside * 0.22 + lean, foot - tip * 0.62),
            (middle + lean, foot - tip),
            (middle + aside * 0.38 + lean, foot - tip * 0.58),
            (middle + aside * 0.92, foot - tip * (0.36 + 0.14 * float(rng.random()))),
            (middle + aside * 0.9, foot - tip * 0.12),
            (middle, foot),
        )
        paper.cut(smooth(corners, 6), part.inks.shine(colour))
    return cut_of(paper.sheet(), middle * part.spot.ratio, foot * part.spot.ratio, part.spot.ratio)


def beam(part: Part) -> list[Element]:
    """A lighthouse: after dark its beam goes round."""
    still, corner = part.whole(0.0, 0.0), part.spot.at(0.0, 0.0)
    if part.inks.palette.dark < 0.3:
        return [Acting(part.spot.parallax, lambda frame: (Pose(still, *corner),))]
    x, y = part.spot.at(*part.spec["beam"])
    reach = 0.9 * part.spot.canvas.height
    ray, glow = _ray(part, reach), halo(part, 0.22 * part.spot.canvas.height, "#fff0c0", 0.8)

    def poses(frame: int) -> Iterator[Pose]:
        turn = TURN * frame / (FPS * 7.0) + part.phase
        across, towards = math.cos(turn), math.sin(turn)
        yield Pose(ray, x, y, wide=across, share=0.75 - 0.25 * towards)
        yield Pose(ray, x, y, wide=-across, share=0.75 + 0.25 * towards)
        yield Pose(still, *corner)
        yield Pose(glow, x, y, share=0.45 + 0.55 * max(0.0, abs(towards) - 0.3) ** 4)

    return [Acting(part.spot.parallax, poses)]


def _ray(part: Part, reach: float) -> Cut:
    ratio = 0.25
    paper = Paper(reach, reach * 0.24, ratio=ratio)
    middle = reach * 0.12
    rows, columns = paper.picture.shape[:2]
    y, x = np.ogrid[:rows, :columns]
    along = (x + 0.5) / columns
    away = np.abs((y + 0.5) / ratio - middle) / (reach * (0.006 + 0.085 * along))
    share = np.clip(1.3 - away * 1.3, 0, 1) * np.clip(1 - along, 0, 1) ** 1.3 * 0.55
    colour = np.array([*part.inks.shine("#ffefbf"), 255], np.float32)
    paper.picture[:] = np.rint(colour * share[:, :, None]).astype(np.uint8)
    return cut_of(paper.sheet(), 0.0, middle * ratio, ratio)


def steam(part: Part) -> list[Element]:
    """Wisps that rise and fade: from ``[x, y]``."""
    still, corner = part.whole(0.0, 0.0), part.spot.at(0.0, 0.0)
    x, y = part.spot.at(*part.spec["steam"])
    tall = part.spot.tall
    wisp = halo(part, tall * 0.26, "#f4f4f2", 0.5)

    def poses(frame: int) -> Iterator[Pose]:
        yield Pose(still, *corner)
        for puff in range(6):
            age = (frame / (FPS * 2.6) + puff / 6) % 1
            aside = tall * (0.10 + 0.14 * age) * math.sin(age * 5 + puff * 2.1)
            yield Pose(wisp, x + aside, y - tall * 0.95 * age, share=math.sin(math.pi * age) * 0.6)

    return [Acting(part.spot.parallax, poses)]


SHINING = {"glimmer": glimmer, "flames": flames, "beam": beam, "steam": steam}
"""These kinds of movement by their names in ``props.toml``."""
