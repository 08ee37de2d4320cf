"""Check storyboards on behalf of a command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from veo_story.cli.text import count
from veo_story.errors import Severity, StoryboardError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from veo_story.cli.shell import Shell
    from veo_story.errors import Problem
    from veo_story.plan.check import Checked
    from veo_story.plan.model import Plan
    from veo_story.storyboard.model import Storyboard

_NO_TIERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a command wants its storyboards checked. ``variant`` is one made anew: that is the film then."""

    backend: str | None = None
    returns: Literal["tail", "combined"] | None = None
    allow_outside: bool = False
    strict: bool = False
    tier: str | None = None
    variant: str | None = None


def check_file(
    path: Path,
    shell: Shell,
    wanted: Wanted,
    *,
    tiers: Mapping[str, str] = _NO_TIERS,
    with_digests: bool = False,
) -> Checked:
    """Check one storyboard; ``strict`` turns its warnings into errors. ``tiers`` are promoted scenes."""
    from veo_story.catalog.catalog import load_catalog
    from veo_story.plan.check import check_storyboard

    checked = check_storyboard(
        path,
        load_catalog(),
        today=shell.today,
        backend=wanted.backend,
        returns=wanted.returns,
        tier=wanted.tier,
        tiers=tiers,
        allow_outside=wanted.allow_outside,
        with_digests=with_digests,
        variant=wanted.variant,
    )
    return replace(checked, problems=_held(checked.problems, wanted))


def check_bible_file(path: Path, wanted: Wanted) -> tuple[Problem, ...] | None:
    """The problems of a bible that is checked by itself; None when the file is none."""
    from veo_story.storyboard.bible import check_bible

    problems = check_bible(path)
    return None if problems is None else _held(problems, wanted)


def sound_plan(
    path: Path,
    shell: Shell,
    wanted: Wanted,
    *,
    tiers: Mapping[str, str] = _NO_TIERS,
    quiet: bool = False,
) -> tuple[Storyboard, Plan]:
    """The storyboard and its plan, ready to act on. Errors and warnings are shown on stderr.

    ``tiers`` are promoted scenes. What a film's folder holds does not count here: see
    :func:`veo_story.cli.opened.open_film`. Raises StoryboardError when there are errors; ``quiet`` then shows
    only them.
    """
    checked = check_file(path, shell, wanted, tiers=tiers, with_digests=True)
    errors = [p for p in checked.problems if p.severity is Severity.ERROR]
    # Craft notes belong to `check`; here they would stand in the way of the result.
    shown = errors if quiet else [p for p in checked.problems if p.severity is not Severity.NOTE]
    show_problems(shown)
    if errors or checked.storyboard is None or checked.plan is None:
        raise StoryboardError(
            f"{path}: {count(len(errors), 'error')}, nothing was done",
            checked.problems,
            hint="veo-story explain CODE says more about each",
        )
    return checked.storyboard, checked.plan


def show_problems(problems: Sequence[Problem]) -> None:
    """Print problems on stderr, as ``check`` would."""
    if not problems:
        return
    from veo_story.cli.output import say, width
    from veo_story.cli.reporters.text import problem_blocks

    for block in problem_blocks(problems, width=width()):
        say(block)


def _held(problems: tuple[Problem, ...], wanted: Wanted) -> tuple[Problem, ...]:
    return tuple(map(_strict, problems)) if wanted.strict else problems


def _strict(problem: Problem) -> Problem:
    if problem.severity is Severity.WARNING:
        return replace(problem, severity=Severity.ERROR)
    return problem
