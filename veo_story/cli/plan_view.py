"""A plan as people and programs read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from veo_story.cli.selection import ranges
from veo_story.cli.text import clip, count, table, wrapped
from veo_story.cli.timing import seconds, timecode
from veo_story.cli.variant_view import variant_data, variant_lines
from veo_story.money import usd
from veo_story.plan.bridge import bridged_scene
from veo_story.plan.diff import in_vain
from veo_story.plan.expiry import Expiry, expiries
from veo_story.plan.takes import SceneState
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from veo_story.making import Stored
    from veo_story.plan.model import Chain, Placement, Plan, Step
    from veo_story.plan.takes import SceneStatus
    from veo_story.plan.variants import Priced
    from veo_story.storyboard.model import Storyboard

_HEADER = ("scene", "mode", "in", "out", "chain", "s", "USD", "state")
_RIGHT = frozenset({"s", "USD"})
_BESIDE_ID = 70
"""Columns that the table needs beside the scene's id, at most."""
_DROPPED = frozenset({"out", "chain"})
"""What a terminal too narrow for all shows only with ``--json``."""
_BASIS = {
    "new": "if extensions bill the assembled clip",
    "assembled": "if extensions bill only their new seconds",
}


def expiry_data(expiry: Expiry) -> dict[str, Any]:
    """A clip that is about to be dropped, for programs."""
    return {
        "scene": expiry.scene_id,
        "parent": expiry.parent,
        "expires_at": expiry.expires_at.isoformat(),
        "expired": expiry.is_past,
        "fix": expiry.offer,
        "text": str(expiry),
    }


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan, what exists of it, and what it may cost. ``spent_usd`` is what the film has cost so far.

    ``held_usd`` is reserved for requests under way or of unknown outcome; it counts against the cap.
    ``expiries`` are clips that the service drops while they are still needed there. ``in_vain_usd`` is what
    requests have cost, by scene, that gave no take of its present step. ``variants`` are films of their own.
    """

    plan: Plan
    statuses: Mapping[str, SceneStatus]
    spent_usd: Decimal = Decimal(0)
    held_usd: Decimal = Decimal(0)
    max_usd: Decimal | None = None
    confirm_over_usd: Decimal = Decimal(0)
    expiries: tuple[Expiry, ...] = ()
    in_vain_usd: Mapping[str, Decimal] = field(default_factory=dict)
    variants: tuple[Priced, ...] = ()

    @classmethod
    def of(cls, storyboard: Storyboard, plan: Plan, stored: Stored, now: datetime) -> PlanView:
        """The view of a plan over what a film's folder knows, at a moment."""
        spent, held = Decimal(0), Decimal(0)
        if stored.spent is not None:
            spent, held = stored.spent.settled_usd, stored.spent.reserved_usd + stored.spent.unknown_usd
        budget, statuses = storyboard.budget, stored.statuses(plan)
        gone = tuple(expiries(plan, statuses, now))
        lost = in_vain(plan, stored.attempts)
        return cls(plan, statuses, spent, held, budget.max_usd, budget.confirm_over_usd, gone, lost)

    def to_do(self, scenes: frozenset[str] | None = None) -> tuple[Step, ...]:
        """Steps that a render would send, of these scenes only when they are given."""
        return tuple(
            step
            for step in self.plan.steps()
            if self._missing(step) and (scenes is None or step.scene_id in scenes)
        )

    def price(self, steps: Iterable[Step]) -> tuple[Decimal, Decimal]:
        """USD that the missing takes of these steps cost: expected, and at worst."""
        wanted = [(step, self._missing(step)) for step in steps]
        expected = sum((step.expected_usd * takes for step, takes in wanted), Decimal(0))
        return expected, sum((step.worst_usd * takes for step, takes in wanted), Decimal(0))

    def _missing(self, step: Step) -> int:
        return self.statuses[step.scene_id].missing_takes

    def text(self, width: int) -> str:
        """The table, why scenes are stale, and the totals."""
        parts = [self._table(width)]
        for block in (self._reasons(), self._totals(), self._remarks()):
            lines = [wrapped(line, width) for line in block]
            if lines:
                parts.append("\n".join(lines))
        return "\n\n".join(parts)

    def _table(self, width: int) -> str:
        shown = [name for name in _HEADER if width >= _BESIDE_ID + 6 or name not in _DROPPED]
        columns = [_HEADER.index(name) for name in shown]
        longest = max(width - _BESIDE_ID, 10)
        rows = [[row[i] for i in columns] for row in self._rows(longest)]
        right = frozenset(i for i, name in enumerate(shown) if name in _RIGHT)
        return table(shown, rows, right=right, width=width)

    def _rows(self, longest: int) -> Iterator[tuple[str, ...]]:
        for placement, step, chain in self._film_order():
            yield (
                clip(step.scene_id, longest),
                str(step.mode),
                timecode(placement.start_frame),
                timecode(placement.end_frame),
                chain.id if step.mode.is_generated else "-",
                seconds(step.new_frames),
                usd(step.expected_usd * step.takes) if step.expected_usd else "-",
                str(self.statuses[step.scene_id].state),
            )

    def _reasons(self) -> Iterator[str]:
        for placement in self.plan.placements:
            status = self.statuses[placement.scene_id]
            if status.reason and status.state is not SceneState.KEPT:
                yield f"{status.scene_id} {status.state}: {status.reason}"

    def _totals(self) -> Iterator[str]:
        plan = self.plan
        generated = sum(step.new_frames for step in plan.steps() if step.mode.is_generated)
        yield (
            f"film    {seconds(plan.frames)} s, {count(plan.frames, 'frame')}, "
            f"{seconds(generated)} s of it generated by {plan.backend}"
        )
        tiers = self._tiers()
        if len(tiers) > 1:
            order = [placement.scene_id for placement in plan.placements]
            told = (f"{tier} ({ranges(order, scenes)})" for tier, scenes in tiers.items())
            yield f"tiers   {', '.join(told)}"
        to_do = self.to_do()
        footage = seconds(sum(step.new_frames * self._missing(step) for step in to_do))
        what = f"{count(len(to_do), 'scene')}, {footage} s" if to_do else "nothing"
        yield f"to do   {what}"
        if plan.worst_usd == 0 and self.spent_usd + self.held_usd == 0:
            yield "cost    free"
            return
        yield from self._costs(to_do)

    def _tiers(self) -> dict[str, list[str]]:
        """The generated scenes by tier, in film order; by model where one tier has several."""
        by_model: dict[tuple[str, str], list[str]] = {}
        for _, step, _ in self._film_order():
            if step.mode.is_generated:
                caps = self.plan.capabilities[step.scene_id]
                by_model.setdefault((caps.tier, caps.model), []).append(step.scene_id)
        if len({tier for tier, _ in by_model}) == len(by_model):
            return {tier: scenes for (tier, _), scenes in by_model.items()}
        return {model: scenes for (_, model), scenes in by_model.items()}

    def _costs(self, to_do: tuple[Step, ...]) -> Iterator[str]:
        plan = self.plan
        paid = sum(step.new_frames * step.takes for step in plan.steps() if step.expected_usd)
        yield (
            f"cost    {usd(plan.expected_usd)} USD for the whole film ({seconds(paid)} s paid), "
            f"{usd(plan.worst_usd)} at worst"
        )
        if plan.other_basis_usd != plan.expected_usd:
            yield f"        {usd(plan.other_basis_usd)} USD {_BASIS.get(plan.basis, 'by the other reading')}"
        now, worst = self.price(to_do)
        yield f"now     {usd(now)} USD, {usd(worst)} at worst"
        cap = f", cap {usd(self.max_usd)}" if self.max_usd is not None else ", no cap (a paid run needs one)"
        held = f", {usd(self.held_usd)} under way or of unknown outcome" if self.held_usd else ""
        yield f"spent   {usd(self.spent_usd)} USD{held}{cap}"

    def _remarks(self) -> Iterator[str]:
        for chain in self.plan.chains:
            if chain.split_from is not None:
                first = chain.steps[0].scene_id
                yield f"split: {first} starts a new chain from the last frame of {chain.split_from}"
        for step in self.plan.steps():
            if step.window_frames is not None:
                tail = seconds(step.window_frames)
                yield f"window: {step.scene_id} sends only the last {tail} s of {step.parent}"
        yield from self._pins()
        yield from variant_lines(self.variants)
        for expiry in self.expiries:
            yield f"warning: {expiry}"
        if self.plan.later:
            yield f"not acted on yet in this version: {', '.join(self.plan.later)}"

    def _pins(self) -> Iterator[str]:
        order = list(self._film_order())
        for (_, before, _), (_, step, _) in zip([order[0], *order], order, strict=False):
            take = self.statuses[step.scene_id].take
            if step.kept is None or take is None:
                continue
            stays = f"kept: {step.scene_id} stays on {take.id}"
            made_from = self.statuses[before.scene_id].take
            if bridged_scene(before.scene_id) == step.scene_id:
                yield f"{stays}: a bridge of {seconds(before.new_frames)} s leads to it"
            elif not take.parents or before is step:
                yield stays
            elif made_from is not None and made_from.id in take.parents:
                yield f"{stays}: it goes on from {made_from.id}"
            else:
                yield f"{stays}: hard cut after {before.scene_id}"

    def data(self) -> dict[str, Any]:
        """The same for programs; money is a decimal string in USD, times are frames at ``fps``."""
        plan, to_do = self.plan, self.to_do()
        now, worst = self.price(to_do)
        return {
            "film": plan.film,
            "title": plan.title,
            "backend": plan.backend,
            "fps": FPS,
            "frames": plan.frames,
            "scenes": [self._scene(*scene) for scene in self._film_order()],
            "chains": [
                {"chain": c.id, "scenes": [s.scene_id for s in c.steps], "split_from": c.split_from}
                for c in plan.chains
            ],
            "cost": {
                "expected_usd": f"{plan.expected_usd:f}",
                "worst_usd": f"{plan.worst_usd:f}",
                "other_basis_usd": f"{plan.other_basis_usd:f}",
                "basis": plan.basis,
                "now_usd": f"{now:f}",
                "now_worst_usd": f"{worst:f}",
                "spent_usd": f"{self.spent_usd:f}",
                "held_usd": f"{self.held_usd:f}",
                "max_usd": None if self.max_usd is None else f"{self.max_usd:f}",
            },
            "to_do": [step.scene_id for step in to_do],
            "warnings": list(plan.warnings),
            "expiring": [expiry_data(expiry) for expiry in self.expiries],
            "variants": [variant_data(variant) for variant in self.variants],
            "later": list(plan.later),
        }

    def _film_order(self) -> Iterator[tuple[Placement, Step, Chain]]:
        found = {step.scene_id: (step, chain) for chain in self.plan.chains for step in chain.steps}
        for placement in self.plan.placements:
            yield placement, *found[placement.scene_id]

    def _scene(self, placement: Placement, step: Step, chain: Chain) -> dict[str, Any]:
        status = self.statuses[step.scene_id]
        return {
            "scene": step.scene_id,
            "mode": str(step.mode),
            "in": timecode(placement.start_frame),
            "out": timecode(placement.end_frame),
            "start_frame": placement.start_frame,
            "end_frame": placement.end_frame,
            "chain": chain.id,
            "parent": step.parent,
            "new_frames": step.new_frames,
            "state": str(status.state),
            "why": status.reason,
            "take": None if status.take is None else status.take.id,
            "backend": step.backend,
            "tier": self.plan.capabilities[step.scene_id].tier,
            "model": step.model,
            "kept": step.kept,
            "fingerprint": step.fingerprint,
            "takes": step.takes,
            "missing_takes": status.missing_takes,
            "expected_usd": f"{step.expected_usd * step.takes:f}",
            "worst_usd": f"{step.worst_usd * step.takes:f}",
        }
