"""``veo-story takes``: list takes, or pick the one the film uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from veo_story.cli import options
from veo_story.cli.checking import Wanted
from veo_story.cli.opened import open_film
from veo_story.cli.output import result, result_json, say, width
from veo_story.cli.text import table
from veo_story.cli.timing import seconds
from veo_story.errors import LedgerError
from veo_story.making import LEDGER, read_stored
from veo_story.money import usd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from veo_story.cli.shell import Shell
    from veo_story.making import Stored
    from veo_story.plan.model import Plan
    from veo_story.plan.takes import Take

AUTO = "auto"
_HEADER = ("scene", "take", "s", "USD", "made", "use", "id")


@dataclass(frozen=True, slots=True)
class Listed:
    """A take as it is listed. ``fits``: it is a take of the scene as it is written now."""

    take: Take
    fits: bool
    serves: bool
    in_plan: bool

    @property
    def use(self) -> str:
        """In a word, what the film makes of it."""
        if self.serves:
            return "in the film"
        if self.fits:
            return "fits"
        return "stale" if self.in_plan else "no scene"


@click.command("takes", short_help="List takes, or pick the one the film uses.")
@options.file_argument
@click.argument("scenes", metavar="[SCENE]...", nargs=-1)
@click.option(
    "--pick",
    "picks",
    metavar="SCENE=N",
    multiple=True,
    help="Use take N of a scene from now on; SCENE=auto takes the pick back.",
)
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
    scenes: tuple[str, ...],
    picks: tuple[str, ...],
    renders: Path,
    backend: str | None,
    tier: str | None,
    local_result: options.Returns | None,
    allow_outside: bool,
    as_json: bool,
) -> None:
    """List all takes of a film, or of some scenes; --pick chooses one of them.

    N is the take's number among those that fit its scene as it is written now. Picking sends nothing;
    "veo-story film" then cuts the film again.
    """
    wanted = Wanted(backend, local_result, allow_outside, tier=tier)
    film = open_film(file, shell, wanted, renders, quiet=True)
    plan, folder = film.plan, film.folder
    if picks:
        _pick(folder, plan, [_parsed(pick) for pick in picks], shell)
    listed = [one for one in _list(read_stored(folder), plan) if not scenes or one.take.scene_id in scenes]
    if as_json:
        result_json([_as_data(one) for one in listed])
    elif listed:
        result(table(_HEADER, map(_row, listed), right=frozenset({1, 2, 3}), width=width()))
    else:
        say(f"no takes in {folder}")


def _list(stored: Stored, plan: Plan) -> Iterator[Listed]:
    """All takes, by scene in film order; those whose scene is gone come last."""
    wanted = {step.scene_id: step.fingerprint for step in plan.steps()}
    order = {placement.scene_id: n for n, placement in enumerate(plan.placements)}
    serving = {take.id for take in stored.serving(plan).values()}
    for take in sorted(stored.takes, key=lambda take: order.get(take.scene_id, len(order))):
        fits = wanted.get(take.scene_id) == take.fingerprint
        yield Listed(take, fits, take.id in serving, take.scene_id in wanted)


def _parsed(written: str) -> tuple[str, int | None]:
    scene, equals, number = written.partition("=")
    if not equals or not scene or not (number == AUTO or (number.isascii() and number.isdigit())):
        raise click.UsageError(f"--pick {written!r} should look like s04=2 or s04={AUTO}")
    return scene, None if number == AUTO else int(number)


def _pick(folder: Path, plan: Plan, picks: Iterable[tuple[str, int | None]], shell: Shell) -> None:
    path = folder / LEDGER
    if not path.exists():
        raise LedgerError(f"nothing was rendered yet in {folder}", hint="veo-story render makes the film")
    from veo_story.ledger.sqlite import SqliteLedger

    wanted = {step.scene_id: step.fingerprint for step in plan.steps()}
    with SqliteLedger(path) as ledger:
        known = {
            (t.scene_id, t.number): t.id for t in ledger.takes() if wanted.get(t.scene_id) == t.fingerprint
        }
        for scene, number in picks:
            if scene not in wanted:
                raise click.UsageError(f"there is no scene {scene!r}")
            if number is not None and (scene, number) not in known:
                raise click.UsageError(
                    f"scene {scene!r} has no take {number} that fits; without --pick all are listed"
                )
        for scene, number in picks:
            take_id = None if number is None else known[scene, number]
            ledger.pick(scene, take_id, now=shell.now())


def _row(one: Listed) -> tuple[str, ...]:
    take = one.take
    made = take.stored_at.astimezone().strftime("%Y-%m-%d %H:%M")
    price = usd(take.cost_usd) if take.cost_usd else "free"
    return take.scene_id, str(take.number), seconds(take.new_frames), price, made, one.use, take.id


def _as_data(one: Listed) -> dict[str, Any]:
    take = one.take
    return {
        "scene": take.scene_id,
        "number": take.number,
        "take": take.id,
        "clip": str(take.clip),
        "frames": take.frames,
        "new_start": take.new_start,
        "new_end": take.new_end,
        "backend": take.backend,
        "model": take.model,
        "cost_usd": f"{take.cost_usd:f}",
        "stored_at": take.stored_at.isoformat(),
        "parents": list(take.parents),
        "approved": take.approved,
        "fits": one.fits,
        "in_film": one.serves,
    }
