"""The gallery: its lines are drawn, are told apart by eye, and its pictures are those that are committed."""

from __future__ import annotations

import importlib.util
import re
import sys
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from tests.support.command import ROOT
from veo_story.backends.local.order import RenderOrder
from veo_story.backends.local.render import frame_of
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from types import ModuleType

SMALL = (192, 108)
FOLDER = ROOT / "docs" / "gallery"


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_gallery", ROOT / "tools" / "make_gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault("make_gallery", module)
    spec.loader.exec_module(module)
    return module


GALLERY = tool()
PROMPTS: dict[str, str] = GALLERY.PROMPTS


@pytest.fixture(scope="module")
def thumbnails() -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    """Every line small: 12 by 8 cells of luma and both colours."""
    found = {}
    for name, prompt in PROMPTS.items():
        order = RenderOrder(name, Mode.OPEN, SMALL, 96, Path("none.mp4"), prompt=prompt, overlay=())
        planes = [
            Image.fromarray(plane).resize((12, 8), Image.Resampling.BOX) for plane in frame_of(order, 60)
        ]
        found[name] = np.stack([np.asarray(plane, np.float32) for plane in planes])
    return found


def test_every_line_is_a_picture(thumbnails: dict[str, np.ndarray[Any, np.dtype[np.float32]]]) -> None:
    assert len(thumbnails) == 24
    assert [name for name, cells in thumbnails.items() if cells[0].std() < 4] == []


def test_no_two_look_alike(thumbnails: dict[str, np.ndarray[Any, np.dtype[np.float32]]]) -> None:
    apart = {
        (a, b): float(np.abs(thumbnails[a] - thumbnails[b]).mean()) for a, b in combinations(thumbnails, 2)
    }
    assert {pair: round(far, 1) for pair, far in apart.items() if far < 6} == {}


def test_the_committed_pictures_are_those_of_the_lines() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(f"{name}.webp" for name in PROMPTS)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 900_000
    for path in FOLDER.iterdir():
        with Image.open(path) as image:
            assert image.size == (640, 360)


def test_the_page_shows_every_line_with_its_picture() -> None:
    page = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    pictures = re.findall(r"!\[([^\]]*)\]\(gallery/(\w+)\.webp\)", page)
    assert {name: prompt for prompt, name in pictures} == PROMPTS


def test_the_examples_are_what_the_files_say() -> None:
    page = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    lexicon = ROOT / "veo_story" / "backends" / "local" / "lexicon"
    examples = re.findall(r"### [^\n]*`(\w+\.toml)`\n.*?```toml\n(.*?)```", page, re.DOTALL)
    assert len(examples) == 5
    for file, lines in examples:
        assert lines in (lexicon / file).read_text("utf-8"), file
