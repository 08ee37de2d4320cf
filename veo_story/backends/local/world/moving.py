"""How things move by themselves: the kinds of ``move``, pure functions of the chain's frame number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.world.acting import Acting, Cut, Pose, cut_of
from veo_story.backends.local.world.paper import Paper
from veo_story.backends.local.world.shapes import points
from veo_story.backends.local.world.things import lay_parts, thing_sheet, wide_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from veo_story.backends.local.world.inks import Inks
    from veo_story.backends.local.world.sheets import Canvas, Element

    Spec = Mapping[str, Any]
    Kind = Callable[["Part"], list[Element]]

FPS = 24
TURN = 2 * math.pi


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a thing's box stands: its left top in canvas pixels, its height, and pixels a canvas pixel."""

    canvas: Canvas
    column: float
    row: float
    tall: float
    parallax: float
    ratio: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The canvas place of a point of the box."""
        return self.column + x * self.tall, self.row + y * self.tall


@dataclass(frozen=True, slots=True)
class Part:
    """What a kind of movement is made for."""

    name: str
    spec: Spec
    spot: Spot
    inks: Inks
    phase: float
    """Of the thing's own, 0..2 pi, so that two of them do not move as one."""

    def whole(self, x: float, y: float) -> Cut:
        """The thing as it stands, with the pivot at a point of its box."""
        spot = self.spot
        sheet, left, top = thing_sheet(self.name, self.inks, spot.parallax, spot.tall, spot.ratio)
        return cut_of(
            sheet, (x * spot.tall + left) * spot.ratio, (y * spot.tall + top) * spot.ratio, spot.ratio
        )

    def loose(self, x: float, y: float) -> Cut:
        """The thing's ``moving`` parts alone, on paper wide enough to turn them about a point of its box."""
        spot = self.spot
        reach = 1.15 * max(x, wide_of(self.name) - x, y, 1 - y)
        side = 2 * reach * spot.tall
        paper = Paper(side, side, ratio=spot.ratio)
        corner = ((reach - x) * spot.tall, (reach - y) * spot.tall)
        lay_parts(paper, self.spec["moving"], self.inks, spot.parallax, spot.tall, corner)
        middle = reach * spot.tall * spot.ratio
        return cut_of(paper.sheet(), middle, middle, spot.ratio)

    def wave(self, frame: int, period: float, shift: float = 0.0) -> float:
        """A sine of that period in seconds, -1..1."""
        return math.sin(TURN * frame / (FPS * period) + self.phase + shift)


def moves_of(
    name: str, spec: Spec, spot: Spot, inks: Inks, seed: int, more: Mapping[str, Kind]
) -> list[Element] | None:
    """The elements of a thing that moves; None for one that stands still. ``more`` kinds may be given."""
    kind = {**_KINDS, **more}.get(str(spec.get("move", "")))
    if kind is None:
        return None
    return kind(Part(name, spec, spot, inks, seed % 1000 / 1000 * TURN))


def _bob(part: Part) -> list[Element]:
    """Up and down on the water, rocking a little."""
    middle = wide_of(part.name) / 2
    cut, (x, y) = part.whole(middle, 0.9), part.spot.at(middle, 0.9)
    lift = 0.014 * min(part.spot.tall, 0.25 * part.spot.canvas.height)

    def poses(frame: int) -> Iterator[Pose]:
        yield Pose(cut, x, y + lift * part.wave(frame, 3.4), 0.018 * part.wave(frame, 4.6, 1.0))

    return [Acting(part.spot.parallax, poses)]


def _rock(part: Part) -> list[Element]:
    middle = wide_of(part.name) / 2
    cut, (x, y) = part.whole(middle, 0.95), part.spot.at(middle, 0.95)

    def poses(frame: int) -> Iterator[Pose]:
        yield Pose(
            cut, x, y + 0.02 * part.spot.tall * part.wave(frame, 2.8), 0.13 * part.wave(frame, 3.1, 1.0)
        )

    return [Acting(part.spot.parallax, poses)]


def _pass(part: Part) -> list[Element]:
    """Across the picture and, after a while, again. ``speed`` is picture heights a second."""
    spot, wide = part.spot, wide_of(part.name)
    cut, (x, y) = part.whole(0.0, 0.5), spot.at(0.0, 0.5)
    speed = float(part.spec.get("speed", 0.1)) * spot.canvas.height / FPS
    lap = spot.canvas.width * 2.2 + wide * spot.tall
    sway = 0.01 * spot.tall if part.spec.get("move") == "sail" else 0.0
    home = x - speed * FPS * 3

    def poses(frame: int) -> Iterator[Pose]:
        place = (
            (home + speed * frame - spot.canvas.width / 2 + lap / 2) % lap - lap / 2 + spot.canvas.width / 2
        )
        yield Pose(cut, place, y + sway * part.wave(frame, 3.7))

    return [Acting(spot.parallax, poses)]


def _hover(part: Part) -> list[Element]:
    middle = wide_of(part.name) / 2
    cut, (x, y) = part.whole(middle, 0.5), part.spot.at(middle, 0.5)
    reach = 0.02 * part.spot.canvas.height

    def poses(frame: int) -> Iterator[Pose]:
        aside, lift = reach * 1.5 * part.wave(frame, 13.0), reach * part.wave(frame, 5.5)
        yield Pose(cut, x + aside, y + lift, 0.04 * part.wave(frame, 7.0, 2.0))

    return [Acting(part.spot.parallax, poses)]


def _bounce(part: Part) -> list[Element]:
    """A ball that dies down and lies still."""
    cut, (x, y) = part.whole(0.5, 0.5), part.spot.at(0.5, 0.5)

    def poses(frame: int) -> Iterator[Pose]:
        t = frame / FPS
        height = 2.2 * part.spot.tall * math.exp(-0.5 * t) * abs(math.cos(t * 3.6))
        yield Pose(cut, x, y - height, 0.4 * (1 - math.exp(-0.5 * t)))

    return [Acting(part.spot.parallax, poses)]


def _swing(part: Part) -> list[Element]:
    pivot = part.spec["pivot"]
    still, cut = part.whole(0.0, 0.0), part.loose(*pivot)
    corner, hinge = part.spot.at(0.0, 0.0), part.spot.at(*pivot)
    reach, period = float(part.spec["swing"]), float(part.spec["period"])

    def poses(frame: int) -> Iterator[Pose]:
        yield Pose(still, *corner)
        yield Pose(cut, *hinge, reach * part.wave(frame, period))

    return [Acting(part.spot.parallax, poses)]


def _turn(part: Part) -> list[Element]:
    pivot = part.spec["pivot"]
    still, cut = part.whole(0.0, 0.0), part.loose(*pivot)
    corner, hinge = part.spot.at(0.0, 0.0), part.spot.at(*pivot)
    speed, ticks = float(part.spec["turn"]), bool(part.spec.get("tick"))

    def poses(frame: int) -> Iterator[Pose]:
        seconds = frame / FPS
        yield Pose(still, *corner)
        yield Pose(cut, *hinge, TURN * speed * (math.floor(seconds) if ticks else seconds))

    return [Acting(part.spot.parallax, poses)]


def _gears(part: Part) -> list[Element]:
    """Toothed wheels that turn into each other: ``[x, y, radius, teeth, way]`` each."""
    still, corner = part.whole(0.0, 0.0), part.spot.at(0.0, 0.0)
    wheels = [
        (_gear(part, r, int(teeth)), part.spot.at(x, y), int(teeth), way)
        for x, y, r, teeth, way in part.spec["gears"]
    ]

    def poses(frame: int) -> Iterator[Pose]:
        yield Pose(still, *corner)
        for cut, place, teeth, way in wheels:
            yield Pose(cut, *place, way * TURN * frame / FPS * 1.4 / teeth)

    return [Acting(part.spot.parallax, poses)]


def _gear(part: Part, radius: float, teeth: int) -> Cut:
    spot = part.spot
    reach = radius * spot.tall
    paper = Paper(reach * 2.3, reach * 2.3, ratio=spot.ratio)
    middle = reach * 1.15
    brass, dark = (part.inks.face("#c9a04a", spot.parallax, share) for share in (1.0, 0.3))
    step = TURN / teeth
    edge = [
        (share * step + tooth * step, away)
        for tooth in range(teeth)
        for share, away in ((0.0, 0.84), (0.14, 1.0), (0.42, 1.0), (0.56, 0.84))
    ]
    outline = [
        (middle + reach * away * math.cos(turn), middle + reach * away * math.sin(turn))
        for turn, away in edge
    ]
    paper.cut(points(*outline), brass)
    paper.oval((middle, middle), reach * 0.66, reach * 0.66, dark)
    for spoke in range(5):
        turn = spoke * TURN / 5
        end = (middle + reach * 0.7 * math.cos(turn), middle + reach * 0.7 * math.sin(turn))
        paper.line(points((middle, middle), end), brass, reach * 0.13)
    paper.oval((middle, middle), reach * 0.20, reach * 0.20, brass)
    paper.oval((middle, middle), reach * 0.08, reach * 0.08, dark)
    return cut_of(paper.sheet(), middle * spot.ratio, middle * spot.ratio, spot.ratio)


def _wave(part: Part) -> list[Element]:
    """Cloth on a pole: ``[x, y, wide, high]``, in eight phases."""
    left, top, wide, high = part.spec["wave"]
    still, corner, place = part.whole(0.0, 0.0), part.spot.at(0.0, 0.0), part.spot.at(left, top)
    phases = 16
    cloths = [_cloth(part, wide, high, phase / phases) for phase in range(phases)]

    def poses(frame: int) -> Iterator[Pose]:
        yield Pose(still, *corner)
        yield Pose(cloths[frame * phases // 30 % phases], *place)

    return [Acting(part.spot.parallax, poses)]


def _cloth(part: Part, wide: float, high: float, phase: float) -> Cut:
    tall = part.spot.tall
    paper = Paper(wide * tall * 1.1, high * tall * 1.4, top=-high * tall * 0.15, ratio=part.spot.ratio)
    along = np.linspace(0, 1, 14)
    bow = 0.10 * along * np.sin(TURN * (along * 1.2 - phase)) * high * tall
    bands = part.spec["cloth"]
    for band, colour in enumerate(bands):
        above, under = (high * tall * (band + more) / len(bands) for more in (0, 1))
        x = along * wide * tall
        corners = np.concatenate([np.stack([x, above + bow], 1), np.stack([x, under + bow], 1)[::-1]])
        paper.cut(corners.astype(np.float32), part.inks.face(colour, part.spot.parallax, 0.95))
    return cut_of(paper.sheet(), 0.0, high * tall * 0.15 * part.spot.ratio, part.spot.ratio)


_KINDS: dict[str, Kind] = {
    "bob": _bob,
    "rock": _rock,
    "pass": _pass,
    "sail": _pass,
    "hover": _hover,
    "bounce": _bounce,
    "swing": _swing,
    "turn": _turn,
    "gears": _gears,
    "wave": _wave,
}
