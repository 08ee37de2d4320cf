"""Rendering on the local backend: how much faster than the film plays, and how much memory it takes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measure import ROOT, Cost, middle, run, veo_story
from benchmarks.report import Table, mb
from veo_story.media.probe import probe
from veo_story.storyboard.model import FPS


def table(runs: int) -> Table:
    """keeper.yaml whole, again without anything to do, and only its film."""
    whole, again, film = [], [], []
    length = 0.0
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            whole.append(_render("keeper", folder))
            again.append(_render("keeper", folder))
            path = folder / "keeper" / "film.mp4"
            length = probe(path).frames / FPS
            path.unlink()
            film.append(run(veo_story("film", _storyboard("keeper"), "--renders", folder), folder))
    rows = [
        _row(
            f"`render keeper.yaml`: {length:.0f} s of 720p and the film", middle(whole), length, "5 x or more"
        ),
        _row("the same again: nothing to do", middle(again), None, "under 1.5 s"),
        _row("`film`: cut and join only", middle(film), length, ""),
    ]
    return Table("rendering", "Rendering", ("what", "time", "times realtime", "aim", "peak memory"), rows)


def long_table() -> Table:
    """long-road.yaml: 20 extensions, from tails and from combined files. Takes minutes, so it runs once."""
    rows = []
    for returns in ("tail", "combined"):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            cost = _render("long-road", folder, "--local-result", returns)
            path = folder / "long-road" / "film.mp4"
            length = probe(path).frames / FPS
            path.unlink()
            again = veo_story(
                "film", _storyboard("long-road"), "--renders", folder, "--local-result", returns
            )
            film = run(again, folder)
            size = sum(file.stat().st_size for file in folder.rglob("clip.mp4")) / 1e6
        rows.append((*_row(f"`render long-road.yaml`, {returns}", cost, length, "under 600 MB"), mb(size)))
        rows.append((*_row(f"`film` alone, {returns}", film, length, "under 200 MB"), ""))
    columns = ("what", "time", "times realtime", "aim", "peak memory", "clips on disk")
    return Table("long", "The longest chain (148 s, 20 extensions, one run)", columns, rows)


def _render(name: str, folder: Path, *words: str) -> Cost:
    return run(veo_story("render", _storyboard(name), "--renders", folder, "--quiet", *words), folder)


def _storyboard(name: str) -> Path:
    return ROOT / "storyboards" / f"{name}.yaml"


def _row(name: str, cost: Cost, length_s: float | None, aim: str) -> tuple[str, ...]:
    speed = f"{length_s / cost.wall_s:.1f} x" if length_s else ""
    return (name, f"{cost.wall_s:.2f} s", speed, aim, mb(cost.peak_mb))
