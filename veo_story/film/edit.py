"""The cut list of a film, frame by frame."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from veo_story.media.spans import Chapter, Span

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

_FORMAT = 1
"""Counts up when the same cut list would be made into another film, so that films are cut anew."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One scene's place in the film: frames ``in_frame`` to ``out_frame`` (exclusive) of ``clip``.

    ``continuous``: picture and sound go on from the cut before, so the join is hard. ``clip`` may be
    the file of a later take of the chain that repeats this one faithfully; ``take_id`` is the scene's own.
    """

    scene_id: str
    title: str
    clip: Path
    clip_sha256: str
    in_frame: int
    out_frame: int
    continuous: bool
    take_id: str
    backend: str
    model: str
    cost_usd: Decimal

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.out_frame - self.in_frame


@dataclass(frozen=True)
class Edit:
    """A film as a list of cuts. ``size`` is width and height in pixels."""

    title: str
    size: tuple[int, int]
    cuts: tuple[Cut, ...]

    @property
    def frames(self) -> int:
        """Length of the film in frames."""
        return sum(cut.frames for cut in self.cuts)

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """A chapter for every scene."""
        found = []
        start = 0
        for cut in self.cuts:
            found.append(Chapter(cut.title, start, start + cut.frames))
            start += cut.frames
        return tuple(found)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The cuts as media sees them."""
        return tuple(Span(cut.clip, cut.in_frame, cut.out_frame, cut.continuous) for cut in self.cuts)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides how the film looks and sounds; where the files lie does not."""
        cuts = [
            [cut.scene_id, cut.title, cut.clip_sha256, cut.in_frame, cut.out_frame, cut.continuous]
            for cut in self.cuts
        ]
        written = json.dumps([_FORMAT, self.title, self.size, cuts], ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()
