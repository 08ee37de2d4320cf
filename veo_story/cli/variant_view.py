"""Variants of a film in its plan: what those cost that are made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veo_story.cli.text import count
from veo_story.money import usd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from veo_story.cli.checking import Wanted
    from veo_story.plan.variants import Priced
    from veo_story.storyboard.model import Storyboard


def variants_of(board: Storyboard, wanted: Wanted, today: date) -> tuple[Priced, ...]:
    """The variants of a storyboard with their prices; none of one that is a variant itself."""
    if board.variant is not None or not board.finish.variants:
        return ()
    from veo_story.catalog.catalog import load_catalog
    from veo_story.plan.variants import priced

    return priced(
        board, load_catalog(), today=today, backend=wanted.backend, returns=wanted.returns, tier=wanted.tier
    )


def variant_lines(variants: Iterable[Priced]) -> Iterator[str]:
    """A line for each variant that is made anew, unless it is switched off."""
    for priced in variants:
        variant, plan = priced.variant, priced.plan
        if plan is None or not variant.enabled:
            continue
        scenes = count(sum(1 for _ in plan.steps()), "scene")
        price = f"{usd(priced.expected_usd)} USD, {usd(priced.worst_usd)} at worst"
        cost = price if plan.worst_usd else "free"
        what = f"variant {variant.id} (made anew, {variant.aspect}): {scenes}, {cost}"
        yield f"{what}; render --variant {variant.id}"


def variant_data(priced: Priced) -> dict[str, Any]:
    """A variant for programs; money is a decimal string in USD."""
    variant = priced.variant
    return {
        "variant": variant.id,
        "aspect": variant.aspect,
        "method": variant.method,
        "focus": variant.focus,
        "enabled": variant.enabled,
        "scenes": 0 if priced.plan is None else sum(1 for _ in priced.plan.steps()),
        "expected_usd": f"{priced.expected_usd:f}",
        "worst_usd": f"{priced.worst_usd:f}",
        "problems": [
            {"code": p.code, "severity": str(p.severity), "message": p.message} for p in priced.problems
        ],
    }
