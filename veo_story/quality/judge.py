"""From numbers and what was planned to what is wrong. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.quality.finding import in_order
from veo_story.quality.judge_file import file_findings
from veo_story.quality.judge_light import light_findings
from veo_story.quality.judge_motion import motion_findings
from veo_story.quality.judge_sound import sound_findings
from veo_story.quality.stretches import footage_of

if TYPE_CHECKING:
    from veo_story.quality.figures import Measured
    from veo_story.quality.finding import Finding
    from veo_story.quality.planned import Planned


def judge(measured: Measured, planned: Planned) -> tuple[Finding, ...]:
    """All findings of a film, the worst first."""
    found = [*file_findings(measured, planned), *sound_findings(measured, planned)]
    for footage in footage_of(planned.parts, len(measured.picture)):
        found += motion_findings(measured.picture, footage)
        found += light_findings(measured.picture, footage)
    return in_order(found)
