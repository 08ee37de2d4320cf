"""``veo-story preview``: the film as an animatic, on a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from veo_story.cli import options

if TYPE_CHECKING:
    from veo_story.cli.shell import Shell


WRITTEN = ("slate", "action", "arrow", "captions", "safe", "mark", "swatches", "timecode", "code")
"""What stands on the picture; named here too, because the writing's own room is slow to load."""


@click.command("preview", short_help="Draw the film as an animatic, on a page to look at (free).")
@options.file_argument
@click.option("--only", multiple=True, metavar="SCENES", help="Draw only these scenes: s03, s04..s06.")
@click.option("--sheet", type=click.Path(path_type=Path, dir_okay=False), metavar="PNG",
              help="Also write a contact sheet of all scenes there.")  # fmt: skip
@click.option("--watch", is_flag=True, help="Draw anew on every save; the open page follows. Ctrl-C ends it.")
@click.option("--open", "shows", is_flag=True, help="Open the page in the browser.")
@click.option("--size", type=click.Choice(("360p", "540p", "720p")), default="540p", show_default=True,
              help="How large the picture is drawn.")  # fmt: skip
@click.option("--clean", is_flag=True, help="Nothing written on the picture: no slate, captions or timecode.")
@click.option("--hide", multiple=True, type=click.Choice(WRITTEN), metavar="PART",
              help=f"Leave out a part of the writing (may be repeated): {', '.join(WRITTEN)}.")  # fmt: skip
@options.renders_option
@options.for_option
@options.tier_option
@options.allow_outside_option
@options.json_option
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    file: Path,
    only: tuple[str, ...],
    sheet: Path | None,
    watch: bool,
    shows: bool,
    size: str,
    clean: bool,
    hide: tuple[str, ...],
    renders: Path,
    backend: str | None,
    tier: str | None,
    allow_outside: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Draw the film as an animatic and write renders/FILM/preview/index.html: a page that needs no server.

    Free, offline and apart from the film itself: no take, ledger or account is touched, and a paid render may
    go on meanwhile. Only what changed is drawn again. The page says what the film would cost on the
    storyboard's backend, what its checks found, and shows every scene with the words that would be sent.
    """
    from veo_story.cli.previewing import Wish, preview_film

    wish = Wish(
        only=only, sheet=sheet, watch=watch, shows=shows, clean=clean, renders=renders, backend=backend,
        tier=tier, allow_outside=allow_outside, as_json=as_json, quiet=quiet,
        ffmpeg=shell.environ.get("FFMPEG_BINARY"), rows=int(size.removesuffix("p")), hidden=hide,
    )  # fmt: skip
    return preview_film(file, wish, shell)
