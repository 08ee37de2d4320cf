"""Power cuts: a render that is killed again and again ends in the same film, nothing rendered twice."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
from typing import TYPE_CHECKING

from tests.support.command import command, environment, veo_story
from tests.support.decoded import decode

if TYPE_CHECKING:
    from pathlib import Path

STORYBOARD = """\
storyboard: 1
title: Killed often
sequences:
  - id: a
    scenes:
      - {id: a1, duration: 4, action: A small boat leaves a harbour at dawn}
      - {id: a2, action: The boat meets the open sea}
  - id: b
    scenes:
      - {id: b1, duration: 4, action: Rain over a dark forest at night}
      - {card: The end, duration: 1}
"""
KILLS = 20


def _stored(folder: Path) -> dict[str, int]:
    ledger = folder / "renders" / "often" / "ledger.sqlite"
    if not ledger.exists():
        return {}
    with sqlite3.connect(ledger) as db:
        try:
            rows = db.execute("SELECT scene_id, count(*) FROM takes GROUP BY scene_id").fetchall()
        except sqlite3.OperationalError:  # killed before the tables were made
            return {}
    return dict(rows)


def test_twenty_kills(tmp_path: Path) -> None:
    broken, whole = tmp_path / "broken", tmp_path / "whole"
    for folder in (broken, whole):
        folder.mkdir()
        (folder / "often.yaml").write_text(STORYBOARD, "utf-8")
    choice = random.Random(20261122)
    killed, before = 0, {}
    for _ in range(KILLS):
        process = subprocess.Popen(
            command("render", "often.yaml", "--quiet"),
            cwd=broken,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(timeout=choice.uniform(0.2, 2.5))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
        after = _stored(broken)
        assert all(after.get(scene, 0) >= count for scene, count in before.items()), "a stored take was lost"
        before = after
    assert killed > 0
    assert veo_story("render", "often.yaml", cwd=broken).code == 0
    assert veo_story("render", "often.yaml", cwd=whole).code == 0
    assert set(_stored(broken).values()) == {1}, "a stored scene was rendered twice"
    ours, theirs = (decode(f / "renders" / "often" / "film.mp4") for f in (broken, whole))
    assert ours.codes == theirs.codes
    assert ours.digests == theirs.digests
    assert (ours.sound == theirs.sound).all()
