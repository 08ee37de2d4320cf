"""The quality report of a film: what was measured, what is wrong with it, and a verdict."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from veo_story.media.files import UNREADABLE
from veo_story.quality.finding import Finding, Severity
from veo_story.quality.judge import judge
from veo_story.quality.measure import measure_film
from veo_story.quality.planned import Planned, planned_of
from veo_story.quality.stretches import parts_by_sight

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.quality.figures import Measured

RECORD = "film.json"


@dataclass(frozen=True, slots=True)
class Report:
    """A film that was looked at. The parts of ``planned`` are guessed by sight where there is no record."""

    film: Path
    planned: Planned
    measured: Measured
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether there is neither an error nor a warning. Notes do not count."""
        return all(found.severity is Severity.NOTE for found in self.findings)

    @property
    def seconds(self) -> float:
        """Length of the film."""
        return self.measured.container.frames / float(self.measured.container.fps)

    @property
    def verdict(self) -> str:
        """What is wrong in a few words: ``2 errors, 1 warning``, or that nothing is."""
        counts = Counter(found.severity for found in self.findings)
        told = [_count(counts[kind], str(kind)) for kind in Severity if counts[kind]]
        return ", ".join(told) if told else "nothing to complain about"

    @property
    def looked_at(self) -> str:
        """What was looked at, and how loud it is: one line."""
        container, sound = self.measured.container, self.measured.sound
        wide, high = container.size
        seams = sum(part.continuous for part in self.planned.parts)
        scenes = _count(len(self.planned.parts), "scene" if self.planned.known else "shot")
        parts = [
            f"{self.seconds:.1f} s, {container.frames} frames, {wide}x{high}",
            scenes + (f", {_count(seams, 'seam')}" if seams else ""),
        ]
        if sound is None:
            parts.append("no sound")
        elif sound.loudness_lufs is None:
            parts.append("silent")
        else:
            peak = "" if sound.true_peak_dbtp is None else f", peaks {sound.true_peak_dbtp:.1f} dBTP"
            parts.append(f"{sound.loudness_lufs:.1f} LUFS{peak}")
        return "; ".join(parts)

    def data(self) -> dict[str, Any]:
        """The same for programs."""
        container, sound = self.measured.container, self.measured.sound
        return {
            "film": str(self.film),
            "title": self.planned.title,
            "clean": self.is_clean,
            "planned": self.planned.known,
            "frames": container.frames,
            "fps": float(container.fps),
            "width": container.size[0],
            "height": container.size[1],
            "loudness_lufs": None if sound is None else _rounded(sound.loudness_lufs),
            "true_peak_dbtp": None if sound is None else _rounded(sound.true_peak_dbtp),
            "target_lufs": self.planned.loudness_lufs,
            "scenes": [
                {"scene": p.scene_id, "start_frame": p.start, "end_frame": p.end, "continuous": p.continuous}
                for p in self.planned.parts
            ],
            "findings": [found.data() for found in self.findings],
        }


def report_on(film: Path, *, loudness_lufs: float | None = None) -> Report:
    """Look at a film: against its record where one lies beside it, else for itself alone.

    ``loudness_lufs`` is what its sound was to be brought to. Raises MediaError when it is not a readable
    video.
    """
    planned = read_planned(film, loudness_lufs)
    if planned is None:
        measured = measure_film(film)
        parts = parts_by_sight(measured.picture)
        planned = Planned(parts, loudness_lufs=loudness_lufs, title=film.name)
    else:
        measured = measure_film(film, planned.parts)
        last = measured.container.frames
        # Of a film that came out too short only what is there can be judged.
        planned = replace(planned, parts=tuple(part for part in planned.parts if part.start < last))
    return Report(film, planned, measured, judge(measured, planned))


def read_planned(film: Path, loudness_lufs: float | None = None) -> Planned | None:
    """What the record beside a film says it was meant to be; None where there is none of this very file."""
    try:
        record = json.loads((film.parent / RECORD).read_bytes())
        if record["film"]["file"] != film.name:
            return None
        return planned_of(record, film.parent, loudness_lufs)
    except UNREADABLE:
        return None


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
