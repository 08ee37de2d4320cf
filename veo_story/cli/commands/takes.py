"""``veo-story takes``: list takes, or pick the one the film uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from veo_story.cli import options
from veo_story.cli.film_options import film_options
from veo_story.cli.output import result, result_json, say, width
from veo_story.cli.selection import select
from veo_story.cli.text import table, visible
from veo_story.cli.timing import seconds
from veo_story.money import usd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from veo_story.cli.film_options import FilmFile
    from veo_story.cli.shell import Shell
    from veo_story.making import Opened
    from veo_story.plan.takes import Seam, Take

_HEADER = ("scene", "take", "s", "USD", "made", "use", "id")


@dataclass(frozen=True, slots=True)
class Listed:
    """A take as it is listed. ``fits``: it is a take of the scene as it is written now.

    ``seam`` is how the film joins a take that its scene is pinned to, ``why`` the reason it was asked for.
    """

    take: Take
    fits: bool
    serves: bool
    in_plan: bool
    picked: bool
    seam: Seam | None
    why: str | None

    @property
    def use(self) -> str:
        """In a word or two, what the film makes of it and what was decided."""
        if self.serves:
            use = "in the film"
        elif self.fits:
            use = "fits"
        else:
            use = "stale" if self.in_plan else "no scene"
        pinned = None if self.seam is None else f"pinned ({self.seam})"
        decided = ("picked" if self.picked else None, pinned, "approved" if self.take.approved else None)
        if self.take.rejected is not None:
            return "rejected"
        return ", ".join((use, *(word for word in decided if word is not None)))

    @property
    def remark(self) -> str:
        """The reasons that a person gave."""
        words = []
        if self.why:
            words.append(f"asked for: {self.why}")
        if self.take.rejected:
            words.append(f"rejected: {self.take.rejected}")
        return visible("; ".join(words))


@click.command("takes", short_help="List takes, or pick the one the film uses.")
@options.file_argument
@click.argument("scenes", metavar="[SCENES]...", nargs=-1)
@click.option(
    "--pick",
    "picks",
    metavar="SCENE=N",
    multiple=True,
    help="Use take N of a scene from now on, as 'pick' does; SCENE=auto takes the pick back.",
)
@film_options
@options.json_option
@click.pass_obj
def command(
    shell: Shell,
    film: FilmFile,
    scenes: tuple[str, ...],
    picks: tuple[str, ...],
    as_json: bool,
) -> None:
    """List all takes of a film, or of some scenes (s03..s06,s08); --pick chooses one of them.

    N is the take's number among those that fit its scene as it is written now. Picking sends nothing;
    "veo-story film" then cuts the film again.
    """
    opened = film.open(shell)
    asked = select(opened.plan, scenes) if scenes else None
    if picks:
        _pick(opened, [_parsed(pick) for pick in picks], shell)
        opened = film.open(shell)
    listed = [one for one in _list(opened) if asked is None or one.take.scene_id in asked]
    if as_json:
        result_json([_as_data(one) for one in listed])
    elif listed:
        result(table(*_columns(listed), right=frozenset({1, 2, 3}), width=width()))
    else:
        say(f"no takes in {opened.folder}")


def _list(opened: Opened) -> Iterator[Listed]:
    """All takes, by scene in film order; those whose scene is gone come last."""
    plan, stored = opened.plan, opened.stored
    wanted = {step.scene_id: {step.fingerprint} for step in plan.steps()}
    for step in opened.compiled.steps():  # a pinned scene has takes of its newest chain too
        wanted[step.scene_id].add(step.fingerprint)
    order = {placement.scene_id: n for n, placement in enumerate(plan.placements)}
    serving = {take.id for take in stored.serving(plan).values()}
    picked = set((stored.picks or {}).values())
    pinned = {pin.take_id: pin.seam for pin in stored.pins.values()}
    reasons = {attempt.id: attempt.why for attempt in stored.attempts}
    for take in sorted(stored.takes, key=lambda take: order.get(take.scene_id, len(order))):
        yield Listed(
            take,
            fits=take.fingerprint in wanted.get(take.scene_id, ()),
            serves=take.id in serving,
            in_plan=take.scene_id in wanted,
            picked=take.id in picked,
            seam=pinned.get(take.id),
            why=reasons.get(take.attempt_id),
        )


def _parsed(written: str) -> tuple[str, str]:
    from veo_story.cli.choosing import AUTO

    scene, equals, number = written.partition("=")
    if not equals or not scene or not (number == AUTO or (number.isascii() and number.isdigit())):
        raise click.UsageError(f"--pick {written!r} should look like s04=2 or s04={AUTO}")
    return scene, number


def _pick(opened: Opened, picks: Iterable[tuple[str, str]], shell: Shell) -> None:
    """Pick all or nothing: whoever misspells the last one has not picked the first."""
    from veo_story.cli.choosing import deciding
    from veo_story.cli.picking import carry_out, weigh_pick

    with deciding(opened.folder):
        weighed = [weigh_pick(opened, scene, number, None) for scene, number in picks]
    for picked in weighed:
        carry_out(opened, picked, shell)


def _columns(listed: list[Listed]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The header and the rows; the remarks are a column only where there are any."""
    if not any(one.remark for one in listed):
        return _HEADER, [_row(one) for one in listed]
    return (*_HEADER, "why"), [(*_row(one), one.remark) for one in listed]


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
        "rejected": take.rejected,
        "picked": one.picked,
        "pinned": one.seam,
        "why": one.why,
        "fits": one.fits,
        "in_film": one.serves,
    }
