"""Many small things that fly or swim together: gulls, butterflies, fish."""

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

_PHASES = 12


def flock(part: Part) -> list[Element]:
    """Birds that circle and glide, beating their wings now and then."""
    canvas = part.spot.canvas
    size = canvas.height * 0.030
    wings = [_bird(part, size, 0.75 * math.sin(TURN * phase / _PHASES) + 0.15) for phase in range(_PHASES)]
    rng = np.random.default_rng([int(part.phase * 1000), 3])
    birds = [tuple(float(number) for number in rng.random(6)) for _ in range(7)]
    middle, row = canvas.width / 2, part.spot.row + part.spot.tall / 2

    def poses(frame: int) -> Iterator[Pose]:
        t = frame / FPS
        for a, b, c, d, e, f in birds:
            turn = t * (0.16 + 0.12 * a) + b * TURN
            x = middle + canvas.width * (c - 0.5) * 0.5 + canvas.width * 0.30 * math.cos(turn)
            y = row + canvas.height * ((d - 0.5) * 0.16 + 0.05 * math.sin(turn * 1.3 + e * 6))
            beat = math.sin(t * 0.8 + f * 9) > -0.1
            phase = int(t * (13 + 4 * e) + f * 12) % _PHASES if beat else 1
            yield Pose(wings[phase], x, y, 0.10 * math.sin(turn * 2), wide=0.62 + 0.5 * a)

    return [Acting(part.spot.parallax, poses)]


def _bird(part: Part, size: float, lift: float) -> Cut:
    """Seen from the side: two wings, raised by ``lift``."""
    ratio = 2.0
    paper = Paper(size * 2.4, size * 2.4, ratio=ratio)
    middle = size * 1.2
    dark = part.inks.face("#4a545c", 0.7, 0.6)
    pale = part.inks.face("#f2f0ea", 0.7)
    for side in (-1, 1):
        wing = points(
            (middle, middle + size * 0.08),
            (middle + side * size * 0.45, middle - size * (0.55 * lift + 0.12)),
            (middle + side * size * 1.0, middle - size * 0.70 * lift + size * 0.10),
            (middle + side * size * 0.50, middle - size * (0.40 * lift - 0.06)),
            (middle, middle + size * 0.22),
        )
        paper.cut(smooth(wing, 5), pale)
        tip = points(
            tuple(wing[2]), tuple(wing[2] * 0.62 + wing[1] * 0.38), tuple(wing[2] * 0.62 + wing[3] * 0.38)
        )
        paper.cut(tip, dark)
    paper.oval((middle, middle + size * 0.14), size * 0.13, size * 0.16, pale)
    return cut_of(paper.sheet(), middle * ratio, middle * ratio, ratio)


def flutter(part: Part) -> list[Element]:
    """Butterflies that dance about."""
    canvas = part.spot.canvas
    size = canvas.height * 0.022
    colours = ("#f2a83c", "#e8f0f8", "#6fa0e0", "#e07898")
    wings = [_butterfly(part, size, colour) for colour in colours]
    middle, row = part.spot.column + part.spot.tall / 2, part.spot.row

    def poses(frame: int) -> Iterator[Pose]:
        t = frame / FPS
        for number, cut in enumerate(wings):
            own = number * 1.7 + part.phase
            x = (
                middle
                + canvas.width * 0.30 * math.sin(t * 0.31 + own * 2)
                + size * 2 * math.sin(t * 2.1 + own)
            )
            y = row + canvas.height * (0.10 * math.sin(t * 0.47 + own * 3) + 0.015 * math.sin(t * 5.3 + own))
            yield Pose(
                cut, x, y, 0.4 * math.sin(t * 1.3 + own), wide=0.25 + 0.75 * abs(math.sin(t * 11 + own))
            )

    return [Acting(part.spot.parallax, poses)]


def _butterfly(part: Part, size: float, colour: str) -> Cut:
    ratio = 3.0
    paper = Paper(size * 2.4, size * 2.4, ratio=ratio)
    middle = size * 1.2
    seen, dark = part.inks.face(colour), part.inks.face("#2e2a2c")
    for side in (-1, 1):
        upper = points((0, 0), (side * 0.5, -0.85), (side * 1.0, -0.75), (side * 0.85, -0.1))
        lower = points((0, 0), (side * 0.7, 0.05), (side * 0.75, 0.6), (side * 0.25, 0.65))
        for wing in (upper, lower):
            paper.cut(smooth(wing * np.float32(size) + np.float32(middle), 5), seen)
        paper.oval((middle + side * size * 0.7, middle - size * 0.5), size * 0.12, size * 0.12, dark)
    paper.oval((middle, middle), size * 0.07, size * 0.45, dark)
    return cut_of(paper.sheet(), middle * ratio, middle * ratio, ratio)


def shoal(part: Part) -> list[Element]:
    """Fish that swim by in two groups."""
    canvas = part.spot.canvas
    sizes = (0.045, 0.030)
    colours = (("#f2a03c", "#fbe4c0"), ("#6fb0d8", "#d8eef4"))
    cuts = [
        [_fish(part, canvas.height * size, pair, math.sin(TURN * phase / 6)) for phase in range(6)]
        for size, pair in zip(sizes, colours, strict=True)
    ]
    rng = np.random.default_rng([int(part.phase * 1000), 5])
    places = rng.random((2, 7, 3))
    row = part.spot.row + part.spot.tall / 2

    def poses(frame: int) -> Iterator[Pose]:
        t = frame / FPS
        lap = canvas.width * 1.6
        for group, way in ((0, 1), (1, -1)):
            for a, b, c in places[group]:
                start = canvas.width * (0.25 + 0.35 * a + (0.2 if way < 0 else 0.0))
                x = (start + way * t * canvas.height * 0.055 + lap * 0.15) % lap - lap * 0.15
                y = row + canvas.height * (
                    0.26 * (b - 0.5) + (0.14 if group else -0.08) + 0.012 * math.sin(t * 1.4 + c * 6)
                )
                yield Pose(cuts[group][int(t * 9 + c * 6) % 6], x, y, wide=float(way))

    return [Acting(part.spot.parallax, poses)]


def _fish(part: Part, size: float, colours: tuple[str, str], bend: float) -> Cut:
    """A fish that looks to the right."""
    ratio = 2.0
    paper = Paper(size * 2.6, size * 1.4, ratio=ratio)
    x, y = size * 1.3, size * 0.7
    seen, stripe = (part.inks.face(colour, 0.8) for colour in colours)
    tail = y + bend * size * 0.10
    paper.cut(
        points(
            (x - size * 0.5, y),
            (x - size * 1.1, tail - size * 0.4),
            (x - size * 0.95, tail),
            (x - size * 1.1, tail + size * 0.4),
        ),
        seen,
    )
    body = points((-0.7, 0.0), (-0.2, -0.36), (0.45, -0.34), (0.9, 0.02), (0.45, 0.34), (-0.2, 0.32))
    paper.cut(smooth(body * np.float32(size) + np.array([x, y], np.float32)), seen)
    paper.cut(
        smooth(
            points(
                (x + size * 0.12, y - size * 0.33),
                (x + size * 0.28, y - size * 0.3),
                (x + size * 0.26, y + size * 0.3),
                (x + size * 0.1, y + size * 0.3),
            )
        ),
        stripe,
    )
    paper.cut(
        points(
            (x - size * 0.3, y - size * 0.28),
            (x + size * 0.2, y - size * 0.36),
            (x - size * 0.25, y - size * 0.55),
        ),
        seen,
    )
    paper.oval((x + size * 0.58, y - size * 0.08), size * 0.07, size * 0.07, part.inks.shine("#1c1c22"))
    return cut_of(paper.sheet(), x * ratio, y * ratio, ratio)


FLOCKS = {"flock": flock, "flutter": flutter, "shoal": shoal}
"""The kinds of movement of many, by their names in ``props.toml``."""
