"""The quality report as one page that needs nothing else: findings, with pictures of what they are about."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.quality.finding import Finding, timecode

if TYPE_CHECKING:
    from jinja2 import Environment

    from veo_story.quality.report import Report

_WIDTH = 256
_QUALITY = 78
_MOST = 24
"""Findings that get pictures: each takes up to a tenth of a second to decode."""
_WHOLE = 12 * 24
"""Findings longer than this are about no moment that could be shown."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame as a small picture, as a data URI."""

    frame: int
    source: str

    @property
    def at(self) -> str:
        """When it is shown."""
        return timecode(self.frame)


@dataclass(frozen=True, slots=True)
class _Row:
    finding: Finding
    shots: tuple[Shot, ...]
    left: float
    width: float


def page_of(report: Report) -> str:
    """The page as HTML. What an author wrote is escaped wherever it stands. Raises MediaError."""
    frames = max(report.measured.container.frames, 1)
    rows = [
        _Row(
            found,
            _shots(report, found) if number < _MOST else (),
            100 * found.place.start / frames,
            100 * max(found.place.end - found.place.start, 1) / frames,
        )
        for number, found in enumerate(report.findings)
    ]
    template = _environment().get_template("qc.html")
    return template.render(report=report, rows=rows, frames=frames)


def _shots(report: Report, found: Finding) -> tuple[Shot, ...]:
    """Both sides of where a finding begins, and what comes after it."""
    last, place = report.measured.container.frames - 1, found.place
    if not place.scene_id or place.end - place.start > _WHOLE:
        return ()
    wanted = (place.start - 2, place.start - 1, place.start, place.end)
    shown = sorted({min(max(frame, 0), last) for frame in wanted})
    shots = []
    for frame in shown:
        try:
            shots.append(Shot(frame, _picture(report, frame)))
        except MediaError:
            continue  # a damaged frame has no picture
    return tuple(shots)


def _picture(report: Report, frame: int) -> str:
    import cv2

    from veo_story.media.frames import read_frame

    picture = read_frame(report.film, frame)
    height = round(picture.shape[0] * _WIDTH / picture.shape[1])
    small = cv2.resize(picture, (_WIDTH, height), interpolation=cv2.INTER_AREA)
    bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    _, coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return f"data:image/jpeg;base64,{base64.b64encode(coded.tobytes()).decode()}"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import DictLoader, Environment, StrictUndefined

    text = files("veo_story.quality").joinpath("qc.html").read_text("utf-8")
    environment = Environment(
        loader=DictLoader({"qc.html": text}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["timecode"] = timecode
    return environment
