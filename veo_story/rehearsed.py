"""What the emulator's bill tells of a rehearsal: scene by scene, what was paid and where time went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from veo_story.engine.run import RunResult
    from veo_story.film.cut_film import FilmReport
    from veo_story.plan.model import Plan

PROCESSING_S = 15.0
"""How long a clip of the Gemini API cannot be extended yet after it is done."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A line of the emulator's bill. ``scene_id`` is None where nobody here knows of it.

    Times are emulated seconds since the first request; None where that did not happen.
    """

    scene_id: str | None
    operation: str
    mode: str
    seconds: int
    samples: int
    usd: Decimal
    outcome: str
    sent_s: float
    done_s: float | None
    noticed_s: float | None

    @property
    def dead_s(self) -> float | None:
        """How long the clip lay there before it was noticed here."""
        return None if self.done_s is None or self.noticed_s is None else self.noticed_s - self.done_s


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How it went. ``expected`` maps each paid scene to what the plan expects of it, in USD.

    ``makespan_s`` is from the first request to the last clip that was noticed, ``critical_s`` the longest
    path through the film's chains, both in emulated seconds. ``scripted``: faults were asked for.
    """

    run: RunResult
    film: FilmReport | None
    generations: tuple[Generation, ...]
    expected: Mapping[str, Decimal]
    makespan_s: float
    critical_s: float
    scripted: bool

    @property
    def billed_usd(self) -> Decimal:
        """What the emulator asked for."""
        return sum((g.usd for g in self.generations), Decimal(0))

    @property
    def expected_usd(self) -> Decimal:
        """What the plan expects."""
        return sum(self.expected.values(), Decimal(0))

    @property
    def overpaid(self) -> tuple[str, ...]:
        """Scenes that were billed for more than the plan expects: a scene was paid twice."""
        billed: dict[str, Decimal] = {}
        for generation in self.generations:
            name = generation.scene_id or "?"
            billed[name] = billed.get(name, Decimal(0)) + generation.usd
        return tuple(name for name, usd in billed.items() if usd > self.expected.get(name, Decimal(0)))


def read_bill(
    charges: Sequence[Mapping[str, object]],
    operations: Mapping[str, str],
    lost: Iterable[tuple[str, str]] = (),
) -> tuple[Generation, ...]:
    """The lines of the bill in the order in which they were accepted.

    ``operations`` maps the operations that the ledger knows to their scenes; a backend may keep more in an
    operation's name than the service's own. ``lost`` are scene and prompt of each request whose answer never
    came.
    """
    unanswered = list(lost)
    if not charges:
        return ()
    began = min(_moment(charge["accepted_at"]) for charge in charges)

    def since(moment: object) -> float | None:
        return None if moment is None else (_moment(moment) - began) / timedelta(seconds=1)

    def scene_of(operation: str, prompt: object) -> str | None:
        for known, scene_id in operations.items():
            if operation in known:
                return scene_id
        found = next((one for one in unanswered if one[1] == prompt), None)
        if found is None:
            return None
        unanswered.remove(found)
        return found[0]

    def line(charge: Mapping[str, object]) -> Generation:
        operation = str(charge["operation"])
        return Generation(
            scene_id=scene_of(operation, charge["prompt"]),
            operation=operation,
            mode=str(charge["mode"]),
            seconds=int(str(charge["seconds"])),
            samples=int(str(charge["samples"])),
            usd=Decimal(str(charge["usd"])),
            outcome=str(charge["outcome"]),
            sent_s=since(charge["accepted_at"]) or 0.0,
            done_s=since(charge["done_at"]),
            noticed_s=since(charge["noticed_at"]),
        )

    return tuple(sorted(map(line, charges), key=lambda generation: generation.sent_s))


def critical_path(plan: Plan, generations: Sequence[Generation], platform: str) -> float:
    """The least time, in emulated seconds, in which the film could have been made by what the service took.

    The longest way through scenes that need each other; chains side by side cost nothing here.
    """
    took = {
        g.scene_id: g.done_s - g.sent_s
        for g in generations
        if g.scene_id is not None and g.done_s is not None and g.outcome == "done"
    }
    over: dict[str, float] = {}
    steps = {step.scene_id: step for step in plan.steps()}
    # In film order what a scene needs has been looked at before it.
    for placement in plan.placements:
        step = steps[placement.scene_id]
        began = max((over[need] for need in step.needs), default=0.0)
        if platform == "gemini" and step.mode is Mode.EXTEND:
            began += PROCESSING_S
        over[step.scene_id] = began + took.get(step.scene_id, 0.0)
    return max(over.values(), default=0.0)


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
