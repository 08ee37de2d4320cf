"""``veo-story status``: what is stored, in flight, unknown and spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from veo_story.cli import options
from veo_story.cli.checking import Wanted
from veo_story.cli.opened import open_film
from veo_story.cli.output import result, result_json, styled, width
from veo_story.cli.plan_view import expiry_data
from veo_story.cli.text import count, visible, wrapped
from veo_story.ledger.model import Spent
from veo_story.money import usd
from veo_story.plan.expiry import expiries
from veo_story.plan.takes import AttemptState, SceneState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from veo_story.cli.shell import Shell
    from veo_story.making import Stored
    from veo_story.plan.model import Plan
    from veo_story.plan.takes import Attempt, SceneStatus
    from veo_story.storyboard.model import Budget

_OPEN = frozenset({AttemptState.INTENDED, AttemptState.SENT, AttemptState.ANSWERED, AttemptState.UNKNOWN})


@click.command("status", short_help="Show what is stored, in flight, unknown and spent.")
@options.file_argument
@options.renders_option
@options.for_option
@options.tier_option
@options.local_result_option
@options.allow_outside_option
@options.json_option
@click.pass_obj
def command(
    shell: Shell,
    file: Path,
    renders: Path,
    backend: str | None,
    tier: str | None,
    local_result: options.Returns | None,
    allow_outside: bool,
    as_json: bool,
) -> None:
    """Show what is stored of a film, what is in flight, what has an unknown outcome, and what was spent."""
    wanted = Wanted(backend, local_result, allow_outside, tier=tier)
    film = open_film(file, shell, wanted, renders, quiet=True)
    storyboard, plan, folder, stored = film.storyboard, film.plan, film.folder, film.stored
    statuses = stored.statuses(plan)
    gone = tuple(expiries(plan, statuses, shell.now()))
    if as_json:
        data = _as_data(plan, folder, stored, statuses, storyboard.budget)
        result_json({**data, "expiring": [expiry_data(expiry) for expiry in gone]})
        return
    lines = [*_lines(plan, folder, stored, statuses, storyboard.budget)]
    lines += [wrapped(f"{'warning':<10}{expiry}", width()) for expiry in gone]
    result("\n".join(lines))


def _lines(
    plan: Plan, folder: Path, stored: Stored, statuses: Mapping[str, SceneStatus], budget: Budget
) -> Iterator[str]:
    yield f"{styled(visible(plan.title), 'strong')} in {folder}"
    total = len(plan.placements)
    for state in SceneState:
        scenes = [p.scene_id for p in plan.placements if statuses[p.scene_id].state is state]
        if scenes:
            listed = "" if len(scenes) == total else f": {_ranges(scenes, plan)}"
            yield f"{state!s:<10}{len(scenes)} of {count(total, 'scene')}{listed}"
    for attempt in stored.attempts:
        if attempt.state in _OPEN:
            yield f"{'request':<10}{_attempt(attempt)}"
    yield f"{'spent':<10}{_money(stored.spent or Spent(), budget)}"
    film = folder / "film.mp4"
    yield f"{'film':<10}{film if film.exists() else 'not cut yet'}"


def _ranges(scenes: list[str], plan: Plan) -> str:
    """``s01..s04, s07``: runs of scenes that follow each other in the film."""
    order = [placement.scene_id for placement in plan.placements]
    runs: list[list[str]] = []
    for scene in scenes:
        if runs and order.index(scene) == order.index(runs[-1][-1]) + 1:
            runs[-1].append(scene)
        else:
            runs.append([scene])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs)


def _attempt(attempt: Attempt) -> str:
    moment = attempt.created_at.isoformat(sep=" ", timespec="seconds")
    parts = [f"{attempt.scene_id} {attempt.state} since {moment}"]
    if attempt.operation is not None:
        parts.append(f"operation {visible(attempt.operation)}")
    if attempt.reserved_usd:
        parts.append(f"may cost {usd(attempt.reserved_usd)} USD")
    return ", ".join(parts)


def _money(spent: Spent, budget: Budget) -> str:
    parts = [f"{usd(spent.settled_usd)} USD"]
    if spent.reserved_usd:
        parts.append(f"{usd(spent.reserved_usd)} reserved for requests under way")
    if spent.unknown_usd:
        parts.append(f"{usd(spent.unknown_usd)} of unknown outcome")
    if budget.max_usd is not None:
        parts.append(f"cap {usd(budget.max_usd)}")
    if budget.per_scene_usd is not None:
        parts.append(f"cap a scene {usd(budget.per_scene_usd)}")
    return ", ".join(parts)


def _as_data(
    plan: Plan, folder: Path, stored: Stored, statuses: Mapping[str, SceneStatus], budget: Budget
) -> dict[str, Any]:
    spent = stored.spent or Spent()
    film = folder / "film.mp4"
    return {
        "film": plan.film,
        "folder": str(folder),
        "path": str(film) if film.exists() else None,
        "scenes": [
            {
                "scene": p.scene_id,
                "state": str(statuses[p.scene_id].state),
                "why": statuses[p.scene_id].reason,
                "take": None if (take := statuses[p.scene_id].take) is None else take.id,
            }
            for p in plan.placements
        ],
        "requests": [
            {
                "attempt": a.id,
                "scene": a.scene_id,
                "state": str(a.state),
                "operation": a.operation,
                "reserved_usd": f"{a.reserved_usd:f}",
                "created_at": a.created_at.isoformat(),
            }
            for a in stored.attempts
            if a.state in _OPEN
        ],
        "spent": {
            "settled_usd": f"{spent.settled_usd:f}",
            "reserved_usd": f"{spent.reserved_usd:f}",
            "unknown_usd": f"{spent.unknown_usd:f}",
        },
        "caps": {
            "max_usd": None if budget.max_usd is None else f"{budget.max_usd:f}",
            "per_scene_usd": None if budget.per_scene_usd is None else f"{budget.per_scene_usd:f}",
        },
    }
