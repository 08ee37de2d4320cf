"""The sound of a film: from the cut list and the author's wishes to what sounds when. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of narration as a file: ``samples`` of it (48 kHz) are heard from the film's sample ``at`` on."""

    line_id: str
    file: Path
    at: int
    samples: int
