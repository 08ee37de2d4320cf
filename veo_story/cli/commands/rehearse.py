"""``veo-story rehearse``: the paid code path against the emulator, free and without a key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from veo_story.cli import options
from veo_story.cli.logs import LEVELS

if TYPE_CHECKING:
    from veo_story.cli.shell import Shell


@click.command("rehearse", short_help="Render through the paid code path on an emulator (free, no key).")
@options.file_argument
@click.option("--backend", type=click.Choice(["gemini", "vertex"]),
              help="Which service to rehearse.  [default: the storyboard's, else vertex]")  # fmt: skip
@options.tier_option
@click.option("--speed", type=click.FloatRange(1, 10_000), default=60.0, show_default=True, metavar="N",
              help="Emulated seconds a second.")  # fmt: skip
@click.option("--picture", type=click.Choice(["local", "numbers"]), default="local", show_default=True,
              help="What clips show: an animatic, or frame numbers on a plain ground (quicker).")  # fmt: skip
@click.option("--gcs/--inline", "storage", default=False,
              help="Vertex: inputs and results in Cloud Storage, or inline.  [default: inline]")  # fmt: skip
@click.option("--faults", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="A script of faults: 429, 500, reset connections, filters and more.")  # fmt: skip
@click.option("-j", "--concurrency", type=click.IntRange(1, 64), metavar="N",
              help="Chains side by side.  [default: the storyboard's, 2]")  # fmt: skip
@options.renders_option
@options.allow_outside_option
@options.strict_option
@options.json_option
@click.option("--log-level", type=click.Choice(LEVELS), metavar="|".join(LEVELS),
              help="Show requests and answers on stderr, without keys.")  # fmt: skip
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    file: Path,
    backend: Literal["gemini", "vertex"] | None,
    tier: str | None,
    speed: float,
    picture: Literal["local", "numbers"],
    storage: bool,
    faults: Path | None,
    concurrency: int | None,
    renders: Path,
    allow_outside: bool,
    strict: bool,
    as_json: bool,
    log_level: str | None,
    quiet: bool,
) -> int:
    """Rehearse a film: an emulator of the service is started here, and the film is rendered on it for real.

    Requests, polling, ledger, caps and films are those of a paid run; only the clips are drawn, and time runs
    faster. It is free, needs no key and looks at none. The film is made anew each time, in
    renders/FILM/rehearsal-BACKEND; the film's own takes are left alone. The bill is held against the plan:
    ends with 1 when they differ without a reason, else as render would.
    """
    from veo_story.cli.checking import Wanted
    from veo_story.cli.rehearsing import Wish, rehearse_film

    wish = Wish(
        wanted=Wanted(backend, None, allow_outside, strict, tier), speed=speed, picture=picture,
        storage=storage, faults=faults, concurrency=concurrency, renders=renders, as_json=as_json,
        log_level=log_level, quiet=quiet,
    )  # fmt: skip
    return rehearse_film(file, wish, shell)
