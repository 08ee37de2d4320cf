"""Copied, moved and renamed folders and films, and two runs at once in one of them."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from dataclasses import replace

from tests.machine.world import RENDER, World
from veo_story.ledger.sqlite import SqliteLedger


def copied(world: World, name: str) -> World:
    """The whole desk, copied elsewhere; service and account are the same."""
    other = replace(world, folder=world.folder.with_name(name))
    shutil.copytree(world.folder, other.folder)
    return other


def test_two_runs_at_once(world: World) -> None:
    first = subprocess.Popen(
        world.command(*RENDER, "--json", way="slow"),
        cwd=world.folder, env=world.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert first.stdout is not None
    for line in first.stdout:
        if json.loads(line)["event"] == "step_progress":
            break
    second = world.run(*RENDER)
    repair = world.run("doctor", "--repair", "paid.yaml")
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=60)
    for ran in (second, repair):
        assert (ran.code, f"pid {first.pid}" in ran.err, "fix: " in ran.err) == (12, True, True)
    world.finish()


def test_a_folder_copied_at_rest_goes_on_in_both_places_and_pays_once(world: World) -> None:
    assert world.run(*RENDER, way="blind").code == 9
    other = copied(world, "copy")
    there = other.ran(other.command(*RENDER))
    assert there.code == 0, there.err
    world.finish()  # what both know was answered is brought home by both, for nothing
    other.finish()
    with SqliteLedger(world.ledger) as one, SqliteLedger(other.ledger) as two:
        assert one.film_id == two.film_id
        assert {a.id for a in one.attempts()} == {a.id for a in two.attempts()}


def test_a_folder_copied_while_a_run_holds_it(world: World) -> None:
    run = subprocess.Popen(
        world.command(*RENDER, "--json", "-j", "1", way="slow"),
        cwd=world.folder, env=world.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert run.stdout is not None
    for line in run.stdout:
        if json.loads(line)["event"] == "step_progress":
            break
    other = copied(world, "copy")
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=60)
    there = other.ran(other.command(*RENDER))
    assert there.code == 0, there.err
    assert other.paid == {"a1": 1, "b1": 1}
    # What was sent over there is not known here: that scene is paid for by both.
    assert world.run(*RENDER).code == 0
    assert world.paid == {"a1": 1, "b1": 2}


def test_a_folder_that_was_moved_away(world: World) -> None:
    assert world.run(*RENDER, way="blind").code == 9
    moved = replace(world, folder=world.folder.with_name("moved"))
    world.folder.rename(moved.folder)
    ran = moved.ran(moved.command(*RENDER))
    assert (ran.code, moved.paid) == (0, {"a1": 1, "b1": 1})


def test_a_film_whose_file_and_folder_are_renamed(world: World) -> None:
    assert world.run(*RENDER).code == 0
    (world.folder / "paid.yaml").rename(world.folder / "better.yaml")
    world.film.rename(world.film.with_name("better"))
    ran = world.run("render", "better.yaml", "--yes")
    assert (ran.code, world.paid) == (0, {"a1": 1, "b1": 1})


def test_a_scene_that_is_renamed(world: World) -> None:
    assert world.run(*RENDER).code == 0
    file = world.folder / "paid.yaml"
    file.write_text(file.read_text("utf-8").replace("id: a1", "id: harbour"), "utf-8")
    plan = world.run("plan", "paid.yaml", "--json")
    assert plan.code == 0, plan.err
    picked = world.run("pick", "paid.yaml", "harbour", "1")
    assert picked.code == 0, picked.err
    assert world.run("render", "paid.yaml").code == 0  # nothing to pay, so nobody is asked
    assert world.paid == {"a1": 1, "b1": 1}
    assert "harbour" in world.run("takes", "paid.yaml").out
