from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING

import pytest

from tests.storyboard.films import ROOT, codes, load
from veo_story.storyboard.rules.effects import effects_table

if TYPE_CHECKING:
    from pathlib import Path


def test_the_table_is_that_of_the_installed_moviepy() -> None:
    path = ROOT / "tools" / "make_effects.py"
    spec = importlib.util.spec_from_file_location("make_effects", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert effects_table() == module.table()
    assert json.loads(module.INTO.read_text()) == module.table()


@pytest.mark.parametrize(
    ("effect", "found"),
    [
        ("BlackAndWhite", []),
        ("{name: FadeIn, duration: 0.5, initial_color: [0, 0, 0]}", []),
        ("{name: Resize, new_size: 0.5}", []),
        ("{name: BlackAndWhite, RGB: [1, 1, 1], preserve_luminosity: false, x-note: old film}", []),
        ("fadein", ["VS041"]),
        ("FadeIn", ["VS042"]),
        ("HeadBlur", ["VS041"]),
        ("{name: FadeIn, duration: true}", ["VS042"]),
        ("{name: SlideIn, duration: 1, side: 3}", ["VS042"]),
        ("{name: Rotate, angle: 3, expand: 1}", ["VS042"]),
        ("{name: TimeMirror, speed: 2}", ["VS042"]),
    ],
)
def test_effects_are_called_as_moviepy_wants(tmp_path: Path, effect: str, found: list[str]) -> None:
    assert codes(load(tmp_path, f"scenes: [{{action: x, effects: [{effect}]}}]\n")) == found
