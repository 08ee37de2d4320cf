"""Putting a take into the film on behalf of ``pick`` and ``takes --pick``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from veo_story.cli.choosing import AUTO, deciding, hold_bridge, standing_of, take_of, view_of
from veo_story.cli.output import say, width
from veo_story.cli.selection import ranges, select
from veo_story.money import usd
from veo_story.plan import consequences
from veo_story.plan.standing import Choice

if TYPE_CHECKING:
    from veo_story.cli.consequence_view import ConsequenceView
    from veo_story.cli.shell import Shell
    from veo_story.making import Opened
    from veo_story.plan.consequences import Consequences
    from veo_story.plan.standing import Standing
    from veo_story.plan.takes import Seam, Take


@dataclass(frozen=True, slots=True)
class Picked:
    """What a pick comes to. ``take`` None: the program chooses again."""

    scene_id: str
    take: Take | None
    choice: Choice
    seam: Seam | None
    view: ConsequenceView
    after: Standing

    def sentences(self) -> list[str]:
        """What was decided, and what a render makes of it."""
        serving = self.after.statuses()[self.scene_id].take
        told, lines = self.view.told, []
        if serving is None:
            lines.append(f"{self.scene_id}: no take serves now")
        else:
            how = "is in the film" if self.take is not None else "serves, as nothing is picked"
            lines.append(f"{self.scene_id}: take {serving.number} ({serving.id}) {how}")
        for scene_id, pin in self.choice.pins.items():
            if pin is not None:
                joined = "a bridge leads to it" if pin.seam == "bridge" else "the film cuts to it"
                lines.append(f"{scene_id}: stays on {pin.take_id}; {joined}")
        missing = self.after.missing()
        if missing:
            scenes = ranges([p.scene_id for p in self.after.spliced().placements], missing)
            lines.append(f"to render now: {scenes}, {usd(self._price())} USD; nothing was sent")
        elif told.stale:
            lines.append("nothing is to be rendered; veo-story film cuts the film again (free)")
        else:
            lines.append("nothing becomes stale; veo-story film cuts the film again (free)")
        return lines

    def _price(self) -> Decimal:
        plan = self.after.spliced()
        prices = (plan.step(scene).expected_usd * n for scene, n in self.after.missing().items())
        return sum(prices, Decimal(0))

    def data(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "scene": self.scene_id,
            "take": None if self.take is None else self.take.id,
            "seam": self.seam,
            "pinned": {s: pin.take_id for s, pin in self.choice.pins.items() if pin is not None},
            "consequences": self.view.data(),
            "to_render": dict(self.after.missing()),
            "to_render_usd": f"{self._price():f}",
        }


def weigh_pick(opened: Opened, scene: str, written: str, seam: Seam | None) -> Picked:
    """What it comes to when ``written`` (a number, an id or ``auto``) is picked. Raises UsageError."""
    film = standing_of(opened)
    [scene_id] = only_one(opened, scene)
    hold_storyboards_pick(opened, scene_id)
    take = None if written == AUTO else take_of(film, scene_id, written)
    if take is not None and take.rejected is not None:
        undo = f"veo-story reject FILE {scene_id} {take.number} --undo"
        raise click.UsageError(f"{take.id} was rejected; {undo} takes that back")
    told = consequences.pick(film, scene_id, take)
    hold_bridge(film, frozenset({scene_id}), told, seam)
    choice = consequences.picked(film, scene_id, take)
    if seam is not None:
        own = {scene_id: choice.pins[scene_id]}
        choice = Choice(choice.picks, {**own, **consequences.kept_on(film, {scene_id}, seam)})
    title = f"pick of {scene_id}, {'no take' if take is None else f'take {take.number}'}"
    view = view_of(film, "pick", title, "nothing is sent by picking", told)
    return Picked(scene_id, take, choice, seam, view, film.chosen(choice))


def carry_out(opened: Opened, picked: Picked, shell: Shell) -> None:
    """Write a pick down. A retake of the scene that was not finished ends with it."""
    with deciding(opened.folder, opened.stored.moved) as ledger:
        ledger.choose(
            picks=picked.choice.picks, pins=picked.choice.pins, done=(picked.scene_id,), now=shell.now()
        )
    if picked.scene_id in opened.stored.orders:
        say(f"{picked.scene_id}: the retake that was not finished is dropped")


def show_pick(picked: Picked) -> None:
    """Print on stderr what becomes stale and what the ways around cost, when anything does."""
    told: Consequences = picked.view.told
    if told.stale or told.bridge is not None:
        say(picked.view.text(width()))


def only_one(opened: Opened, scene: str) -> frozenset[str]:
    """The one scene that is named. Raises UsageError."""
    found = select(opened.compiled, [scene])
    if len(found) != 1:
        raise click.UsageError(f"{scene!r} names {len(found)} scenes; say one")
    return found


def hold_storyboards_pick(opened: Opened, scene_id: str) -> None:
    """Raise UsageError where the storyboard itself says which take serves."""
    pick = opened.compiled.step(scene_id).pick
    if pick is not None:
        raise click.UsageError(
            f"the storyboard picks take {pick} of {scene_id}; change or remove its 'pick:'"
        )
