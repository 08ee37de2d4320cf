"""``veo-story takes``: list takes, or pick the one the film uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from veo_story.cli import options
from veo_story.cli.checking import Wanted, sound_plan
from veo_story.cli.films import Stored, open_ledger, read_stored
from veo_story.cli.output import result, result_json, say, width
from veo_story.cli.text import seconds, table, usd

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from veo_story.cli.shell import Shell
    from veo_story.plan.model import Plan
    from veo_story.plan.takes import SceneStatus, Take

AUTO = "auto"
_HEADER = ("scene", "#", "s", "USD", "made", "use", "take")


@click.command("takes", short_help="List takes, or pick the one the film uses.")
@options.file_argument
@click.argument("scenes", metavar="[SCENE]...", nargs=-1)
@click.option("--pick", "picks", metavar="SCENE=N", multiple=True,
              help="Use take N of a scene from now on; SCENE=auto takes the pick back.")  # fmt: skip
@options.renders_option
@options.allow_outside_option
@options.json_option
@click.pass_obj
def command(
    shell: Shell,
    file: Path,
    scenes: tuple[str, ...],
    picks: tuple[str, ...],
    renders: Path,
    allow_outside: bool,
    as_json: bool,
) -> None:
    """List all takes of a film, or of some scenes; --pick chooses one of them.

    N is the number in the column "#". Picking sends nothing; "veo-story film" then cuts the film again.
    """
    _storyboard, plan = sound_plan(file, shell, Wanted(allow_outside=allow_outside), quiet=True)
    folder = renders / plan.film
    if picks:
        _pick(folder, [_parsed(pick) for pick in picks], shell)
    stored = read_stored(folder)
    numbered = [(n, t) for n, t in _numbered(stored.takes) if not scenes or t.scene_id in scenes]
    statuses = stored.statuses(plan)
    if as_json:
        result_json([_as_data(number, take, statuses, plan) for number, take in numbered])
    elif numbered:
        rows = [_row(number, take, statuses) for number, take in numbered]
        result(table(_HEADER, rows, right=frozenset({1, 2, 3}), width=width()))
    else:
        say(f"no takes in {folder}")


def _numbered(takes: tuple[Take, ...]) -> Iterator[tuple[int, Take]]:
    """Each take with its number within its scene, oldest first."""
    counts: dict[str, int] = {}
    for take in takes:
        counts[take.scene_id] = counts.get(take.scene_id, 0) + 1
        yield counts[take.scene_id], take


def _parsed(written: str) -> tuple[str, int | None]:
    scene, equals, number = written.partition("=")
    if not equals or not scene or not (number == AUTO or (number.isascii() and number.isdigit())):
        raise click.UsageError(f"--pick {written!r} should look like s04=2 or s04={AUTO}")
    return scene, None if number == AUTO else int(number)


def _pick(folder: Path, picks: list[tuple[str, int | None]], shell: Shell) -> None:
    with open_ledger(folder) as ledger:
        known = {(take.scene_id, number): take.id for number, take in _numbered(ledger.takes())}
        for scene, number in picks:
            if number is not None and (scene, number) not in known:
                raise click.UsageError(
                    f"scene {scene!r} has no take {number}; without --pick they are listed"
                )
        for scene, number in picks:
            take_id = None if number is None else known[scene, number]
            ledger.pick(scene, take_id, now=shell.now())


def _use(take: Take, statuses: Mapping[str, SceneStatus]) -> str:
    status = statuses.get(take.scene_id)
    if status is None:
        return "not in the film"
    if status.take is not None and status.take.id == take.id:
        return "in the film"
    return "-"


def _row(number: int, take: Take, statuses: Mapping[str, SceneStatus]) -> tuple[str, ...]:
    made = take.stored_at.astimezone().strftime("%Y-%m-%d %H:%M")
    price = usd(take.cost_usd) if take.cost_usd else "free"
    return (
        take.scene_id, str(number), seconds(take.new_frames), price, made, _use(take, statuses), take.id
    )  # fmt: skip


def _as_data(number: int, take: Take, statuses: Mapping[str, SceneStatus], plan: Plan) -> dict[str, Any]:
    fits = any(s.scene_id == take.scene_id and s.fingerprint == take.fingerprint for s in plan.steps())
    return {
        "scene": take.scene_id,
        "number": number,
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
        "fits": fits,
        "in_film": _use(take, statuses) == "in the film",
    }
