"""``veo-story qc``: is the film as it should be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from veo_story.cli import options
from veo_story.cli.film_options import film_options
from veo_story.cli.output import result, result_json, say, width
from veo_story.errors import ConfigError, MediaError

if TYPE_CHECKING:
    from veo_story.cli.film_options import FilmFile
    from veo_story.cli.shell import Shell
    from veo_story.quality.report import Report

_STORYBOARDS = frozenset({".yaml", ".yml"})


@click.command("qc", short_help="Look for faults in a finished film.")
@options.file_argument
@click.option("--strict", is_flag=True, help="End with 11 when there are errors or warnings.")
@click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Write the report as a page there.  [default: qc.html beside the film of a storyboard]",
)
@film_options
@options.json_option
@click.pass_obj
def command(shell: Shell, film: FilmFile, strict: bool, page: Path | None, as_json: bool) -> None:
    """Look for faults in a finished film: in its picture, its sound, and at the seams between its scenes.

    FILE is a storyboard, whose film is looked at, or any video. Where its film.json lies beside it, the film
    is held against what was planned; of other videos only what needs no plan is told. Free: nothing is
    rendered or sent.
    """
    video, loudness_lufs = film.file, None
    if film.file.suffix.lower() in _STORYBOARDS:
        opened = film.open(shell)
        video, sound = opened.folder / "film.mp4", opened.storyboard.finish.sound
        loudness_lufs = None if sound is None else float(sound.loudness_lufs)
        page = page or opened.folder / "qc.html"
        if not video.exists():
            raise MediaError(f"{video}: no such file", hint=f"veo-story render {film.file} makes it.")
    # numpy and av are loaded only when there is a film to look at.
    from veo_story.cli.qc_view import qc_text
    from veo_story.quality.report import report_on

    report = report_on(video, loudness_lufs=loudness_lufs)
    if page is not None:
        _write(page, report)
    if as_json:
        result_json({**report.data(), "page": None if page is None else str(page)})
    else:
        result(qc_text(report, width()))
        if page is not None:
            say(f"page: {page}")
    if strict and not report.is_clean:
        raise MediaError(f"{video}: {report.verdict}")


def _write(page: Path, report: Report) -> None:
    """Write the page. Raises ConfigError when it cannot be written."""
    from veo_story.media.files import write_whole
    from veo_story.quality.page import page_of

    try:
        write_whole(page, page_of(report).encode())
    except OSError as error:
        raise ConfigError(
            f"{page}: cannot be written: {error.strerror}", hint="Name another place with --page."
        ) from error
