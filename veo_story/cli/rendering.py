"""Rendering one or several films side by side, from their files to their films."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import click

from veo_story import making
from veo_story.cli.confirm import confirm
from veo_story.cli.exits import INTERRUPTED, show, worst
from veo_story.cli.film_view import film_data, show_film
from veo_story.cli.gatekeeper import (
    Gatekeeper,
    ask_in_the_end,
    needed,
    somebody_is_there,
    typed_line,
    waiting_data,
)
from veo_story.cli.interrupt import on_interrupt
from veo_story.cli.logs import logged
from veo_story.cli.opened import open_film
from veo_story.cli.output import json_text, result, say
from veo_story.cli.plan_view import PlanView
from veo_story.cli.progress import open_reporter
from veo_story.cli.saving import asked_of, hold_saved
from veo_story.cli.selection import select
from veo_story.cli.tightest import standing_of
from veo_story.cli.unsettled_view import remind
from veo_story.engine.approvals import Terms
from veo_story.engine.stop import StopSignal
from veo_story.errors import VeoStoryError
from veo_story.plan.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from pathlib import Path

    from veo_story.cli.checking import Wanted
    from veo_story.cli.progress import Reporter
    from veo_story.cli.saving import Asked
    from veo_story.cli.shell import Shell
    from veo_story.engine.run import RunResult
    from veo_story.film.cut_film import FilmReport
    from veo_story.plan.model import Plan
    from veo_story.storyboard.model import Storyboard


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for."""

    wanted: Wanted
    renders: Path
    only: tuple[str, ...] = ()
    max_usd: Decimal | None = None
    yes: bool = False
    concurrency: int | None = None
    service: making.Service = field(default_factory=making.Service)
    gate: Gate = Gate.NONE
    log_level: str | None = None
    as_json: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Film:
    """One film that is ready to be rendered. ``only`` None asks for every scene.

    ``is_cut`` False leaves the cut film alone. ``why`` is a person's reason, written down with every request.
    ``asked`` is what the command line named; ``sendable`` are the scenes that a saved plan pays for.
    """

    storyboard: Storyboard
    plan: Plan
    folder: Path
    view: PlanView
    only: frozenset[str] | None
    is_cut: bool = True
    why: str | None = None
    asked: Asked | None = None
    sendable: frozenset[str] | None = None

    @property
    def price_usd(self) -> Decimal:
        """What it was said to cost, by the budget's reading."""
        return self.view.price(self.view.to_do(self.only))[0]


@dataclass(slots=True)
class Outcome:
    """How it went with one film."""

    film: Film
    result: RunResult | None = None
    report: FilmReport | None = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What the films of one command share."""

    reporter: Reporter
    remark: making.Once
    stop: StopSignal
    semaphore: asyncio.Semaphore
    workers: int
    keeper: Gatekeeper | None


def render_films(files: Sequence[Path], wish: Wish, shell: Shell) -> int:
    """Render and cut films; returns the exit code. A film that fails does not stop the others."""
    codes, films = [], []
    for file in files:
        try:
            films.append(_prepare(asked_of(file, wish.wanted), wish, shell))
        except VeoStoryError as error:
            if len(files) == 1:
                raise
            codes.append(show(error))
    _refuse_twins(films)
    agree(films, wish, shell)
    codes += [conclude(outcome, wish) for outcome in perform(films, wish, shell)]
    return worst(codes)


def agree(films: Sequence[Film], wish: Wish, shell: Shell) -> None:
    """Say what it costs and ask. Raises ApprovalNeeded, and ConfigError for a backend that nobody offers."""
    if shell.open_backend is None:
        for film in films:
            making.require_backends({step.backend for step in film.view.to_do(film.only)})
    views = [(film.view, film.only) for film in films]
    confirm(views, yes=wish.yes, quiet=wish.quiet, standing=lambda: standing_of(shell))


def perform(films: Sequence[Film], wish: Wish, shell: Shell) -> list[Outcome]:
    """Render films that were agreed to, and cut them."""
    return asyncio.run(_render_all(films, wish, shell)) if films else []


def _refuse_twins(films: Sequence[Film]) -> None:
    names = [film.plan.film for film in films]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise click.UsageError(f"several films would be called {', '.join(twins)} and share a folder")


def _prepare(asked: Asked, wish: Wish, shell: Shell) -> Film:
    opened = open_film(asked.storyboard, shell, asked.wanted, wish.renders, quiet=wish.quiet)
    storyboard, plan, folder = opened.storyboard, opened.plan, opened.folder
    if wish.max_usd is not None:
        storyboard = replace(storyboard, budget=replace(storyboard.budget, max_usd=wish.max_usd))
    storyboard, sendable = hold_saved(asked, opened, storyboard)
    only = select(plan, wish.only) if wish.only else None
    view = PlanView.of(storyboard, plan, opened.stored, shell.now())
    if not wish.quiet:
        for expiry in view.expiries:
            say(f"{plan.film}: {expiry}")
    return Film(storyboard, plan, folder, view, only, asked=asked, sendable=sendable)


async def _render_all(films: Sequence[Film], wish: Wish, shell: Shell) -> list[Outcome]:
    stop = StopSignal()
    workers = wish.concurrency or max(film.storyboard.render.concurrency for film in films)
    semaphore = asyncio.Semaphore(workers)
    reporter = open_reporter(
        as_json=wish.as_json, quiet=wish.quiet, now=shell.now, colour=shell.wants_colour, lost=stop.set
    )  # fmt: skip

    def first() -> None:
        stop.set()
        reporter.remark("stopping; press again to leave at once")

    asks = wish.gate is not Gate.NONE and not (wish.as_json or wish.quiet) and somebody_is_there()
    keeper = Gatekeeper(typed_line, reporter.paused) if asks else None
    tell = say if wish.quiet else reporter.remark  # whoever asks for a log means to read it
    remark = making.Once(reporter.remark)
    with reporter, on_interrupt(first, reporter.close), logged(wish.log_level, tell):
        return await asyncio.gather(
            *(
                _render_one(film, wish, shell, Run(reporter, remark, stop, semaphore, workers, keeper))
                for film in films
            )
        )


async def _render_one(film: Film, wish: Wish, shell: Shell, side: Run) -> Outcome:
    outcome = Outcome(film)
    try:
        settings = making.settings(
            film.folder,
            shell.environ,
            workers=side.workers,
            returns=(film.asked or wish).wanted.returns,
            service=wish.service,
            time=shell.time,
            today=shell.today,
            remark=side.remark,
            stop=side.stop,
        )
        run = outcome.result = await making.render(
            film.storyboard,
            film.plan,
            film.folder,
            open_backend=shell.open_backend or making.backends(settings),
            on_event=side.reporter,
            clock=shell.now,
            sleep=shell.time.sleep,
            concurrency=side.workers,
            account=shell.account,
            only=film.only,
            stop=side.stop,
            semaphore=side.semaphore,
            why=film.why,
            terms=Terms(wish.gate, film.sendable, side.keeper, film.price_usd),
        )
        if side.stop.is_set:  # also when it came while the backends were being closed
            run = outcome.result = replace(run, stopped=True)
        if film.is_cut and making.is_complete(film.plan, run):
            outcome.report = await asyncio.to_thread(
                making.cut, film.storyboard, film.plan, run.takes, film.folder, environ=shell.environ
            )
            outcome.result = await _shown(film, run, wish, side)
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - one film's bug must not end the others
        outcome.error = error
    return outcome


async def _shown(film: Film, run: RunResult, wish: Wish, side: Run) -> RunResult:
    """The run, with what a person says to the film that was cut."""
    if wish.gate is not Gate.FILM or side.keeper is None or not run.waiting:
        return run
    side.remark(f"{film.plan.film}: {film.folder / 'film.mp4'} is to be approved take by take")
    left = await ask_in_the_end(film.plan.film, film.folder, run.waiting, side.keeper, side.stop)
    return replace(run, waiting=left, stopped=side.stop.is_set)


def conclude(outcome: Outcome, wish: Wish) -> int:
    """Say how a film ended, and return its exit code."""
    film, run = outcome.film, outcome.result
    if (code := trouble(outcome, wish)) is not None:
        return code
    assert run is not None
    if outcome.report is not None:
        if wish.as_json:
            data = {"event": "film_cut", **film_data(film.plan.film, outcome.report)}
            result(json_text(data))
        else:
            show_film(outcome.report, outcome.report.path, quiet=wish.quiet, cost_usd=run.cost_usd)
    wanted = (film.asked or wish).wanted
    if (error := needed(film.plan.film, run, film.storyboard.source.path, wish.renders, wanted)) is not None:
        if wish.as_json:
            result(json_text(waiting_data(film.plan.film, run)))
        return show(error)
    if outcome.report is not None:
        return 0
    missing = [p.scene_id for p in film.plan.placements if p.scene_id not in run.takes]
    say(f"{film.plan.film}: not cut yet, no take of {', '.join(missing)}")
    return 0


def trouble(outcome: Outcome, wish: Wish) -> int | None:
    """Say what went wrong with a film, if anything did, and return its exit code; None when all is well."""
    film, run = outcome.film, outcome.result
    if outcome.error is not None:
        return show(outcome.error)
    assert run is not None
    if wish.quiet:
        for failure in run.failures:
            say(f"{film.plan.film}: {failure.scene_id}")
            show(failure.error)
    remind(film.plan.film, film.folder, film.storyboard.source.path, film.storyboard.variant)
    if run.stopped:
        say(f"{film.plan.film}: stopped; the same command goes on from here")
        return INTERRUPTED
    if run.failures:
        return worst(failure.error.exit_code for failure in run.failures)
    return None
