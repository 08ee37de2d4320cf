"""A plan that a person has looked at and wants paid, and nothing but that: what it was, what changed since.

Pure. :mod:`veo_story.plan.saved_document` writes and reads it as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from veo_story.money import usd
from veo_story.plan.changes import changed, listed, own_parts
from veo_story.plan.fingerprint import AFTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from veo_story.plan.model import Plan, Step
    from veo_story.plan.takes import SceneStatus
    from veo_story.storyboard.model import Budget

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class SavedOptions:
    """What shaped the plan besides the storyboard: the options of the command line."""

    backend: str | None = None
    tier: str | None = None
    local_result: Literal["tail", "combined"] | None = None


@dataclass(frozen=True, slots=True)
class SavedModel:
    """A model that the plan asks, from when on its prices hold and where they were read."""

    backend: str
    model: str
    prices_from: date | None
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SavedScene:
    """A scene as it was planned. Prices are of one take; ``missing`` takes were to be paid for then.

    ``take`` is the id of the take that served, ``made_from`` those of the scenes it needs as far as they were
    there, ``pinned`` the take that the scene was pinned to.
    """

    scene_id: str
    mode: str
    backend: str
    model: str
    fingerprint: str
    parts: Mapping[str, str]
    expected_usd: Decimal
    worst_usd: Decimal
    takes: int
    missing: int
    take: str | None
    made_from: tuple[str, ...]
    pinned: str | None

    @property
    def to_pay_usd(self) -> Decimal:
        """What its missing takes were expected to cost."""
        return self.expected_usd * self.missing


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """``storyboard`` is its path from the document's folder, ``sha256`` the digest of its bytes then.

    ``counted_usd`` is what counted against the film's cap when the plan was made: spent, reserved, unknown.
    ``max_usd`` and ``per_scene_usd`` are the caps of that day; the caps of today hold.
    """

    storyboard: str
    sha256: str
    film: str
    made_at: datetime
    options: SavedOptions
    basis: str
    max_usd: Decimal | None
    per_scene_usd: Decimal | None
    counted_usd: Decimal
    models: tuple[SavedModel, ...]
    scenes: tuple[SavedScene, ...]

    @property
    def expected_usd(self) -> Decimal:
        """What it pays for, in all, by the budget's reading."""
        return sum((scene.to_pay_usd for scene in self.scenes), _NOTHING)

    @property
    def worst_usd(self) -> Decimal:
        """The same by the dearer reading."""
        return sum((scene.worst_usd * scene.missing for scene in self.scenes), _NOTHING)

    @property
    def sendable(self) -> frozenset[str]:
        """The scenes that it pays for."""
        return frozenset(scene.scene_id for scene in self.scenes if scene.missing)

    def cap(self, now: Now) -> Decimal:
        """What the film may cost in all, so that no more than this total is paid in however many runs."""
        return min(self.counted_usd + self.expected_usd, now.counted_usd + now.to_pay_usd)


@dataclass(frozen=True, slots=True)
class Now:
    """The plan as it is compiled today, over what exists. ``counted_usd`` counts against the film's cap."""

    plan: Plan
    statuses: Mapping[str, SceneStatus]
    counted_usd: Decimal

    @property
    def to_pay_usd(self) -> Decimal:
        """What the missing takes are expected to cost."""
        return sum((self.price(step) for step in self.plan.steps()), _NOTHING)

    def missing(self, step: Step) -> int:
        """How many takes of a step are to be asked for."""
        return self.statuses[step.scene_id].missing_takes

    def price(self, step: Step) -> Decimal:
        """What they are expected to cost."""
        return step.expected_usd * self.missing(step)

    def steps(self) -> Iterator[Step]:
        """The steps in the order of the film."""
        known = {step.scene_id: step for step in self.plan.steps()}
        return (known[placement.scene_id] for placement in self.plan.placements)


def save_plan(
    now: Now, budget: Budget, options: SavedOptions, *, storyboard: str, sha256: str, made_at: datetime
) -> SavedPlan:
    """The plan as it is to be written down."""
    used = {step.scene_id: now.plan.capabilities[step.scene_id] for step in now.plan.steps()}
    models = {(caps.backend, caps.model): caps for caps in used.values()}
    return SavedPlan(
        storyboard=storyboard,
        sha256=sha256,
        film=now.plan.film,
        made_at=made_at,
        options=options,
        basis=now.plan.basis,
        max_usd=budget.max_usd,
        per_scene_usd=budget.per_scene_usd,
        counted_usd=now.counted_usd,
        models=tuple(SavedModel(c.backend, c.model, c.prices_from, c.sources) for c in models.values()),
        scenes=tuple(_scene(now, step) for step in now.steps()),
    )


def _scene(now: Now, step: Step) -> SavedScene:
    takes = {scene_id: status.take for scene_id, status in now.statuses.items()}
    serving = takes[step.scene_id]
    return SavedScene(
        scene_id=step.scene_id,
        mode=step.mode.value,
        backend=step.backend,
        model=step.model,
        fingerprint=step.fingerprint,
        parts=step.parts,
        expected_usd=step.expected_usd,
        worst_usd=step.worst_usd,
        takes=step.takes,
        missing=now.missing(step),
        take=None if serving is None else serving.id,
        made_from=tuple(take.id for need in step.needs if (take := takes[need]) is not None),
        pinned=step.kept,
    )


def differences(saved: SavedPlan, now: Now) -> tuple[str, ...]:
    """What keeps ``saved`` from being paid today, in words; empty when it is what it was.

    What an interrupted run of it has made since is no difference, and neither is what no model sees (notes,
    titles, trims, the order of the film).
    """
    return tuple(_differences(saved, now))


def _differences(saved: SavedPlan, now: Now) -> Iterator[str]:
    if saved.basis != now.plan.basis:
        yield f"budget.basis was {saved.basis}, is {now.plan.basis}"
    then = {scene.scene_id: scene for scene in saved.scenes}
    for step in now.steps():
        old = then.pop(step.scene_id, None)
        if old is None:
            price = now.price(step)
            yield f"{step.scene_id} is new" + (f" ({usd(price)} USD)" if price else "")
        else:
            yield from _of_scene(old, step, now)
    for gone in then:
        yield f"{gone} is gone"
    over = now.counted_usd + now.to_pay_usd - saved.counted_usd - saved.expected_usd
    if over > 0:
        yield f"{usd(over)} USD more than the plan says would be paid for the film since it was made"


def _of_scene(old: SavedScene, step: Step, now: Now) -> Iterator[str]:
    if old.fingerprint != step.fingerprint:
        paid = f" ({usd(old.to_pay_usd)} -> {usd(now.price(step))} USD)"
        yield f"{step.scene_id}: {_content(old, step)}{paid if old.to_pay_usd or now.price(step) else ''}"
        return
    if old.pinned != step.kept:
        yield f"{step.scene_id} was {_pinned(old.pinned)}, is {_pinned(step.kept)}"
    if old.takes != step.takes:
        yield f"takes of {step.scene_id} was {old.takes}, is {step.takes}"
    if now.missing(step) and old.expected_usd != step.expected_usd:
        yield f"price of {step.scene_id} was {usd(old.expected_usd)}, is {usd(step.expected_usd)} USD"
    elif now.missing(step) and old.worst_usd != step.worst_usd:
        yield f"worst price of {step.scene_id} was {usd(old.worst_usd)}, is {usd(step.worst_usd)} USD"
    yield from _of_takes(old, step, now)


def _of_takes(old: SavedScene, step: Step, now: Now) -> Iterator[str]:
    serving = now.statuses[step.scene_id].take
    if old.take is not None and (serving is None or (not old.missing and serving.id != old.take)):
        instead = "nothing serves now" if serving is None else f"{serving.id} serves now"
        yield f"{step.scene_id}'s take {old.take} was rejected, replaced or is gone: {instead}"
    elif now.missing(step) > old.missing and old.takes == step.takes:
        yield f"{step.scene_id} wants {now.missing(step)} more to be made, {old.missing} were planned"


def _content(old: SavedScene, step: Step) -> str:
    own = changed(own_parts(step.parts), own_parts(old.parts))
    if own:
        return f"{listed(own)} changed"
    before = {name: digest for name, digest in old.parts.items() if name.startswith(AFTER)}
    follows = [
        need for need in step.needs if before.get(f"{AFTER}{need}") != step.parts.get(f"{AFTER}{need}")
    ]
    return f"follows {', '.join(follows)}" if follows else "it is another request"


def _pinned(take_id: str | None) -> str:
    return "not pinned" if take_id is None else f"pinned to {take_id}"
