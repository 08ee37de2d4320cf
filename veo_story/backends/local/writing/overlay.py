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
from veo_story.backends.local.writing.corners import Corners
from veo_story.backends.local.writing.layout import Layout
from veo_story.backends.local.writing.marks import safe_plates
from veo_story.lettering.plates import STEPS
from veo_story.lettering.shaping import language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from veo_story.backends.local.script import Script
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.writing.slate import Slate
    from veo_story.lettering.plates import Plate, Yuv

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
        words = [script.action, *(line.name + line.text for line in script.lines)]
        layout = Layout(*size, language_of(" ".join(words)))
        self._frames, self._parts = frames, parts
        # Short clips keep their writing for half of their time.
        self._quiet_end = min(_QUIET_END, frames // 4)
        corners = Corners(layout, parts, slate, swatches)
        self._timecode, self._arrow = corners.timecode, corners.arrow
        self._still = [*(safe_plates(layout) if "safe" in parts else ()), *corners.plates]
        self._label = label if "arrow" in parts else None
        until_s = (frames - 1 - self._quiet_end - _FADE) / RATE
        self._action = Action(script.beats if "action" in parts else (), layout, until_s)
        floor = layout.height - layout.edge_y
        lines = script.lines if "captions" in parts else ()
        above = floor - self._action.height - layout.gap if self._action.height else floor
        self._captions = Captions(lines, layout, above, colours or {})
        # Where both do not fit below one another, the action leaves while somebody speaks.
        self._gives_way = self._captions.top < max(corners.bottom, layout.height // 2)
        if self._gives_way:
            self._captions = Captions(lines, layout, floor, colours or {})

    def shown(self, frame: int) -> Iterator[tuple[Plate, int]]:
        """What stands at the clip's frame ``frame`` and how many of :data:`~.plates.STEPS` of it are visible.

        Later ones lie over earlier ones. The timecode and the frame's number come on top.
        """
        said = list(self._captions.shown(frame))
        if step := self._step(frame):
            yield from ((plate, step) for plate in self._still)
            hidden = max((share for _, share in said), default=0) if self._gives_way else 0
            yield from self._action.shown(frame, max(0, step - hidden))
            if self._label is not None:
                yield from ((plate, step) for plate in self._arrow.shown(self._label(frame)))
        yield from said

    @property
    def timecode_box(self) -> tuple[int, int, int, int] | None:
        """The first column and row of the timecode, and those behind it; None when it is switched off."""
        if self._timecode is None:
            return None
        plate = self._timecode.plate
        return plate.x, plate.y, plate.x + plate.width, plate.y + plate.height

    def lay(self, into: Planes, frame: int, number: int) -> None:
        """Write on the clip's frame ``frame``, which is frame ``number`` of its chain."""
        for plate, step in self.shown(frame):
            if step:
                plate.at_step(step).lay(into)
        if self._timecode is not None:
            self._timecode.lay(into, number)
        if "code" in self._parts:
            write_frame_code(*into, number)

    def _step(self, frame: int) -> int:
        inner = min(frame - _QUIET, self._frames - 1 - frame - self._quiet_end)
        return max(0, min(STEPS, inner * STEPS // _FADE))
