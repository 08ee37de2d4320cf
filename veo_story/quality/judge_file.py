"""What is wrong with a film as a file: its length, size, rate, frames that are damaged. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.quality import limits
from veo_story.quality.finding import Against, Finding, Place, Severity
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.quality.figures import Container, Measured
    from veo_story.quality.planned import Planned

_AGAIN = "cut the film again"


def file_findings(measured: Measured, planned: Planned) -> Iterator[Finding]:
    """What the file itself gives reason to say."""
    yield from _shape(measured.container, planned)
    yield from _damaged(measured, planned)
    yield from _broken_sound(measured, planned)
    yield from _sound_length(measured)


def _shape(container: Container, planned: Planned) -> Iterator[Finding]:
    frames = container.frames
    if planned.frames is not None and frames != planned.frames:
        off = frames - planned.frames
        yield _whole(
            "length",
            Severity.ERROR,
            frames,
            f"the film has {frames} frames, {abs(off)} {'more' if off > 0 else 'fewer'} than planned",
            Against(frames, planned.frames, "frames"),
        )
    if planned.known and container.fps != FPS:
        fps = float(container.fps)
        message = f"the film runs at {fps:g} frames a second"
        yield _whole("rate", Severity.ERROR, frames, message, Against(fps, FPS, "fps"))
    if container.off_grid is not None and (container.fps == FPS or not planned.known):
        at = container.off_grid
        scene = next((part.scene_id for part in reversed(planned.parts) if part.start <= at), "")
        yield Finding(
            "timing",
            Severity.WARNING,
            Place(scene, at, at + 1),
            "from here on frames are not at their times: the film stutters",
            _AGAIN,
        )
    if planned.size is not None and container.size != planned.size:
        shown, wanted = ("x".join(map(str, size)) for size in (container.size, planned.size))
        yield _whole("size", Severity.ERROR, frames, f"the film is {shown}, planned was {wanted}")


def _damaged(measured: Measured, planned: Planned) -> Iterator[Finding]:
    bad = np.flatnonzero(measured.picture.lost | measured.picture.damaged)
    if len(bad):
        first = int(bad[0])
        scene = next((part.scene_id for part in reversed(planned.parts) if part.start <= first), "")
        count = "a frame is" if len(bad) == 1 else f"{len(bad)} frames are"
        place = Place(scene, first, int(bad[-1]) + 1)
        against = Against(len(bad), 0, "frames")
        yield Finding("damaged", Severity.ERROR, place, f"{count} damaged", _AGAIN, against)


def _broken_sound(measured: Measured, planned: Planned) -> Iterator[Finding]:
    sound, frames = measured.sound, measured.container.frames
    if sound is not None and sound.broken:
        first = min(len(sound) * FPS // 1000, frames - 1)
        scene = next((part.scene_id for part in reversed(planned.parts) if part.start <= first), "")
        message = "from here on the sound cannot be decoded"
        yield Finding("damaged", Severity.ERROR, Place(scene, first, frames), message, _AGAIN)


def _sound_length(measured: Measured) -> Iterator[Finding]:
    container, sound = measured.container, measured.sound
    if container.sound_s is None or sound is None:
        return
    late_ms = container.sound_s * 1000
    if abs(late_ms) > limits.OFFSET_MS:
        yield _whole(
            "offset",
            Severity.ERROR,
            container.frames,
            f"the sound begins {abs(late_ms):.0f} ms {'after' if late_ms > 0 else 'before'} the picture",
            Against(abs(late_ms), limits.OFFSET_MS, "ms"),
        )
    seconds = sound.samples / 48_000 + container.sound_s
    off_ms = (seconds - container.frames / float(container.fps)) * 1000
    if abs(off_ms) > limits.LENGTH_MS:
        yield _whole(
            "length",
            Severity.ERROR if abs(off_ms) > 500 else Severity.WARNING,
            container.frames,
            f"the sound is {abs(off_ms):.0f} ms {'longer' if off_ms > 0 else 'shorter'} than the picture",
            Against(abs(off_ms), limits.LENGTH_MS, "ms"),
        )


def _whole(
    code: str,
    severity: Severity,
    frames: int,
    message: str,
    against: Against | None = None,
) -> Finding:
    return Finding(code, severity, Place("", 0, frames), message, _AGAIN, against)
