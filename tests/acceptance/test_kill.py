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


def _begin(folder: Path) -> Path:
    folder.mkdir()
    (folder / "often.yaml").write_text(STORYBOARD, "utf-8")
    return folder


def _render_for(seconds: float, folder: Path) -> bool:
    """Render, and kill the whole process group after ``seconds``; whether it was still at work then."""
    process = subprocess.Popen(
        command("render", "often.yaml", "--quiet"),
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert process.wait(timeout=seconds) == 0
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def test_twenty_kills(tmp_path: Path) -> None:
    """Twenty kills while a render is at work; a film that is done makes place for the next one."""
    choice = random.Random(20261122)
    folders = [_begin(tmp_path / "film0")]
    killed, before = 0, {}
    while killed < KILLS:
        is_killed = _render_for(choice.uniform(0.2, 2.5), folders[-1])
        after = _stored(folders[-1])
        assert all(after.get(scene, 0) >= count for scene, count in before.items()), "a stored take was lost"
        if is_killed:
            killed, before = killed + 1, after
        else:
            folders.append(_begin(tmp_path / f"film{len(folders)}"))
            before = {}
    whole = _begin(tmp_path / "whole")
    for folder in (folders[-1], whole):
        assert veo_story("render", "often.yaml", cwd=folder).code == 0
    theirs = decode(whole / "renders" / "often" / "film.mp4", digests=True)
    for folder in folders:
        assert _stored(folder) == _stored(whole), "a stored scene was rendered twice"
        ours = decode(folder / "renders" / "often" / "film.mp4", digests=True)
        assert ours.codes == theirs.codes
        assert ours.digests == theirs.digests
        assert (ours.sound == theirs.sound).all()
