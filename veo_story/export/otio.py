"""The timeline as OpenTimelineIO's own file. It loses fades of sound, ducking and loudness, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.export.timeline import timeline_of

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.export.hand_over import HandOver


def lost_in_otio(given: HandOver) -> tuple[str, ...]:
    """What of this film the file does not hold."""
    return ("fades, ducking and loudness of the sound",) if given.storyboard.finish.sound is not None else ()


def write_otio(given: HandOver, beside: Path) -> bytes:
    """The file's bytes, the same for the same film; media in its folder ``beside`` have relative URLs."""
    import opentimelineio as otio

    text: str = otio.adapters.write_to_string(timeline_of(given, beside), "otio_json")
    return text.encode() + b"\n"
