"""Storyboards made by hand, for tests of the plan: no YAML, no disk."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from veo_story.catalog.catalog import Catalog, load_catalog
from veo_story.errors import Where
from veo_story.plan.compile import Compiled, compile_plan
from veo_story.plan.model import Plan
from veo_story.storyboard.model import Mode, RenderSettings, Scene, Sequence, Storyboard
from veo_story.storyboard.nodes import DataPath

TODAY = date(2026, 11, 22)
LENGTHS = {Mode.EXTEND: 7, Mode.STILL: 4, Mode.SLATE: 4, Mode.IMPORT: 5}


class FakeSource:
    """Every data path has a line of its own; ``at`` tells the path of a place."""

    path = Path("films/board.yaml")

    def __init__(self) -> None:
        self._paths: list[DataPath] = []

    def where(self, data_path: DataPath, key: bool = False) -> Where:
        if data_path not in self._paths:
            self._paths.append(data_path)
        return Where("board.yaml", self._paths.index(data_path) + 1, 1)

    def at(self, where: Where) -> DataPath:
        return self._paths[where.line - 1]


def scene(scene_id: str, mode: Mode = Mode.OPEN, **given: Any) -> Scene:
    """A scene with a sensible length and an action; ``duration`` counts as written."""
    written = "duration" in given
    length = Decimal(str(given.pop("duration", LENGTHS.get(mode, 8))))
    if mode.is_generated:
        given.setdefault("action", f"{scene_id} happens")
    return Scene(scene_id, ("scenes", scene_id), mode, length, written, **given)


def run(count: int, start: int = 1, **given: Any) -> list[Scene]:
    """An opening and extensions, ``s01`` and so on."""
    modes = [Mode.OPEN, *[Mode.EXTEND] * (count - 1)]
    return [scene(f"s{i:02}", mode, **given) for i, mode in enumerate(modes, start)]


def board(*scenes: Scene, sequences: list[list[Scene]] | None = None, **given: Any) -> Storyboard:
    """One sequence of ``scenes``, or several. Keys of ``render:`` may be given by name."""
    keys = set(RenderSettings.__dataclass_fields__)
    render = RenderSettings(**{k: given.pop(k) for k in list(given) if k in keys})
    groups = sequences if sequences is not None else [list(scenes)]
    made = tuple(Sequence(f"q{i}", None, tuple(group)) for i, group in enumerate(groups, 1))
    return Storyboard("Board", FakeSource(), made, render, **given)


def compiled(storyboard: Storyboard, backend: str | None = None, **given: Any) -> Compiled:
    """Compile with the catalog that ships, as of the day it was checked."""
    catalog: Catalog = given.pop("catalog", load_catalog())
    digests = given.pop("digests", {})
    today = given.pop("today", TODAY)
    return compile_plan(storyboard, catalog, digests, today=today, backend=backend, **given)


def plan_of(storyboard: Storyboard, backend: str | None = None, **given: Any) -> Plan:
    """The plan of a storyboard without errors."""
    result = compiled(storyboard, backend, **given)
    assert result.plan is not None, result.problems
    return result.plan


def told(storyboard: Storyboard, backend: str | None = None, **given: Any) -> list[tuple[str, DataPath]]:
    """Code and data path of every problem, retirements left out."""
    found = compiled(storyboard, backend, **given).problems
    source = storyboard.source
    assert isinstance(source, FakeSource)
    return [(p.code, source.at(p.where)) for p in found if p.code != "VS250"]
