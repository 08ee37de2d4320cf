"""Scenes of a draft made anew on another tier, beside the draft's takes.

What is kept is pinned before a scene is promoted, and both before anything is sent: wherever it ends, the
next run goes on with just those scenes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from veo_story import making
from veo_story.cli import rendering
from veo_story.cli.checking import sound_plan
from veo_story.cli.choosing import deciding, hold_bridge, standing_of, view_of
from veo_story.cli.opened import open_film
from veo_story.cli.output import json_text, result, say, width
from veo_story.cli.retaking import film_of, hold_cap, with_cap
from veo_story.cli.selection import ranges, select
from veo_story.errors import LedgerError
from veo_story.plan import consequences
from veo_story.plan.bridge import bridge_of
from veo_story.plan.standing import Choice
from veo_story.storyboard.finish import film_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Literal

    from veo_story.cli.shell import Shell
    from veo_story.plan.consequences import Consequences
    from veo_story.plan.model import Plan
    from veo_story.plan.standing import Standing


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked for. ``way`` says how the film goes on from the promoted scenes.

    None: it cuts, except where it was joined otherwise already.
    """

    scenes: tuple[str, ...]
    to: str
    way: Literal["cut", "bridge", "onward"] | None
    dry_run: bool = False


def promote(file: Path, asked: Asked, wish: rendering.Wish, shell: Shell) -> int:
    """Render scenes on another tier and let the film use them. Returns the exit code."""
    opened = _opened(file, wish, shell)
    film = standing_of(opened)
    scenes = select(opened.compiled, asked.scenes)
    tiers = {**opened.stored.tiers, **dict.fromkeys(scenes, asked.to)}
    after = replace(film, plan=_compiled(file, wish, shell, tiers))
    _hold_tiers(opened, after, scenes, asked.to)
    told = consequences.promotion(film, after, scenes)
    hold_bridge(film, scenes, told, "bridge" if asked.way == "bridge" else None)
    choice = _choice(film, scenes, asked)
    then = after.chosen(choice)
    _show(film, scenes, asked, told, wish)
    if asked.dry_run:
        return 0
    only = _rendered(then, scenes, choice, asked)
    view = film_of(opened, then, shell, only)
    hold_cap(opened, view.view.price(view.view.to_do(only))[0])
    rendering.agree([view], wish, shell)
    with deciding(opened.folder, opened.stored.moved) as ledger:
        ledger.choose(pins=choice.pins, now=shell.now())
        ledger.promote(scenes, asked.to, now=shell.now())
    [outcome] = rendering.perform([view], wish, shell)
    return rendering.conclude(outcome, wish)


def take_back(file: Path, scenes_written: tuple[str, ...], wish: rendering.Wish, shell: Shell) -> int:
    """Put scenes back on the tier that the storyboard gives them, and let their old takes serve again."""
    # Without the tiers that are to go: with them the storyboard may be unsound by now.
    bare = _compiled(file, wish, shell, {})
    tiers = making.read_stored(wish.renders / film_name(file, wish.wanted.variant)).tiers
    gone = _gone(bare, scenes_written, tiers)
    named = [written for written in scenes_written if written not in gone]
    scenes = select(bare, named) if named else frozenset()
    opened = _opened(file, wish, shell, but=scenes)
    before = standing_of(opened)
    dropped = consequences.unneeded(before, scenes)
    after = before.chosen(Choice({}, dropped))
    with deciding(opened.folder, opened.stored.moved) as ledger:
        ledger.promote(scenes | gone, None, now=shell.now())
        ledger.choose(pins=dropped, now=shell.now())
    missing = after.missing()
    if missing and not wish.quiet:
        order = [placed.scene_id for placed in after.spliced().placements]
        say(f"to render now: {ranges(order, missing)}; nothing was sent")
    [outcome] = rendering.perform([film_of(opened, after, shell, frozenset())], wish, shell)
    return rendering.conclude(outcome, wish)


def _gone(plan: Plan, written: tuple[str, ...], tiers: Mapping[str, str]) -> frozenset[str]:
    """Promoted scenes that are named and that the film no longer has."""
    there = {step.scene_id for step in plan.steps()}
    return frozenset(word for word in written if word in tiers and word not in there)


def _opened(
    file: Path, wish: rendering.Wish, shell: Shell, *, but: frozenset[str] = frozenset()
) -> making.Opened:
    opened = open_film(file, shell, wish.wanted, wish.renders, quiet=wish.quiet, but=but)
    opened = with_cap(opened, wish.max_usd)
    if not (opened.folder / making.LEDGER).exists():
        raise LedgerError(
            f"nothing was rendered yet in {opened.folder}",
            hint="veo-story render --tier fast makes a draft; or write the scene's tier in the storyboard",
        )
    return opened


def _compiled(file: Path, wish: rendering.Wish, shell: Shell, tiers: Mapping[str, str]) -> Plan:
    return sound_plan(file, shell, wish.wanted, tiers=tiers, quiet=True)[1]


def _hold_tiers(opened: making.Opened, after: Standing, scenes: frozenset[str], to: str) -> None:
    """Raise UsageError for a scene that has no tiers, or that the storyboard puts on this one anyway."""
    for scene_id in sorted(scenes):
        caps = after.plan.capabilities[scene_id]
        if caps.tier != to:
            raise click.UsageError(f"{scene_id} is made by the {caps.backend} backend, which has no tiers")
        if opened.compiled.capabilities[scene_id].tier == to and scene_id not in opened.stored.tiers:
            raise click.UsageError(f"{scene_id} is on {to} already; retake renders it once more")


def _choice(film: Standing, scenes: frozenset[str], asked: Asked) -> Choice:
    """The pins that the way needs; those of the promoted scenes themselves go."""
    own = {scene: None for scene in scenes if scene in film.pins}
    if asked.way == "onward":
        return Choice({}, {**own, **{s: None for s in film.hanging(scenes) if s in film.pins}})
    pins = consequences.kept_on(film, scenes, asked.way or "cut")
    if asked.way is None:
        pins |= {scene: film.pins[scene] for scene in pins if scene in film.pins}
    return Choice({}, {**own, **pins})


def _rendered(then: Standing, scenes: frozenset[str], choice: Choice, asked: Asked) -> frozenset[str]:
    """The scenes that this run may send."""
    known = {step.scene_id for step in then.spliced().steps()}
    if asked.way == "onward":
        return scenes | frozenset(then.after(scenes))
    return scenes | frozenset(map(bridge_of, choice.pins)) & known


def _show(
    film: Standing, scenes: frozenset[str], asked: Asked, told: Consequences, wish: rendering.Wish
) -> None:
    order = [placed.scene_id for placed in film.plan.placements]
    named = ranges(order, scenes)
    if told.sent:
        first = f"{ranges(order, told.sent)} rendered on {asked.to}, beside the takes that are there"
    else:
        first = "nothing is sent: the takes are there"
    view = view_of(film, "promotion", f"promotion of {named} to {asked.to}", first, told)
    if wish.as_json:
        result(json_text({"event": "consequences", "film": film.plan.film, **view.data()}))
    elif not wish.quiet:
        result(view.text(width()))
