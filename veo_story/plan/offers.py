"""Which model each scene is asked of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

from veo_story.errors import ConfigError
from veo_story.storyboard.codes import problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from veo_story.catalog.catalog import Catalog
    from veo_story.catalog.model import Capabilities
    from veo_story.errors import Problem, Where
    from veo_story.storyboard.model import Scene, Storyboard

LOCAL = "local"
"""The platform of the scenes that are made on this machine whatever renders the rest."""

_NOBODY: Mapping[str, str] = MappingProxyType({})
_SOON_DAYS = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for beside the storyboard.

    ``backend`` takes the place of ``render.backend``; ``tier`` that of ``render.tier`` and ``render.model``,
    for all scenes without a tier of their own. ``tiers`` maps promoted scenes to their tier, which wins.
    ``returns`` says how a backend that has the choice answers an extension.
    """

    backend: str | None = None
    returns: str | None = None
    tier: str | None = None
    tiers: Mapping[str, str] = field(default_factory=lambda: _NOBODY)

    def tier_of(self, scene: Scene) -> str | None:
        """The tier that decides which model makes a scene; None leaves it to ``render:``."""
        return self.tiers.get(scene.id) or scene.tier or self.tier


def choose_models(
    storyboard: Storyboard, catalog: Catalog, asked: Asked
) -> tuple[Mapping[str, Capabilities], list[Problem]]:
    """The capabilities behind every scene, by scene id, and what the author chose that does not exist.

    Raises ConfigError for a ``backend``, ``tier`` or ``returns`` of the caller's that nobody offers.
    """
    backend = asked.backend or storyboard.render.backend
    if asked.backend is not None:
        catalog.platform(backend)
    if asked.tier is not None:
        catalog.capabilities(backend, asked.tier)
    local = catalog.capabilities(LOCAL)
    found: dict[str, Capabilities] = {}
    problems: list[Problem] = []
    by_tier: dict[str | None, Capabilities | None] = {}
    for scene in storyboard.scenes():
        if not scene.mode.is_generated:
            found[scene.id] = local
            continue
        tier = asked.tier_of(scene)
        if tier not in by_tier:
            try:
                by_tier[tier] = _offer(storyboard, catalog, backend, tier)
            except ConfigError as error:
                by_tier[tier] = None
                where, hint = chosen_at(storyboard, scene), error.hint
                if scene.id in asked.tiers:
                    where, hint = storyboard.where(scene), f"{scene.id} was promoted to it; {hint}"
                problems.append(problem("VS117", where, error.message, hint))
        caps = by_tier[tier]
        if caps is not None:
            found[scene.id] = _answering(caps, asked.returns)
    return found, problems


def chosen_at(storyboard: Storyboard, scene: Scene) -> Where:
    """The place in the file that decided which model makes a scene."""
    if scene.tier is not None:
        return storyboard.where(scene, "tier")
    key = "backend" if storyboard.render.model is None else "model"
    return storyboard.source.where(("render", key))


def retirements(
    storyboard: Storyboard, offers: Mapping[str, Capabilities], catalog: Catalog, today: date
) -> list[Problem]:
    """A warning for every model that is switched off, or soon will be."""
    warned: dict[str, Problem] = {}
    for scene in storyboard.scenes():
        caps = offers[scene.id]
        if caps.model in warned or not _is_going(caps, today):
            continue
        where = chosen_at(storyboard, scene)
        warned[caps.model] = problem("VS250", where, _retirement(caps, today), _instead(caps, catalog, today))
    return list(warned.values())


def _is_going(caps: Capabilities, today: date) -> bool:
    return caps.retired_on is not None and (caps.retired_on - today).days <= _SOON_DAYS


def _instead(caps: Capabilities, catalog: Catalog, today: date) -> str | None:
    """Paid models of today's tiers that stay, on the same platform if there are any."""
    current = (catalog.capabilities(p.id, tier) for p in catalog.platforms for tier in p.tiers)
    staying = {(m.backend, m.model): m for m in current if not m.is_free and not _is_going(m, today)}
    near = [m for m in staying.values() if m.backend == caps.backend] or list(staying.values())
    return "; ".join(f"{m.backend} offers {m.model} ({m.tier})" for m in near) or None


def _retirement(caps: Capabilities, today: date) -> str:
    assert caps.retired_on is not None
    if caps.retired_note is not None:
        return f"{caps.backend}: {caps.model} may be switched off any day: {caps.retired_note}"
    if caps.is_gone(today):
        return f"{caps.backend}: {caps.model} was switched off on {caps.retired_on}"
    return f"{caps.backend}: {caps.model} will be switched off on {caps.retired_on}"


def _offer(storyboard: Storyboard, catalog: Catalog, backend: str, tier: str | None) -> Capabilities:
    render = storyboard.render
    if tier is not None:
        return catalog.capabilities(backend, tier)
    if render.model is None:
        return catalog.capabilities(backend, render.tier)
    if backend == render.backend or any(m.model == render.model for m in catalog.models(backend)):
        return catalog.capabilities(backend, model=render.model)
    # A model is one platform's; asking "what if" of another platform means its model of the same tier.
    tiers = [m.tier for m in catalog.models() if m.model == render.model]
    return catalog.capabilities(backend, *tiers[:1])


def _answering(caps: Capabilities, returns: str | None) -> Capabilities:
    if returns is None or returns == caps.returns:
        return caps
    if returns not in caps.can_return:
        choice = " or ".join(caps.can_return or (caps.returns,))
        raise ConfigError(f"{caps.backend} answers an extension with {choice}, not with '{returns}'")
    return replace(caps, returns=cast('Literal["combined", "tail"]', returns))
