"""Every example is valid, plans to the length and price it promises, and becomes a film."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from tests.support.command import ROOT, veo_story
from tests.support.decoded import SAMPLES_A_FRAME, decode, moov_first
from veo_story.catalog.catalog import load_catalog
from veo_story.errors import Severity
from veo_story.media.frames import read_frame
from veo_story.plan.check import Checked, check_storyboard

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ROOT / "storyboards"
TODAY = date(2026, 10, 1)  # before the models retire, so that the paid plans have nothing to warn of

FRAMES = {
    "harbour": 192 + 2 * 168,
    "keeper": 96 + 192 + 8 * 168,
    "sel-marin": 1523,  # 63.5 s, less the frame that t1 and t2 share
    "long-road": 192 + 20 * 168,
    "train-journey": 192 + 3 * 168,
    "day-to-night": 192 + 192 - 1,
    "product-turn": 192 + 96,
    "office-character": 3 * 192,
}
EXAMPLES = sorted(path.stem for path in FOLDER.glob("*.yaml") if not path.stem.endswith(".bible"))


def check(name: str, backend: str | None = None, folder: Path = FOLDER) -> Checked:
    return check_storyboard(folder / f"{name}.yaml", load_catalog(), today=TODAY, backend=backend)


def with_tier(name: str, tier: str, into: Path) -> Path:
    """A copy of the examples in which one film asks for another tier."""
    shutil.copytree(FOLDER, into, dirs_exist_ok=True)
    path = into / f"{name}.yaml"
    text, changed = re.subn(r"tier: \w+", f"tier: {tier}", path.read_text("utf-8"), count=1)
    assert changed == 1
    path.write_text(text, "utf-8")
    return into


def test_every_example_has_its_length_here() -> None:
    assert set(FRAMES) == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_nothing_to_complain_of(name: str) -> None:
    found = check(name)
    assert [p for p in found.problems if p.severity is not Severity.NOTE] == []
    assert found.plan is not None
    assert found.plan.frames == FRAMES[name]
    assert found.plan.expected_usd == 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_names_the_schema_for_editors(name: str) -> None:
    first = (FOLDER / f"{name}.yaml").read_text("utf-8").splitlines()[0]
    schema = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert schema is not None
    assert (FOLDER / schema[1]).is_file()


@pytest.mark.parametrize(
    ("name", "tier", "usd"),
    [("keeper", "standard", "25.60"), ("keeper", "fast", "6.40"), ("long-road", "standard", "59.20")],
)
def test_the_price_of_a_chain_on_a_paid_backend(name: str, tier: str, usd: str, tmp_path: Path) -> None:
    found = check(name, "gemini", folder=with_tier(name, tier, tmp_path))
    assert found.plan is not None, found.problems
    assert found.plan.expected_usd == Decimal(usd)


def test_vertex_splits_the_keepers_chain_before_37_seconds() -> None:
    found = check("keeper", "vertex")
    assert found.plan is not None, found.problems
    heads = [chain.steps[0].scene_id for chain in found.plan.chains if chain.split_from]
    assert heads[0] == "s06"


def test_the_three_chains_of_the_office_are_apart() -> None:
    found = check("office-character")
    assert found.plan is not None
    assert [[step.scene_id for step in chain.steps] for chain in found.plan.chains] == [
        ["desk"],
        ["board"],
        ["lights"],
    ]
    assert all(len(step.inputs) == 3 for step in found.plan.steps())


def test_the_pictures_are_those_that_the_script_draws(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "tools" / "make_assets.py", tmp_path], check=True, cwd=tmp_path)
    drawn = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    kept = sorted(
        path.relative_to(FOLDER) for path in FOLDER.rglob("*.*") if path.suffix in {".png", ".jpg", ".wav"}
    )
    assert drawn == kept
    for name in drawn:
        if name.suffix == ".png":
            ours, theirs = (
                np.asarray(Image.open(root / name).convert("RGB"), int) for root in (FOLDER, tmp_path)
            )
            assert ours.shape == theirs.shape
            # Another Pillow may choose its 256 colours a little differently.
            assert np.abs(ours - theirs).mean() < 2
        else:
            assert (FOLDER / name).read_bytes() == (tmp_path / name).read_bytes()


def test_the_pictures_are_small() -> None:
    assert {path.name for path in FOLDER.rglob("*.png") if path.stat().st_size > 80_000} == set()


# The burnt-in counters: a chain counts on over its seams, other scenes from 0; dusk gives up its last frame.
EXPECTED_CODES: dict[str, list[int | None]] = {
    "harbour": list(range(528)),
    "train-journey": list(range(696)),
    "day-to-night": [*range(191), *range(192)],
    "office-character": [*range(192)] * 3,
    "product-turn": [*range(192), *range(96)],
    "sel-marin": [
        *range(660),  # h1 to h4, trimmed by 1.5 s
        *[None] * 18,  # both, one over the other: h4 goes on into what its trim left
        *(*range(18, 191), *range(144), *range(96)),  # t1 gives up its last frame to t2
        *range(360),
        *range(72),
    ],
}
# Frames of the film and the stills that they must show.
STILLS = {
    "day-to-night": {0: "bay-day.png", 191: "bay-night.png", 382: "bay-day.png"},
    "product-turn": {0: "mug.png"},
    "sel-marin": {678: "crystals.png", 851: "bowl.png", 1091: "table.png"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED_CODES)
def test_an_example_becomes_a_film(name: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(FOLDER, project / "storyboards")
    ran = veo_story("render", f"storyboards/{name}.yaml", cwd=project)
    assert ran.code == 0, ran.err
    path = project / "renders" / name / "film.mp4"
    film = decode(path)
    assert film.size == ((720, 1280) if name == "product-turn" else (1280, 720))
    assert len(film.codes) == FRAMES[name]
    codes = EXPECTED_CODES[name]
    seen = [None if wanted is None else code for code, wanted in zip(film.codes, codes, strict=True)]
    assert seen == codes
    assert film.video_start == film.audio_start == 0
    assert 0 <= film.sound.shape[1] - FRAMES[name] * SAMPLES_A_FRAME < 1024
    assert moov_first(path)
    for frame, still in STILLS.get(name, {}).items():
        assert likeness(read_frame(path, frame), FOLDER / "stills" / still) > 0.9, (frame, still)


def likeness(picture: np.ndarray, still: Path) -> float:
    """The mean structural similarity (0..1) of two pictures' brightness, in windows of 8 x 8."""
    ours, theirs = (image.convert("L") for image in (Image.fromarray(picture), Image.open(still)))
    a, b = (
        np.asarray(image, float).reshape(-1, 8, image.width // 8, 8).swapaxes(1, 2)
        for image in (ours, theirs)
    )
    mean_a, mean_b = a.mean((2, 3)), b.mean((2, 3))
    both = (a * b).mean((2, 3)) - mean_a * mean_b
    light = (2 * mean_a * mean_b + 6.5) / (mean_a**2 + mean_b**2 + 6.5)
    return float((light * (2 * both + 58.5) / (a.var((2, 3)) + b.var((2, 3)) + 58.5)).mean())
