"""Every file that a film can be handed over as: a line each."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from veo_story.export.hand_over import HandOver


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its file's ``suffix``, ``what`` it is, and the ``module`` that has ``write_<suffix>``.

    The module may have ``lost_in_<suffix>`` as well. Modules are loaded when they are needed.
    """

    suffix: str
    what: str
    module: str

    def write(self, given: HandOver, beside: Path) -> bytes:
        """The bytes of a file that will lie in the folder ``beside``; the same for the same film."""
        written: Callable[[HandOver, Path], bytes] = getattr(self._module(), f"write_{self.suffix}")
        return written(given, beside)

    def lost(self, given: HandOver) -> tuple[str, ...]:
        """What of this film the file does not hold, in words."""
        told: Callable[[HandOver], tuple[str, ...]] | None
        told = getattr(self._module(), f"lost_in_{self.suffix}", None)
        return () if told is None else told(given)

    def _module(self) -> object:
        return import_module(f"veo_story.export.{self.module}")


FORMATS: Mapping[str, Format] = {
    "otio": Format("otio", "OpenTimelineIO: opens in editing programs, and comes back", "otio"),
    "edl": Format("edl", "CMX 3600 edit decision list", "edl"),
    "fcpxml": Format("fcpxml", "Final Cut Pro XML", "fcpxml"),
    "srt": Format("srt", "subtitles", "captioned"),
    "vtt": Format("vtt", "subtitles for browsers", "captioned"),
    "csv": Format("csv", "shot list for spreadsheets", "shotlist"),
    "html": Format("html", "shot list to be printed", "shotlist"),
}
"""By name, which is also the suffix of its file."""
