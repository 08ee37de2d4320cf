"""What a person decides about takes: picks, approvals, rejections, pins, promotions, retakes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.errors import LedgerError
from veo_story.ledger import rows
from veo_story.ledger.moving import move_rows
from veo_story.ledger.store import Store

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from veo_story.plan.renamed import Move
    from veo_story.plan.takes import Pin, Retake

_NO_PICKS: Mapping[str, str | None] = MappingProxyType({})
_NO_PINS: Mapping[str, Pin | None] = MappingProxyType({})


class Choices(Store):
    """The deciding verbs of :class:`~veo_story.ledger.model.Ledger` over one file."""

    def pick(self, scene_id: str, take_id: str | None, *, now: datetime) -> None:
        """Let ``take_id`` serve for its scene from now on."""
        self.choose(picks={scene_id: take_id}, now=now)

    def approve(self, take_id: str, *, approved: bool = True) -> None:
        """Mark a take as approved, or no longer."""
        with self._write() as connection:
            self._known_take(take_id)
            connection.execute(
                "UPDATE takes SET approved = ?, rejected = CASE WHEN ? THEN NULL ELSE rejected END"
                " WHERE id = ?",
                (int(approved), int(approved), take_id),
            )

    def reject(self, take_id: str, reason: str | None) -> None:
        """Let a take serve no longer."""
        with self._write() as connection:
            self._known_take(take_id)
            connection.execute("UPDATE takes SET rejected = ? WHERE id = ?", (reason, take_id))
            if reason is not None:
                connection.execute("UPDATE takes SET approved = 0 WHERE id = ?", (take_id,))
                connection.execute("DELETE FROM picks WHERE take_id = ?", (take_id,))
                connection.execute("DELETE FROM pins WHERE take_id = ?", (take_id,))

    def picks(self) -> dict[str, str]:
        """The picked take id of each scene that has one."""
        with self._read("SELECT scene_id, take_id FROM picks ORDER BY scene_id") as found:
            return {row["scene_id"]: row["take_id"] for row in found}

    def pins(self) -> dict[str, Pin]:
        """The pin of each scene that has one."""
        with self._read("SELECT * FROM pins ORDER BY scene_id") as found:
            return {row["scene_id"]: rows.pin_from(row) for row in found}

    def tiers(self) -> dict[str, str]:
        """The tier that each promoted scene was promoted to."""
        with self._read("SELECT scene_id, tier FROM tiers ORDER BY scene_id") as found:
            return {row["scene_id"]: row["tier"] for row in found}

    def promote(self, scene_ids: Collection[str], tier: str | None, *, now: datetime) -> None:
        """Put scenes on a tier whatever the storyboard says; None takes that back."""
        with self._write() as connection:
            for scene_id in scene_ids:
                if tier is None:
                    connection.execute("DELETE FROM tiers WHERE scene_id = ?", (scene_id,))
                else:
                    connection.execute(
                        "INSERT OR REPLACE INTO tiers (scene_id, tier, promoted_at) VALUES (?, ?, ?)",
                        (scene_id, tier, rows.as_time(now)),
                    )

    def order(self, retake: Retake) -> None:
        """Write down a retake before anything of it is sent."""
        with self._write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO retakes (scene_id, fingerprint, target, seam, why, ordered_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    retake.scene_id,
                    retake.fingerprint,
                    retake.target,
                    retake.seam,
                    retake.why,
                    rows.as_time(retake.ordered_at),
                ),
            )

    def orders(self) -> dict[str, Retake]:
        """The retakes that are not finished, by scene."""
        with self._read("SELECT * FROM retakes ORDER BY ordered_at, scene_id") as found:
            return {row["scene_id"]: rows.retake_from(row) for row in found}

    def choose(
        self,
        *,
        picks: Mapping[str, str | None] = _NO_PICKS,
        pins: Mapping[str, Pin | None] = _NO_PINS,
        done: Collection[str] = (),
        now: datetime,
    ) -> None:
        """Set or take back picks and pins, and end orders, in one transaction."""
        moment = rows.as_time(now)
        with self._write() as connection:
            for scene_id, take_id in picks.items():
                connection.execute("DELETE FROM picks WHERE scene_id = ?", (scene_id,))
                if take_id is not None:
                    self._known_take(take_id, scene_id)
                    connection.execute(
                        "INSERT INTO picks (scene_id, take_id, picked_at) VALUES (?, ?, ?)",
                        (scene_id, take_id, moment),
                    )
            for scene_id, pin in pins.items():
                connection.execute("DELETE FROM pins WHERE scene_id = ?", (scene_id,))
                if pin is not None:
                    self._known_take(pin.take_id, scene_id)
                    connection.execute(
                        "INSERT INTO pins (scene_id, take_id, seam, pinned_at) VALUES (?, ?, ?, ?)",
                        (scene_id, pin.take_id, pin.seam, moment),
                    )
            connection.executemany("DELETE FROM retakes WHERE scene_id = ?", [(each,) for each in done])

    def move(self, moved: Collection[Move]) -> None:
        """Let what was made for scenes serve others."""
        with self._write() as connection:
            move_rows(connection, moved)

    def _known_take(self, take_id: str, scene_id: str | None = None) -> None:
        row = self._connection.execute("SELECT scene_id FROM takes WHERE id = ?", (take_id,)).fetchone()
        if row is None or (scene_id is not None and row["scene_id"] != scene_id):
            whose = "" if scene_id is None else f" of scene {scene_id}"
            raise LedgerError(
                f"There is no take {take_id}{whose}.", hint="veo-story takes lists what there is."
            )
