"""A user's account: the paid attempts of all films, and what may be spent in a day and in a month."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from veo_story.errors import LedgerError
from veo_story.ledger import rows
from veo_story.ledger.account_rows import WRITE, Booking, booking_from, is_paid, merged, replaces, row_of
from veo_story.ledger.account_schema import ACCOUNT
from veo_story.ledger.caps import hold_user_caps
from veo_story.ledger.connect import connect, explained, transaction
from veo_story.ledger.model import UserCaps
from veo_story.media.files import make_folder

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from veo_story.ledger.account_rows import FilmRef
    from veo_story.ledger.model import Spent
    from veo_story.plan.takes import Attempt


_MONEY = "SELECT state, reserved_usd, settled_usd FROM attempts WHERE created_at >= ?"


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts against a user's caps at a moment: today's money and this month's, from the dates on (UTC).

    What is dated later counts too: a clock that jumped back opens no cap.
    """

    caps: UserCaps
    today: date
    month_from: date
    day: Spent
    month: Spent


class Account:
    """One SQLite file a user, made when something is first written. One object belongs to one thread.

    A request is reserved here before the film's own ledger knows it, so that the caps hold over all films at
    every moment. All verbs are durable when they return and raise LedgerError when the file cannot be read or
    written. Reading an account that is not there finds nothing and makes nothing.
    """

    def __init__(self, path: Path, *, busy_s: float = 30.0) -> None:
        """``busy_s`` is how long to wait for other films that write."""
        self.path = path
        self._busy_s = busy_s
        self._opened: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def caps(self) -> UserCaps:
        """What the user may spend."""
        found = {row["period"]: Decimal(row["usd"]) for row in self._rows("SELECT * FROM caps")}
        return UserCaps(found.get("day"), found.get("month"))

    def set_caps(self, caps: UserCaps, *, now: datetime) -> None:
        """Replace both caps; None takes one away."""
        with self._write() as connection:
            connection.execute("DELETE FROM caps")
            for period, amount in (("day", caps.day_usd), ("month", caps.month_usd)):
                if amount is not None:
                    written = (period, rows.as_decimal_text(amount), rows.as_time(now))
                    connection.execute("INSERT INTO caps (period, usd, set_at) VALUES (?, ?, ?)", written)

    def standing(self, now: datetime) -> Standing:
        """The caps, and what counts against them at ``now``."""
        today = now.astimezone(UTC).date()
        month_from = today.replace(day=1)
        with self._sense():
            day, month = (
                rows.spent_of(self._rows(_MONEY, begins.isoformat())) for begins in (today, month_from)
            )
        return Standing(self.caps(), today, month_from, day, month)

    def hold(self, scene_id: str, price: Decimal, *, now: datetime) -> None:
        """Raise BudgetError when ``price`` more would pass a cap now. Reserves nothing."""
        if price == 0 or self.caps() == UserCaps():
            return
        standing = self.standing(now)
        hold_user_caps(scene_id, price, standing.caps, day=standing.day, month=standing.month)

    def reserve(self, film: FilmRef, attempt: Attempt) -> None:
        """Hold the caps and write down an attempt that the film's ledger does not know yet, at once.

        Raises BudgetError when a cap would be passed; nothing is written then.
        """
        with self._write() as connection:
            self.hold(attempt.scene_id, attempt.reserved_usd, now=attempt.created_at)
            connection.execute(WRITE, row_of(Booking(attempt, film, is_confirmed=False)))

    def take_back(self, attempt_id: str) -> None:
        """Forget a reservation that the film's ledger refused."""
        with self._write() as connection:
            connection.execute("DELETE FROM attempts WHERE id = ? AND NOT is_confirmed", (attempt_id,))

    def write(self, film: FilmRef, attempt: Attempt) -> None:
        """Write down what is known of an attempt now; one that is written down here follows it."""
        if not is_paid(attempt) and self.known(attempt.id) is None:
            return
        with self._write() as connection:
            now = merged(self.known(attempt.id), attempt)
            connection.execute(WRITE, row_of(Booking(now, film, is_confirmed=True)))

    def sync(self, film: FilmRef, attempts: Sequence[Attempt], *, exists: Callable[[Path], bool]) -> None:
        """Put right what a crash left between the film's ledger and this one.

        ``attempts`` are all that the film's ledger knows. Those that are missing here are written down, those
        that are here follow the film where :func:`~veo_story.ledger.account_rows.replaces` says so. What was
        only reserved and is not among them was never sent, and is taken back; but not what a copy of the
        folder, which ``exists`` elsewhere, may be about to send. Only the holder of the film's lock may call
        this.
        """
        if self._changes(film, attempts, exists) == ([], []):
            return
        with self._write() as connection:
            written, taken_back = self._changes(film, attempts, exists)
            for booking in written:
                connection.execute(WRITE, row_of(booking))
            for attempt_id in taken_back:
                connection.execute("DELETE FROM attempts WHERE id = ?", (attempt_id,))

    def known(self, attempt_id: str) -> Attempt | None:
        """An attempt, when it is here."""
        found = self._bookings("SELECT * FROM attempts WHERE id = ?", attempt_id)
        return found[0].attempt if found else None

    def bookings(self) -> tuple[Booking, ...]:
        """Everything, oldest first; reservations that are not confirmed too."""
        return tuple(self._bookings("SELECT * FROM attempts ORDER BY position"))

    def attempts_of(self, film_id: str) -> tuple[Attempt, ...]:
        """The paid attempts of one film that its ledger had too, oldest first."""
        found = self._bookings(
            "SELECT * FROM attempts WHERE film_id = ? AND is_confirmed ORDER BY position", film_id
        )
        return tuple(booking.attempt for booking in found)

    def under_way_in(self, folder: Path) -> tuple[Attempt, ...]:
        """The paid requests of the film in a folder that were sent and have not ended, oldest first."""
        found = self._bookings(
            "SELECT * FROM attempts WHERE folder = ? AND is_confirmed"
            " AND state IN ('sent', 'answered', 'unknown') ORDER BY position",
            str(folder.resolve()),
        )
        return tuple(booking.attempt for booking in found)

    def films(self) -> tuple[FilmRef, ...]:
        """The films that paid for something, the latest first, each where it was last."""
        found = {b.film.id: b.film for b in self._bookings("SELECT * FROM attempts ORDER BY position")}
        return tuple(reversed(found.values()))

    def operations(self) -> frozenset[str]:
        """The service's names of all requests that any film knows."""
        found = self._rows("SELECT operation FROM attempts WHERE operation IS NOT NULL")
        return frozenset(str(row["operation"]) for row in found)

    def _changes(
        self, film: FilmRef, attempts: Iterable[Attempt], exists: Callable[[Path], bool]
    ) -> tuple[list[Booking], list[str]]:
        """What :meth:`sync` has to write, and the ids that it has to take back."""
        told = {attempt.id: attempt for attempt in attempts}
        ids = rows.as_json(sorted(told))
        here = self._bookings("SELECT * FROM attempts WHERE id IN (SELECT value FROM json_each(?))", ids)
        known = {booking.attempt.id: booking for booking in here}
        written = []
        for attempt in told.values():
            before = known.get(attempt.id)
            if before is None:
                after = Booking(attempt, film, is_confirmed=True) if is_paid(attempt) else None
            else:
                word = attempt if replaces(attempt, before.attempt) else before.attempt
                after = Booking(merged(before.attempt, word), film, is_confirmed=True)
            if after is not None and after != before:
                written.append(after)
        open_ones = self._bookings(
            "SELECT * FROM attempts WHERE NOT is_confirmed AND (film_id = ? OR folder = ?)",
            film.id,
            str(film.folder),
        )
        left = [b for b in open_ones if b.film.folder == film.folder or not exists(b.film.folder)]
        return written, [b.attempt.id for b in left if b.attempt.id not in told]

    def _connect(self) -> sqlite3.Connection:
        if self._opened is None:
            with explained(self.path, ACCOUNT):
                make_folder(self.path.parent)
            self._opened = connect(self.path, busy_s=self._busy_s, kind=ACCOUNT)
        return self._opened

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        connection = self._connect()
        with transaction(connection, self.path, ACCOUNT):
            yield connection

    def _rows(self, query: str, *values: str) -> list[sqlite3.Row]:
        if self._opened is None and not self.path.exists():
            return []
        with explained(self.path, ACCOUNT):
            return self._connect().execute(query, values).fetchall()

    def _bookings(self, query: str, *values: str) -> list[Booking]:
        with self._sense():
            return [booking_from(row) for row in self._rows(query, *values)]

    @contextmanager
    def _sense(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, TypeError, ArithmeticError, LookupError) as error:
            raise LedgerError(
                f"{self.path} holds a row that makes no sense: {error}.", hint=ACCOUNT.if_damaged
            ) from error
