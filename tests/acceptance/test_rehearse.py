"""Rehearsals of the long examples: films of the planned frames, bills of the planned price to the cent.

They run in this process, where clips of numbers that one has drawn are kept for the next.
"""

from __future__ import annotations

import json
import shutil
from contextlib import chdir
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cli import run
from tests.support.command import ROOT
from tests.support.decoded import SAMPLES_A_FRAME, Decoded, decode, lit

if TYPE_CHECKING:
    from pathlib import Path

SLATE, OPENING, EXTENSION = 96, 192, 168


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples, and the keeper once more with a window in place of a split."""
    folder = tmp_path_factory.mktemp("rehearsals")
    shutil.copytree(ROOT / "storyboards", folder / "storyboards")
    text = (folder / "storyboards" / "keeper.yaml").read_text("utf-8")
    windowed = text.replace("render: {", "render: {chain: {over_limit: window}, ")
    assert windowed != text
    (folder / "storyboards" / "windowed.yaml").write_text(windowed, "utf-8")
    return folder


def rehearse(examples: Path, name: str, backend: str) -> tuple[dict[str, Any], Decoded]:
    """Rehearse an example; what the plan says of it is held against the bill and the film's own frames."""
    path = f"storyboards/{name}.yaml"
    words = ("--backend", backend, "--picture", "numbers", "--speed", "300", "--json")
    with chdir(examples):
        planned = run("plan", path, "--for", backend, "--json")
        ran = run("rehearse", path, *words)
    assert planned.code == 0, planned.err
    assert ran.code == 0, ran.err
    plan, told = json.loads(planned.out), json.loads(ran.out)
    bill = told["bill"]
    assert bill["billed_usd"] == bill["expected_usd"] == plan["cost"]["expected_usd"]
    assert sum(1 for scene in plan["scenes"] if scene["expected_usd"] != "0") == len(bill["generations"])
    film = decode(examples / told["path"])
    assert len(film.codes) == plan["frames"] == told["frames"]
    wanted = plan["frames"] * SAMPLES_A_FRAME
    assert wanted <= film.sound.shape[1] < wanted + 1024
    return bill, film


def test_the_keeper_on_gemini(examples: Path) -> None:
    bill, film = rehearse(examples, "keeper", "gemini")
    assert bill["billed_usd"] == "6.40"
    assert [line["mode"] for line in bill["generations"]] == ["open", *["extend"] * 8]
    assert lit(film.codes) == lit([*range(SLATE), *range(OPENING + 8 * EXTENSION)])


def test_the_keeper_on_vertex_in_two_chains(examples: Path) -> None:
    bill, film = rehearse(examples, "keeper", "vertex")
    assert [line["scene"] for line in bill["generations"]] == [f"s{n:02}" for n in range(1, 10)]
    # s06 is a new chain of 8 s that starts on the last frame of s05; the film shows that frame once.
    first, second = OPENING + 4 * EXTENSION - 1, 192 + 3 * EXTENSION
    assert lit(film.codes) == lit([*range(SLATE), *range(first), *range(second)])


def test_the_keeper_on_vertex_through_windows(examples: Path) -> None:
    bill, film = rehearse(examples, "windowed", "vertex")
    assert bill["billed_usd"] == "6.40"
    assert lit(film.codes) == lit([*range(SLATE), *range(OPENING + 8 * EXTENSION)])


def test_twenty_extensions_on_gemini(examples: Path) -> None:
    bill, film = rehearse(examples, "long-road", "gemini")
    assert bill["billed_usd"] == "59.20"
    assert len(bill["generations"]) == 21
    assert film.codes == list(range(OPENING + 20 * EXTENSION))
