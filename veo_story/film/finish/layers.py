"""What is laid over a scene's frames: plates with their times, and laying them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from av import VideoFrame

from veo_story.media.blend import planes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from veo_story.lettering.plates import Plate


Box = tuple[int, int, int, int]
"""Left, top, right (exclusive) and bottom (exclusive), in pixels of the frame."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A plate over frames ``start`` to ``end`` (exclusive), fading in and out over ``fade`` frames.

    ``box`` is where more than shadow stands: what comes after keeps away from there.
    """

    plate: Plate
    start: int
    end: int
    fade: int
    box: Box

    def share(self, frame: int) -> float:
        """How much of it is seen: 0 outside of its time, 1 between its fades."""
        if not self.start <= frame < self.end:
            return 0.0
        age = min(frame - self.start, self.end - 1 - frame) + 1
        way = min(age / (self.fade + 1), 1.0)
        # Slow at both ends, as an eye expects of something that comes and goes.
        return way * way * (3 - 2 * way)


def overlaid(frames: Iterable[VideoFrame], layers: Sequence[Layer]) -> Iterator[VideoFrame]:
    """The frames with their layers. One without any is passed on as it is."""
    for number, frame in enumerate(frames):
        seen = [(layer, share) for layer in layers if (share := layer.share(number)) > 0]
        if not seen:
            yield frame
            continue
        drawn = VideoFrame.from_numpy_buffer(frame.to_ndarray(format="yuv420p"), "yuv420p")
        planes = planes_of(drawn)
        for layer, share in seen:
            layer.plate.faded(share).lay(planes)
        yield drawn
