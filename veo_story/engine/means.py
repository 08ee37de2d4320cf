"""What the engine's functions work with: they keep nothing themselves, so another process can go on."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from veo_story.engine.policy import Retries
from veo_story.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from veo_story.backends.base import Backend
    from veo_story.engine.inputs import Sources
    from veo_story.engine.media import MediaTools
    from veo_story.engine.retention import Retention
    from veo_story.engine.stop import StopSignal
    from veo_story.ledger.model import Caps, Ledger
    from veo_story.media.files import Disk
    from veo_story.plan.model import Step
    from veo_story.plan.takes import Take


@dataclass(frozen=True, slots=True)
class Means:
    """What one film's attempts work with. ``film`` is its folder below ``renders/``.

    ``numbers`` is the highest take number known for a scene and the first eight digits of a fingerprint;
    ``retries`` counts what this run asked for again. ``why`` is a person's reason for what is asked for.
    ``minded`` are the ids of the attempts that this run has looked after.
    """

    film: Path
    ledger: Ledger
    caps: Caps
    media: MediaTools
    disk: Disk
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    stop: StopSignal
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    retries: Retries = field(default_factory=Retries)
    why: str | None = None
    minded: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Ask:
    """One step with all that it is made from.

    ``combined``: extensions come back with their parent before them. ``is_free``: nothing can be lost by
    asking again. ``slack_frames`` is by how much a clip may be longer or shorter than planned. ``retention``
    is how long the service keeps what it makes. ``tell_sent``
    is called with the number of clips when a request leaves, ``tell_progress`` with 0..1 or None at every
    look, ``tell_stored`` with each take that is in the ledger, ``tell_retry`` with the reason and the seconds
    to wait, ``tell_remark`` with a sentence.
    """

    step: Step
    backend: Backend
    sources: Sources
    combined: bool
    is_free: bool
    slack_frames: int
    retention: Retention
    tell_sent: Callable[[int], None]
    tell_progress: Callable[[float | None], None]
    tell_stored: Callable[[Take], None]
    tell_retry: Callable[[str, float], None]
    tell_remark: Callable[[str], None]


LEAST_FREE = 100_000_000
"""Bytes that must be free before anything paid is asked for: room for its clip, the film and the ledger."""


def hold_room(means: Means, step: Step) -> None:
    """Raise LedgerError when a paid clip might find no room: what cannot be stored is not asked for."""
    with writing(means.film):
        free = means.disk.free(means.film)
    if free < LEAST_FREE:
        raise LedgerError(
            f"Scene {step.scene_id} was not sent: {free / 1e6:.0f} MB are free in {means.film}, and its clip "
            "might find no room.",
            hint=f"Free some space, {LEAST_FREE / 1e6:.0f} MB at least, then render again.",
        )


@contextmanager
def writing(film: Path) -> Iterator[None]:
    """Turn the system's refusals into LedgerError: no step can go on where nothing can be written."""
    try:
        yield
    except OSError as error:
        named = f" ({error.filename})" if error.filename else ""
        raise LedgerError(
            f"Cannot write in {film}: {error.strerror or error}{named}.",
            hint="Free some space or mend the permissions, then render again; nothing accepted is lost.",
        ) from error
