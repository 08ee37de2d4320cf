"""What is wrong with a film, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from veo_story.errors import Severity
from veo_story.storyboard.model import FPS

__all__ = ["Against", "Finding", "Place", "Severity", "in_order", "timecode"]


@dataclass(frozen=True, slots=True)
class Place:
    """Frames ``start`` to ``end`` (exclusive) of the film, in the scene ``scene_id`` (empty: all of it).

    ``seam``: it is where the film goes from one scene to the next.
    """

    scene_id: str
    start: int
    end: int
    seam: bool = False


@dataclass(frozen=True, slots=True)
class Against:
    """What was ``measured``, against the ``limit`` that it passes."""

    measured: float
    limit: float
    unit: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a film. ``code`` is stable; ``fix`` says what to do."""

    code: str
    severity: Severity
    place: Place
    message: str
    fix: str
    against: Against | None = None

    def data(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "scene": self.place.scene_id or None,
            "start_frame": self.place.start,
            "end_frame": self.place.end,
            "at": timecode(self.place.start),
            "seam": self.place.seam,
            "message": self.message,
            "fix": self.fix,
            "measured": None if self.against is None else round(self.against.measured, 3),
            "limit": None if self.against is None else self.against.limit,
            "unit": None if self.against is None else self.against.unit,
        }


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """The worst first, those of one severity as the film shows them."""
    return tuple(sorted(findings, key=lambda found: (_RANK[found.severity], found.place.start, found.code)))


def timecode(frame: int) -> str:
    """A frame as minutes, seconds and frames: ``1:07:13``."""
    seconds, frames = divmod(frame, FPS)
    return f"{seconds // 60}:{seconds % 60:02}:{frames:02}"
