from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from veo_story.catalog.catalog import load_catalog
from veo_story.plan.check import check_storyboard

if TYPE_CHECKING:
    from pathlib import Path


def found(folder: Path, text: str) -> list[tuple[str, int]]:
    """Codes and lines of what is wrong with effects and overlays."""
    path = folder / "film.yaml"
    path.write_text(f"storyboard: 1\ntitle: T\n{text}")
    checked = check_storyboard(path, load_catalog(), today=date(2026, 6, 1))
    return [
        (p.code, p.where.line) for p in checked.problems if p.code in ("VS037", "VS049", "VS216", "VS217")
    ]


def test_what_stands_in_defaults_is_told_once_and_there(tmp_path: Path) -> None:
    film = (
        "defaults: {overlay: {text: Ardmore, start: 9}, effects: [{name: Loop, n: 999}]}\n"
        "scenes: [{action: A door opens}, {action: It closes, mode: open}]\n"
    )
    assert found(tmp_path, film) == [("VS049", 3)]
    assert found(tmp_path, film.replace(", effects: [{name: Loop, n: 999}]", "")) == [("VS037", 3)]


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        ("{text: Ardmore, start: 8}", "VS037"),
        ("{text: Ardmore, start: 7.5}", "VS216"),
        ("{text: Ardmore, start: 6.9}", None),
        ("{text: 灯台守の長い夜が終わる, duration: 1.5}", "VS216"),
        ("{text: The keeper of the, duration: 1.5}", None),
        ("{text: a, subtitle: the last night before automation, duration: 2}", "VS216"),
        ("[{text: one}, {text: two}]", "VS217"),
        ("[{text: one, duration: 2}, {text: two, start: 2}]", None),
        ("[{text: one}, {text: two, at: top}]", None),
    ],
)
def test_overlays_are_held_to_their_time(tmp_path: Path, overlay: str, code: str | None) -> None:
    problems = found(tmp_path, f"scenes: [{{action: A door opens, overlay: {overlay}}}]\n")
    assert problems == ([(code, 3)] if code else [])


def test_times_count_in_the_scene_that_effects_leave(tmp_path: Path) -> None:
    slow = (
        "scenes: [{action: A door opens, effects: [{name: MultiplySpeed, factor: 0.5}],"
        " overlay: {text: x, start: 12}}]\n"
    )
    assert found(tmp_path, slow) == []
    assert found(tmp_path, slow.replace("0.5", "2")) == [("VS037", 3)]
    assert found(tmp_path, slow.replace("0.5", "900")) == [("VS049", 3)]
