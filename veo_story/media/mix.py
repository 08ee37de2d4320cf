"""The sound of a film as media sees it: what sounds when, how loud, on one grid of samples. Types only, pure.

Positions and lengths are samples at 48 kHz (2,000 a frame), gains are factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MICRO_FADE = 216
"""4.5 ms: the fade where a sound breaks off; too short to be heard as a hole, too long to click."""


@dataclass(frozen=True, slots=True)
class Sounding:
    """Samples ``start`` to ``end`` (exclusive) of a file, heard from sample ``at`` of the film on.

    A clip's samples count from its first video frame, a sound file's from its beginning; beyond its own ends
    a file is silent. It is faded in and out over so many samples by a raised cosine (where two sounds change
    over, their factors add up to 1), or, where it is ``crossed``, with equal power (the squares add up to 1).
    """

    file: Path
    start: int
    end: int
    at: int
    gain: float = 1.0
    fade_in: int = 0
    fade_out: int = 0
    crossed_in: bool = False
    crossed_out: bool = False

    @property
    def until(self) -> int:
        """The film's sample at which it is over."""
        return self.at + self.end - self.start


@dataclass(frozen=True, slots=True)
class Duck:
    """Music is softer from ``start`` to ``end`` of the film: somebody speaks."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Bed:
    """Music under the film from its first sample to its last, begun again where it is too short.

    ``fade`` samples in and out at the film's ends; at ``ducks`` its gain sinks by the factor ``ducked``, the
    way down and up again as long as ``media.ducking`` says.
    """

    file: Path
    gain: float = 1.0
    fade: int = 0
    ducked: float = 1.0
    ducks: tuple[Duck, ...] = ()


@dataclass(frozen=True, slots=True)
class Mix:
    """All that sounds in a film of so many ``samples``.

    ``loudness_lufs`` is the integrated loudness that the whole is brought to, with true peaks under -1 dBTP;
    None leaves it as it is, but for what would be louder than full scale where several sounds add up.
    """

    samples: int
    soundings: tuple[Sounding, ...]
    bed: Bed | None = None
    loudness_lufs: float | None = None

    @property
    def adds_up(self) -> bool:
        """Whether it can be louder than what it is made of."""
        placed = sorted((sounding.at, sounding.until) for sounding in self.soundings)
        overlap = any(after[0] < before[1] for before, after in pairwise(placed))
        return overlap or self.bed is not None or any(sounding.gain > 1 for sounding in self.soundings)
