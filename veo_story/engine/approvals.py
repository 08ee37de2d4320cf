"""The gate of a run: a paid step is sent only when what a person has to approve before it is approved."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from veo_story.engine.board import Absent
from veo_story.engine.stop import Stopped
from veo_story.plan.gate import Gate, is_paid, stands_behind, wants_in_the_end
from veo_story.plan.takes import Take

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from veo_story.engine.board import Board
    from veo_story.engine.stop import StopSignal
    from veo_story.ledger.model import Ledger
    from veo_story.plan.model import Plan, Step

NOT_PLANNED = "the saved plan does not pay for it"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says to a take. ``reason`` may say why it is rejected."""

    verdict: Literal["approve", "reject", "later"]
    reason: str = ""


Asker = Callable[[str, Take], Awaitable[Answer]]
"""Asks a person about a take of a film (by its name). It is cancelled when the run is to stop."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What must hold for a paid step to be sent, besides the caps.

    ``sendable`` names the paid scenes that may be sent at all (None: every one). ``ask`` None: nobody is
    there, so what waits for an approval is left. ``agreed_usd`` is what a person was told that the run costs
    (None: nobody was); nothing is sent when it would be more.
    """

    gate: Gate = Gate.NONE
    sendable: frozenset[str] | None = None
    ask: Asker | None = None
    agreed_usd: Decimal | None = None


class Approvals:
    """The terms of one film's run, and what was left because of them."""

    def __init__(self, plan: Plan, terms: Terms, ledger: Ledger, board: Board, stop: StopSignal) -> None:
        self._plan = plan
        self._terms = terms
        self._ledger = ledger
        self._board = board
        self._stop = stop
        self._asking = asyncio.Lock()
        self._left: dict[str, Take] = {}
        self._held: set[str] = set()

    def behind(self, step: Step) -> tuple[str, ...]:
        """The scenes whose takes have to be there and approved before a step is sent."""
        return stands_behind(self._plan, self._terms.gate, step.scene_id)

    async def hold(self, step: Step, *, may_ask: bool) -> str | None:
        """Why a step must not be sent, in words; None when it may.

        Waits until the scenes behind it have their takes. ``may_ask`` lets a person be asked. Raises Stopped
        when the run is to end meanwhile.
        """
        because = await self._hold(step, may_ask=may_ask)
        if because is not None and may_ask:
            self._held.add(step.scene_id)
        return because

    async def _hold(self, step: Step, *, may_ask: bool) -> str | None:
        sendable = self._terms.sendable
        if sendable is not None and step.scene_id not in sendable and is_paid(self._plan, step.scene_id):
            return NOT_PLANNED
        found = await self._board.wait(self.behind(step))
        if isinstance(found, Absent):
            return f"waits for {found.scene_id}, which {found.why}"
        left = [take for take in found.values() if not await self._is_approved(take, may_ask=may_ask)]
        if not left:
            return None
        rejected = [take for take in left if self._left.get(take.id, take).rejected is not None]
        return f"{named(rejected)} was rejected" if rejected else f"waits for the approval of {named(left)}"

    async def _is_approved(self, take: Take, *, may_ask: bool) -> bool:
        async with self._asking:
            now = self._now(take)
            if now.approved:
                self._left.pop(take.id, None)
                return True
            if not may_ask:
                return False
            if take.id in self._left or now.rejected is not None or self._terms.ask is None:
                self._left.setdefault(take.id, now)
                return False
            return self._note(now, await self._answer(now))

    async def _answer(self, take: Take) -> Answer:
        assert self._terms.ask is not None
        if self._stop.is_set:
            raise Stopped
        return await self._stop.race(self._terms.ask(self._plan.film, take))

    def _note(self, take: Take, answer: Answer) -> bool:
        if answer.verdict == "approve":
            self._ledger.approve(take.id)
            return True
        if answer.verdict == "reject":
            self._ledger.reject(take.id, answer.reason)
            take = replace(take, rejected=answer.reason)
        self._left[take.id] = take
        return False

    def _now(self, take: Take) -> Take:
        """The take as the ledger has it: it may have been approved elsewhere since."""
        return next((known for known in self._ledger.takes() if known.id == take.id), take)

    def waiting(self, serving: Mapping[str, Take]) -> tuple[Take, ...]:
        """The takes that wait for a person when the run is over, in film order.

        ``serving`` maps the scenes to the takes that serve them. One that was rejected meanwhile says so.
        """
        now = {take.id: take for take in self._ledger.takes()}
        known = {scene_id: now.get(take.id, take) for scene_id, take in serving.items()}
        left = {take.id: now.get(take.id, take) for take in self._left.values()}
        left |= {take.id: take for take in wants_in_the_end(self._plan, self._terms.gate, known)}
        place = {placement.scene_id: n for n, placement in enumerate(self._plan.placements)}
        return tuple(
            sorted((t for t in left.values() if not t.approved), key=lambda t: (place[t.scene_id], t.number))
        )

    @property
    def held(self) -> tuple[str, ...]:
        """The scenes that were to be sent and were not, in film order."""
        return tuple(p.scene_id for p in self._plan.placements if p.scene_id in self._held)


def named(takes: Iterable[Take]) -> str:
    """``s01 take 1, s02 take 3``."""
    return ", ".join(f"{take.scene_id} take {take.number}" for take in takes)
