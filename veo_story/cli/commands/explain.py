"""``veo-story explain``: what a problem code means."""

from __future__ import annotations

import textwrap

import click

from veo_story.cli import options
from veo_story.cli.output import result, result_json, styled, width
from veo_story.cli.text import table
from veo_story.storyboard.codes import Code, all_codes, explain


@click.command("explain", short_help="Explain a problem code.")
@click.argument("codes", metavar="[CODE]...", nargs=-1)
@options.json_option
def command(codes: tuple[str, ...], as_json: bool) -> None:
    """Explain problem codes: what each means, why it matters and how to mend it.

    Without a code, list them all.
    """
    found = [_find(code) for code in codes] if codes else list(all_codes())
    if as_json:
        result_json([_as_data(code) for code in found])
    elif codes:
        result("\n\n".join(_page(code) for code in found))
    else:
        rows = [(code.code, str(code.severity), code.title) for code in found]
        result(table(("code", "severity", "what"), rows, right=frozenset(), width=width()))


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
