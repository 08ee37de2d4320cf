"""A film's ledger with an account beside it, for tests; and one whose process dies before a chosen write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.ledger.making import NOW, a_step
from veo_story.ledger.account import Account
from veo_story.ledger.account_rows import counted
from veo_story.ledger.accounted import AccountedLedger
from veo_story.ledger.model import Caps, Spent, UserCaps
from veo_story.ledger.opening import open_ledger
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import Attempt

NO_CAPS = Caps()


class Died(BaseException):
    """The process was killed here."""


@dataclass
class Fate:
    """Kills before the write number ``dies_at`` (from 1; 0: never), in whichever file that is."""

    dies_at: int = 0
    writes: list[str] = field(default_factory=list)

    def write(self, file: str) -> None:
        self.writes.append(file)
        if len(self.writes) == self.dies_at:
            raise Died


class MortalLedger(SqliteLedger):
    fate: Fate

    @contextmanager
    def _write(self) -> Iterator[Any]:
        self.fate.write("film")
        with super()._write() as connection:
            yield connection


class MortalAccount(Account):
    fate: Fate

    @contextmanager
    def _write(self) -> Iterator[Any]:
        self.fate.write("account")
        with super()._write() as connection:
            yield connection


@dataclass(frozen=True)
class World:
    """A user with an account and folders of films."""

    root: Path

    @property
    def account(self) -> Path:
        return self.root / "state" / "account.sqlite"

    def folder(self, film: str = "film") -> Path:
        folder = self.root / "renders" / film
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextmanager
    def open(self, film: str = "film") -> Iterator[Any]:
        with open_ledger(self.folder(film), self.account, is_alone=True) as ledger:
            yield ledger

    @contextmanager
    def mortal(self, fate: Fate, film: str = "film") -> Iterator[AccountedLedger]:
        folder = self.folder(film)
        with MortalLedger(folder / "ledger.sqlite") as ledger, MortalAccount(self.account) as account:
            ledger.fate = account.fate = fate
            accounted = AccountedLedger(ledger, account, folder)
            accounted.sync()
            yield accounted

    def cap(self, day: str | None = None, month: str | None = None) -> None:
        caps = UserCaps(*(None if usd is None else Decimal(usd) for usd in (day, month)))
        with Account(self.account) as account:
            account.set_caps(caps, now=NOW)

    def month(self, now: datetime = NOW) -> Spent:
        with Account(self.account) as account:
            return account.standing(now).month

    def booked(self) -> dict[str, Attempt]:
        with Account(self.account) as account:
            return {booking.attempt.id: booking.attempt for booking in account.bookings()}

    def unconfirmed(self) -> list[str]:
        with Account(self.account) as account:
            return [booking.attempt.id for booking in account.bookings() if not booking.is_confirmed]

    def of_film(self, film: str = "film") -> dict[str, Attempt]:
        with SqliteLedger(self.folder(film) / "ledger.sqlite") as ledger:
            return {attempt.id: attempt for attempt in ledger.attempts()}

    def counts_no_less(self, film: str = "film") -> None:
        """For every attempt the account counts as much as the film, or more."""
        none_less(self.booked(), self.of_film(film))


def none_less(booked: dict[str, Attempt], of_film: dict[str, Attempt]) -> None:
    """For every attempt of a film as much is booked as the film counts, or more."""
    for attempt in of_film.values():
        assert attempt.is_free or counted(booked[attempt.id]) >= counted(attempt), attempt


def intend(ledger: Any, scene: str = "s01", usd: str = "2", now: datetime = NOW, **more: Any) -> Attempt:
    """Reserve for a step of that price."""
    price = Decimal(usd)
    usual: dict[str, Any] = {"expected": price, "worst": price, "caps": NO_CAPS, "now": now}
    return ledger.intend(a_step(scene, more.pop("words", ""), usd), **(usual | more))
