"""What a preview costs: the first one, one after an edit, and from a save to the page while it is watched."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT, middle, run, veo_story
from benchmarks.report import Table, mb

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = "Far below, a bell buoy answers"
"""Words of one scene of the example, of which each edit makes others."""
_PATIENCE_S = 120.0


def table(runs: int) -> Table:
    """keeper.yaml: cold, with nothing to do, after an edit of one scene, and watched."""
    cold, again, edited = [], [], []
    watched: list[float] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as temporary:
            film = _copy(Path(temporary))
            command = veo_story("preview", film, "--renders", film.parent / "renders", "--quiet")
            cold.append(run(command, film.parent))
            again.append(run(command, film.parent))
            _edit(film, 1)
            edited.append(run(command, film.parent))
            watched += _watch(film)
    rows = [
        ("`preview keeper.yaml`, cold", _s(middle(cold).wall_s), "under 12 s", mb(middle(cold).peak_mb)),
        ("the same again: nothing to draw", _s(middle(again).wall_s), "", mb(middle(again).peak_mb)),
        ("one scene edited", _s(middle(edited).wall_s), "under 2.5 s", mb(middle(edited).peak_mb)),
        ("`--watch`: from save to page", _s(median(watched)), "under 3 s", ""),
    ]
    note = "68 s, drawn in 540p. An open page looks for a newer one twice a second; that is not counted."
    return Table("previewing", "Previewing", ("what", "time", "aim", "peak memory"), rows, note)


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"


def _copy(folder: Path) -> Path:
    shutil.copytree(ROOT / "storyboards", folder / "storyboards")
    return folder / "storyboards" / "keeper.yaml"


def _edit(film: Path, number: int) -> None:
    text = film.read_text("utf-8")
    film.write_text(re.sub(rf"{_WORDS}( once more)*", _WORDS + " once more" * number, text), "utf-8")


def _watch(film: Path) -> list[float]:
    """Seconds from each of three saves until the newer page is told of, with warm workers."""
    renders = film.parent / "renders"
    live = renders / film.stem / "preview" / "live.js"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = veo_story("preview", film, "--renders", renders, "--watch", "--quiet")
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _until(lambda: _told(live)["watched"] is True)
            return [_saved(film, number, live) for number in (2, 3, 4)][1:]
        finally:
            process.send_signal(signal.SIGINT)


def _saved(film: Path, number: int, live: Path) -> float:
    before = _told(live)["generation"]
    began = time.perf_counter()
    _edit(film, number)
    _until(lambda: _told(live)["generation"] != before)
    return time.perf_counter() - began


def _told(live: Path) -> dict[str, object]:
    text = live.read_text("utf-8")
    told: dict[str, object] = json.loads(text.removeprefix("veoStoryLive(").removesuffix(");\n"))
    return told


def _until(true: Callable[[], bool]) -> None:
    ends = time.perf_counter() + _PATIENCE_S
    while not true():
        if time.perf_counter() > ends:
            raise RuntimeError("the watched preview did not follow")
        time.sleep(0.01)
