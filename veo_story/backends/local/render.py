"""Render one order to a file: what was decided is drawn, written on and encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np

from veo_story.backends.local.direction import Direction, direct, end_state
from veo_story.backends.local.drawing import card_of, picture_of, still_of, writing_on
from veo_story.backends.local.joined import Part, comment_of, join, parts_of
from veo_story.backends.local.state import ChainState, read_state, state_of, write_state
from veo_story.backends.local.window import Scratch, split_planes
from veo_story.backends.local.writer import Clip, Silence, write_clip
from veo_story.errors import MediaError
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.backends.local.order import RenderOrder
    from veo_story.backends.local.stills.pictures import Picture
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.writing.overlay import Overlay

__all__ = ["end_state", "frame_of", "render"]


def render(
    order: RenderOrder,
    progress: Callable[[float], None] = lambda share: None,
    told: Callable[[str], None] = lambda state: None,
) -> None:
    """Make the clip of ``order`` at ``order.into``.

    ``progress`` gets the share that is done; ``told``, before anything is drawn, the state that the clip's
    chain will be in (see :func:`~veo_story.backends.local.state.write_state`).
    Raises :class:`MediaError` naming the file when an image or clip cannot be used.
    """
    match order.mode:
        case Mode.IMPORT:
            from veo_story.backends.local.conform import conform

            conform(order)
        case Mode.SLATE:
            _write_plain(order, card_of(order), progress)
        case Mode.STILL:
            _write_plain(order, still_of(order), progress)
        case Mode.OPEN | Mode.ANIMATE | Mode.INTERPOLATE | Mode.EXTEND:
            direction = direct(order, _before(order))
            told(write_state(direction.end))
            _write_chained(order, direction, progress)
        case _:
            assert_never(order.mode)


def frame_of(order: RenderOrder, frame: int) -> Planes:
    """The planes of one frame of what :func:`render` would write, counted from the clip's first.

    Not for ``import``. Raises as :func:`render`.
    """
    width, height = order.size
    into = split_planes(np.empty((height * 3 // 2, width), np.uint8))
    scratch = Scratch(width, height)
    if order.mode in (Mode.SLATE, Mode.STILL):
        picture = card_of(order) if order.mode is Mode.SLATE else still_of(order)
        _drawing(picture, writing_on(order, None), 0)(frame, into, scratch)
        return into
    direction = direct(order, _before(order))
    picture = picture_of(order, direction)
    _drawing(picture, writing_on(order, direction), direction.first)(frame, into, scratch)
    return into


def _before(order: RenderOrder) -> ChainState | None:
    """What an extension goes on from: what its order says, else what its parent's clip says."""
    if order.before is not None:
        try:
            return state_of(order.before)
        except ValueError as error:
            raise MediaError(
                f"scene {order.scene_id}: how its chain goes on cannot be read: {error}",
                hint="render the scene before it again",
            ) from error
    if order.mode is not Mode.EXTEND or not order.lineage:
        return None
    return read_state(comment_of(order.lineage[-1]), order.lineage[-1])


def _write_plain(order: RenderOrder, picture: Picture, progress: Callable[[float], None]) -> None:
    """A clip that stands alone: silent, nothing written on it but the frame number."""
    drawing = _drawing(picture, writing_on(order, None), 0)
    write_clip(Clip(order.size, order.frames, 0, drawing, Silence()), order.into, progress)


def _write_chained(order: RenderOrder, direction: Direction, progress: Callable[[float], None]) -> None:
    """A clip of a chain, with its state in it; whole chains get the clips before in front."""
    combined = order.returns == "combined" and direction.first > 0
    into = order.into.with_suffix(".tail.mp4") if combined else order.into
    drawing = _drawing(picture_of(order, direction), writing_on(order, direction), direction.first)
    comment = write_state(direction.end)
    write_clip(
        Clip(order.size, order.frames, direction.first, drawing, direction.track, comment), into, progress
    )
    if combined:
        parts = [*parts_of(order.lineage), Part(into, direction.first, direction.end.next)]
        join(parts, order.into, write_state(direction.end.whole()))
        into.unlink()


def _drawing(picture: Picture, overlay: Overlay, first: int) -> Callable[[int, Planes, Scratch], None]:
    def draw(frame: int, into: Planes, scratch: Scratch) -> None:
        picture.draw(frame, first + frame, into, scratch)
        overlay.lay(into, frame, first + frame)

    return draw
