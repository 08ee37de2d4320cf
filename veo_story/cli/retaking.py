"""One more take of one scene, and what becomes of the scenes after it.

An order is written to the ledger before anything is sent and ends when all of it is done. So the same command
goes on after whatever came between, and never pays for another take.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story import making
from veo_story.cli import rendering
from veo_story.cli.choosing import deciding, hold_bridge, standing_of, takes_word, view_of
from veo_story.cli.opened import open_film
from veo_story.cli.output import json_text, result, say, width
from veo_story.cli.picking import hold_storyboards_pick, only_one
from veo_story.cli.plan_view import PlanView
from veo_story.cli.timing import seconds
from veo_story.errors import BudgetError, GenerationError, OutcomeUnknown
from veo_story.money import usd
from veo_story.plan import consequences
from veo_story.plan.bridge import bridge_of
from veo_story.plan.standing import Choice
from veo_story.plan.takes import Retake

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from veo_story.cli.consequence_view import ConsequenceView
    from veo_story.cli.shell import Shell
    from veo_story.plan.model import Step
    from veo_story.plan.standing import Standing
    from veo_story.plan.takes import Attempt, Seam, Take


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked for. ``seam`` None: the film stays as it is."""

    scene: str
    takes: int
    seam: Seam | None
    why: str | None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """A retake that is ready.

    ``to_send`` is how many takes are still to be asked for, ``wanted`` how many there are to be in the end.
    """

    opened: making.Opened
    film: Standing
    asked: Asked
    scene_id: str
    order: Retake
    is_new: bool
    to_send: int
    wanted: int
    view: ConsequenceView

    @property
    def bare(self) -> Standing:
        """The film without a pin of the scene, with the takes wanted that were ordered."""
        return self.film.unpinned({self.scene_id}).wanting(self.scene_id, self.wanted)

    @property
    def step(self) -> Step:
        """The scene as it is asked for."""
        return self.bare.spliced().step(self.scene_id)


def retake(file: Path, asked: Asked, wish: rendering.Wish, shell: Shell) -> int:
    """Make more takes of a scene; with a seam put the newest into the film. Returns the exit code."""
    work = _weigh(open_film(file, shell, wish.wanted, wish.renders, quiet=wish.quiet), asked, wish, shell)
    _show(work, wish)
    if asked.dry_run:
        return 0
    _hold_caps(work)
    rendering.agree([_agreed(work, shell)], wish, shell)
    work.opened.folder.mkdir(parents=True, exist_ok=True)
    _write_order(work, shell)
    [outcome] = rendering.perform([_of_scene(work, shell)], wish, shell)
    if (code := rendering.trouble(outcome, wish)) is not None:
        return code
    return _finish(file, work, wish, shell)


def _weigh(opened: making.Opened, asked: Asked, wish: rendering.Wish, shell: Shell) -> Work:
    opened = with_cap(opened, wish.max_usd)
    [scene_id] = only_one(opened, asked.scene)
    hold_storyboards_pick(opened, scene_id)
    film = standing_of(opened)
    bare = film.unpinned({scene_id})
    step, held = bare.spliced().step(scene_id), bare.held_takes(scene_id)
    order = opened.stored.orders.get(scene_id)
    is_new = order is None or order.fingerprint != step.fingerprint
    if order is None or is_new:
        target = held + asked.takes
        order = Retake(scene_id, step.fingerprint, target, asked.seam, asked.why, shell.now())
    else:
        order = replace(order, seam=asked.seam or order.seam, why=asked.why or order.why)
    # Never more than is asked for now: the takes before it may be others since it was ordered.
    to_send = max(0, min(order.target - held, asked.takes))
    told = consequences.retake(film, scene_id, to_send)
    if asked.seam is None and order.seam == "bridge" and told.bridge is None:
        order = replace(order, seam="cut")  # what it was to lead to has changed since it was ordered
    hold_bridge(film, frozenset({scene_id}), told, order.seam)
    caps = opened.compiled.capabilities[scene_id]
    maker = caps.backend if caps.is_free else caps.tier
    title = f"retake of {scene_id} ({maker}, {seconds(step.new_frames)} s), {takes_word(to_send)}"
    first = _first(film, scene_id, to_send, order.seam)
    view = view_of(film, "retake", title, first, told)
    return Work(opened, film, asked, scene_id, order, is_new, to_send, held + to_send, view)


def with_cap(opened: making.Opened, max_usd: Decimal | None) -> making.Opened:
    """The film with another cap than the storyboard's, when one is given."""
    if max_usd is None:
        return opened
    board = opened.storyboard
    return replace(opened, storyboard=replace(board, budget=replace(board.budget, max_usd=max_usd)))


def _first(film: Standing, scene_id: str, takes: int, seam: Seam | None) -> str:
    if takes == 0:
        made = "nothing is sent: the takes that were ordered are there"
    elif takes == 1:
        made = f"{scene_id} is rendered once more"
    else:
        made = f"{scene_id} is rendered {takes} times more"
    if seam is not None:
        return f"{made}; the newest take goes into the film"
    if film.statuses()[scene_id].take is None:
        return made
    return f"{made}; the film stays as it is until you pick it"


def _show(work: Work, wish: rendering.Wish) -> None:
    if not work.is_new and not wish.quiet:
        moment = work.order.ordered_at.isoformat(sep=" ", timespec="seconds")
        say(f"{work.scene_id}: going on with the retake that was ordered at {moment}")
    if wish.as_json:
        result(json_text({"event": "consequences", "film": work.opened.plan.film, **work.view.data()}))
    elif not wish.quiet:
        result(work.view.text(width()))


def _hold_caps(work: Work) -> None:
    """Raise BudgetError before anything is sent: all of the retake must fit under the film's cap."""
    budget, told = work.opened.storyboard.budget, work.view.told
    step = work.step
    if step.expected_usd == 0 or work.to_send == 0:
        return
    paid = sum(t.scene_id == work.scene_id and t.fingerprint == step.fingerprint for t in work.film.takes)
    if paid + work.to_send > budget.max_takes:
        raise BudgetError(
            f"{work.scene_id} has {takes_word(paid)} of these words, {takes_word(work.to_send)} more would "
            f"pass budget.max_takes ({budget.max_takes}).",
            hint="Nothing was sent. Raise budget.max_takes, or change the scene's words.",
        )
    price = told.now.usd
    if work.order.seam == "bridge" and told.bridge is not None:
        price += told.bridge.price.usd
    hold_cap(work.opened, price)


def hold_cap(opened: making.Opened, price: Decimal) -> None:
    """Raise BudgetError when ``price`` more would pass the film's cap. One without a cap is refused later."""
    cap, spent = opened.storyboard.budget.max_usd, opened.stored.spent
    counted = Decimal(0) if spent is None else spent.counted_usd
    if cap is not None and counted + price > cap:
        raise BudgetError(
            f"this costs {usd(price)} USD, {usd(counted)} are spent, reserved or unknown, and the film's cap "
            f"is {usd(cap)}.",
            hint="Nothing was sent. Raise budget.max_usd or pass --max-usd.",
        )


def _agreed(work: Work, shell: Shell) -> rendering.Film:
    """All that will be sent, the bridge included, to be agreed to at once."""
    pins = consequences.kept_on(work.film, {work.scene_id}, work.order.seam or "cut")
    after = work.bare.chosen(Choice({}, pins)) if work.order.seam is not None else work.bare
    known = {step.scene_id for step in after.spliced().steps()}
    bridges = {bridge_of(scene) for scene in pins} & known if work.order.seam == "bridge" else set()
    return film_of(work.opened, after, shell, frozenset({work.scene_id, *bridges}))


def _of_scene(work: Work, shell: Shell) -> rendering.Film:
    film = film_of(work.opened, work.bare, shell, frozenset({work.scene_id}))
    return replace(film, is_cut=False, why=work.order.why)


def film_of(
    opened: making.Opened, standing: Standing, shell: Shell, only: frozenset[str] | None
) -> rendering.Film:
    """A film ready to be rendered as it stands, or as it would stand."""
    plan = standing.spliced()
    stored = replace(opened.stored, picks=standing.picks)
    view = PlanView.of(opened.storyboard, plan, stored, shell.now())
    return rendering.Film(opened.storyboard, plan, opened.folder, view, only)


def _write_order(work: Work, shell: Shell) -> None:
    """Write down what was agreed to, and that the film stays on the take it shows."""
    from veo_story.ledger.opening import open_ledger

    held = consequences.held_pick(work.film, work.scene_id)
    with open_ledger(
        work.opened.folder, None
    ) as ledger:  # no money moves here: the account has no part in it
        if work.opened.stored.moved:
            ledger.move(work.opened.stored.moved)
        if held is not None:
            ledger.choose(picks={work.scene_id: held}, now=shell.now())
        ledger.order(work.order)


def _finish(file: Path, work: Work, wish: rendering.Wish, shell: Shell) -> int:
    """Put the newest take into the film if that was ordered, and end the order."""
    opened = with_cap(open_film(file, shell, wish.wanted, wish.renders, quiet=True), wish.max_usd)
    film = standing_of(opened)
    there = film.unpinned({work.scene_id}).fitting(work.scene_id)
    if len(there) < work.wanted:
        raise _fewer(work, work.wanted - len(there), opened.stored.attempts)
    seam = work.order.seam
    _tell(work, there[-work.asked.takes :], wish)
    if seam is None:
        _decide(opened, shell, done=(work.scene_id,))
        return 0
    pins = consequences.kept_on(film, {work.scene_id}, seam)
    choice = Choice({work.scene_id: there[-1].id}, {work.scene_id: None, **pins})
    _decide(opened, shell, choice)
    after = film.chosen(choice)
    bridges = frozenset(map(bridge_of, pins)) & {step.scene_id for step in after.spliced().steps()}
    [outcome] = rendering.perform([film_of(opened, after, shell, bridges)], wish, shell)
    code = rendering.conclude(outcome, wish)
    if code == 0:
        _decide(opened, shell, done=(work.scene_id,))
    return code


def _fewer(work: Work, missing: int, attempts: Iterable[Attempt]) -> GenerationError:
    """Why not all takes are there that were ordered, and the way on."""
    told = f"Scene {work.scene_id}: {takes_word(missing)} did not come"
    if any(a.is_open_question and a.scene_id == work.scene_id for a in attempts):
        hint = f"veo-story reconcile FILE {work.scene_id} settles it; then the same command goes on."
        return OutcomeUnknown(f"{told}: the answer to a request was lost.", hint=hint)
    hint = f"The same command asks again; veo-story pick FILE {work.scene_id} N uses what is there instead."
    return GenerationError(f"{told}: withheld, which costs nothing, or rejected meanwhile.", hint=hint)


def _decide(
    opened: making.Opened, shell: Shell, choice: Choice | None = None, done: tuple[str, ...] = ()
) -> None:
    choice = choice or Choice({}, {})
    with deciding(opened.folder, opened.stored.moved) as ledger:
        ledger.choose(picks=choice.picks, pins=choice.pins, done=done, now=shell.now())


def _tell(work: Work, new: Sequence[Take], wish: rendering.Wish) -> None:
    """Say which takes there are now, and how to go on."""
    scene_id, last = work.scene_id, new[-1]
    if wish.as_json:
        takes = [{"take": take.id, "number": take.number, "clip": str(take.clip)} for take in new]
        event = {"event": "retaken", "film": work.opened.plan.film, "scene": scene_id, "takes": takes}
        result(json_text({**event, "picked": work.order.seam is not None}))
        return
    if wish.quiet:
        if work.order.seam is None:
            result("\n".join(str(take.clip) for take in new))
        return
    for take in new:
        result(f"{scene_id}: take {take.number} ({take.id}) is {take.clip}")
    if work.order.seam is None:
        file = shlex.quote(str(work.opened.storyboard.source.path))
        word = f"veo-story pick {file} {scene_id} {last.number}"
        ways = " [--cut|--bridge]" if work.view.told.stale else ""
        result(f"look at it; {word}{ways} puts it into the film")
