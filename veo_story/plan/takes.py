"""What already exists, as the pure core sees it: takes, attempts under way, and what a scene needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Take:
    """One rendering of a scene, stored whole and never overwritten.

    ``clip`` has ``frames`` frames, of which ``new_start`` to ``new_end`` (exclusive) are this scene's own
    footage; what lies before repeats the parent. ``faithful`` says that this repeat is as good as the
    parents' own files, so the clip may serve for them in the film. ``parents`` are the ids of the takes it
    was made from, in the order of :attr:`Step.needs`. ``picked_frames`` maps an input role (``first_frame``,
    ``last_frame``) that named a frame of another scene to the frame found, counted in that scene's new
    footage. ``attempt_id`` is the request that made it, ``sample`` its place among that request's clips.
    """

    scene_id: str
    fingerprint: str
    number: int
    clip: Path
    sha256: str
    frames: int
    new_start: int
    new_end: int
    faithful: bool
    backend: str
    model: str
    cost_usd: Decimal
    stored_at: datetime
    parts: Mapping[str, str]
    parents: tuple[str, ...] = ()
    picked_frames: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    approved: bool = False
    handle: str | None = None
    expires_at: datetime | None = None
    attempt_id: str = ""
    sample: int = 0

    @property
    def id(self) -> str:
        """``s04/1a2b3c4d-1``: also the take's folder below ``takes/``."""
        return f"{self.scene_id}/{self.fingerprint[:8]}-{self.number}"

    @property
    def new_frames(self) -> int:
        """Frames of the scene's own footage."""
        return self.new_end - self.new_start


class AttemptState(StrEnum):
    """How far one paid request got. See ``docs/on-disk.md`` for the arrows between them."""

    INTENDED = "intended"
    SENT = "sent"
    ANSWERED = "answered"
    STORED = "stored"
    RELEASED = "released"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request as the ledger knows it. ``reserved_usd`` counts against the caps until it is settled.

    ``is_free``: its model costs nothing, so asking again loses nothing. A price nobody knows is not free.
    ``samples`` is how many clips it asked for.
    """

    id: str
    scene_id: str
    fingerprint: str
    backend: str
    model: str
    state: AttemptState
    reserved_usd: Decimal
    created_at: datetime
    operation: str | None = None
    settled_usd: Decimal | None = None
    error: str | None = None
    parents: tuple[str, ...] = ()
    picked_frames: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    is_free: bool = False
    samples: int = 1

    def takes_to_come(self, takes: Iterable[Take]) -> int:
        """How many takes it may still give; ``takes`` are those there, of this and other requests."""
        return max(0, self.samples - sum(take.attempt_id == self.id for take in takes))


class SceneState(StrEnum):
    """What a scene needs. How much is sent says ``missing_takes``: a kept scene may want more takes."""

    KEPT = "kept"
    STALE = "stale"
    IN_FLIGHT = "in flight"
    UNKNOWN = "unknown"
    TO_RENDER = "to render"


@dataclass(frozen=True, slots=True)
class SceneStatus:
    """The state of one scene, why, and the take that serves it (a stale scene has none)."""

    scene_id: str
    state: SceneState
    reason: str = ""
    take: Take | None = None
    missing_takes: int = 0
