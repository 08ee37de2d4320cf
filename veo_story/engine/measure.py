"""Measuring what came back. A result is never believed to be what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.media.files import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.engine.media import MediaTools, Probed
    from veo_story.plan.model import Step
    from veo_story.plan.takes import Take

_AROUND = 12
"""Frames around the expected join that are searched for it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A clip's digest, length and its own footage (``new_start`` to ``new_end``, exclusive), in frames."""

    sha256: str
    frames: int
    new_start: int
    new_end: int
    faithful: bool
    probed: Probed


def measure(
    step: Step, clip: Path, parent: Take | None, *, combined: bool, slack: int = 0, media: MediaTools
) -> Measured:
    """Probe and digest a clip and find its own footage.

    ``combined``: an extension comes with its parent before it; where there is slack, one without it is taken
    too (``new_start`` 0). ``slack`` is by how many frames its own footage may be longer or shorter than
    planned. Raises MediaError when the clip cannot be read, has another length, or does not contain its
    parent; OSError when it is not there.
    """
    sha256 = sha256_of(clip)
    probed = media.probe(clip)
    frames = probed.frames
    if parent is None or not combined:
        _expect(frames, step.new_frames, slack, "the planned length")
        return Measured(sha256, frames, 0, frames, True, probed)
    start = 0 if step.window_frames is None else max(0, parent.frames - step.window_frames)
    repeat = parent.frames - start
    if slack and abs(frames - step.new_frames) <= slack < abs(frames - repeat):
        # Not what the service does as far as anybody knows; but it is paid, and all that the film needs.
        return Measured(sha256, frames, 0, frames, True, probed)
    # A service that is not exact may repeat its parent a few frames off too; the join is measured below.
    whole = slack and slack + _AROUND
    _expect(frames, repeat + step.new_frames, whole, f"{repeat} of its parent and {step.new_frames} new ones")
    found = media.find_repeat(parent.clip, start, parent.frames, clip, repeat)
    _expect(
        frames - found.join_frame, step.new_frames, slack, "the planned new footage, measured from its join"
    )
    return Measured(sha256, frames, found.join_frame, frames, found.faithful, probed)


def _expect(frames: int, planned: int, slack: int, what: str) -> None:
    if abs(frames - planned) > slack:
        within = f", {slack} more or fewer" if slack else ""
        raise MediaError(f"The clip has {frames} frames, and {planned} were due{within}: {what}.")
