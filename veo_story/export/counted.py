"""Whole frames as OpenTimelineIO counts them: every time of a timeline at rate 24."""

from __future__ import annotations

from typing import Any

import opentimelineio as otio

from veo_story.storyboard.model import FPS


def time_of(frames: float) -> Any:
    """A time or a length."""
    return otio.opentime.RationalTime(frames, FPS)


def range_of(start: float, frames: float) -> Any:
    """So many frames from ``start`` on."""
    return otio.opentime.TimeRange(time_of(start), time_of(frames))
