"""Measure what the program costs, and print the tables as Markdown."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import (
    animatic,
    dependencies,
    interpolation,
    join,
    mixing,
    previewing,
    rendering,
    services,
    startup,
    steps,
)
from benchmarks.measure import ROOT
from benchmarks.report import Table, machine, put

if TYPE_CHECKING:
    from collections.abc import Callable

_ONCE = ("long", "waiting", "makespan", "interpolation")
_AIM = (
    "Aims: hard cuts within 1.3 times the sound filter, which is what exact joins cost with plain ffmpeg; "
    "dissolves under 0.25 of encoding all anew; one file under 1.5 times its copy; never more than 200 MB."
)
_MIXING_AIM = "Seventy-two seconds of sound, no picture. The floor is the AAC encoder with its samples ready."


def main() -> None:
    """Measure, print, and with ``--write`` put the tables into the pages."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure, and print the tables as Markdown."
    )
    options.add_argument("--runs", type=int, default=5, help="runs of which the median is taken")
    options.add_argument("--quick", action="store_true", help="one run of everything")
    options.add_argument("--long", action="store_true", help="the longest chain too (minutes)")
    options.add_argument("--write", action="store_true", help="put the tables into docs/")
    options.add_argument("--only", action="append", metavar="NAME", help="only this table (may be repeated)")
    chosen = options.parse_args()
    runs = 1 if chosen.quick else chosen.runs
    tables: dict[str, Callable[[], Table]] = {
        "startup": partial(startup.table, runs),
        "rendering": partial(rendering.table, runs),
        "animatic": partial(animatic.table, runs),
        "previewing": partial(previewing.table, runs),
        "joining": lambda: Table(
            "joining", "Joining clips of 8 s (720p)", join.COLUMNS, join.rows(runs), _AIM
        ),
        "mixing": lambda: Table(
            "mixing", "The sound of nine clips", mixing.COLUMNS, mixing.rows(runs), _MIXING_AIM
        ),
        "steps": partial(steps.table, runs),
        "orchestration": partial(services.step_table, runs),
        "waiting": services.dead_table,
        "makespan": services.makespan_table,
        "interpolation": interpolation.table,
        "dependencies": partial(dependencies.table, runs),
    }
    if chosen.long:
        tables["long"] = rendering.long_table
    unknown = set(chosen.only or ()) - set(tables)
    if unknown:
        options.error(f"no such table: {', '.join(sorted(unknown))} (there are {', '.join(tables)})")
    for name, measure in tables.items():
        if chosen.only and name not in chosen.only:
            continue
        about = machine(1 if name in _ONCE else runs)
        text = measure().markdown()
        print(f"{about}\n\n{text}\n", flush=True)
        if chosen.write:
            page = "dependencies.md" if name == "dependencies" else "performance.md"
            put(ROOT / "docs" / page, name, f"{about}\n\n{text}")


if __name__ == "__main__":
    main()
