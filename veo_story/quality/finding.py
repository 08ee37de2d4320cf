"""What is wrong with a film, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from veo_story.errors import Severity
from veo_story.storyboard.model import FPS

__all__ = ["Finding", "Severity", "in_order", "timecode"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: frames ``start`` to ``end`` (exclusive) of the film, in the scene ``scene_id``.

    ``code`` is stable. ``measured`` stands against ``limit``, both in ``unit``; ``fix`` says what to do.
    ``seam``: it is where the film goes from one scene to the next, so both sides are worth a look.
    """

    code: str
    severity: Severity
    scene_id: str
    start: int
    end: int
    message: str
    fix: str
    measured: float | None = None
    limit: float | None = None
    unit: str = ""
    seam: bool = False

    def data(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "scene": self.scene_id,
            "start_frame": self.start,
            "end_frame": self.end,
            "at": timecode(self.start),
            "message": self.message,
            "fix": self.fix,
            "measured": None if self.measured is None else round(float(self.measured), 3),
            "limit": self.limit,
            "unit": self.unit,
            "seam": self.seam,
        }


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """The worst first, those of one severity as the film shows them."""
    return tuple(sorted(findings, key=lambda found: (_RANK[found.severity], found.start, found.code)))


def timecode(frame: int) -> str:
    """A frame as minutes, seconds and frames: ``1:07:13``."""
    seconds, frames = divmod(frame, FPS)
    return f"{seconds // 60}:{seconds % 60:02}:{frames:02}"
