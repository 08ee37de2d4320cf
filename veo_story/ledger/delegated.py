"""The verbs of a film's ledger that move no money, handed on as they are."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from veo_story.ledger.model import Spent
    from veo_story.ledger.sqlite import SqliteLedger
    from veo_story.plan.renamed import Move
    from veo_story.plan.takes import Attempt, Pin, Retake, Take

_NO_PICKS: Mapping[str, str | None] = MappingProxyType({})
_NO_PINS: Mapping[str, Pin | None] = MappingProxyType({})


class Delegated:
    """See :class:`~veo_story.ledger.model.Ledger`."""

    def __init__(self, film: SqliteLedger) -> None:
        self._film = film

    @property
    def film_id(self) -> str:
        """What tells this film from all others."""
        return self._film.film_id

    def kept(self, attempt_id: str, take: Take) -> None:
        """One of several takes of an answered request is on the disk."""
        self._film.kept(attempt_id, take)

    def renew(self, take_id: str, expires_at: datetime) -> None:
        """The service keeps its copy of a take longer."""
        self._film.renew(take_id, expires_at)

    def spent(self, scene_id: str | None = None) -> Spent:
        """The money of the film, or of one scene."""
        return self._film.spent(scene_id)

    def takes(self, *, gone: bool = False) -> tuple[Take, ...]:
        """The takes whose clips are there (with ``gone`` all)."""
        return self._film.takes(gone=gone)

    def attempts(self) -> tuple[Attempt, ...]:
        """All attempts, oldest first."""
        return self._film.attempts()

    def request(self, attempt_id: str) -> Mapping[str, Any]:
        """What an attempt asked for."""
        return self._film.request(attempt_id)

    def pick(self, scene_id: str, take_id: str | None, *, now: datetime) -> None:
        """Let ``take_id`` serve for its scene from now on."""
        self._film.pick(scene_id, take_id, now=now)

    def approve(self, take_id: str, *, approved: bool = True) -> None:
        """Mark a take as approved, or no longer."""
        self._film.approve(take_id, approved=approved)

    def reject(self, take_id: str, reason: str | None) -> None:
        """Let a take serve no longer."""
        self._film.reject(take_id, reason)

    def picks(self) -> dict[str, str]:
        """The picked take id of each scene that has one."""
        return self._film.picks()

    def pins(self) -> dict[str, Pin]:
        """The pin of each scene that has one."""
        return self._film.pins()

    def tiers(self) -> dict[str, str]:
        """The tier that each promoted scene was promoted to."""
        return self._film.tiers()

    def promote(self, scene_ids: Collection[str], tier: str | None, *, now: datetime) -> None:
        """Put scenes on a tier whatever the storyboard says."""
        self._film.promote(scene_ids, tier, now=now)

    def order(self, retake: Retake) -> None:
        """Write down a retake before anything of it is sent."""
        self._film.order(retake)

    def orders(self) -> dict[str, Retake]:
        """The retakes that are not finished, by scene."""
        return self._film.orders()

    def choose(
        self,
        *,
        picks: Mapping[str, str | None] = _NO_PICKS,
        pins: Mapping[str, Pin | None] = _NO_PINS,
        done: Collection[str] = (),
        now: datetime,
    ) -> None:
        """Set picks and pins by scene and end the orders of scenes, in one transaction."""
        self._film.choose(picks=picks, pins=pins, done=done, now=now)

    def move(self, moved: Collection[Move]) -> None:
        """Let what was made for scenes serve others."""
        self._film.move(moved)

    def close(self) -> None:
        """Let go of the film's file."""
        self._film.close()
