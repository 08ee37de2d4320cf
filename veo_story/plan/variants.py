"""What variants cost that are made anew: the storyboard compiled once more in their shape. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.plan.compile import compile_plan
from veo_story.storyboard.variants import as_variant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from veo_story.catalog.catalog import Catalog
    from veo_story.errors import Problem
    from veo_story.plan.model import Plan
    from veo_story.storyboard.finish import Variant
    from veo_story.storyboard.model import Storyboard

_NO_FILES: Mapping[Path, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Priced:
    """A variant with its price, all its takes counted, nothing of it rendered yet.

    One that is cut from the film costs nothing. ``plan`` is that of one made anew; None when its shape is
    not to be had, and ``problems`` say why.
    """

    variant: Variant
    plan: Plan | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def expected_usd(self) -> Decimal:
        """By the reading that the budget goes by."""
        return Decimal(0) if self.plan is None else self.plan.expected_usd

    @property
    def worst_usd(self) -> Decimal:
        """By the dearer reading."""
        return Decimal(0) if self.plan is None else self.plan.worst_usd


def priced(
    board: Storyboard,
    catalog: Catalog,
    *,
    today: date,
    backend: str | None = None,
    returns: str | None = None,
    tier: str | None = None,
) -> tuple[Priced, ...]:
    """All variants of a storyboard, the disabled ones too. The options are those of ``compile_plan``."""
    found = []
    for variant in board.finish.variants:
        if variant.method != "regenerate":
            found.append(Priced(variant))
            continue
        compiled = compile_plan(
            as_variant(board, variant),
            catalog,
            _NO_FILES,
            today=today,
            backend=backend,
            returns=returns,
            tier=tier,
        )
        found.append(Priced(variant, compiled.plan, compiled.problems))
    return tuple(found)
