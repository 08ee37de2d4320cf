"""The person who answers for requests of unknown outcome, by ``veo-story reconcile`` and the bill."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.crash.filming import Filming
from tests.crash.folder import Snapshot
from tests.crash.moments import Moment
from tests.crash.told import Answer, Unknown

Row = Mapping[str, Any]
_HASTY, _RISKED, _RESENT, _KILLED = 0.2, 0.15, 0.4, 0.15


@dataclass
class Person:
    """Looks at the bill as people would at their account's, and never guesses."""

    filming: Filming
    choice: random.Random

    def answer(self) -> None:
        """Say something about every request of unknown outcome that is asked about."""
        offered = self._check(patient=self.choice.random() > _HASTY)
        for attempt in self.filming.look().unknown:
            self._decide(attempt, offered)

    def close(self) -> None:
        """Write down what became of requests that were sent again without waiting for an answer."""
        offered = self._check(patient=True)
        for attempt in self.filming.look().in_state("unknown"):
            lost = self._lost(attempt)
            if lost is not None and lost["operation"] in offered:
                self._do(attempt, "adopted", True, "--adopt", lost["operation"])
            else:
                cost = "0" if lost is None else lost["usd"]
                self._do(attempt, "settled", lost is not None, "--settle", cost)

    def _check(self, *, patient: bool) -> set[str]:
        """Look whether lost requests are found; the operations that are offered for the others.

        Who is patient comes back when all is made that was accepted.
        """
        while patient and any(charge["outcome"] == "running" for charge in self.filming.service.charges()):
            self.filming.service.emulator.advance(1.0)
        before = {one["id"] for one in self.filming.look().in_state("unknown")}
        told = self.filming.ask("reconcile", "film.yaml", "--check", *self.filming.place)
        for attempt in self.filming.look().in_state("answered"):
            if attempt["id"] in before:
                self._note(attempt, "found again", True)
        return {offer["operation"] for one in told["requests"] for offer in one["candidates"]}

    def _decide(self, attempt: Row, offered: set[str]) -> None:
        lost = self._lost(attempt)
        if lost is None:
            if self.choice.random() < _RESENT:
                self._again(attempt, False)
            else:
                self._do(attempt, "settled", False, "--settle", "0")
        elif lost["operation"] in offered and self.choice.random() > _RISKED:
            self._do(attempt, "adopted", True, "--adopt", lost["operation"])
        elif self.choice.random() < _RESENT:
            self._again(attempt, True)
        else:
            self._do(attempt, "settled", True, "--settle", lost["usd"])
            self._consent(attempt)

    def _again(self, attempt: Row, accepted: bool) -> None:
        self._do(attempt, "sent again", accepted, "--again")
        self._consent(attempt)

    def _consent(self, attempt: Row) -> None:
        prompt = self.filming.look().prompt(attempt)
        self.filming.consents[prompt] += attempt["samples"]

    def _do(self, attempt: Row, answer: Answer, accepted: bool, *words: str) -> None:
        self._note(attempt, answer, accepted)
        self._reconcile(attempt["scene_id"], "--attempt", attempt["id"], *words)

    def _note(self, attempt: Row, answer: Answer, accepted: bool) -> None:
        self.filming.told.unknowns.append(Unknown(attempt["scene_id"], attempt["id"], answer, accepted))

    def _reconcile(self, *words: str) -> None:
        """Say it; who is killed while saying it says it again, if it was not heard."""
        moment = None
        if self.choice.random() < _KILLED:
            moment = Moment("early", delay_s=self.choice.uniform(0, 0.08))
        before = self.filming.look().stand
        victim = self.filming.run("reconcile", "film.yaml", *words, *self.filming.place, moment=moment)
        if victim.code == -9 and self.filming.look().stand == before:
            self.filming.run("reconcile", "film.yaml", *words, *self.filming.place)

    def _lost(self, attempt: Row) -> Row | None:
        return lost_charge(self.filming.look(), attempt, self.filming.service.charges())


def lost_charge(left: Snapshot, attempt: Row, charges: Sequence[Row]) -> Row | None:
    """The charge of an attempt whose answer was lost; None when the service never accepted it."""
    known = {one["operation"] for one in left.attempts}
    prompt = left.prompt(attempt)
    sent = [(_moment(a["sent_at"]), a) for a in left.attempts if a["sent_at"] and left.prompt(a) == prompt]
    for charge in charges:
        if charge["prompt"] == prompt and charge["operation"] not in known:
            at = _moment(charge["accepted_at"])
            owner = [one for began, one in sent if began <= at and one["operation"] not in _exact(charges)]
            if owner and owner[-1]["id"] == attempt["id"]:
                return charge
    return None


def _exact(charges: Sequence[Row]) -> set[str]:
    return {charge["operation"] for charge in charges}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def usd(charges: Sequence[Row]) -> Decimal:
    """What a bill comes to."""
    return sum((Decimal(charge["usd"]) for charge in charges), Decimal(0))
