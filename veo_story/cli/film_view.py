"""A finished film, as people and programs are told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veo_story.cli.output import result, say
from veo_story.cli.text import count
from veo_story.cli.timing import seconds
from veo_story.money import usd
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from veo_story.film.cut_film import FilmReport


def show_film(report: FilmReport, path: Path, *, quiet: bool, cost_usd: Decimal | None = None) -> None:
    """Print the film's path first, so that scripts find it; then length, frames and cost."""
    if quiet:
        result(str(path))
        return
    for remark in report.remarks:
        say(f"warning: {remark}")
    parts = [f"{seconds(report.frames)} s", count(report.frames, "frame")]
    if cost_usd is not None:
        parts.append(f"{usd(cost_usd)} USD" if cost_usd else "free")
    parts.append("cut now" if report.made else "unchanged")
    result(f"{path}  {', '.join(parts)}")
    for file in _others(report):
        result(file)


def film_data(film: str, report: FilmReport) -> dict[str, Any]:
    """The film for programs."""
    return {
        "film": film,
        "path": str(report.path),
        "fps": FPS,
        "frames": report.frames,
        "copied_frames": report.copied_frames,
        "encoded_frames": report.encoded_frames,
        "sha256": report.sha256,
        "made": report.made,
        "beside": _others(report),
        "remarks": list(report.remarks),
    }


def _others(report: FilmReport) -> list[str]:
    """The files that came with a film, each once."""
    beside = (report.path.parent / name for name in report.beside)
    return list(dict.fromkeys(map(str, (*beside, *report.outputs))))
