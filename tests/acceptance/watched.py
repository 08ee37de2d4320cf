"""Run commands with secrets in their environment, and keep all that could hold one afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.command import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SPEED = 200.0


@dataclass
class Seen:
    """What a list of processes showed while a command ran: command lines, and its children's environments."""

    commands: set[bytes] = field(default_factory=set)
    environs: set[bytes] = field(default_factory=set)


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str
    seen: Seen


@dataclass
class Machine:
    """A folder that is all a command can write to: its home, its films and its temporary files.

    What it prints is kept in ``said``.
    """

    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    runs: int = 0

    def __post_init__(self) -> None:
        for name in ("home", "tmp", "films", "said"):
            (self.folder / name).mkdir(parents=True)

    @property
    def films(self) -> Path:
        return self.folder / "films"

    def run(
        self,
        *words: str,
        environ: Mapping[str, str],
        during: Callable[[subprocess.Popen[bytes]], None] | None = None,
    ) -> Ended:
        """Run a command to its end; ``during`` is called with its process."""
        self.runs += 1
        out, err = (self.folder / "said" / f"{self.runs:02}-{words[0]}.{end}" for end in ("out", "err"))
        is_hurried = words[0] == "render"
        module = ["tests.acceptance.hurried", f"{SPEED:g}"] if is_hurried else ["veo_story"]
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", *module, *words],
                cwd=self.films,
                env={**self._environ(), **environ},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )
            with _Watching(process.pid) as seen:
                if during is not None:
                    during(process)
                try:
                    code = process.wait(timeout=120)
                finally:
                    process.kill()
        return Ended(code, out.read_text("utf-8"), err.read_text("utf-8"), seen)

    def _environ(self) -> dict[str, str]:
        home = str(self.folder / "home")
        return {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "XDG_CACHE_HOME": home,
            "TMPDIR": str(self.folder / "tmp"),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "NO_GCE_CHECK": "true",
        }


class _Watching:
    """Looks at a process and all that it started, every few milliseconds."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._seen = Seen()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Seen:
        self._thread.start()
        return self._seen

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            own = _read(self._pid, "cmdline")
            for pid in _family(self._pid):
                command = _read(pid, "cmdline")
                self._seen.commands.add(command)
                # Between fork and exec a child is still its parent, in the list of processes too.
                if command not in (own, b""):
                    self._seen.environs.add(_read(pid, "environ"))


def _family(pid: int) -> Iterator[int]:
    """A process and its children and theirs, by the list of processes."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            stat = _read(int(entry.name), "stat").rpartition(b")")[2].split()
            parents[int(entry.name)] = int(stat[1]) if len(stat) > 1 else 0
    wanted = [pid]
    for each in wanted:
        wanted += [child for child, parent in parents.items() if parent == each]
    yield from wanted


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:  # it has just ended
        return b""
