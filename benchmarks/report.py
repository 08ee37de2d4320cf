"""Tables of figures as Markdown, printed and put into pages."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import veo_story

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Table:
    """Measured figures. ``name`` is the marker in the page, ``note`` says how they were measured."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    note: str = ""

    def markdown(self) -> str:
        """The table with its title and note."""
        head = [f"### {self.title}", *([self.note, ""] if self.note else [""])]
        grid = ["| " + " | ".join(row) + " |" for row in (self.columns, *self.rows)]
        return "\n".join([*head, grid[0], "|" + "---|" * len(self.columns), *grid[1:]])


def machine(runs: int) -> str:
    """The machine in one line, without anything that names it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"Measured on {len(os.sched_getaffinity(0))} cores of {_processor()}, {memory:.0f} GB, "
        f"{platform.system()}, Python {platform.python_version()}, veo-story {veo_story.__version__}; "
        + (f"medians of {runs} runs." if runs > 1 else "one run.")
    )


def put(page: Path, name: str, text: str) -> None:
    """Replace what stands between the page's markers ``measured: name``."""
    start, end = f"<!-- measured: {name} -->", f"<!-- end: {name} -->"
    old = page.read_text("utf-8")
    if start not in old or end not in old:
        raise ValueError(f"{page.name} has no markers for {name}")
    before, rest = old.split(start, 1)
    page.write_text(f"{before}{start}\n{text.strip()}\n{end}{rest.split(end, 1)[1]}", "utf-8")


def ms(seconds: float) -> str:
    """Milliseconds for a table."""
    return f"{seconds * 1000:.0f} ms"


def mb(megabytes: float) -> str:
    """Megabytes for a table."""
    return f"{megabytes:.0f} MB"


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()
