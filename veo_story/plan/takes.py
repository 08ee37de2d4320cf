"""What already exists, as the pure core sees it: takes, attempts under way, and what a scene needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
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
    ``rejected`` is why a person does not want it (``""``: no reason given); None for one that is wanted.
    ``named`` is the id of the scene it was made for, when that has another name now.
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
    rejected: str | None = None
    named: str | None = None

    @property
    def id(self) -> str:
        """``s04/1a2b3c4d-1``: also the take's folder below ``takes/``. It stays when the scene is renamed."""
        return f"{self.named or self.scene_id}/{self.fingerprint[:8]}-{self.number}"

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

    ``expected_usd`` is its price by the budget's reading, ``worst_usd`` by the dearer one, ``settled_usd``
    what it cost in the end, ``usage`` what the service itself said of that (JSON). ``is_free``: its model
    costs nothing, so asking again loses nothing. A price nobody knows is not free. ``samples`` is how many
    clips it asked for. ``owner`` is the process that sent it, ``storage`` the place in Cloud Storage that its
    clips go below, ``expires_at`` until when the service keeps what it made. ``again_at`` is when a person
    agreed that the step is sent again although the outcome of this one is unknown. ``why`` is a person's
    reason for it.
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
    expected_usd: Decimal = Decimal(0)
    worst_usd: Decimal = Decimal(0)
    usage: str | None = None
    owner: str = ""
    storage: str | None = None
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    expires_at: datetime | None = None
    again_at: datetime | None = None
    why: str | None = None

    @property
    def is_open_question(self) -> bool:
        """Whether nobody knows if it was accepted, and nobody agreed to send the step again all the same."""
        return self.state is AttemptState.UNKNOWN and self.again_at is None

    def takes_to_come(self, takes: Iterable[Take]) -> int:
        """How many takes it may still give; ``takes`` are those there, of this and other requests."""
        return max(0, self.samples - sum(take.attempt_id == self.id for take in takes))


Seam = Literal["cut", "bridge"]
"""How the film goes on from another take to one that was made after an older one: hard, or interpolated."""


@dataclass(frozen=True, slots=True)
class Pin:
    """``scene_id`` stays on the take ``take_id`` whatever becomes of the scenes before; ``seam`` joins it."""

    scene_id: str
    take_id: str
    seam: Seam


@dataclass(frozen=True, slots=True)
class Retake:
    """A retake that was agreed to and is not finished: ``target`` takes of a scene as it was written then.

    ``seam`` says how the film goes on from it; None: nothing is picked, the film stays as it is.
    """

    scene_id: str
    fingerprint: str
    target: int
    seam: Seam | None
    why: str | None
    ordered_at: datetime


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
