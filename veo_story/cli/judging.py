"""Approving and rejecting takes: words about takes, never a change on the disk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from veo_story.cli.choosing import deciding, serving_take, standing_of, take_of
from veo_story.cli.selection import ranges, select
from veo_story.money import usd
from veo_story.plan import consequences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from veo_story.making import Opened
    from veo_story.plan.standing import Standing
    from veo_story.plan.takes import Take


def named_takes(opened: Opened, scenes: Iterable[str], number: str | None) -> list[Take]:
    """The takes that serve these scenes (all: none is named), or one by its number. Raises UsageError."""
    film = standing_of(opened)
    written = list(scenes)
    if number is not None:
        scene_id = _one(opened, ",".join(written))
        return [take_of(film, scene_id, number)]
    wanted = select(opened.plan, written)
    if not written:
        return [s.take for s in film.statuses().values() if s.take is not None]
    in_order = (placed.scene_id for placed in opened.plan.placements if placed.scene_id in wanted)
    return [serving_take(film, scene_id) for scene_id in in_order]


def rejected_take(opened: Opened, scene: str, number: str | None) -> Take:
    """The take whose rejection is meant: by its number, or the only one of the scene. Raises UsageError."""
    scene_id = _one(opened, scene)
    film = standing_of(opened)
    if number is not None:
        return take_of(film, scene_id, number)
    found = [t for t in film.takes if t.scene_id == scene_id and t.rejected is not None]
    if len(found) != 1:
        ids = ", ".join(take.id for take in found) or "none"
        raise click.UsageError(f"rejected takes of {scene_id}: {ids}; say which by its number or id")
    return found[0]


def _one(opened: Opened, scene: str) -> str:
    """The one scene, or bridge, that is named. Raises UsageError."""
    found = select(opened.plan, [scene])
    if len(found) != 1:
        raise click.UsageError(f"{scene!r} names {len(found)} scenes; say one")
    return next(iter(found))


def judged(film: Standing, changes: Mapping[str, Take]) -> Standing:
    """The film with other words about some takes (by id). A rejected one is neither picked nor pinned."""
    rejected = {take_id for take_id, take in changes.items() if take.rejected is not None}
    return replace(
        film,
        takes=tuple(changes.get(take.id, take) for take in film.takes),
        picks={scene: take_id for scene, take_id in film.picks.items() if take_id not in rejected},
        pins={scene: pin for scene, pin in film.pins.items() if pin.take_id not in rejected},
    )


def approve(opened: Opened, takes: Iterable[Take]) -> tuple[list[str], dict[str, Any]]:
    """Write down that takes are approved; returns what it leads to, for people and for programs."""
    chosen = list(takes)
    with deciding(opened.folder) as ledger:
        for take in chosen:
            ledger.approve(take.id)
    after = judged(standing_of(opened), {t.id: replace(t, approved=True, rejected=None) for t in chosen})
    return _told(opened, after, chosen, "approved")


def reject(opened: Opened, take: Take, reason: str) -> tuple[list[str], dict[str, Any]]:
    """Write down that a take is not wanted, and say what has to be made instead."""
    with deciding(opened.folder) as ledger:
        ledger.reject(take.id, reason)
    after = judged(standing_of(opened), {take.id: replace(take, rejected=reason, approved=False)})
    return _told(opened, after, [take], "rejected")


def forgive(opened: Opened, take: Take) -> tuple[list[str], dict[str, Any]]:
    """Take a rejection back. Raises UsageError for a take that was not rejected."""
    if take.rejected is None:
        raise click.UsageError(f"{take.id} was not rejected")
    with deciding(opened.folder) as ledger:
        ledger.reject(take.id, None)
    after = judged(standing_of(opened), {take.id: replace(take, rejected=None)})
    return _told(opened, after, [take], "no longer rejected")


def _told(opened: Opened, after: Standing, takes: list[Take], word: str) -> tuple[list[str], dict[str, Any]]:
    before = standing_of(opened)
    lines = [f"{take.scene_id}: take {take.number} ({take.id}) is {word}" for take in takes]
    was, now = before.statuses(), after.statuses()
    for scene_id in dict.fromkeys(take.scene_id for take in takes):
        old, new = was[scene_id].take, now[scene_id].take
        if old is not None and new is not None and old.id != new.id:
            lines.append(f"{scene_id}: take {new.number} ({new.id}) is in the film now")
    scenes, price = consequences.more(before, after)
    if scenes:
        order = [placed.scene_id for placed in after.spliced().placements]
        lines.append(f"to render anew: {ranges(order, scenes)}, {usd(price.usd)} USD; nothing was sent")
    data = {
        "takes": [take.id for take in takes],
        "decision": word,
        "to_render": list(scenes),
        "to_render_usd": f"{price.usd:f}",
        "to_render_other_usd": f"{price.other_usd:f}",
    }
    return lines, data
