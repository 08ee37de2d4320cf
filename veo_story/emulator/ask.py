"""A request as the emulator understood it, before and after its media were taken in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veo_story.emulator.model import Platform

SIZES = {"720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160)}
"""Pixels of a resolution at 16:9; 9:16 is the same turned."""


@dataclass(frozen=True, slots=True)
class Medium:
    """An image or a video of a request: its bytes, or the service's name of it."""

    data: bytes | None = None
    uri: str | None = None
    mime: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One generation as it was asked for. None: not said. ``references`` pairs images with their types."""

    platform: Platform
    model: str
    prompt: str | None = None
    image: Medium | None = None
    last_frame: Medium | None = None
    references: tuple[tuple[Medium, str | None], ...] = ()
    video: Medium | None = None
    samples: int | None = None
    duration_s: float | None = None
    aspect: str | None = None
    resolution: str | None = None
    people: str | None = None
    negative_prompt: str | None = None
    seed: int | None = None
    audio: bool | None = None
    storage_uri: str | None = None
    compression: str | None = None
    resize: str | None = None

    @property
    def mode(self) -> str:
        """The catalog's name of what is asked: ``open``, ``animate``, ``interpolate`` or ``extend``."""
        if self.video is not None:
            return "extend"
        if self.last_frame is not None:
            return "interpolate"
        return "animate" if self.image is not None else "open"

    @property
    def new_seconds(self) -> int:
        """Seconds of new footage, once the rules have passed the duration."""
        return 7 if self.video is not None else int(self.duration_s or 8)

    @property
    def made_resolution(self) -> str:
        """The resolution that is made: 720p unless said."""
        return self.resolution or "720p"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height asked for; where nothing is said, 1280x720."""
        wide, high = SIZES[self.made_resolution]
        return (high, wide) if self.aspect == "9:16" else (wide, high)
