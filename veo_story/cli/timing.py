"""Frames and moments as people read them."""

from __future__ import annotations

from datetime import UTC
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from datetime import datetime


def timecode(frames: int) -> str:
    """``HH:MM:SS:FF`` of a frame count."""
    seconds, frame = divmod(frames, FPS)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frame:02}"


def seconds(frames: int | Decimal) -> str:
    """Seconds of a frame count, with at most three decimals and no trailing zeros: ``7``, ``6.5``."""
    length = (Decimal(frames) / FPS).quantize(Decimal("0.001"), ROUND_HALF_UP).normalize()
    return f"{length:f}"


def minute(moment: datetime) -> str:
    """A moment to the minute: ``2026-11-24 12:03 UTC``."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
