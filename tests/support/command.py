"""Run the command line as a person would: another process, its own folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

CLIPS = "FAKE_CLIPS"
"""Names the folder in which the processes of a test run keep the clips of fakes."""

_KEPT = {"PATH", "HOME", "TMPDIR", "LANG", "SYSTEMROOT", "VEO_STORY_STATE", CLIPS}


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines() if line.strip()]


def environment() -> dict[str, str]:
    """The environment of a first-time user: no keys or colour, this checkout importable, its own state."""
    kept = {k: v for k, v in os.environ.items() if k in _KEPT}
    return kept | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONUTF8": "1"}


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "veo_story", *map(str, words)]


def veo_story(*words: str | Path, cwd: Path, timeout: float = 300) -> Ran:
    """Run one command to its end."""
    done = subprocess.run(
        command(*words),
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
