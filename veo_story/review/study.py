"""What a preview is made of: the author's own plan with its problems, and the plan of what is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from veo_story.errors import Severity, StoryboardError
from veo_story.plan.compile import compile_plan
from veo_story.storyboard.load import load_storyboard, silence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from veo_story.catalog.catalog import Catalog
    from veo_story.errors import Problem
    from veo_story.plan.model import Plan
    from veo_story.storyboard.load import Loaded
    from veo_story.storyboard.model import Storyboard

DRAWN_BY = "local"
"""The backend that draws every preview."""
DRAWN_AT = "720p"
"""The resolution that every preview is drawn at, whatever the film's is."""


@dataclass(frozen=True, slots=True)
class Study:
    """A storyboard, ready to be previewed.

    ``plan`` is how the film would be rendered, and costs what it says; None when its backend would refuse it
    (``problems`` say why). ``picture`` is what is drawn. ``digests`` are those of the author's files.
    """

    storyboard: Storyboard
    plan: Plan | None
    picture: Plan
    problems: tuple[Problem, ...]
    digests: Mapping[Path, str]

    @property
    def files(self) -> frozenset[Path]:
        """The files that the film is made of: storyboard, bible, pictures and clips."""
        source = self.storyboard.source
        bible = source.data.get("bible")
        named = {source.path.parent / bible} if isinstance(bible, str) else set()
        return frozenset({source.path, *named, *self.digests})

    @property
    def shown(self) -> Plan:
        """The plan that the page tells of: the real one where there is one."""
        return self.plan or self.picture


def study(
    path: Path,
    catalog: Catalog,
    *,
    today: date,
    backend: str | None = None,
    tier: str | None = None,
    allow_outside: bool = False,
) -> Study:
    """Read, check and plan a storyboard for its preview. Nothing is sent, no ledger is looked at.

    ``backend`` and ``tier`` take the place of what is written, in what the page says of the price. Raises
    StoryboardError when nothing could be drawn, ConfigError for a backend or tier that nobody offers.
    """
    loaded = load_storyboard(path, allow_outside=allow_outside)
    board = loaded.storyboard
    if board is None or not loaded.ok:
        raise _broken(path, loaded.problems)
    digests = loaded.digests()
    real = compile_plan(board, catalog, digests, today=today, backend=backend, tier=tier)
    problems = _merged(loaded, board, real.problems)
    small = replace(board, render=replace(board.render, resolution=DRAWN_AT))
    drawn = compile_plan(small, catalog, digests, today=today, backend=DRAWN_BY)
    if drawn.plan is None:
        raise _broken(path, problems if real.plan is None else _merged(loaded, board, drawn.problems))
    return Study(board, real.plan, drawn.plan, problems, digests)


def _merged(loaded: Loaded, board: Storyboard, of_plan: tuple[Problem, ...]) -> tuple[Problem, ...]:
    found = (*loaded.problems, *silence(of_plan, board.source))
    return tuple(sorted(found, key=lambda p: (p.where, p.code)))


def _broken(path: Path, problems: tuple[Problem, ...]) -> StoryboardError:
    errors = sum(p.severity is Severity.ERROR for p in problems)
    return StoryboardError(
        f"{path}: {errors} error{'' if errors == 1 else 's'}, nothing was drawn",
        problems,
        hint="veo-story explain CODE says more about each",
    )
