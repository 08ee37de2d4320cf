"""What the engine wants to know of media files, as values that tests can exchange."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Probed(Protocol):
    """A probe as far as the engine reads it; the rest goes into ``probe.json`` as it is."""

    @property
    def frames(self) -> int:
        """Frames of the picture."""
        ...


class Repeated(Protocol):
    """Where a clip's own footage starts, and whether what lies before is as good as its parent."""

    @property
    def join_frame(self) -> int:
        """The first frame that does not repeat the parent."""
        ...

    @property
    def faithful(self) -> bool:
        """Whether the repeat may serve for the parent in the film."""
        ...


# The real ones are imported when they are first needed: a run that keeps everything decodes nothing.
def _probe(clip: Path) -> Probed:
    from veo_story.media.probe import probe

    return probe(clip)


def _find_repeat(parent: Path, start: int, end: int, child: Path, expected: int) -> Repeated:
    from veo_story.media.align import find_repeat

    return find_repeat(parent, start, end, child, expected)


def _usable_last_frame(clip: Path, start: int, end: int) -> int:
    from veo_story.media.frames import usable_last_frame

    return usable_last_frame(clip, start, end)


def _write_png(clip: Path, frame: int, into: Path) -> Path:
    from veo_story.media.frames import write_png

    return write_png(clip, frame, into)


@dataclass(frozen=True, slots=True)
class MediaTools:
    """The four looks at media files, called in a thread. Frames count in the clip; ends are exclusive.

    ``probe(clip)``, ``find_repeat(parent, start, end, child, expected)``, ``usable_last_frame(clip, start,
    end)`` and ``write_png(clip, frame, into)`` are those of :mod:`veo_story.media` and raise MediaError.
    """

    probe: Callable[[Path], Probed] = _probe
    find_repeat: Callable[[Path, int, int, Path, int], Repeated] = _find_repeat
    usable_last_frame: Callable[[Path, int, int], int] = _usable_last_frame
    write_png: Callable[[Path, int, Path], Path] = _write_png
