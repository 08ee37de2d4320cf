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
from veo_story.cli.interrupt import on_interrupt
from veo_story.cli.logs import logged
from veo_story.cli.opened import open_film
from veo_story.cli.output import json_text, result, say
from veo_story.cli.plan_view import PlanView
from veo_story.cli.progress import open_reporter
from veo_story.cli.selection import select
from veo_story.cli.tightest import standing_of
from veo_story.engine.stop import StopSignal
from veo_story.errors import VeoStoryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from pathlib import Path

    from veo_story.cli.checking import Wanted
    from veo_story.cli.progress import Reporter
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
    log_level: str | None = None
    as_json: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Film:
    """One film that is ready to be rendered. ``only`` None asks for every scene.

    ``is_cut`` False leaves the cut film alone. ``why`` is a person's reason, written down with every request.
    """

    storyboard: Storyboard
    plan: Plan
    folder: Path
    view: PlanView
    only: frozenset[str] | None
    is_cut: bool = True
    why: str | None = None


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


def render_films(files: Sequence[Path], wish: Wish, shell: Shell) -> int:
    """Render and cut films; returns the exit code. A film that fails does not stop the others."""
    _refuse_twins(files)
    codes, films = [], []
    for file in files:
        try:
            films.append(_prepare(file, wish, shell))
        except VeoStoryError as error:
            if len(files) == 1:
                raise
            codes.append(show(error))
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


def _refuse_twins(files: Sequence[Path]) -> None:
    names = [file.stem for file in files]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise click.UsageError(f"several films would be called {', '.join(twins)} and share a folder")


def _prepare(file: Path, wish: Wish, shell: Shell) -> Film:
    opened = open_film(file, shell, wish.wanted, wish.renders, quiet=wish.quiet)
    storyboard, plan, folder = opened.storyboard, opened.plan, opened.folder
    if wish.max_usd is not None:
        storyboard = replace(storyboard, budget=replace(storyboard.budget, max_usd=wish.max_usd))
    only = select(plan, wish.only) if wish.only else None
    view = PlanView.of(storyboard, plan, opened.stored, shell.now())
    if not wish.quiet:
        for expiry in view.expiries:
            say(f"{plan.film}: {expiry}")
    return Film(storyboard, plan, folder, view, only)


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

    tell = say if wish.quiet else reporter.remark  # whoever asks for a log means to read it
    remark = making.Once(reporter.remark)
    with reporter, on_interrupt(first, reporter.close), logged(wish.log_level, tell):
        return await asyncio.gather(
            *(
                _render_one(film, wish, shell, Run(reporter, remark, stop, semaphore, workers))
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
            returns=wish.wanted.returns,
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
        )
        if side.stop.is_set:  # also when it came while the backends were being closed
            run = outcome.result = replace(run, stopped=True)
        if film.is_cut and making.is_complete(film.plan, run):
            outcome.report = await asyncio.to_thread(
                making.cut, film.storyboard, film.plan, run.takes, film.folder
            )
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - one film's bug must not end the others
        outcome.error = error
    return outcome


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
    if run.stopped:
        say(f"{film.plan.film}: stopped; the same command goes on from here")
        return INTERRUPTED
    if run.failures:
        return worst(failure.error.exit_code for failure in run.failures)
    return None
