"""Figures as elements of a world: painted once for every pose and size they are seen in, laid a frame."""

from __future__ import annotations

import math
from collections import OrderedDict
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.figures.body import body_shapes
from veo_story.backends.local.figures.creatures import creature_shapes
from veo_story.backends.local.figures.crowd import crowd_element
from veo_story.backends.local.figures.cutting import Mat, Patch, cut
from veo_story.backends.local.figures.frame import frame_of
from veo_story.backends.local.figures.head import head_shapes
from veo_story.backends.local.figures.laying import lay_patch
from veo_story.backends.local.figures.skull import HeadPose
from veo_story.backends.local.world.inks import Inks
from veo_story.backends.local.world.paint import lay
from veo_story.backends.local.world.sheets import make_sheet
from veo_story.backends.local.world.tint import mix

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from veo_story.backends.local.figures.acting import Moment, Part
    from veo_story.backends.local.figures.cutting import Ink, Shape
    from veo_story.backends.local.figures.pose import Pose
    from veo_story.backends.local.figures.staging import Acting
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.palette import Palette
    from veo_story.backends.local.world.sheets import Canvas, Element, Eye, Placing, Sheet, Yuv

_FINEST, _COARSEST = 0.945, 1.06
"""Zooms between these no patch is laid with: close to 1 it could not lie between two pixels."""
_RESONANCE = 0.06
"""So close to 3 / 2, 2, 5 / 2 and on it could only lie at a few places either."""
_STEPS = 4
"""How many sizes patches are painted in from one to twice its size."""
_BODY, _HEAD = (1.5, 1), (3.6, -1)
"""The finest patches of a body and of a head, in picture heights a figure, and what to take if that is too
near: a face has more in it than a coat."""
_CROP = 0.15
"""Steps, in heights of a figure, in which what is below the picture is left out."""
_SHIFT = 1.6
"""By how many of its pixels a drawn limb or a face may jump from one drawn position to the next."""
_LIFT = 0.17
"""How much of its own colour paper keeps in the dark: the cast is to be told apart at night."""
_KEPT = 56_000_000
"""Bytes of painted sheets that one figure keeps."""


def cast_elements(
    acting: Acting, canvas: Canvas, palette: Palette, size_hint: float = 1.0, *, lit: float = 0.0
) -> tuple[Element, ...]:
    """The figures of a scene, one element each, and the crowd if there is one.

    ``size_hint`` limits how finely they are painted (1: as fine as they are seen). ``lit`` is how much of the
    light comes from lamps of the place's own, 0..1.
    """
    inks = Inks(palette, lit)
    figures: list[Element] = [
        Figure(part, acting.stage.foot, canvas, inks, 1.0 + 0.004 * number, size_hint)
        for number, part in enumerate(acting.parts.values())
    ]
    if acting.crowd:
        figures.insert(0, crowd_element(acting.stage, canvas, inks, acting.seed))
    return tuple(figures)


class Figure:
    """One of the cast; an :class:`~veo_story.backends.local.world.sheets.Element`."""

    moving = True

    def __init__(
        self, part: Part, foot: float, canvas: Canvas, inks: Inks, parallax: float, finest: float
    ) -> None:
        self.parallax = parallax
        self._part, self._canvas, self._finest = part, canvas, finest
        self._height = part.tall * canvas.height
        self._foot = foot * canvas.height
        self._side = inks.side
        self._ink = ink_of(inks)
        self._rim = (inks.side, 0.34 + 0.5 * inks.palette.dark, "#ffffff")
        self._shadow = _shadow(inks)
        self._kept: OrderedDict[Hashable, Patch] = OrderedDict()
        self._bytes = 0
        self._mats: list[Mat] = []
        self._lock = Lock()

    def covered(self, eye: Eye) -> int:
        """Nothing: there is room beside it."""
        return eye.canvas.height

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        moment = self._part.at(frame)
        placing = eye.placing(self.parallax)
        if moment is None or placing is None:
            return
        middle = self._canvas.width / 2 + moment.x * self._canvas.height
        if not self._in_sight(placing, middle, into[0].shape[1]):
            return
        if moment.sunk:
            edge = self._foot * placing.scale + placing.top
            below = min(below, max(0, int(edge / 2) * 2))
        else:
            self._lay_shadow(into, placing, middle, below)
        self._lay(moment, into, placing, middle, below)

    def _in_sight(self, placing: Placing, middle: float, width: int) -> bool:
        place, reach = middle * placing.scale + placing.left, self._height * placing.scale * 0.7
        return place + reach > 0 and place - reach < width

    def _lay(self, moment: Moment, into: Planes, placing: Placing, middle: float, below: int) -> None:
        height = self._height * (1 + moment.breath)
        row = self._foot + moment.sunk * self._height * 1.15 - moment.bob * height
        seen = self._height * placing.scale
        with self._mat() as mat:
            if self._part.look.kind != "person":
                patch = self._creature(moment, self._scale(seen, *_HEAD), mat)
                lay_patch(patch, into, placing, (middle, row), height, below, mat)
                return
            hidden = (row - (into[0].shape[0] - placing.top) / placing.scale) / height
            body, neck = self._body(moment, self._scale(seen, *_BODY), _floor(hidden), mat)
            lay_patch(body, into, placing, (middle, row), height, below, mat)
            head = self._head(moment.head, self._scale(seen, *_HEAD), mat)
            pivot = (middle + neck[0] * height, row - (neck[1] - moment.dip) * height)
            lay_patch(head, into, placing, pivot, height, below, mat)

    @contextmanager
    def _mat(self) -> Iterator[Mat]:
        """A mat for one thread."""
        with self._lock:
            mat = self._mats.pop() if self._mats else Mat()
        yield mat
        with self._lock:
            self._mats.append(mat)

    def _scale(self, seen: float, limit: float, near: int) -> float:
        """Pixels a height in the patches: a little finer than seen, or clearly coarser at the limit.

        ``near`` is how many steps coarser they are painted when the limit is too near to what is seen.
        """
        most = max(48.0, limit * self._canvas.height * self._finest)
        steps = math.floor(_STEPS * math.log2(most * _FINEST / seen))
        if steps < 0:
            zoom = seen / most
            steps = near if zoom < _COARSEST else -1 if _is_resonant(zoom) else 0
        return float(most * 2 ** (-steps / _STEPS))

    def _body(
        self, moment: Moment, scale: float, floor: float, mat: Mat
    ) -> tuple[Patch, tuple[float, float]]:
        pose = _stepped_pose(moment.pose, scale)
        neck = frame_of(self._part.look, pose).at("neck")
        patch = self._drawn(
            ("body", pose, moment.holds, scale, floor),
            lambda: body_shapes(self._part.look, pose, moment.holds, self._side)[0],
            scale,
            mat,
            floor,
        )
        return patch, neck

    def _head(self, head: HeadPose, scale: float, mat: Mat) -> Patch:
        pose = _stepped_head(head, scale * self._part.look.head / 2)
        return self._drawn(
            ("head", pose, scale), lambda: head_shapes(self._part.look, pose, self._side), scale, mat
        )

    def _creature(self, moment: Moment, scale: float, mat: Mat) -> Patch:
        gait = round(moment.gait * 24) / 24
        head = HeadPose(
            yaw=1.0 if moment.pose.yaw >= 0 else -1.0,
            pitch=round(moment.head.pitch / 6) * 6.0,
            mouth=moment.head.mouth,
            lids=moment.head.lids,
        )
        lies = moment.pose.seat > 0.5 and not gait
        return self._drawn(
            ("creature", gait, head, lies, scale),
            lambda: creature_shapes(self._part.look, head, gait, self._side, lies=lies),
            scale,
            mat,
        )

    def _drawn(
        self, key: Hashable, shapes: Callable[[], list[Shape]], scale: float, mat: Mat, floor: float = -np.inf
    ) -> Patch:
        """The patch of a part, from the store or painted now."""
        with self._lock:
            patch = self._kept.get(key)
            if patch is not None:
                self._kept.move_to_end(key)
                return patch
        patch = cut(shapes(), scale, self._ink, self._rim, floor, mat)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = patch
                self._bytes += patch.cost
            while self._bytes > _KEPT and len(self._kept) > 4:
                self._bytes -= self._kept.popitem(last=False)[1].cost
        return patch

    def _lay_shadow(self, into: Planes, placing: Placing, middle: float, below: int) -> None:
        wide = 0.36 * self._height
        rows, columns = (length - self._shadow.spare for length in self._shadow.y.shape)
        ratio = columns / wide
        top = self._foot - rows / ratio * 0.5
        lay(self._shadow, into, placing, middle - wide / 2, top, ratio=ratio, below=below)


def _is_resonant(zoom: float) -> bool:
    """Whether a patch enlarged so could lie at a few places between two pixels of the screen only."""
    return abs(2 * zoom - round(2 * zoom)) < _RESONANCE


def _floor(hidden: float) -> float:
    """Below which height nothing is drawn when the picture ends ``hidden`` heights above the feet."""
    steps = np.floor((hidden - 0.05) / _CROP)
    return float(steps * _CROP) if steps > 0 else float(-np.inf)


def ink_of(inks: Inks) -> Ink:
    """Colours in the light of a place, remembered."""
    lift = _LIFT * inks.palette.dark * (1 - inks.lit)

    def ink(colour: str, light: float) -> Yuv:
        return mix(inks.face(colour, 1.0, _share(light)), inks.shine(colour), lift)

    return lru_cache(maxsize=512)(ink)


def _share(light: float) -> float:
    """How much of the key light a part turned away gets: paper never falls into full shadow."""
    return light if light > 1 else max(0.0, 1 - (1 - light) * 1.9)


def _step(scale: float, reach: float, finest: float, coarsest: float) -> float:
    """Degrees between drawn positions of a part that is ``reach`` heights long."""
    return float(min(coarsest, max(finest, np.degrees(_SHIFT / max(1.0, scale * reach)))))


def _stepped_pose(pose: Pose, scale: float) -> Pose:
    step = _step(scale, 0.3, 1.25, 4.0)
    angles = [round(value / step) * step for value in pose[:16]]
    return type(pose)._make((*angles, 0.0, 0.0, 0.0, float(pose.seat > 0.5)))


def _stepped_head(head: HeadPose, half: float) -> HeadPose:
    step = _step(half, 1.0, 0.75, 6.0)
    yaw, pitch, roll = (round(angle / step) * step for angle in (head.yaw, head.pitch, head.roll))
    return HeadPose(yaw, pitch, roll, head.mouth, head.lids, round(head.smile * 5) / 5)


def _shadow(inks: Inks) -> Sheet:
    """A soft dark oval on the ground."""
    rows, columns = 24, 96
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    far = np.hypot((x - columns / 2 + 0.5) / (columns / 2), (y - rows / 2 + 0.5) / (rows / 2))
    cover = np.clip(1 - far, 0, 1) ** 1.2 * (0.5 - 0.2 * inks.palette.dark)
    luma, u, v = inks.palette.shadow
    return make_sheet(cover.astype(np.float32), np.full_like(cover, luma), (u, v)).spared()
