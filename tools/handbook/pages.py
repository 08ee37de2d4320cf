"""Where the pages are, and how a generated part stands inside a hand-written page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Block:
    """A fenced block: its info words, its text, and the line where its fence stands."""

    info: tuple[str, ...]
    text: str
    line: int


def all_pages(root: Path) -> list[Path]:
    """Every page a reader may open."""
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").glob("*.md"))]


def put_part(page: str, name: str, text: str) -> str:
    """The page with the generated part ``name`` replaced. ``ValueError`` when its markers are not there."""
    start, end = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
    if page.count(start) != 1 or page.count(end) != 1:
        raise ValueError(f"the markers {start} and {end} must stand in the page once each")
    before, rest = page.split(start)
    after = rest.split(end)[1]
    return f"{before}{start}\n{text.strip()}\n{end}{after}"


def blocks(page: str, language: str) -> list[Block]:
    """The fenced blocks of one language."""
    found: list[Block] = []
    inside: list[str] = []
    info: tuple[str, ...] = ()
    start, fenced = 0, False
    for number, line in enumerate(page.splitlines(), 1):
        if not line.startswith("```"):
            inside.append(line)
        elif fenced:
            fenced = False
            if info[:1] == (language,):
                found.append(Block(info, "\n".join(inside) + "\n", start))
        else:
            fenced, info, inside, start = True, tuple(line[3:].split()), [], number
    return found


def anchors(page: str) -> set[str]:
    """The anchors that GitHub gives to the headings."""
    found: dict[str, int] = {}
    names = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", without_code(page), re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(
            " ", "-"
        )
        count = found.get(plain, 0)
        found[plain] = count + 1
        names.add(plain if count == 0 else f"{plain}-{count}")
    return names


def without_code(page: str) -> str:
    """The page with its fenced blocks emptied, line for line."""
    return re.sub(r"^```.*?^```", lambda m: "\n" * m[0].count("\n"), page, flags=re.MULTILINE | re.DOTALL)
