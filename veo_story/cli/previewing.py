"""Previewing one film on behalf of the command line: once, or over and over while it is being written."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from veo_story.cli.checking import show_problems
from veo_story.cli.exits import show
from veo_story.cli.output import result, result_json, say
from veo_story.cli.selection import select
from veo_story.cli.text import count
from veo_story.cli.timing import seconds
from veo_story.errors import Severity, StoryboardError, VeoStoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from veo_story.cli.shell import Shell
    from veo_story.review.drawing import Artist, Drawn
    from veo_story.review.preview import Preview
    from veo_story.review.study import Study
    from veo_story.review.watching import Changes

WORKERS = 2
"""Clips drawn side by side."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for. ``rows`` is the picture's short side, unless ``size`` is given."""

    renders: Path
    only: tuple[str, ...] = ()
    sheet: Path | None = None
    watch: bool = False
    shows: bool = False
    clean: bool = False
    backend: str | None = None
    tier: str | None = None
    allow_outside: bool = False
    as_json: bool = False
    quiet: bool = False
    size: tuple[int, int] | None = None
    ffmpeg: str | None = None
    rows: int | None = None
    hidden: tuple[str, ...] = ()


def preview_film(file: Path, wish: Wish, shell: Shell) -> int:
    """Preview a film, print where the page is, and return the exit code. With ``watch`` until interrupted."""
    if wish.watch and wish.as_json:
        raise click.UsageError("--json is for one preview, --watch makes many")
    return asyncio.run(_preview(file, wish, shell))


async def _preview(file: Path, wish: Wish, shell: Shell) -> int:
    from veo_story.backends.local.crew import Crew

    crew = Crew(WORKERS)
    try:
        # It loads the renderer while we load and read the rest.
        await crew.get_ready()
        if wish.watch:
            from veo_story.review.watching import changes_of

            await watch_film(file, wish, shell, crew, changes_of)
        else:
            await preview_once(file, wish, shell, crew)
    finally:
        await crew.close()
    return 0


async def preview_once(file: Path, wish: Wish, shell: Shell, artist: Artist) -> Preview:
    """Bring the preview up to date and say so. Raises what is in the way: StoryboardError, MediaError ..."""
    read = _read(file, wish, shell)
    made = await _make(read, wish, artist, _scenes(read, wish))
    _report(made, read, wish)
    if wish.shows:
        _open(made, _scenes(read, wish))
    return made


async def watch_film(file: Path, wish: Wish, shell: Shell, artist: Artist, changes: Changes) -> None:
    """Preview, then again after every change of a file that the film is made of, until it is cancelled.

    A save with mistakes leaves the page as it is; the page says what is wrong until it is mended.
    """
    from veo_story.review.watching import Watched

    watched = Watched(file)
    told: Preview | None = None
    async for _ in changes(watched.files):
        try:
            read = _read(file, wish, shell)
            watched.look_at(read)
            made = await _make(read, wish, artist, _scenes(read, wish))
        except (VeoStoryError, OSError, click.UsageError) as error:
            if told is not None:
                told.shelf.tell(_words(error))
            _complain(error)
            continue
        if told is None or made.new or made.facts != told.facts:
            _report(made, read, wish)
        if told is None and wish.shows:
            _open(made, _scenes(read, wish))
        if told is None and not wish.quiet:
            say("watching; Ctrl-C ends it")
        told = made


def _read(file: Path, wish: Wish, shell: Shell) -> Study:
    from veo_story.catalog.catalog import load_catalog
    from veo_story.review.study import study

    try:
        read = study(
            file, load_catalog(), today=shell.today, backend=wish.backend, tier=wish.tier,
            allow_outside=wish.allow_outside,
        )  # fmt: skip
    except StoryboardError as error:
        show_problems([p for p in error.problems if _is_shown(p.severity, quiet=wish.quiet)])
        raise
    show_problems([p for p in read.problems if _is_shown(p.severity, quiet=wish.quiet)])
    if read.plan is None and not wish.quiet:
        say("its backend would refuse this film as it is; the preview is drawn all the same")
    return read


def _is_shown(severity: Severity, *, quiet: bool) -> bool:
    return severity is Severity.ERROR or (severity is Severity.WARNING and not quiet)


def _scenes(read: Study, wish: Wish) -> frozenset[str] | None:
    return select(read.picture, wish.only) if wish.only else None


async def _make(read: Study, wish: Wish, artist: Artist, only: Collection[str] | None) -> Preview:
    from veo_story.review.drawing import Look
    from veo_story.review.preview import make_preview, shelf_of

    shelf = shelf_of(wish.renders, read)
    silent = wish.quiet or wish.as_json
    made = await make_preview(
        read,
        shelf,
        artist,
        look=Look(wish.size, wish.clean, wish.ffmpeg, wish.rows, frozenset(wish.hidden)),
        only=only,
        tell=(lambda _drawn: None) if silent else _teller(read),
        waiting=lambda: say("another preview of this film is being made; waiting for it"),
        is_watched=wish.watch,
    )
    if wish.sheet is not None:
        from veo_story.review.sheet import write_sheet

        await asyncio.to_thread(write_sheet, made, wish.sheet)
    return made


def _teller(read: Study) -> Callable[[Drawn], None]:
    done = 0

    def tell(drawn: Drawn) -> None:
        nonlocal done
        done += 1
        say(f"drawn   {drawn.scene_id}  {seconds(drawn.frames)} s")

    return tell


def _report(made: Preview, read: Study, wish: Wish) -> None:
    page = made.shelf.page
    if wish.as_json:
        result_json(_data(made, read))
        return
    if wish.quiet:
        result(str(page))
        return
    facts = made.facts
    parts = [f"{seconds(facts.frames)} s", count(len(facts.scenes), "scene")]
    parts.append(f"{len(made.new)} drawn now" if made.new else "nothing to draw")
    if facts.missing:
        parts.append(f"{len(facts.missing)} not drawn yet")
    result(f"{page}  {', '.join(parts)}")
    if wish.sheet is not None:
        result(str(wish.sheet))


def _data(made: Preview, read: Study) -> dict[str, Any]:
    facts = made.facts
    severities = [p.severity for p in read.problems]
    return {
        "film": facts.name,
        "page": str(made.shelf.page),
        "video": None if made.film is None else str(made.film),
        "frames": facts.frames,
        "drawn": list(made.new),
        "missing": list(facts.missing),
        "clips": {scene: str(one.clip) for scene, one in made.drawn.items()},
        "expected_usd": None if read.plan is None else f"{read.plan.expected_usd:f}",
        "problems": {str(kind): severities.count(kind) for kind in Severity},
    }


def _open(made: Preview, only: Collection[str] | None) -> None:
    """Show the page in the browser, at the first of the scenes that were asked for."""
    import webbrowser

    first = next((scene.id for scene in made.facts.scenes if only is not None and scene.id in only), None)
    page = made.shelf.page.resolve().as_uri()
    webbrowser.open(page if first is None else f"{page}#scene-{first}")


def _words(error: Exception) -> tuple[str, ...]:
    """What is wrong, a line each, for the page."""
    if isinstance(error, StoryboardError):
        wrong = [p for p in error.problems if p.severity is Severity.ERROR]
        return tuple(f"line {p.where.line}: {p.message}" if p.where.line else p.message for p in wrong)
    return (str(error),)


def _complain(error: Exception) -> None:
    if isinstance(error, click.UsageError):
        say(error.format_message())
    else:
        show(error)
