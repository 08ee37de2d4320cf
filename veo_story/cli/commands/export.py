"""``veo-story export``: hand a film over to editing programs, spreadsheets and paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from veo_story import making
from veo_story.cli import options
from veo_story.cli.film_options import film_options
from veo_story.cli.output import result, result_json, say
from veo_story.export.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.cli.film_options import FilmFile
    from veo_story.cli.shell import Shell
    from veo_story.export.deliver import Delivered


class Formats(click.ParamType[tuple[str, ...]]):
    """Names of formats, separated by commas."""

    name = "formats"

    def convert(
        self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """The names, each once. Fails for one that is none."""
        if isinstance(value, tuple):
            return value
        names = tuple(dict.fromkeys(name.strip().lower() for name in value.split(",") if name.strip()))
        for name in names:
            if name not in FORMATS:
                self.fail(f"there is no format {name!r}; there are {', '.join(FORMATS)}", param, ctx)
        if not names:
            self.fail(f"no format; there are {', '.join(FORMATS)}", param, ctx)
        return names


@click.command("export", short_help="Write the film for editing programs, spreadsheets and paper (free).")
@options.file_argument
@click.option("-f", "--format", "formats", type=Formats(), default="otio", show_default=True,
              metavar="NAMES", help=f"Which files, separated by commas: {', '.join(FORMATS)}.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="PATH",
              help="Their folder, or with one format its file. Default: the film's folder.")  # fmt: skip
@film_options
@options.json_option
@options.quiet_option
@click.pass_obj
def command(
    shell: Shell,
    film: FilmFile,
    formats: tuple[str, ...],
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Hand a film over: as a timeline of its takes (otio, edl, fcpxml), as subtitles (srt, vtt), as a shot
    list (csv, html). Free: it is made from what is there, and the film need not be cut before.

    A timeline names the takes where they are, relative to itself if they lie below it, so that a folder can
    be moved as a whole. What a format does not hold is told. veo-story import-edit brings an edited otio
    back.
    """
    opened = film.open(shell, quiet=quiet)
    edit = making.edit_of(opened)
    from veo_story.export.deliver import deliver

    files = _files(opened.plan.film, opened.folder, formats, output)
    takes = opened.stored.takes
    written = deliver(edit, opened.storyboard, opened.folder, files, takes=takes)
    _show(written, as_json=as_json, quiet=quiet)


def _files(film: str, folder: Path, formats: Sequence[str], output: Path | None) -> dict[Path, str]:
    """The path of every format."""
    if output is not None and output.suffix and not output.is_dir():
        if len(formats) > 1:
            raise click.UsageError(f"{output} is one file; for several formats give a folder")
        return {output: formats[0]}
    return {(output or folder) / f"{film}.{FORMATS[name].suffix}": name for name in formats}


def _show(written: Sequence[Delivered], *, as_json: bool, quiet: bool) -> None:
    if as_json:
        result_json([{"format": one.format, "path": str(one.path), "lost": one.lost} for one in written])
        return
    for one in written:
        result(str(one.path))
        if one.lost and not quiet:
            say(f"note: {one.path.name} does not hold {'; '.join(one.lost)}")
