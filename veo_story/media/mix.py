"""The sound of a film as media sees it: what sounds when, how loud, on one grid of samples. Types only, pure.

Positions and lengths are samples at 48 kHz (2,000 a frame), gains are factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MICRO_FADE = 216
"""4.5 ms: the fade where a sound breaks off; too short to be heard as a hole, too long to click."""


@dataclass(frozen=True, slots=True)
class Sounding:
    """Samples ``start`` to ``end`` (exclusive) of a file, heard from sample ``at`` of the film on.

    A clip's samples count from its first video frame, a sound file's from its beginning; beyond its own end
    a file is silent. It is faded in and out over so many samples: the two sides of a crossfade
    have ``equal_power`` (their squares add up to 1), other fades a raised cosine (the two add up to 1).
    """

    file: Path
    start: int
    end: int
    at: int
    gain: float = 1.0
    fade_in: int = 0
    fade_out: int = 0
    equal_power: bool = False

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
    None leaves it as it is.
    """

    samples: int
    soundings: tuple[Sounding, ...]
    bed: Bed | None = None
    loudness_lufs: float | None = None
