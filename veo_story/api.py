"""The library's verbs: what the command line does, for programs.

What they take from the machine (date, clock, environment) comes from :class:`~veo_story.cli.shell.Shell`, as
for the command line; everything below takes it as an argument.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypedDict

from veo_story import making
from veo_story.catalog.catalog import load_catalog
from veo_story.cli.shell import Shell
from veo_story.errors import Severity, StoryboardError
from veo_story.plan import check
from veo_story.plan.gate import Gate
from veo_story.storyboard import load

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date
    from decimal import Decimal
    from typing import Unpack

    from veo_story.backends.base import Backend
    from veo_story.catalog.catalog import Catalog
    from veo_story.engine.events import Event
    from veo_story.engine.run import RunResult
    from veo_story.engine.stop import StopSignal
    from veo_story.errors import Problem
    from veo_story.film.cut_film import FilmReport
    from veo_story.plan.check import Checked
    from veo_story.plan.model import Plan
    from veo_story.storyboard.model import Storyboard

Returns = Literal["tail", "combined"]

_NO_TIERS: Mapping[str, str] = MappingProxyType({})


class PlanOptions(TypedDict, total=False):
    """How to plan.

    ``backend`` takes the place of ``render.backend``, ``tier`` (``standard``, ``fast``, ``lite``) that of
    ``render.tier`` and ``render.model``, but for scenes with a tier of their own; ``returns`` says how a
    backend that has the choice answers an extension; ``allow_outside`` lets images lie outside the
    storyboard's folder; ``today`` (default: now, UTC) decides which models are retired. ``variant`` is one
    that is made anew (``method: regenerate``): then that is the film, in a folder of its own.
    """

    backend: str | None
    tier: str | None
    returns: Returns | None
    variant: str | None
    allow_outside: bool
    catalog: Catalog
    today: date


class RenderOptions(PlanOptions, total=False):
    """How to render, beside how to plan.

    ``renders`` (default ``renders``) is the folder of all films. ``only`` names the scenes that may be
    rendered. ``max_usd`` takes the place of the storyboard's cap; ``concurrency`` counts chains side by side.
    ``gate`` (``scene``, ``chain``, ``film``) lets paid takes wait for an approval; ``run.waiting`` has them.
    ``on_event`` is called on the event loop's thread. ``open_backend`` opens a backend by its name.
    ``account`` is the file that counts what the user spends on all films (default: the one of the command
    line; None keeps none, and only the film's caps hold).
    For paid services: ``gcs`` (``gs://bucket/prefix``) is where Vertex AI may keep inputs and results,
    ``labels`` go with its requests, ``allow_retired`` asks models that are known to be switched off, and
    ``remark`` is told once what a person may want to know. The HTTP layer logs to ``veo_story.http``.
    """

    renders: str | Path
    only: Collection[str]
    gate: Literal["none", "scene", "chain", "film"]
    max_usd: Decimal
    concurrency: int
    account: Path | None
    on_event: Callable[[Event], None]
    stop: StopSignal
    gcs: str | None
    labels: Mapping[str, str]
    allow_retired: bool
    remark: Callable[[str], None]
    open_backend: Callable[[str], Backend]


@dataclass(frozen=True, slots=True)
class RenderedFilm:
    """A film and how it came about.

    ``film`` is None when the run was stopped or left scenes out. ``run.waiting`` are takes that a person has
    to approve before it goes on.
    """

    plan: Plan
    run: RunResult
    film: FilmReport | None


def check_storyboard(path: str | Path, **options: Unpack[PlanOptions]) -> Checked:
    """Find every mistake in a storyboard. They are returned, not raised; nothing is written or sent.

    Takes the options of :class:`PlanOptions`. Raises ConfigError for an unknown backend.
    """
    return _checked(path, options, with_digests=False)


def load_storyboard(path: str | Path, *, allow_outside: bool = False) -> Storyboard:
    """Read a storyboard into its types. Raises StoryboardError, which carries all problems."""
    loaded = load.load_storyboard(Path(path), allow_outside=allow_outside)
    if loaded.storyboard is None:
        raise _broken(path, loaded.problems)
    return loaded.storyboard


def make_plan(path: str | Path, **options: Unpack[PlanOptions]) -> Plan:
    """Plan the film of a storyboard: chains of steps, timecodes in frames at 24 fps, prices in USD.

    Takes the options of :class:`PlanOptions`. Raises StoryboardError, which carries all problems.
    """
    return _sound(path, options)[1]


async def render_film_async(path: str | Path, **options: Unpack[RenderOptions]) -> RenderedFilm:
    """Render what is missing or stale of a film into ``renders/<name>/``, then cut ``film.mp4`` there.

    Takes the options of :class:`RenderOptions`. Raises StoryboardError; BudgetError for paid work without a
    cap; and the first failed scene's error once the other chains are done. What was stored by then is kept.
    """
    from veo_story.engine.approvals import Terms

    shell = Shell()
    opened = _opened(path, options.get("renders", "renders"), options)
    storyboard, plan, folder = opened.storyboard, opened.plan, opened.folder
    max_usd = options.get("max_usd")
    if max_usd is not None:
        storyboard = replace(storyboard, budget=replace(storyboard.budget, max_usd=max_usd))
    workers = options.get("concurrency", storyboard.render.concurrency)
    result = await making.render(
        storyboard,
        plan,
        folder,
        open_backend=options.get("open_backend") or _backends(folder, workers, shell, options),
        on_event=options.get("on_event", lambda _event: None),
        clock=shell.now,
        sleep=shell.time.sleep,
        concurrency=workers,
        account=options.get("account", shell.account),
        only=options.get("only"),
        stop=options.get("stop"),
        terms=Terms(Gate(options.get("gate", "none"))),
    )
    if result.failures:
        raise result.failures[0].error
    film = None
    if making.is_complete(plan, result):
        film = await asyncio.to_thread(
            making.cut, storyboard, plan, result.takes, folder, environ=shell.environ
        )
    return RenderedFilm(plan, result, film)


def render_film(path: str | Path, **options: Unpack[RenderOptions]) -> RenderedFilm:
    """The same as :func:`render_film_async`, for programs without an event loop."""
    return asyncio.run(render_film_async(path, **options))


def cut_film(
    path: str | Path, *, renders: str | Path = "renders", **options: Unpack[PlanOptions]
) -> FilmReport:
    """Cut the film again from the takes that exist; nothing is rendered or sent.

    Takes the options of :class:`PlanOptions`. Raises StoryboardError, and MediaError when a scene has no take
    that fits.
    """
    film = _opened(path, renders, options)
    takes = film.stored.serving(film.plan)
    return making.cut(film.storyboard, film.plan, takes, film.folder, environ=Shell().environ)


def _backends(folder: Path, workers: int, shell: Shell, options: RenderOptions) -> Callable[[str], Backend]:
    settings = making.settings(
        folder,
        shell.environ,
        workers=workers,
        returns=options.get("returns"),
        service=making.Service(
            options.get("gcs"), options.get("labels", {}), options.get("allow_retired", False)
        ),
        time=shell.time,
        today=options.get("today") or shell.today,
        remark=making.Once(options.get("remark", lambda _text: None)),
        stop=options.get("stop"),
    )
    return making.backends(settings)


def _opened(path: str | Path, renders: str | Path, options: PlanOptions) -> making.Opened:
    """A film with what its folder knows: promoted tiers and pinned scenes."""
    return making.open_film(
        Path(path),
        Path(renders),
        lambda tiers: _sound(path, options, tiers),
        variant=options.get("variant"),
    )


def _checked(
    path: str | Path, options: PlanOptions, *, with_digests: bool, tiers: Mapping[str, str] = _NO_TIERS
) -> Checked:
    return check.check_storyboard(
        Path(path),
        options.get("catalog") or load_catalog(),
        today=options.get("today") or Shell().today,
        backend=options.get("backend"),
        returns=options.get("returns"),
        tier=options.get("tier"),
        tiers=tiers,
        allow_outside=options.get("allow_outside", False),
        variant=options.get("variant"),
        with_digests=with_digests,
    )


def _sound(
    path: str | Path, options: PlanOptions, tiers: Mapping[str, str] = _NO_TIERS
) -> tuple[Storyboard, Plan]:
    checked = _checked(path, options, with_digests=True, tiers=tiers)
    if checked.storyboard is None or checked.plan is None:
        raise _broken(path, checked.problems)
    return checked.storyboard, checked.plan


def _broken(path: str | Path, problems: tuple[Problem, ...]) -> StoryboardError:
    errors = [p for p in problems if p.severity is Severity.ERROR]
    first = f", the first in line {errors[0].where.line}: {errors[0].message}" if errors else ""
    return StoryboardError(
        f"{path} has {len(errors)} errors{first}", problems, hint=errors[0].hint if errors else None
    )
