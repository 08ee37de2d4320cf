"""A disk that is full or read-only: said with place and fix, nothing lost, and the next render goes on."""

from __future__ import annotations

import json
import os

import pytest

from tests.machine.cramped import (
    can_mount,
    on_a_read_only_folder,
    on_growing_disks,
    under_growing_limits,
)
from tests.machine.world import RENDER, World
from tests.support.cli import CARDS
from tests.support.command import command
from tests.support.decoded import decode

SIZES_KB = [40, 100, 150, 300, 380, 500, 4000]


@pytest.mark.parametrize("way", [under_growing_limits, *([on_growing_disks] if can_mount() else [])])
def test_a_full_disk_ends_with_a_reason_until_there_is_room(world: World, way: object) -> None:
    (world.folder / "cards.yaml").write_text(CARDS, "utf-8")
    (world.folder / "renders").mkdir()
    assert callable(way)
    words = way(command("render", "cards.yaml", "-q"), SIZES_KB, str(world.folder / "renders"))
    ran = world.ran(words)
    codes = [int(line.removeprefix("code ")) for line in ran.out.splitlines() if line.startswith("code ")]
    assert len(codes) == len(SIZES_KB), ran.err
    assert codes[-1] == 0, ran.err
    assert codes[0] == 12
    assert set(codes) <= {0, 6, 11, 12}
    assert "Traceback" not in ran.err
    assert ran.err.count("error: ") == ran.err.count("fix: ") == len(codes) - codes.count(0)
    film = decode(world.folder / "renders.kept" / "cards" / "film.mp4")
    assert len(film.codes) == 36


def test_nothing_paid_is_asked_for_without_room(world: World) -> None:
    if not can_mount():
        words = under_growing_limits(world.command(*RENDER, "-q"), [8], str(world.folder / "renders"))
    else:
        words = on_growing_disks(world.command(*RENDER, "-q"), [2000], str(world.folder / "renders"))
    (world.folder / "renders").mkdir()
    ran = world.ran(words)
    assert "code 12" in ran.out, ran.err
    assert not world.paid
    assert not can_mount() or "2 MB are free" in ran.err
    world.finish()


def test_a_read_only_folder(world: World) -> None:
    assert world.run(*RENDER, "--only", "a1").code == 0
    for words in (RENDER, ("status", "paid.yaml"), ("plan", "paid.yaml")):
        around = on_a_read_only_folder(world.command(*words), str(world.folder / "renders"))
        if around is None:
            continue
        ran = world.ran(around)
        assert "Traceback" not in ran.err
        if words is RENDER:
            assert ran.code == 12
            assert "renders/paid" in ran.err
            assert "fix: " in ran.err
        else:
            assert ran.code == 0, ran.err
    world.finish()


def test_a_read_only_ledger_is_read_and_not_paid_into(world: World) -> None:
    assert world.run(*RENDER, "--only", "a1").code == 0
    around = on_a_read_only_folder(world.command(*RENDER), str(world.ledger))
    if around is not None:
        ran = world.ran(around)
        assert (ran.code, "ledger.sqlite cannot be written" in ran.err) == (12, True), ran.err
        assert "writable" in ran.err
    assert world.paid == {"a1": 1}
    world.finish()


def test_a_runner_file_of_a_dead_run_holds_nothing(world: World) -> None:
    world.film.mkdir(parents=True)
    (world.film / ".runner").write_text(json.dumps({"pid": os.getpid(), "host": "elsewhere"}))
    (world.film / ".lock").touch()
    world.finish()
