"""Compile a storyboard to a plan: chains of steps with words, inputs, fingerprints and prices.

Pure: what it knows of the world (today, digests of files) comes in as arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.errors import Severity
from veo_story.plan.chains import lay_chains
from veo_story.plan.finishing import check_finishing
from veo_story.plan.later import not_yet
from veo_story.plan.limits import check_extension, check_film, check_scene
from veo_story.plan.model import Chain, Plan
from veo_story.plan.money import check_caps
from veo_story.plan.offers import Asked, choose_models, retirements
from veo_story.plan.placement import check_joins, check_trims, place
from veo_story.plan.shapes import check_shapes
from veo_story.plan.steps import Made, check_prompts, make_steps
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from veo_story.catalog.catalog import Catalog
    from veo_story.catalog.model import Capabilities
    from veo_story.errors import Problem
    from veo_story.plan.chains import Laid
    from veo_story.plan.draft import Draft
    from veo_story.storyboard.model import Storyboard

_NO_TIERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plan, or None when there are errors; warnings and notes come with either."""

    plan: Plan | None
    problems: tuple[Problem, ...]


def compile_plan(
    storyboard: Storyboard,
    catalog: Catalog,
    digests: Mapping[Path, str],
    *,
    today: date,
    backend: str | None = None,
    returns: str | None = None,
    tier: str | None = None,
    tiers: Mapping[str, str] = _NO_TIERS,
) -> Compiled:
    """Compile for ``render.backend``, or for ``backend``.

    ``digests`` maps the author's files to their SHA-256; without them the fingerprints do not count.
    ``returns`` (``tail``, ``combined``) says how a backend that has the choice answers an extension.
    ``tier`` is for the whole film but the scenes with a tier of their own, and wins over ``render.model``;
    ``tiers`` maps scenes that were promoted to their tier, which wins over everything.

    Raises ConfigError for a ``backend``, ``returns`` or ``tier`` that nobody offers.
    """
    offers, problems = choose_models(storyboard, catalog, Asked(backend, returns, tier, tiers))
    if problems:
        return Compiled(None, tuple(problems))
    laid = lay_chains(storyboard, offers)
    drafts = _in_film_order(storyboard, laid)
    problems = [
        *laid.problems,
        *_unique(_checks(storyboard, laid, drafts)),
        *check_shapes(storyboard, offers),
        *retirements(storyboard, offers, catalog, today),
    ]
    made = {} if _has_errors(problems) else make_steps(storyboard, drafts, digests)
    problems += [*check_prompts(storyboard, drafts, made), *check_caps(storyboard, made)]
    if _has_errors(problems):
        return Compiled(None, tuple(problems))
    name = backend or storyboard.render.backend
    return Compiled(_plan(storyboard, name, laid, drafts, made, offers, problems), tuple(problems))


def _in_film_order(storyboard: Storyboard, laid: Laid) -> list[Draft]:
    by_id = {draft.scene.id: draft for chain in laid.chains for draft in chain.drafts}
    return [by_id[scene.id] for scene in storyboard.scenes()]


def _checks(storyboard: Storyboard, laid: Laid, drafts: list[Draft]) -> Iterator[Problem]:
    models = {d.capabilities.model: d for d in reversed(drafts) if d.scene.mode.is_generated}
    for draft in models.values():
        yield from check_film(storyboard, draft)
    for chain in laid.chains:
        for draft in chain.drafts:
            if draft.mode is Mode.EXTEND:
                yield from check_extension(storyboard, draft)
                break
    for draft in drafts:
        yield from check_scene(storyboard, draft)
    yield from check_trims(storyboard, drafts)
    yield from check_joins(storyboard, drafts)
    yield from check_finishing(storyboard, drafts)


def _unique(problems: Iterable[Problem]) -> Iterator[Problem]:
    # What stands in `defaults:` or `render:` is wrong once, however many scenes take it from there.
    return iter({(p.code, p.where): p for p in problems}.values())


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(p.severity is Severity.ERROR for p in problems)


def _plan(
    storyboard: Storyboard,
    backend: str,
    laid: Laid,
    drafts: list[Draft],
    made: Mapping[str, Made],
    offers: Mapping[str, Capabilities],
    problems: Iterable[Problem],
) -> Plan:
    basis = storyboard.budget.basis
    chains = tuple(
        Chain(f"c{i}", tuple(made[d.scene.id].step for d in chain.drafts), chain.split_from)
        for i, chain in enumerate(laid.chains, 1)
    )
    costs = [(m.cost, m.step.takes) for m in made.values()]
    return Plan(
        film=storyboard.name,
        title=storyboard.title,
        backend=backend,
        chains=chains,
        placements=place(drafts),
        capabilities=MappingProxyType(dict(offers)),
        expected_usd=sum((c.by(basis) * n for c, n in costs), Decimal(0)),
        worst_usd=sum((c.worst_usd * n for c, n in costs), Decimal(0)),
        other_basis_usd=sum((c.other_than(basis) * n for c, n in costs), Decimal(0)),
        basis=basis,
        later=not_yet(storyboard),
        warnings=tuple(p.message for p in problems),
    )
