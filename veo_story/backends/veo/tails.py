"""The tail of a clip as a file of its own: what is sent when a chain is longer than the service takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path


def cut_tail(clip: Path, frames: int, into: Path) -> Path:
    """Write the last ``frames`` frames of ``clip`` with their sound to ``into``, and return it.

    The picture is copied from the first key frame of the tail on and encoded before it, in the clip's own
    size; the sound is cut to the sample. Raises MediaError when the clip cannot be read or is shorter.
    """
    from veo_story.media.join import join
    from veo_story.media.probe import probe
    from veo_story.media.spans import Span

    found = probe(clip)
    if not 0 < frames <= found.frames:
        raise MediaError(f"{clip}: a tail of {frames} frames is wanted, the clip has {found.frames}")
    join([Span(clip, found.frames - frames, found.frames)], into, size=(found.width, found.height))
    return into
