"""All that is written over a clip. Only the timecode and the frame's number stand on every frame.

Captions stand while their line is said. The rest fades in after a clip's first frames and out before its
last second, so that a seam shows nothing of it, an animation starts on its image untouched, and the
sharpest of the last frames is that of the picture, not of the writing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.backends.local.framecode import write_frame_code
from veo_story.backends.local.writing.action import RATE, Action
from veo_story.backends.local.writing.captions import Captions
from veo_story.backends.local.writing.layout import Layout
from veo_story.backends.local.writing.marks import safe_panes, swatch_panes
from veo_story.backends.local.writing.plates import STEPS, Pane
from veo_story.backends.local.writing.slate import Arrow, Slate, Timecode, mark_pane, slate_pane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from veo_story.backends.local.script import Script
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.writing.plates import Yuv

PARTS = frozenset(("slate", "action", "arrow", "captions", "safe", "mark", "swatches", "timecode", "code"))
"""All that can be switched on."""

_QUIET, _QUIET_END, _FADE = 6, 24, 8


class Overlay:
    """The writing on one clip of ``frames`` frames.

    ``label`` tells what the camera does at a frame of the clip (empty: nothing to say). ``swatches`` are
    small pictures with even edges. ``colours`` gives speakers' names a colour, by id or name.
    """

    def __init__(
        self,
        size: tuple[int, int],
        frames: int,
        script: Script,
        *,
        slate: Slate | None = None,
        label: Callable[[int], str] | None = None,
        swatches: Sequence[Planes] = (),
        colours: Mapping[str, Yuv] | None = None,
        parts: frozenset[str] = PARTS,
    ) -> None:
        layout = Layout(*size)
        self._frames, self._parts = frames, parts
        # Short clips keep their writing for half of their time.
        self._quiet_end = min(_QUIET_END, frames // 4)
        self._timecode = Timecode(layout) if "timecode" in parts else None
        self._still: list[Pane] = safe_panes(layout) if "safe" in parts else []
        self._still += _right_side(layout, self._timecode, swatches, parts)
        left = _slate(layout, self._timecode, slate) if slate and "slate" in parts else None
        self._still += [left] if left else []
        top = left.y + left.height + layout.gap if left else layout.edge_y
        self._label = label if "arrow" in parts else None
        self._arrow = Arrow(layout, layout.edge_x, top)
        self._action = Action(
            script.beats if "action" in parts else (), layout, (frames - 1 - self._quiet_end) / RATE
        )
        bottom = layout.height - layout.edge_y - self._action.height
        bottom -= layout.gap if self._action.height else layout.height // 50 * 2
        self._captions = Captions(script.lines if "captions" in parts else (), layout, bottom, colours or {})

    def shown(self, frame: int) -> Iterator[tuple[Pane, int]]:
        """What stands at the clip's frame ``frame`` and how many of :data:`~.plates.STEPS` of it are visible.

        Later ones lie over earlier ones. The timecode and the frame's number come on top.
        """
        if step := self._step(frame):
            yield from ((pane, step) for pane in self._still)
            yield from self._action.shown(frame, step)
            if self._label is not None:
                yield from ((pane, step) for pane in self._arrow.shown(self._label(frame)))
        yield from self._captions.shown(frame)

    def lay(self, into: Planes, frame: int, number: int) -> None:
        """Write on the clip's frame ``frame``, which is frame ``number`` of its chain."""
        for pane, step in self.shown(frame):
            if step:
                pane.at_step(step).lay(into)
        if self._timecode is not None:
            self._timecode.lay(into, number)
        if "code" in self._parts:
            write_frame_code(*into, number)

    def _step(self, frame: int) -> int:
        inner = min(frame - _QUIET, self._frames - 1 - frame - self._quiet_end)
        return max(0, min(STEPS, inner * STEPS // _FADE))


def _slate(layout: Layout, timecode: Timecode | None, slate: Slate) -> Pane:
    taken = timecode.pane.width + layout.gap if timecode else 0
    return slate_pane(slate, layout, layout.room - taken)


def _right_side(
    layout: Layout, timecode: Timecode | None, swatches: Sequence[Planes], parts: frozenset[str]
) -> list[Pane]:
    """The mark and the pinned pictures, below the timecode."""
    top = timecode.pane.y + timecode.pane.height + layout.gap if timecode else layout.edge_y
    panes: list[Pane] = []
    if "mark" in parts:
        mark = mark_pane(layout)
        panes.append(mark.at(layout.width - layout.edge_x - mark.width, top))
        top += mark.height + layout.gap
    if "swatches" in parts:
        panes += swatch_panes(swatches, layout, top, layout.room // 2)
    return panes
