"""The parts of the pages that are made from the program itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from handbook.pages import put_part
from handbook.reference import key_blocks, reference
from veo_story.cli.exits import INTERRUPTED, OUTPUT_CLOSED
from veo_story.cli.main import COMMANDS, program
from veo_story.errors import VeoStoryError
from veo_story.storyboard.codes import all_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from handbook.reference import Schema

STORYBOARD = "storyboard.v1.schema.json"
BIBLE = "storyboard-bible.v1.schema.json"

_FAMILIES = {
    "VS0": (
        "The file, its shape, its names and its assets",
        "Errors. Nothing is sent before they are mended.",
    ),
    "VS1": (
        "What a service would refuse",
        "Errors, found before they cost money. They depend on the backend that is checked for.",
    ),
    "VS2": ("Likely a bad result", "Warnings. `--strict` turns them into errors."),
    "VS3": ("Craft", "Notes. They never stop a run."),
}
_FIXED_CODES = {
    0: "fine",
    1: "a bug in this program: a traceback, and where to report it",
    2: "wrong usage of the command line",
    INTERRUPTED: "interrupted; what was sent is in the ledger, `render` goes on from there",
    OUTPUT_CLOSED: "the reader of the output went away (as with `head`)",
}


def written(root: Path) -> dict[Path, str]:
    """Every page that has generated parts, with its text as it should be."""
    parts: dict[str, dict[str, Callable[[Path], str]]] = {
        "problems.md": {"problems": lambda _: problems()},
        "cli.md": {"commands": lambda _: commands(), "exit-codes": lambda _: exit_codes()},
        "format.md": {"keys": keys, "bible-keys": bible_keys},
    }
    pages = {}
    for name, makers in parts.items():
        path = root / "docs" / name
        text = path.read_text("utf-8")
        for part, make in makers.items():
            text = put_part(text, part, make(root))
        pages[path] = text
    return pages


def problems() -> str:
    """All problem codes by family."""
    out, family = [], ""
    for code in all_codes():
        if code.code[:3] != family:
            family = code.code[:3]
            title, about = _FAMILIES[family]
            out += [f"## {family}xx: {title}", about, ""]
        out += [
            f"### {code.code}",
            f"**{code.title}** ({code.severity})",
            "",
            code.why,
            "",
            f"*Fix:* {code.fix}",
            "",
        ]
    return "\n".join(out)


def commands() -> str:
    """The help of the program and of every command, as it is printed at 100 columns."""
    out = ["```text", _help(program, "veo-story"), "```", ""]
    for line in COMMANDS:
        command = program.get_command(click.Context(program), line.name)
        assert command is not None, f"the command {line.name} has no module"
        names = f" (also `{'`, `'.join(line.aliases)}`)" if line.aliases else ""
        out += [f"### {line.name}", f"{line.summary.split(' (also')[0].rstrip('.')}{names}.", ""]
        out += ["```text", _help(command, f"veo-story {line.name}"), "```", ""]
        for name, below in sorted(getattr(command, "commands", {}).items()):
            out += ["```text", _help(below, f"veo-story {line.name} {name}"), "```", ""]
    return "\n".join(out)


def exit_codes() -> str:
    """The table of exit codes, from the exception tree."""
    rows = dict(_FIXED_CODES)
    for kind in _tree(VeoStoryError):
        first = (kind.__doc__ or "").strip().splitlines()[0].replace("``", "`")
        if "exit_code" in vars(kind):
            rows[kind.exit_code] = f"`{kind.__name__}`: {first}"
    lines = [f"| {code} | {meaning} |" for code, meaning in sorted(rows.items())]
    return "\n".join(["| code | meaning |", "|---|---|", *lines])


def known_exit_codes() -> set[int]:
    """Every number the program can end with."""
    return {*_FIXED_CODES, *(kind.exit_code for kind in _tree(VeoStoryError))}


def keys(root: Path) -> str:
    """The key reference of the storyboard."""
    return reference(_schema(root, STORYBOARD))


def bible_keys(root: Path) -> str:
    """The key reference of the bible."""
    return reference(_schema(root, BIBLE))


def schema_keys(root: Path) -> set[str]:
    """Every key anywhere in the two schemas."""
    found = (key_blocks(_schema(root, name)) for name in (STORYBOARD, BIBLE))
    return {key for blocks in found for block in blocks for key in block.keys}


def _schema(root: Path, name: str) -> Schema:
    schema: Schema = json.loads((root / "schemas" / name).read_text("utf-8"))
    return schema


def _tree(kind: type[VeoStoryError]) -> Iterator[type[VeoStoryError]]:
    for below in kind.__subclasses__():
        yield below
        yield from _tree(below)


def _help(command: click.Command, name: str) -> str:
    context = click.Context(command, info_name=name, terminal_width=100, max_content_width=100, color=False)
    context.help_option_names = ["-h", "--help"]
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
