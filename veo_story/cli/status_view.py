"""What a film's folder holds, as people and programs read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veo_story.cli.output import styled
from veo_story.cli.plan_view import expiry_data
from veo_story.cli.selection import ranges
from veo_story.cli.text import count, visible, wrapped
from veo_story.cli.timing import minute
from veo_story.cli.unsettled_view import hint_of, question
from veo_story.ledger.model import Spent
from veo_story.money import usd
from veo_story.plan.expiry import Expiry, expiries
from veo_story.plan.takes import AttemptState, SceneState
from veo_story.plan.urgency import AtService, OnCopy, at_service, on_copies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from veo_story.making import Opened
    from veo_story.plan.model import Plan
    from veo_story.plan.takes import Attempt, Retake, SceneStatus
    from veo_story.storyboard.model import Budget

_OPEN = frozenset({AttemptState.INTENDED, AttemptState.SENT, AttemptState.ANSWERED, AttemptState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class StatusView:
    """A film's plan over what is stored of it. ``at_risk`` is money that waiting may cost.

    ``expiries`` are clips that the service drops, or has dropped, while they are still needed there;
    ``way_on`` is the command that settles lost answers, ``retakes`` are those that were begun and not ended.
    """

    plan: Plan
    folder: Path
    budget: Budget
    statuses: Mapping[str, SceneStatus]
    attempts: tuple[Attempt, ...]
    spent: Spent
    at_risk: tuple[AtService | OnCopy, ...] = ()
    expiries: tuple[Expiry, ...] = ()
    way_on: str = ""
    retakes: tuple[Retake, ...] = ()

    @classmethod
    def of(cls, film: Opened, now: datetime) -> StatusView:
        """The view of a film at a moment."""
        plan, stored = film.plan, film.stored
        statuses = stored.statuses(plan)
        # Of a copy that is gone the warnings say how to go on: nothing that can be waited for hangs on it.
        copies = (copy for copy in on_copies(plan, statuses, now) if not copy.is_past)
        return cls(
            plan,
            film.folder,
            film.storyboard.budget,
            statuses,
            stored.attempts,
            stored.spent or Spent(),
            at_risk=(*at_service(plan, stored.attempts, now), *copies),
            expiries=tuple(expiries(plan, statuses, now)),
            way_on=hint_of(film.storyboard.source.path, film.storyboard.variant),
            retakes=tuple(stored.orders.values()),
        )

    def text(self, width: int) -> str:
        """A line for each kind of thing there is to know, its name first."""
        lines = [f"{styled(visible(self.plan.title), 'strong')} in {self.folder}"]
        lines += [wrapped(f"{name:<10}{what}", width) for name, what in self._lines()]
        return "\n".join(lines)

    def _lines(self) -> Iterator[tuple[str, str]]:
        yield from self._scenes()
        for attempt in self.attempts:
            if attempt.state in _OPEN:
                yield "request", _attempt(attempt)
        if self.way_on and any(attempt.is_open_question for attempt in self.attempts):
            yield "", f"{self.way_on} shows the ways on"
        for retake in self.retakes:
            begun = f"{retake.scene_id} since {minute(retake.ordered_at)} is not finished"
            yield "retake", f"{begun}: the same veo-story retake goes on with it"
        yield "spent", _money(self.spent, self.budget)
        for risk in self.at_risk:
            yield "at risk", self._risk(risk)
        film = self.folder / "film.mp4"
        yield "film", str(film) if film.exists() else "not cut yet"
        for expiry in self.expiries:
            yield "warning", str(expiry)

    def _scenes(self) -> Iterator[tuple[str, str]]:
        total = len(self.plan.placements)
        for state in SceneState:
            scenes = [p.scene_id for p in self.plan.placements if self.statuses[p.scene_id].state is state]
            if scenes:
                listed = "" if len(scenes) == total else f": {self._ranges(scenes)}"
                yield str(state), f"{len(scenes)} of {count(total, 'scene')}{listed}"

    def _ranges(self, scenes: Sequence[str]) -> str:
        return ranges([placement.scene_id for placement in self.plan.placements], scenes)

    def _risk(self, risk: AtService | OnCopy) -> str:
        if isinstance(risk, OnCopy):
            verb = "extends" if len(risk.scenes) == 1 else "extend"
            return (
                f"{self._ranges(risk.scenes)} ({usd(risk.usd)} USD) {verb} a copy of {risk.parent} that "
                f"the service drops on {minute(risk.expires_at)}: render before then, else split the chain"
            )
        return f"{usd(risk.usd)} USD: {_paid(risk)}"

    def data(self) -> dict[str, Any]:
        """The same for programs; money is a decimal string in USD."""
        film, spent, budget = self.folder / "film.mp4", self.spent, self.budget
        return {
            "film": self.plan.film,
            "folder": str(self.folder),
            "path": str(film) if film.exists() else None,
            "scenes": [self._scene(placement.scene_id) for placement in self.plan.placements],
            "requests": [_request(attempt) for attempt in self.attempts if attempt.state in _OPEN],
            "retakes": [
                {
                    "scene": retake.scene_id,
                    "takes": retake.target,
                    "seam": retake.seam,
                    "why": retake.why,
                    "ordered_at": retake.ordered_at.isoformat(),
                }
                for retake in self.retakes
            ],
            "spent": {
                "settled_usd": f"{spent.settled_usd:f}",
                "reserved_usd": f"{spent.reserved_usd:f}",
                "unknown_usd": f"{spent.unknown_usd:f}",
            },
            "caps": {
                "max_usd": None if budget.max_usd is None else f"{budget.max_usd:f}",
                "per_scene_usd": None if budget.per_scene_usd is None else f"{budget.per_scene_usd:f}",
            },
            "at_risk": [_risk_data(risk, self._risk(risk)) for risk in self.at_risk],
            "expiring": [expiry_data(expiry) for expiry in self.expiries],
        }

    def _scene(self, scene_id: str) -> dict[str, Any]:
        status = self.statuses[scene_id]
        return {
            "scene": scene_id,
            "state": str(status.state),
            "why": status.reason,
            "take": None if status.take is None else status.take.id,
            "approved": status.take is not None and status.take.approved,
        }


def _attempt(attempt: Attempt) -> str:
    if attempt.state is AttemptState.UNKNOWN:
        return question(attempt)
    moment = attempt.created_at.isoformat(sep=" ", timespec="seconds")
    parts = [f"{attempt.scene_id} {attempt.state} since {moment}"]
    if attempt.operation is not None:
        parts.append(f"operation {visible(attempt.operation)}")
    if attempt.reserved_usd:
        parts.append(f"may cost {usd(attempt.reserved_usd)} USD")
    return ", ".join(parts)


def _money(spent: Spent, budget: Budget) -> str:
    parts = [f"{usd(spent.settled_usd)} USD"]
    if spent.reserved_usd:
        parts.append(f"{usd(spent.reserved_usd)} reserved for requests under way")
    if spent.unknown_usd:
        parts.append(f"{usd(spent.unknown_usd)} of unknown outcome")
    if budget.max_usd is not None:
        parts.append(f"cap {usd(budget.max_usd)}")
    if budget.per_scene_usd is not None:
        parts.append(f"cap a scene {usd(budget.per_scene_usd)}")
    return ", ".join(parts)


def _paid(risk: AtService) -> str:
    moment, scene = minute(risk.expires_at), risk.scene_id
    if not risk.fits:
        kept = "kept" if risk.is_past else "keeps"
        until = f"the service {kept} it until {moment}"
        home = "the next render brings it home as a take of the old words"
        return f"{scene} is paid as it was written before; {until}; {home}"
    if risk.is_past:
        return f"{scene} is paid and was to be brought home before {moment}; render looks whether it is there"
    return f"{scene} is paid and must be brought home before {moment}"


def _risk_data(risk: AtService | OnCopy, text: str) -> dict[str, Any]:
    told = {
        "usd": f"{risk.usd:f}",
        "before": risk.expires_at.isoformat(),
        "expired": risk.is_past,
        "text": text,
    }
    if isinstance(risk, OnCopy):
        return {"kind": "copy", "scenes": list(risk.scenes), "parent": risk.parent, **told}
    of = {"attempt": risk.attempt_id, "fits": risk.fits}
    return {"kind": "result", "scenes": [risk.scene_id], **of, **told}


def _request(attempt: Attempt) -> dict[str, Any]:
    return {
        "attempt": attempt.id,
        "scene": attempt.scene_id,
        "state": str(attempt.state),
        "operation": attempt.operation,
        "reserved_usd": f"{attempt.reserved_usd:f}",
        "created_at": attempt.created_at.isoformat(),
        "expires_at": None if attempt.expires_at is None else attempt.expires_at.isoformat(),
    }
