"""Check a storyboard as far as it can be checked without sending anything."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.errors import Severity
from veo_story.plan.compile import compile_plan
from veo_story.storyboard.load import load_storyboard, silence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from veo_story.catalog.catalog import Catalog
    from veo_story.errors import Problem
    from veo_story.plan.model import Plan
    from veo_story.storyboard.model import Storyboard

_NO_TIERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. ``storyboard`` and ``plan`` are None when errors kept them from being made."""

    storyboard: Storyboard | None
    plan: Plan | None
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether there is no error (warnings and notes allowed)."""
        return not any(p.severity is Severity.ERROR for p in self.problems)


def check_storyboard(
    path: Path,
    catalog: Catalog,
    *,
    today: date,
    backend: str | None = None,
    returns: str | None = None,
    tier: str | None = None,
    tiers: Mapping[str, str] = _NO_TIERS,
    allow_outside: bool = False,
    with_digests: bool = False,
    variant: str | None = None,
) -> Checked:
    """Read, check and compile one storyboard; every problem at once, in file order.

    ``backend`` overrides ``render.backend``; ``returns`` (``tail``, ``combined``) says how the local backend
    answers an extension; ``tier`` and ``tiers`` are those of :func:`~veo_story.plan.compile.compile_plan`.
    ``with_digests`` reads the author's images and clips whole, for a plan whose fingerprints count; a mere
    check leaves them out. ``variant`` names one that is made anew: then that is the film. Raises ConfigError
    when there is none.
    """
    loaded = load_storyboard(path, allow_outside=allow_outside, variant=variant)
    if loaded.storyboard is None:
        return Checked(None, None, loaded.problems)
    digests = loaded.digests() if with_digests and loaded.ok else {}
    compiled = compile_plan(
        loaded.storyboard,
        catalog,
        digests,
        today=today,
        backend=backend,
        returns=returns,
        tier=tier,
        tiers=tiers,
    )
    found = silence(compiled.problems, loaded.storyboard.source)
    problems = tuple(sorted((*loaded.problems, *found), key=lambda p: (p.where, p.code)))
    broken = any(p.severity is Severity.ERROR for p in problems)
    return Checked(loaded.storyboard, None if broken else compiled.plan, problems)
