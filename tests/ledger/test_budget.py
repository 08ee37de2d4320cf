"""Whatever is done in whatever order, whatever it costs and whenever the process dies: no cap is passed.

What holds, for every cap of a film, a scene, a day and a month, after every verb: what was spent, reserved
and may have been spent, without what services billed above a reservation, is not more than the cap. A service
that bills more than it announced may pass a cap; that counts at once, and nothing is reserved until there is
room. A cap of a day holds for what is dated that day, whichever way the clock jumps in between.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ledger.accounting import Died, Fate, MortalAccount, MortalLedger
from tests.ledger.making import NOW, a_step, a_take
from tests.support.soak import runs
from veo_story.errors import BudgetError, OutcomeUnknown
from veo_story.ledger.account import Account
from veo_story.ledger.accounted import AccountedLedger
from veo_story.ledger.model import Caps, UserCaps
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import Attempt
from veo_story.plan.takes import AttemptState as S

CHUNKS, VERBS = 10, 9
PLANS = runs(5000, in_suite=2000)
FILMS, SCENES = ("one", "two", "three"), ("s01", "s02", "s03")
ZERO = Decimal(0)


def counts(attempt: Attempt) -> Decimal:
    """What it counts, by the rule and not by the program: what it cost, else what is reserved."""
    ended = attempt.state in (S.STORED, S.FAILED, S.RELEASED)
    return attempt.settled_usd or ZERO if ended else attempt.reserved_usd


def above(attempt: Attempt) -> Decimal:
    """What was billed above the reservation."""
    return max(ZERO, counts(attempt) - attempt.reserved_usd)


@dataclass
class Walk:
    """One user, some films, and a seeded series of verbs over them."""

    seed: int
    root: Path
    templates: Path
    dice: random.Random = field(init=False)
    now: datetime = NOW
    caps: dict[str, Caps] = field(default_factory=dict)
    ledgers: dict[str, tuple[AccountedLedger, MortalLedger, MortalAccount]] = field(default_factory=dict)
    takes: int = 0
    refused: int = 0
    deaths: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.root.mkdir(exist_ok=True)
        shutil.copy(self.templates / "account.sqlite", self.root)
        self.user = UserCaps(self.cap(3), self.cap(6))
        for film in FILMS[: self.dice.randint(1, 3)]:
            (self.root / film).mkdir(exist_ok=True)
            shutil.copy(self.templates / film / "ledger.sqlite", self.root / film)
            self.caps[film] = Caps(self.cap(5), self.cap(2))
            self.open(film)
        self.account = self.ledgers["one"][2]
        self.account.set_caps(self.user, now=self.now)

    def cap(self, most: int) -> Decimal | None:
        return None if self.dice.random() < 0.25 else self.money(most)

    def money(self, most: float) -> Decimal:
        """Cents, and now and then less."""
        places = self.dice.choice([2, 2, 2, 3, 6])
        return Decimal(self.dice.randint(0, int(most * 10**places))).scaleb(-places)

    def open(self, film: str) -> None:
        ledger = MortalLedger(self.root / film / "ledger.sqlite")
        account = MortalAccount(self.root / "account.sqlite")
        ledger.fate = account.fate = Fate()
        for connection in (ledger._connection, account._connect()):
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = MEMORY")
        accounted = AccountedLedger(ledger, account, self.root / film)
        accounted.sync()
        self.ledgers[film] = (accounted, ledger, account)

    def close(self, film: str) -> None:
        for one in self.ledgers[film]:
            one.close()

    def step(self) -> None:
        """One verb of one film; the process may die in it, and another goes on."""
        self.now += timedelta(days=self.dice.choice([0] * 6 + [-40, -1, 1, 20]), minutes=1)
        film = self.dice.choice(list(self.ledgers))
        accounted, ledger, account = self.ledgers[film]
        fate = Fate(self.dice.randint(1, 4) if self.dice.random() < 0.15 else 0)
        ledger.fate = account.fate = fate
        try:
            self.verb(film, accounted)
        except Died:
            self.deaths += 1
            self.counts_no_less(film)
            self.close(film)
            self.open(film)
            self.account = self.ledgers["one"][2]
        self.holds(self.counts_no_less(film))

    def verb(self, film: str, ledger: AccountedLedger) -> None:
        open_ones = [a for a in ledger.attempts() if a.state not in (S.STORED, S.FAILED, S.RELEASED)]
        if not open_ones or self.dice.random() < 0.45:
            self.intend(film, ledger)
            return
        attempt = self.dice.choice(open_ones)
        verbs = dict(self.arrows(film, ledger, attempt, self.bill(attempt.reserved_usd)))
        verbs[self.dice.choice(sorted(verbs))]()

    def bill(self, reserved: Decimal) -> Decimal:
        less, more = self.money(1) * reserved, reserved + self.money(2)
        return self.dice.choice([reserved, reserved, ZERO, less, more])

    def arrows(
        self, film: str, ledger: AccountedLedger, attempt: Attempt, cost: Decimal
    ) -> Iterator[tuple[str, Callable[[], None]]]:
        of, now = attempt.id, self.now
        self.takes += 1
        sample = sum(one.attempt_id == of for one in ledger.takes(gone=True))
        take = a_take(a_step(attempt.scene_id), self.root / film, self.takes, f"{cost:f}", there=False)
        take = replace(take, sample=sample)
        adopt = ("adopt", lambda: ledger.adopt(of, take, now=now))
        match attempt.state:
            case S.INTENDED:
                yield "sent", lambda: ledger.sent(of, now=now)
                yield "release", lambda: ledger.release(of, error="never sent", now=now)
            case S.SENT:
                yield "answered", lambda: ledger.answered(of, "op", now=now)
                yield "refused", lambda: ledger.release(of, error="quota", now=now)
                yield "lose", lambda: ledger.lose(of, error="reset", now=now)
                yield adopt
            case S.ANSWERED:
                yield "stored", lambda: ledger.stored(of, take, cost=cost, now=now)
                yield "fail", lambda: ledger.fail(of, error="filtered", billed=cost, now=now)
                yield "gone", lambda: ledger.release(of, error="lost", now=now)
                yield adopt
            case _:
                yield "late", lambda: ledger.stored(of, take, cost=cost, now=now)
                yield "found", lambda: ledger.answered(of, "op", now=now)
                yield "again", lambda: ledger.again(of, now=now)
                yield "settle", lambda: ledger.settle(of, cost=cost, now=now)

    def intend(self, film: str, ledger: AccountedLedger) -> None:
        scene, words, samples = (
            self.dice.choice(SCENES),
            self.dice.choice("ab"),
            self.dice.choice([1, 1, 2, 4]),
        )
        price = self.money(1.5 / samples) * samples
        before = self.sums(film, scene)
        try:
            ledger.intend(
                a_step(scene, words), expected=price, worst=2 * price, caps=self.caps[film], samples=samples,
                now=self.now,
            )  # fmt: skip
        except OutcomeUnknown:
            self.refused += 1
        except BudgetError:
            self.refused += 1
            assert any(cap is not None and counted + price > cap for counted, cap in before)
        else:
            assert price == 0 or all(cap is None or counted + price <= cap for counted, cap in before)

    def sums(self, film: str, scene: str) -> list[tuple[Decimal, Decimal | None]]:
        """What counts against each cap of a scene now, and the cap."""
        mine, everything = self.ledgers[film][1].attempts(), self.booked()
        day = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        today = [a for a in everything if a.created_at >= day]
        month = [a for a in everything if a.created_at >= day.replace(day=1)]
        return [
            (sum(map(counts, mine), ZERO), self.caps[film].film_usd),
            (sum((counts(a) for a in mine if a.scene_id == scene), ZERO), self.caps[film].scene_usd),
            (sum(map(counts, today), ZERO), self.user.day_usd),
            (sum(map(counts, month), ZERO), self.user.month_usd),
        ]

    def booked(self) -> list[Attempt]:
        return [booking.attempt for booking in self.account.bookings()]

    def counts_no_less(self, film: str) -> list[Attempt]:
        """Compared after every verb, and after every death before anything is put right."""
        everything = self.booked()
        booked = {a.id: counts(a) for a in everything}
        for attempt in self.ledgers[film][1].attempts():
            assert booked[attempt.id] >= counts(attempt), f"seed {self.seed}"
        return everything

    def holds(self, everything: list[Attempt]) -> None:
        """No cap is passed by what was reserved."""
        for film, (_, ledger, _) in self.ledgers.items():
            mine, caps = ledger.attempts(), self.caps[film]
            self.fits(mine, caps.film_usd)
            for scene in SCENES:
                self.fits([a for a in mine if a.scene_id == scene], caps.scene_usd)
        for day in {a.created_at.date() for a in everything}:
            self.fits([a for a in everything if a.created_at.date() == day], self.user.day_usd)
            month = day.replace(day=1)
            in_month = [a for a in everything if a.created_at.date().replace(day=1) == month]
            self.fits(in_month, self.user.month_usd)

    def fits(self, attempts: list[Attempt] | tuple[Attempt, ...], cap: Decimal | None) -> None:
        if cap is not None:
            counted = sum(map(counts, attempts), ZERO)
            assert counted - sum(map(above, attempts), ZERO) <= cap, f"seed {self.seed}"


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Empty ledgers, made once: making one waits for the disk."""
    folder = tmp_path_factory.mktemp("templates")
    with Account(folder / "account.sqlite") as account:
        account.set_caps(UserCaps(), now=NOW)
    for film in FILMS:
        (folder / film).mkdir()
        SqliteLedger(folder / film / "ledger.sqlite").close()
    return folder


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_cap_is_passed(tmp_path: Path, templates: Path, chunk: int) -> None:
    refused = deaths = 0
    for seed in range(chunk * PLANS // CHUNKS, (chunk + 1) * PLANS // CHUNKS):
        walk = Walk(seed, tmp_path / "walk", templates)
        for _ in range(VERBS):
            walk.step()
        refused, deaths = refused + walk.refused, deaths + walk.deaths
        for film in walk.ledgers:
            walk.close(film)
    assert refused > PLANS / CHUNKS / 2  # caps were in the way, and processes did die
    assert deaths > PLANS / CHUNKS / 4
