"""How loud a sound is, by ITU-R BS.1770-4 and EBU R 128. 48 kHz stereo."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from veo_story.media.sound import Samples


@dataclass(frozen=True, slots=True)
class Loudness:
    """The integrated loudness of a whole sound and its highest true peak; ``-inf`` where there is none.

    Without loudness is what is silent, softer than -70 LUFS throughout or shorter than 0.4 s.
    """

    integrated_lufs: float = -inf
    true_peak_dbtp: float = -inf


def measure(chunks: Iterable[Samples]) -> Loudness:
    """Measure a sound given as ``(2, n)`` float32 chunks of any lengths. Memory does not grow with it."""
    raise NotImplementedError
