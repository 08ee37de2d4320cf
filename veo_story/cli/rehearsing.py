"""Rehearsing one film on behalf of the command line."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import click

from veo_story import making, rehearsal
from veo_story.cli.checking import Wanted, check_file, sound_plan
from veo_story.cli.exits import INTERRUPTED, show, worst
from veo_story.cli.interrupt import on_interrupt
from veo_story.cli.logs import logged
from veo_story.cli.output import error_line, result, result_json, say, width
from veo_story.cli.progress import Silence, open_reporter
from veo_story.cli.rehearsal_view import as_data, as_text, verdict
from veo_story.engine.stop import StopSignal
from veo_story.money import usd

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.cli.shell import Shell
    from veo_story.plan.model import Plan
    from veo_story.rehearsal import Platform, Stage
    from veo_story.rehearsed import Rehearsal
    from veo_story.storyboard.model import Storyboard


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for."""

    wanted: Wanted
    renders: Path
    speed: float
    picture: Literal["local", "numbers"]
    storage: bool
    faults: Path | None
    concurrency: int | None
    as_json: bool
    log_level: str | None
    quiet: bool


def rehearse_film(file: Path, wish: Wish, shell: Shell) -> int:
    """Rehearse a film, print its bill and time line, and return the exit code."""
    platform = _platform(file, wish, shell)
    if wish.storage and platform != "vertex":
        raise click.UsageError("--gcs is for vertex: gemini keeps no files in Cloud Storage")
    storyboard, plan = sound_plan(file, shell, replace(wish.wanted, backend=platform), quiet=wish.quiet)
    if storyboard.budget.max_usd is None and not wish.quiet:
        cap = usd(plan.worst_usd)
        say(f"{plan.film}: no budget.max_usd is set; the rehearsal sets {cap} USD (it is free)")
    conditions = rehearsal.Conditions(
        platform=platform,
        environ=shell.environ,
        speed=wish.speed,
        picture=wish.picture,
        storage=wish.storage,
        faults=wish.faults,
    )
    folder = wish.renders / plan.film / f"rehearsal-{platform}"
    with rehearsal.stage(conditions) as on:
        told = asyncio.run(_perform(on, storyboard, plan, folder, wish, shell))
    return _conclude(plan, platform, told, wish)


def _platform(file: Path, wish: Wish, shell: Shell) -> Platform:
    """The service that is asked for: on the command line, else in the storyboard, else vertex."""
    asked = wish.wanted.backend
    if asked is None:
        storyboard = check_file(file, shell, wish.wanted).storyboard
        asked = None if storyboard is None else storyboard.render.backend
    return "gemini" if asked == "gemini" else "vertex"


async def _perform(
    on: Stage, storyboard: Storyboard, plan: Plan, folder: Path, wish: Wish, shell: Shell
) -> Rehearsal:
    stop = StopSignal()
    silent = wish.quiet or wish.as_json
    reporter = (
        Silence()
        if silent
        else open_reporter(as_json=False, quiet=False, now=on.time.now, colour=shell.wants_colour)
    )

    def first() -> None:
        stop.set()
        reporter.remark("stopping; press again to leave at once")

    tell = say if silent else reporter.remark
    with reporter, on_interrupt(first, reporter.close), logged(wish.log_level, tell):
        return await rehearsal.perform(
            on,
            storyboard,
            plan,
            folder,
            concurrency=wish.concurrency or storyboard.render.concurrency,
            on_event=reporter,
            remark=making.Once(reporter.remark),
            stop=stop,
        )


def _conclude(plan: Plan, platform: Platform, told: Rehearsal, wish: Wish) -> int:
    """Print how it went; the exit code is that of a render, or 1 when the bill differs without a reason."""
    if wish.as_json:
        result_json(as_data(plan.film, platform, told))
    elif not wish.quiet:
        result(as_text(told, width()))
    elif told.film is not None:
        result(str(told.film.path))
    if wish.as_json or wish.quiet:
        for failure in told.run.failures:
            say(f"{plan.film}: {failure.scene_id}")
            show(failure.error)
    codes = [failure.error.exit_code for failure in told.run.failures]
    if told.run.stopped:
        say(f"{plan.film}: stopped; a rehearsal begins anew each time")
        codes.append(INTERRUPTED)
    differs = verdict(told)
    if differs is not None:
        what, is_bug = differs
        say(error_line(what, "this is a bug in veo-story: please report it") if is_bug else what)
        codes += [1] * is_bug
    return worst(codes)
