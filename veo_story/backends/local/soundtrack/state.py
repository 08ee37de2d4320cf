"""What an extension must know of the sound it goes on from. Samples are counted from the chain's first."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOUDEST = 100.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A single sound from sample ``at`` on: ``spot`` of spots.toml, or empty for the neutral tock."""

    spot: str
    at: int
    seed: int
    pan: float = 0.0
    far: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line as it is heard: from sample ``at``, meant to take ``length``, cut off at ``until`` if it is
    not None.

    ``who`` and ``voice`` choose the voice, ``engine`` what speaks (never ``auto``).
    """

    text: str
    at: int
    length: int
    until: int | None
    who: str
    voice: str
    manner: str
    engine: str
    pan: float = 0.0


@dataclass(frozen=True, slots=True)
class SoundState:
    """The sound of a chain as one of its clips leaves it at ``sample``.

    ``gains`` go by the ambiences of sounds.toml, ``music`` by the moods of music.toml; ``chord`` is how
    many samples a chord takes, 0 as long as nothing was played. ``hits`` and ``lines`` still sound, or
    ended just now.
    """

    seed: int
    sample: int
    gains: Mapping[str, float] = field(default_factory=dict)
    music: Mapping[str, float] = field(default_factory=dict)
    chord: int = 0
    hits: tuple[Hit, ...] = ()
    lines: tuple[Spoken, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Plain data for :func:`sound_of`."""
        return asdict(self)


def sound_of(data: Mapping[str, Any]) -> SoundState:
    """The state that :meth:`SoundState.as_data` gave. Raises KeyError, TypeError or ValueError otherwise."""
    return SoundState(
        seed=int(data["seed"]),
        sample=int(data["sample"]),
        gains=_gains_of(data["gains"]),
        music=_gains_of(data["music"]),
        chord=int(data["chord"]),
        hits=tuple(Hit(**hit) for hit in data["hits"]),
        lines=tuple(Spoken(**line) for line in data["lines"]),
    )


def _gains_of(data: Mapping[str, Any]) -> dict[str, float]:
    gains = {str(name): float(gain) for name, gain in dict(data).items()}
    if not all(0 <= gain <= _LOUDEST for gain in gains.values()):
        raise ValueError("as loud as nothing is")
    return gains
