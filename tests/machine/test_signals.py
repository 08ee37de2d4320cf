"""SIGINT, SIGTERM and a terminal that is closed: a soft end, nothing lost, and the next render goes on."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
from pathlib import Path
from typing import IO

import pytest

from tests.machine.world import RENDER, World


def under_way(world: World, *before: str) -> subprocess.Popen[str]:
    """A render that waits for its first request, which was accepted."""
    process = subprocess.Popen(
        [*before, *world.command(*RENDER, "--json", "-j", "1", way="slow")],
        cwd=world.folder, env=world.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    until(process.stdout, "step_progress")
    return process


def until(stream: IO[str] | None, event: str) -> None:
    assert stream is not None
    for line in stream:
        if json.loads(line)["event"] == event:
            return
    raise AssertionError(f"no {event} came")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_ends_softly(world: World, number: int) -> None:
    process = under_way(world)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, "paid: stopped; the same command goes on from here" in err) == (130, True)
    assert json.loads(out.splitlines()[-1])["stopped"]
    assert world.states() == [("a1", "answered")]
    world.finish()


def test_a_terminal_that_says_it_twice_still_ends_softly(world: World) -> None:
    process = under_way(world)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGHUP)
    assert process.communicate(timeout=60)[1].count("paid: stopped") == 1
    assert process.returncode == 130
    world.finish()


def test_a_run_under_nohup_outlives_its_terminal(world: World) -> None:
    process = under_way(world, "nohup")
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    assert "paid: stopped" in process.communicate(timeout=60)[1]
    assert process.returncode == 130
    world.finish()


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_terminal_that_is_closed(world: World, words: tuple[str, ...]) -> None:
    """It is the run's own: it goes with SIGHUP, and from then on every word fails."""
    main, other = pty.openpty()
    name = os.ttyname(other)
    # Whoever begins a session has the first terminal that it opens for its own.
    on_it = ["sh", "-c", f'exec "$@" <{name} >{name} 2>&1', "sh"]
    process = subprocess.Popen(
        [*on_it, *world.command(*RENDER, "-j", "1", *words, way="slow")],
        cwd=world.folder, env=world.environ | {"TERM": "xterm"}, stdin=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    shown = b""
    while not world.paid:  # it goes on drawing while it waits
        shown += os.read(main, 65536)
    os.close(other)
    os.close(main)
    assert process.wait(timeout=60) == 130, shown
    assert world.states() == [("a1", "answered")]
    world.finish()


def test_a_program_that_stops_reading_ends_the_run_softly(world: World) -> None:
    read, wrote = os.pipe()
    process = subprocess.Popen(
        world.command(*RENDER, "--json", way="done"),
        cwd=world.folder, env=world.environ, stdin=subprocess.DEVNULL, stdout=wrote, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    os.close(wrote)
    os.close(read)
    _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert process.returncode == 130
    assert not world.paid
    world.finish()


def test_a_full_disk_behind_the_words_is_no_end(world: World) -> None:
    with contextlib.closing(Path("/dev/full").open("w")) as full:
        process = subprocess.run(
            world.command(*RENDER), cwd=world.folder, env=world.environ, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=full, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert (process.returncode, "film.mp4" in process.stdout) == (0, True)
    world.finish()
