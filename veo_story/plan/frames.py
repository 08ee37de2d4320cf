"""Seconds of an author's to whole frames."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from veo_story.plan.wording import plain, seconds
from veo_story.storyboard.model import FPS

_SLACK = Decimal("0.02")
"""Frames that a time may be off: enough for seconds written with three decimals (1/24 s is 0.042)."""


def frames_of(time_s: Decimal) -> int:
    """The frame nearest to a time."""
    return int((time_s * FPS).to_integral_value(ROUND_HALF_UP))


def falls_on_frame(time_s: Decimal) -> bool:
    """Whether a time is a whole number of frames, as far as three decimals can say it."""
    return abs(time_s * FPS - frames_of(time_s)) <= _SLACK


def off_frame(key: str, time_s: Decimal) -> tuple[str, str]:
    """Message and fix for a time that does not fall on a frame."""
    below = int(time_s * FPS)
    near = [plain(round(Decimal(n) / FPS, 3)) for n in (below, below + 1) if n > 0]
    message = f"{key}: {seconds(time_s)} is not a whole number of frames at {FPS} a second"
    return message, f"write {' or '.join(near)}"
