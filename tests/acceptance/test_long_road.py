"""The longest chain there is: an opening and 20 extensions, from tails and from combined files."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np

from tests.support.command import ROOT, veo_story
from tests.support.decoded import Decoded, decode
from tests.support.soak import SOAKING

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = 192 + 20 * 168


def _film(folder: Path, returns: str) -> Decoded:
    ran = veo_story(
        "render", "storyboards/long-road.yaml", "--renders", returns, "--local-result", returns, cwd=folder
    )
    assert ran.code == 0, ran.err
    return decode(folder / returns / "long-road" / "film.mp4", digests=SOAKING)


def test_tails_and_combined_files_make_the_same_film(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "storyboards", tmp_path / "storyboards")
    tails = _film(tmp_path, "tail")
    assert FRAMES == 3552
    assert tails.codes == list(range(FRAMES))
    if not SOAKING:  # the same is tried with short clips in tests/backends/test_local_chain.py
        return
    combined = _film(tmp_path, "combined")
    assert combined.codes == tails.codes
    assert combined.digests == tails.digests
    # The sound went through one more, differently framed, AAC generation: alike, not equal.
    length = FRAMES * 2000
    difference = combined.sound[:, :length] - tails.sound[:, :length]
    level = np.sqrt(np.mean(tails.sound[:, :length] ** 2))
    assert np.sqrt(np.mean(difference**2)) < 0.25 * level


def test_a_21st_extension_is_refused_with_its_place_and_a_fix(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "storyboards", tmp_path / "storyboards")
    path = tmp_path / "storyboards" / "long-road.yaml"
    text = path.read_text("utf-8").rstrip("\n")
    place = text.count("\n") + 2
    path.write_text(f"{text}\n  - {{id: onemore, action: The road goes on and on}}\n", "utf-8")
    ran = veo_story("check", "storyboards/long-road.yaml", cwd=tmp_path)
    assert ran.code == 3
    assert f"storyboards/long-road.yaml:{place}:" in ran.out
    assert "error VS" in ran.out
    assert "fix:" in ran.out
