"""Ask which model serves a tier on a platform, and what it can do."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from veo_story.catalog.read import Platform, read_models, read_platforms
from veo_story.errors import ConfigError
from veo_story.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from veo_story.catalog.model import Capabilities

DEFAULT_TIER = "fast"
ANY_TIER = "any"
"""The tier of a model that serves every tier of its platform."""

_BUILT_IN = Path(__file__).parent / "models.json"


@dataclass(frozen=True, slots=True)
class Catalog:
    """All known models. ``checked_on`` is the day on which the data was last compared with its sources."""

    checked_on: date
    platforms: tuple[Platform, ...]
    rows: tuple[Capabilities, ...]

    def backends(self) -> tuple[str, ...]:
        """Names of the platforms."""
        return tuple(p.id for p in self.platforms)

    def platform(self, backend: str) -> Platform:
        """The platform of a backend. Raises ConfigError with a did-you-mean for an unknown one."""
        for platform in self.platforms:
            if platform.id == backend:
                return platform
        raise ConfigError(f"there is no backend '{backend}'", hint=_did_you_mean(backend, self.backends()))

    def models(self, backend: str | None = None) -> tuple[Capabilities, ...]:
        """Every model, or those of one platform."""
        return tuple(m for m in self.rows if backend in (None, m.backend))

    def capabilities(self, backend: str, tier: str | None = None, model: str | None = None) -> Capabilities:
        """What ``model``, or the model behind ``tier`` (default: fast), can do on ``backend``.

        Raises ConfigError with a did-you-mean for an unknown backend, tier or model.
        """
        platform = self.platform(backend)
        if model is not None:
            return self._named(backend, model)
        wanted = tier or DEFAULT_TIER
        name = platform.tiers.get(wanted, platform.tiers.get(ANY_TIER))
        if name is None:
            raise ConfigError(f"{backend} has no tier '{wanted}'", hint=_did_you_mean(wanted, platform.tiers))
        return self._named(backend, name)

    def with_capabilities(self, *added: Capabilities) -> Catalog:
        """A catalog that also knows these models; one of the same platform and id replaces the old one.

        A platform that is new here gets its tiers from its models; ``tier="any"`` serves every tier.
        """
        ids = {(m.backend, m.model) for m in added}
        rows = (*(m for m in self.rows if (m.backend, m.model) not in ids), *added)
        known = {p.id: p for p in self.platforms}
        for m in added:
            old = known.get(m.backend, Platform(m.backend, m.backend, {}))
            known[m.backend] = replace(old, tiers={**old.tiers, m.tier: m.model})
        return replace(self, rows=rows, platforms=tuple(known.values()))

    def _named(self, backend: str, model: str) -> Capabilities:
        for row in self.rows:
            if row.backend == backend and row.model == model:
                return row
        elsewhere = [row.backend for row in self.rows if row.model == model]
        if elsewhere:
            hint = f"it is a model of {elsewhere[0]}"
        else:
            hint = _did_you_mean(model, [m.model for m in self.models(backend)])
        raise ConfigError(f"{backend} has no model '{model}'", hint=hint)


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    names = list(known)
    near = nearest(word, names)
    return f"did you mean '{near}'?" if near else f"one of {', '.join(names)}"


@cache
def load_catalog(path: Path = _BUILT_IN) -> Catalog:
    """Read a catalog file; the one that ships with the program by default.

    Raises ConfigError when the file cannot be read or is not a catalog.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        return Catalog(date.fromisoformat(data["checked_on"]), read_platforms(data), read_models(data))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path} is not a catalog of models: {error!r}") from error
