"""``--only s03..s06,s08``: scenes by id, by range, in film order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from veo_story.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from veo_story.plan.model import Plan


def select(plan: Plan, written: Iterable[str]) -> frozenset[str]:
    """The scene ids that the words name; all scenes when there is no word.

    A word holds ids and ranges ``first..last`` (both included; either end may be left out), parted by commas.
    Raises UsageError for an unknown id or a range that runs backwards.
    """
    known = [placement.scene_id for placement in plan.placements]
    parts = [part.strip() for word in written for part in word.split(",") if part.strip()]
    if not parts:
        return frozenset(known)
    return frozenset(scene for part in parts for scene in _part(part, known))


def ranges(order: Sequence[str], scenes: Collection[str]) -> str:
    """``s01..s04, s07``: the other way round. Scenes that follow each other in ``order`` make a range."""
    runs: list[list[str]] = []
    before = None
    for scene in order:
        if scene in scenes and before is not None and before == runs[-1][-1]:
            runs[-1].append(scene)
        elif scene in scenes:
            runs.append([scene])
        before = scene if scene in scenes else None
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs)


def _part(part: str, known: list[str]) -> list[str]:
    if ".." not in part:
        return [known[_position(part, known)]]
    first, _, last = part.partition("..")
    start = _position(first, known) if first else 0
    end = _position(last, known) if last else len(known) - 1
    if end < start:
        raise click.UsageError(f"{part!r} runs backwards: {last} comes before {first} in the film")
    return known[start : end + 1]


def _position(scene: str, known: list[str]) -> int:
    if scene in known:
        return known.index(scene)
    near = nearest(scene, known)
    hint = f"did you mean {near!r}?" if near else f"there are {', '.join(known[:30])}"
    raise click.UsageError(f"there is no scene {scene!r}; {hint}")
