"""What the emulator's rooms hand to one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

Platform = Literal["gemini", "vertex"]


@dataclass(frozen=True, slots=True)
class Footage:
    """A video the emulator can extend: its file, its frames, and the pieces it is made of (ours only).

    ``first`` is the number burnt into its first frame, so that a chain counts on over windows and splits.
    """

    path: Path
    frames: int
    size: tuple[int, int]
    first: int = 0
    pieces: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One generation after every rule was held: what is to be made. ``seconds`` is new footage."""

    platform: Platform
    model: str
    prompt: str
    seconds: int
    size: tuple[int, int]
    audio: bool = True
    seed: int | None = None
    samples: int = 1
    first_frame: Path | None = None
    last_frame: Path | None = None
    references: tuple[Path, ...] = ()
    parent: Footage | None = None

    @property
    def frames(self) -> int:
        """Frames of the new footage: 24 a second."""
        return self.seconds * 24


class ClipMaker(Protocol):
    """Makes what a model would. ``make`` writes one sample to ``into`` and returns it as footage.

    An extension comes back combined: the parent, its last second (24 frames) encoded anew, then the new
    footage. Raises :class:`~veo_story.errors.MediaError` when an input cannot be used.
    """

    async def make(self, wanted: Wanted, into: Path, *, sample: int = 0) -> Footage:
        """Make one sample."""
        ...

    async def look_at(self, path: Path) -> Footage:
        """Take in a video that was uploaded or sent inline."""
        ...

    async def aclose(self) -> None:
        """Let go of everything held."""
        ...


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of the bill: an accepted generation. ``usd`` is 0 when it was filtered or failed."""

    operation: str
    platform: Platform
    model: str
    mode: str
    seconds: int
    samples: int
    usd: Decimal
    prompt: str
    outcome: Literal["running", "done", "filtered", "failed"]
    accepted_at: str
    done_at: str | None = None
    noticed_at: str | None = None


@dataclass(frozen=True, slots=True)
class EmulatorSettings:
    """How an emulator behaves.

    ``latency_s`` is the range of emulated seconds a generation takes; ``processing_s`` how long a Gemini file
    stays PROCESSING after it is done; ``speed`` emulated seconds a real second. ``picture``: ``local`` draws
    with the local renderer, ``numbers`` writes frame numbers on a plain ground. ``folder`` holds state and
    clips (None: a temporary one). ``faults`` is a file of scripted faults. ``quotas`` False lifts the quotas.
    """

    port: int = 0
    folder: Path | None = None
    speed: float = 1.0
    latency_s: tuple[float, float] = (40.0, 120.0)
    processing_s: float = 15.0
    picture: Literal["local", "numbers"] = "local"
    faults: Path | None = None
    quotas: bool = True
    seed: int = 0
