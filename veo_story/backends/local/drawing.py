"""From a direction to pictures: worlds are painted, stills opened, the writing is set."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.direction import Crossing, DrawnShow
from veo_story.backends.local.figures.elements import cast_elements
from veo_story.backends.local.script import Beat, Script
from veo_story.backends.local.stills.images import covering, pack, swatch, unpack
from veo_story.backends.local.stills.kenburns import KenBurns
from veo_story.backends.local.stills.pictures import Animated, Fixed, Interpolated
from veo_story.backends.local.world.finish import finish_of
from veo_story.backends.local.world.palette import palette_of
from veo_story.backends.local.world.places import build_place, inks_of
from veo_story.backends.local.world.props import prop_elements
from veo_story.backends.local.world.sheets import Canvas
from veo_story.backends.local.world.sky import sky_elements
from veo_story.backends.local.world.staging import stage_of
from veo_story.backends.local.world.strips import merged
from veo_story.backends.local.world.weather import OUTSIDE, weather_elements
from veo_story.backends.local.world.world import World
from veo_story.backends.local.writing.cards import card_picture
from veo_story.backends.local.writing.overlay import PARTS, Overlay
from veo_story.backends.local.writing.slate import Slate
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from veo_story.backends.local.direction import Direction, StillShow
    from veo_story.backends.local.lexicon.setting import Setting
    from veo_story.backends.local.order import RenderOrder
    from veo_story.backends.local.stills.pictures import Picture
    from veo_story.backends.local.window import Planes, Scratch
    from veo_story.backends.local.world.sheets import Element, Eye
    from veo_story.backends.local.world.stage import Stage

_LAMP = 0.86
"""How far up a lighthouse its lamp is."""
_CALM = 1.2
"""Pixels of a picture 720 high that a calm camera goes at most in a frame."""
_FAR = 0.05
"""The parallax at which a camera that turns is looked at."""
_SWATCH = 7
"""A pinned picture is so many times smaller than the short side of the film's."""


class Drawn:
    """The world along the camera's path; a :class:`~veo_story.backends.local.stills.pictures.Picture`.

    Drawn on twos, as animators do: while the camera hardly moves, a picture stands for two frames. That is
    half the work, and half of what has to be encoded. A faster camera gets every frame.
    """

    def __init__(self, world: World, canvas: Canvas, show: DrawnShow) -> None:
        self._world, self._canvas, self._show = world, canvas, show
        self._finish = finish_of(show.setting, canvas)

    def draw(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        """Draw the clip's frame ``frame``, which is frame ``number`` of its chain, into the planes."""
        if number % 2 and frame and self._is_calm(frame, number):
            frame, number = frame - 1, number - 1
        wanted = (id(self), number)
        if scratch.held == wanted:
            _copy(scratch.planes, into)
            return
        self._paint(frame, number, into, scratch)
        scratch.held = None
        if not number % 2:
            _copy(into, scratch.planes)
            scratch.held = wanted

    def _paint(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        eye = self._eye(frame, number)
        self._world.draw(eye, number, into, scratch, resting=eye == self._eye(frame - 1, number - 1))
        self._show.lights.lay(into, number)
        self._finish.lay(into, number)

    def _eye(self, frame: int, number: int) -> Eye:
        return self._show.path.at(frame).eye(self._canvas, number)

    def _is_calm(self, frame: int, number: int) -> bool:
        """Whether the camera hardly moves from the frame before to this one."""
        before, after = self._eye(frame - 1, number - 1), self._eye(frame, number)
        most = _CALM * min(self._canvas.width, self._canvas.height) / 720
        depths = (_FAR, self._world.nearest)
        return before == after or all(_shift(before, after, parallax) < most for parallax in depths)


class Crossed:
    """One drawn world that becomes another; a :class:`~veo_story.backends.local.stills.pictures.Picture`."""

    def __init__(self, old: Drawn, new: Drawn, crossing: Crossing) -> None:
        self._old, self._new, self._crossing = old, new, crossing

    def draw(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        """Draw the clip's frame ``frame``, which is frame ``number`` of its chain, into the planes."""
        share = self._crossing.share(frame)
        if share < 1:
            self._old.draw(frame, number, into, scratch)
        if share == 1:
            self._new.draw(frame, number, into, scratch)
        elif share > 0:
            other = tuple(np.empty_like(plane) for plane in into)
            # What one world keeps is not for the other.
            self._new.draw(frame, number, (other[0], other[1], other[2]), scratch.beside)
            for plane, more in zip(into, other, strict=True):
                cv2.addWeighted(plane, 1 - share, more, share, 0, plane)


def _shift(before: Eye, after: Eye, parallax: float) -> float:
    """How far, in pixels, the picture's corners go in a plane between two eyes."""
    one, two = before.placing(parallax), after.placing(parallax)
    if one is None or two is None:
        return 0.0
    zoom = two.scale / one.scale
    width, height = after.canvas.width, after.canvas.height
    across = (two.left - one.left * zoom, two.left + (width - one.left) * zoom - width)
    down = (two.top - one.top * zoom, two.top + (height - one.top) * zoom - height)
    return max(map(abs, (*across, *down)))


def _copy(source: Planes, into: Planes) -> None:
    for own, plane in zip(source, into, strict=True):
        np.copyto(plane, own)


def picture_of(order: RenderOrder, direction: Direction) -> Picture:
    """What the clip of a chain shows. Raises MediaError when a picture of the author's cannot be used."""
    show, canvas = direction.show, Canvas(*order.size)
    if isinstance(show, Crossing):
        old, new = (_drawn(one, direction.seed, canvas) for one in (show.old, show.new))
        return Crossed(old, new, show)
    return (
        _drawn(show, direction.seed, canvas)
        if isinstance(show, DrawnShow)
        else _moved(order, direction, show)
    )


def _drawn(show: DrawnShow, seed: int, canvas: Canvas) -> Drawn:
    palette = palette_of(show.setting)
    cast = cast_elements(show.acting, canvas, palette, lit=inks_of(show.setting, palette).lit)
    every = (*_set(show.setting, seed, canvas), *cast)
    world = World(canvas, every, glass=OUTSIDE[-1]) if show.acting.stage.indoors else World(canvas, every)
    return Drawn(world, canvas, show)


def still_of(order: RenderOrder) -> Picture:
    """An author's image as the scene wants it moved. Raises MediaError when it cannot be used."""
    image = unpack(pack(covering(order.need("image"), order.size)))
    zoom, towards = float(order.hints.get("zoom", "1")), order.hints.get("towards", "center")
    return KenBurns(image, zoom, towards, order.frames)


def card_of(order: RenderOrder) -> Picture:
    """The title card of a slate."""
    title = order.hints.get("card", order.prompt)
    return Fixed(card_picture(order.size, title, order.hints.get("subtitle", "")))


def writing_on(order: RenderOrder, direction: Direction | None) -> Overlay:
    """The overlay of a clip: all that the order asks for on a chain's, the frame's number alone on others."""
    parts = PARTS if order.overlay is None else frozenset(order.overlay)
    if direction is None:
        nothing = Script(order.frames / FPS, beats=(Beat(0.0, order.frames / FPS),))
        return Overlay(order.size, order.frames, nothing, parts=parts & {"code"})
    rows = max(16, min(order.size) // _SWATCH // 2 * 2)
    show = direction.show
    return Overlay(
        order.size,
        order.frames,
        direction.script,
        slate=Slate(order.scene_id, order.take, str(order.mode), order.frames / FPS),
        label=show.path.label_at if isinstance(show, DrawnShow | Crossing) else None,
        swatches=[swatch(path, rows) for path in order.references[:3]] if "swatches" in parts else (),
        parts=parts,
    )


def _moved(order: RenderOrder, direction: Direction, show: StillShow) -> Picture:
    # As they are: the film's look is for what is drawn.
    first = unpack(show.image)
    if show.last is not None:
        return Interpolated(first, unpack(show.last), order.frames, direction.script)
    return Animated(first, direction.script, show.before, order.frames)


def _beacon(stage: Stage) -> tuple[float, float] | None:
    """Where the lamp of a lighthouse is, from the picture's middle and top in picture heights."""
    tower = stage.things.get("lighthouse")
    return None if tower is None else (tower.x, tower.foot - _LAMP * tower.tall)


@lru_cache(maxsize=2)
def _set(setting: Setting, seed: int, canvas: Canvas) -> tuple[Element, ...]:
    """All that stands there whoever plays in it. A worker mostly goes on with a place it has just painted."""
    palette = palette_of(setting)
    stage = stage_of(setting, canvas.width / canvas.height)
    elements = (
        *sky_elements(setting, canvas, palette, seed, stage.horizon),
        *build_place(setting, canvas, palette, seed),
        *prop_elements(setting, stage, canvas, palette, seed),
        *weather_elements(setting, canvas, palette, seed, stage.indoors, beacon=_beacon(stage)),
    )
    return tuple(merged(sorted(elements, key=lambda element: element.parallax)))
