"""A quality report as people read it: the verdict first, then what is wrong, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.cli.output import styled
from veo_story.cli.text import visible, wrapped
from veo_story.quality.finding import timecode

if TYPE_CHECKING:
    from veo_story.quality.finding import Finding
    from veo_story.quality.report import Report


def qc_text(report: Report, width: int) -> str:
    """The report in lines of at most ``width`` columns."""
    style = "ok" if report.is_clean else str(report.findings[0].severity)
    name = visible(report.planned.title or report.film.name)
    lines = [f"{styled(name, 'strong')}: {styled(report.verdict, style)}", wrapped(report.looked_at, width)]
    if not report.planned.known:
        lines.append(
            wrapped("no film.json of this file beside it: shots are guessed, nothing is compared", width)
        )
    for found in report.findings:
        lines += ["", *_finding(found, width)]
    return "\n".join(lines)


def _finding(found: Finding, width: int) -> list[str]:
    scene_id = found.place.scene_id
    place = f"{timecode(found.place.start)} {visible(scene_id)}: " if scene_id else ""
    first = f"{styled(str(found.severity), str(found.severity))}: {place}{found.message} ({_against(found)})"
    return [wrapped(first, width), wrapped(f"        {found.fix}", width)]


def _against(found: Finding) -> str:
    if found.against is None:
        return found.code
    against = found.against
    return f"{found.code}: {against.measured:.4g} {against.unit}, limit {against.limit:.4g}"
