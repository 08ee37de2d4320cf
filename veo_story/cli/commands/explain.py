"""``veo-story explain``: what a problem code means, or who made a moment of a film."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from veo_story.cli import options
from veo_story.cli.output import result, result_json, styled, width
from veo_story.cli.text import table
from veo_story.storyboard.codes import Code, all_codes, explain

if TYPE_CHECKING:
    from veo_story.film.moments import Moment


@click.command("explain", short_help="Explain a problem code, or who made a moment of a film.")
@click.argument("asked", metavar="[CODE|FILM@TIME]...", nargs=-1)
@options.json_option
def command(asked: tuple[str, ...], as_json: bool) -> None:
    """Explain problem codes: what each means, why it matters and how to mend it.

    Without a code, list them all.

    FILM@TIME says who made that moment of a film, as its film.json knows: scene, shot, take, model, prompt,
    seed, cost, and the frame of the clip. renders/keeper/film.mp4@0:43, film.mp4@43.5, film.mp4@00:00:43:12.
    """
    if not asked:
        codes = all_codes()
        if as_json:
            result_json([_as_data(code) for code in codes])
        else:
            rows = [(code.code, str(code.severity), code.title) for code in codes]
            result(table(("code", "severity", "what"), rows, right=frozenset(), width=width()))
        return
    found = [_moment(one) if "@" in one else _find(one) for one in asked]
    if as_json:
        result_json([_data_of(one) for one in found])
    else:
        result("\n\n".join(_page_of(one) for one in found))


def _moment(written: str) -> Moment:
    from veo_story.film.moments import frame_at, moment_of, read_record

    film, _, time = written.rpartition("@")
    frame = frame_at(time)
    return moment_of(read_record(Path(film)), frame)


def _page_of(found: Code | Moment) -> str:
    if isinstance(found, Code):
        return _page(found)
    from veo_story.cli.moment_view import moment_page

    return moment_page(found)


def _data_of(found: Code | Moment) -> dict[str, Any]:
    if isinstance(found, Code):
        return _as_data(found)
    from veo_story.cli.moment_view import moment_data

    return moment_data(found)


def _find(written: str) -> Code:
    try:
        return explain(written)
    except KeyError:
        from difflib import get_close_matches

        names = [code.code for code in all_codes()]
        near = get_close_matches(written.upper(), names, 3)
        hint = f"did you mean {' or '.join(near)}?" if near else "veo-story explain lists them all"
        raise click.UsageError(f"there is no code {written!r}; {hint}") from None


def _page(code: Code) -> str:
    columns = min(width(), 90)
    severity = styled(str(code.severity), str(code.severity))
    parts = [f"{styled(code.code, 'strong')} ({severity}): {code.title}"]
    for name, text in (("why", code.why), ("fix", code.fix)):
        body = "\n".join(
            textwrap.fill(line, columns, initial_indent="  ", subsequent_indent="  ")
            for line in text.strip().splitlines()
        )
        parts.append(f"{name}:\n{body}")
    return "\n".join(parts)


def _as_data(code: Code) -> dict[str, str]:
    return {
        "code": code.code,
        "severity": str(code.severity),
        "title": code.title,
        "why": code.why,
        "fix": code.fix,
    }
