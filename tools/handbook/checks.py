"""What must hold for the pages. Every function returns its mistakes as lines ``page:line: what``."""

from __future__ import annotations

import re
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import veo_story
from handbook.generated import known_exit_codes, schema_keys
from handbook.pages import all_pages, anchors, blocks, without_code
from veo_story.catalog.catalog import load_catalog
from veo_story.cli.main import COMMANDS
from veo_story.errors import Severity
from veo_story.plan.check import check_storyboard
from veo_story.storyboard.codes import all_codes

_UNFINISHED = re.compile(r"\b(TODO|TBD|FIXME|XXX|lorem ipsum|coming soon)\b|\?\?\?", re.IGNORECASE)
_REQUIRED = {"storyboard": 1, "title": "Fragment"}
_NO_FIGURES = re.compile(r"^<!-- measured: (\w+) -->\s*<!-- end", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def mistakes(root: Path) -> list[str]:
    """Everything that is wrong with the pages below ``root``."""
    pages = {path: path.read_text("utf-8") for path in all_pages(root)}
    found = [*_unmentioned(root, "\n".join(pages.values()))]
    for path, text in pages.items():
        name = path.relative_to(root).as_posix()
        found += _broken_links(root, path, name, text)
        found += _unfinished(name, text)
    return found + _bad_yaml(root, pages)


def _unmentioned(root: Path, text: str) -> list[str]:
    """Commands, codes, keys, exit codes and public names that no page mentions."""
    wanted = {
        "command": {f"Usage: veo-story {line.name} " for line in COMMANDS}
        | {f"`{alias}`" for line in COMMANDS for alias in line.aliases},
        "problem code": {f"### {code.code}\n" for code in all_codes()},
        "exit code": {f"| {code} |" for code in known_exit_codes()},
        "public name": {f"`{name}`" for name in veo_story.__all__ if not name.startswith("__")},
        "schema key": {f"`{key}`" for key in schema_keys(root)},
    }
    return [
        f"docs: the {kind} {word.strip()} occurs on no page"
        for kind, words in wanted.items()
        for word in sorted(words)
        if word not in text
    ]


def _broken_links(root: Path, path: Path, name: str, text: str) -> list[str]:
    found = []
    for number, line in enumerate(without_code(text).splitlines(), 1):
        for target in _LINK.findall(line):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            aim = (path.parent / file).resolve() if file else path
            if not aim.exists() or not aim.is_relative_to(root.resolve()):
                found.append(f"{name}:{number}: no such file: {target}")
            elif anchor and anchor not in anchors(aim.read_text("utf-8")):
                found.append(f"{name}:{number}: no such heading: {target}")
    return found


def _unfinished(name: str, text: str) -> list[str]:
    lines = enumerate(text.splitlines(), 1)
    found = [f"{name}:{n}: unfinished: {line.strip()}" for n, line in lines if _UNFINISHED.search(line)]
    return found + [f"{name}: no figures for {part}: run make bench" for part in _NO_FIGURES.findall(text)]


def _bad_yaml(root: Path, pages: dict[Path, str]) -> list[str]:
    """Check every ``yaml`` block beside the examples' pictures; ``yaml no-check`` marks the exceptions."""
    found, catalog, today = [], load_catalog(), datetime.now(UTC).date()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(root / "storyboards", folder, dirs_exist_ok=True)
        for path, text in pages.items():
            for block in blocks(text, "yaml"):
                if "no-check" in block.info:
                    continue
                trial = folder / "block.yaml"
                trial.write_text(as_storyboard(block.text), "utf-8")
                checked = check_storyboard(trial, catalog, today=today)
                found += [
                    f"{path.relative_to(root).as_posix()}:{block.line}: {problem.code} {problem.message}"
                    for problem in checked.problems
                    if problem.severity is Severity.ERROR
                ]
    return found


def as_storyboard(text: str) -> str:
    """A whole storyboard around a fragment: a list is taken as scenes, a mapping as top-level keys."""
    if re.search(r"^- ", text, re.MULTILINE):
        lines = (f"  {line}\n" for line in text.splitlines())
        return f"storyboard: 1\ntitle: Fragment\nscenes:\n{''.join(lines)}"
    keys = set(re.findall(r"^([\w-]+):", text, re.MULTILINE))
    head = "".join(f"{key}: {value}\n" for key, value in _REQUIRED.items() if key not in keys)
    tail = "" if {"scenes", "sequences"} & keys else "scenes:\n  - {id: s01, action: A door opens}\n"
    return f"{head}{text}{tail}"
