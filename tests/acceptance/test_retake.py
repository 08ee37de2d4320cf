"""A retake of ``s04`` in ``keeper.yaml``: its table, and each choice carried out against the emulator.

What is billed is what the table said, to the cent, and the film is whole after each.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.cli import Ran, run
from tests.support.command import ROOT
from tests.support.decoded import decode, lit
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import RunningEmulator, running_emulator
from veo_story.times import sped_up

SPEED = 300.0
SETTINGS = EmulatorSettings(picture="numbers", speed=SPEED, latency_s=(0, 0), processing_s=0, quotas=False)
SLATE, OPENING, EXTENSION, BRIDGE = 96, 192, 168, 192
WHOLE = SLATE + OPENING + 8 * EXTENSION

TABLE = """\
retake of s04 (fast, 7 s), 1 take
  now     0.70 USD  s04 is rendered once more; the film stays as it is until you pick it
  later   3.50 USD  s05..s09 are made from the old take: made anew when you pick the new one
  bridge  0.80 USD  or an 8 s interpolation leads from the new take to s05; s05..s09 stay (--bridge)
  cut     0.00 USD  or a hard cut: s05..s09 stay as they are (--cut)
  if extensions bill the assembled clip: now 2.90, later 25.00 USD
"""


@dataclass
class Studio:
    """A folder with ``keeper.yaml``, rendered on the fast tier of the emulator's Gemini API."""

    emulator: RunningEmulator
    folder: Path
    paid: Decimal = Decimal(0)

    def run(self, command: str, *words: str) -> Ran:
        """Run a command on the film, in its folder."""
        environ = {**self.emulator.environ("gemini", self.folder), "COLUMNS": "120"}
        tempo = sped_up(SPEED, self.emulator.now())
        spends = command in ("render", "retake", "promote")
        backend = ("--backend" if spends else "--for", "gemini")
        with chdir(self.folder):
            return run(command, "keeper.yaml", *words, *backend, environ=environ, tempo=tempo)

    def do(self, command: str, *words: str) -> str:
        """Run a command that must succeed, and return its results."""
        ran = self.run(command, *words)
        assert ran.code == 0, ran.err
        return ran.out

    def billed(self) -> str:
        """What the emulator has billed since this was asked last."""
        total = Decimal(self.emulator.bill()["total"]["usd"])
        new, self.paid = total - self.paid, total
        return f"{new:.2f}"

    def codes(self) -> list[int]:
        """The numbers of the film's frames, read from its picture."""
        return list(decode(self.folder / "renders/keeper/film.mp4").codes)

    def planned_frames(self) -> int:
        """Frames of the film as the plan has it now."""
        frames: int = json.loads(self.do("plan", "--json"))["frames"]
        return frames

    def serving(self) -> dict[str, str]:
        """The take in the film, by scene."""
        return {t["scene"]: t["take"] for t in json.loads(self.do("takes", "--json")) if t["in_film"]}


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(SETTINGS) as running:
        yield running


@pytest.fixture(scope="module")
def rendered(emulator: RunningEmulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film, rendered once."""
    folder = tmp_path_factory.mktemp("keeper")
    shutil.copy2(ROOT / "storyboards" / "keeper.yaml", folder)
    shutil.copytree(ROOT / "storyboards" / "audio", folder / "audio", dirs_exist_ok=True)
    studio = Studio(emulator, folder)
    studio.billed()
    studio.do("render", "--yes")
    assert studio.billed() == "6.40"
    return folder


@pytest.fixture
def studio(emulator: RunningEmulator, rendered: Path, tmp_path: Path) -> Studio:
    shutil.copytree(rendered, tmp_path / "copy")
    found = Studio(emulator, tmp_path / "copy")
    found.billed()
    return found


def test_the_table_before_anything_is_sent(studio: Studio) -> None:
    assert studio.do("retake", "s04", "--dry-run") == TABLE
    assert studio.billed() == "0.00"
    [told] = [json.loads(line) for line in studio.do("retake", "s04", "--dry-run", "--json").splitlines()]
    assert (told["now"]["usd"], told["later"]["usd"], told["bridge"]["usd"]) == ("0.70", "3.50", "0.80")
    last = studio.do("retake", "s09", "--dry-run").splitlines()
    assert [line.split()[0] for line in last] == ["retake", "now", "if"]


def test_now_and_then_later(studio: Studio) -> None:
    before = studio.serving()
    told = studio.do("retake", "s04", "--yes", "--why", "her hand misses the glass")
    assert told.startswith(TABLE)
    assert "veo-story pick keeper.yaml s04 2 [--cut|--bridge] puts it into the film" in told
    assert studio.billed() == "0.70"
    assert studio.serving() == before
    assert "asked for: her hand" in studio.do("takes", "s04")
    assert "render now: s05..s09, 3.50 USD" in studio.do("pick", "s04", "2")
    assert studio.billed() == "0.00"
    studio.do("render", "--yes")
    assert studio.billed() == "3.50"
    assert len(studio.codes()) == studio.planned_frames() == WHOLE
    assert set(studio.serving().values()) & set(before.values()) == {
        before[scene] for scene in ("card01", "s01", "s02", "s03")
    }
    # The older take brings its chain back, for nothing.
    assert "nothing becomes stale" in studio.do("pick", "s04", "1")
    studio.do("render")
    assert (studio.serving(), studio.billed()) == (before, "0.00")


def test_by_a_bridge(studio: Studio) -> None:
    before = studio.serving()
    studio.do("retake", "s04", "--bridge", "--yes")
    assert studio.billed() == "1.50"
    after = studio.serving()
    assert {scene for scene in before if before[scene] != after[scene]} == {"s04"}
    codes = studio.codes()
    # The bridge begins on the last frame of s04 and ends on the first of s05: the film shows both once.
    assert len(codes) == studio.planned_frames() == WHOLE + BRIDGE - 2
    studio.do("render", "--yes")
    assert studio.billed() == "0.00"


def test_by_a_cut(studio: Studio) -> None:
    before = studio.serving()
    studio.do("retake", "s04", "--cut", "--yes")
    assert studio.billed() == "0.70"
    after = studio.serving()
    assert {scene for scene in before if before[scene] != after[scene]} == {"s04"}
    assert len(studio.codes()) == studio.planned_frames() == WHOLE
    studio.do("render", "--yes")
    assert studio.billed() == "0.00"


def test_a_draft_becomes_final_scene_by_scene(studio: Studio) -> None:
    before = studio.serving()
    told = studio.do("promote", "s02", "s05", "--dry-run")
    assert told.splitlines()[0] == "promotion of s02, s05 to standard"
    assert "now     5.60 USD  s02, s05 rendered on standard" in told
    assert studio.billed() == "0.00"
    studio.do("promote", "s02", "s05", "--yes")
    assert studio.billed() == "5.60"
    after = studio.serving()
    assert {scene for scene in before if before[scene] != after[scene]} == {"s02", "s05"}
    assert len(studio.codes()) == studio.planned_frames() == WHOLE
    studio.do("render", "--yes")
    studio.do("promote", "s02..s05", "--undo")
    assert (studio.serving(), studio.billed()) == (before, "0.00")
    assert lit(studio.codes()) == lit([*range(SLATE), *range(OPENING + 8 * EXTENSION)])
