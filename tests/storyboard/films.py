"""Storyboards written on the spot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from veo_story.storyboard.load import Loaded, load_storyboard

if TYPE_CHECKING:
    from veo_story.storyboard.model import Scene, Storyboard

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "storyboards"


def write(folder: Path, text: str, name: str = "film.yaml") -> Path:
    """A storyboard from its text; the two lines that every film has are put in front."""
    path = folder / name
    path.write_text(f"storyboard: 1\ntitle: T\n{text}", encoding="utf-8")
    return path


def load(folder: Path, text: str, **options: bool) -> Loaded:
    return load_storyboard(write(folder, text), **options)


def film(folder: Path, text: str) -> Storyboard:
    """A storyboard that must not have errors."""
    loaded = load(folder, text)
    assert loaded.ok, loaded.problems
    assert loaded.storyboard is not None
    return loaded.storyboard


def scenes(folder: Path, text: str) -> list[Scene]:
    return list(film(folder, text).scenes())


def codes(loaded: Loaded) -> list[str]:
    return [problem.code for problem in loaded.problems]
