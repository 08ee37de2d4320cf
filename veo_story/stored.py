"""What a film's folder knows, and the plan that follows from what a person has chosen there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from veo_story.storyboard.finish import film_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from veo_story.ledger.model import Spent
    from veo_story.plan.model import Plan
    from veo_story.plan.renamed import Move
    from veo_story.plan.takes import Attempt, Pin, Retake, SceneStatus, Take
    from veo_story.storyboard.model import Storyboard

LEDGER = "ledger.sqlite"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a film's folder knows; empty where nothing was rendered yet.

    ``moved`` is what serves another scene here than the ledger says: scenes that were renamed since.
    """

    takes: tuple[Take, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    picks: Mapping[str, str] | None = None
    spent: Spent | None = None
    pins: Mapping[str, Pin] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, Retake] = field(default_factory=dict)
    moved: tuple[Move, ...] = ()

    def spliced(self, plan: Plan) -> Plan:
        """The plan with the scenes that a person has pinned to a take, and their bridges."""
        if not self.pins:
            return plan
        from veo_story.plan.splice import splice

        return splice(plan, self.pins, self.takes)

    def renamed(self, plan: Plan) -> Stored:
        """The same with takes and choices at the scenes that they serve in a plan as it was compiled."""
        from veo_story.plan.renamed import follow, follow_choices, moves

        moved = moves(plan, self.takes, self.attempts, self.pins)
        if not moved:
            return self
        takes = follow(moved, self.takes)
        picks, pins = follow_choices(moved, takes, self.picks or {}, self.pins)
        attempts = follow(moved, self.attempts)
        return replace(self, takes=takes, attempts=attempts, picks=picks, pins=pins, moved=moved)

    def statuses(self, plan: Plan) -> dict[str, SceneStatus]:
        """What each scene of the plan needs."""
        from veo_story.plan.diff import diff

        return diff(plan, self.takes, self.attempts, self.picks or {})

    def serving(self, plan: Plan) -> dict[str, Take]:
        """The take that serves each scene that has one."""
        statuses = self.statuses(plan).values()
        return {status.scene_id: status.take for status in statuses if status.take is not None}


def read_stored(folder: Path) -> Stored:
    """Read a film's ledger; folder and ledger need not exist, and neither is made. Raises LedgerError."""
    path = folder / LEDGER
    if not path.exists():
        return Stored()
    from veo_story.ledger.sqlite import SqliteLedger

    with SqliteLedger(path) as ledger:
        return Stored(
            takes=ledger.takes(),
            attempts=ledger.attempts(),
            picks=ledger.picks(),
            spent=ledger.spent(),
            pins=ledger.pins(),
            tiers=ledger.tiers(),
            orders=ledger.orders(),
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """A film: its storyboard, its plan, its folder and what that knows.

    ``compiled`` is the plan as the storyboard and the promoted tiers give it, ``plan`` the one with the
    pinned scenes in it: what is rendered and cut.
    """

    storyboard: Storyboard
    compiled: Plan
    plan: Plan
    folder: Path
    stored: Stored

    @property
    def left_out(self) -> tuple[str, ...]:
        """A sentence for each promotion and pin that no longer applies and each bridge that cannot be."""
        there = {step.scene_id for step in self.compiled.steps()}
        promoted = (
            f"{scene_id} was promoted to {tier}, and the film has no such scene now; if it has another name, "
            f"promote that before you render: its take is there; 'promote FILE {scene_id} --undo' forgets it"
            for scene_id, tier in self.stored.tiers.items()
            if scene_id not in there
        )
        return (*promoted, *self.plan.warnings[len(self.compiled.warnings) :])


def open_film(
    file: Path,
    renders: Path,
    make_plan: Callable[[Mapping[str, str]], tuple[Storyboard, Plan]],
    *,
    variant: str | None = None,
) -> Opened:
    """Open the film of a storyboard: what a person has chosen of it, and the plan that follows from that.

    ``make_plan`` compiles for the promoted scenes, which it gets with their tiers. A ``variant`` that is made
    anew has a folder of its own, with its own ledger. Raises LedgerError and whatever ``make_plan`` raises.
    """
    folder = renders / film_name(file, variant)
    stored = read_stored(folder)
    storyboard, compiled = make_plan(stored.tiers)
    stored = stored.renamed(compiled)
    return Opened(storyboard, compiled, stored.spliced(compiled), folder, stored)
