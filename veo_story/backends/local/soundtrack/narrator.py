"""A text as the best voice that is installed says it, not hurried to fit anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.soundtrack.casting import timbre, voice_of
from veo_story.backends.local.soundtrack.engines import said
from veo_story.backends.local.soundtrack.installed import AUTO, chosen
from veo_story.backends.local.soundtrack.spectra import brought_to

if TYPE_CHECKING:
    from veo_story.backends.local.soundtrack.grid import Floats

_USUAL = "baritone tenor"
"""What the best engine's own voice is like: it sounds best as it is."""
_LEVEL, _HIGHEST = -14.5, 0.89


def narrated(text: str, voice: str | None) -> Floats | None:
    """``text`` in a ``voice`` described in words, mono at 48 kHz; None where no engine can say it.

    Raises MediaError when an engine is installed but does not work.
    """
    told = voice_of(voice or "", "man")
    if told != voice:  # it names no pitch
        told = f"{voice or ''} {_USUAL}"
    sound = said(chosen(AUTO), text, timbre("narrator", told, ""))
    if sound is None:
        return None
    sound = brought_to(sound, _LEVEL)
    return sound * np.float32(min(1.0, _HIGHEST / max(1e-9, float(np.abs(sound).max()))))
