"""A paid film of two scenes in a folder of its own, a service, and the ways to run commands on them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from tests.machine.journaled import Journaled, paid
from tests.support.cli import NOW, PAID, Ran
from tests.support.command import environment
from veo_story.cli.main import program
from veo_story.cli.shell import Shell
from veo_story.ledger.sqlite import SqliteLedger

RENDER = ("render", "paid.yaml", "--yes")


@dataclass(frozen=True)
class World:
    """``folder`` is the current one and holds ``paid.yaml``; ``service`` lies beside it with its journal."""

    folder: Path
    service: Path
    state: Path

    @property
    def film(self) -> Path:
        return self.folder / "renders" / "paid"

    @property
    def ledger(self) -> Path:
        return self.film / "ledger.sqlite"

    @property
    def account(self) -> Path:
        return self.state / "account.sqlite"

    @property
    def paid(self) -> Counter[str]:
        return paid(self.service / "journal")

    def run(self, *words: str, way: str = "done", now: Callable[[], datetime] = lambda: NOW) -> Ran:
        """Run a command in this process."""
        service = Journaled(self.service / "journal", way)
        environ = {"VEO_STORY_STATE": str(self.state)}
        shell = Shell(environ=environ, now=now, open_backend=lambda _name: service)
        done = CliRunner(env={"COLUMNS": "100", "VEO_STORY_RENDERS": None}).invoke(
            program, list(words), obj=shell, prog_name="veo-story"
        )
        return Ran(done.exit_code, done.stdout, done.stderr)

    def command(self, *words: str, way: str = "done") -> list[str]:
        """The same for another process."""
        journal = str(self.service / "journal")
        return [sys.executable, "-m", "tests.machine.journaled", journal, way, *words]

    @property
    def environ(self) -> dict[str, str]:
        # A limit on files must not cut off Python's own.
        own = {"VEO_STORY_STATE": str(self.state), "PYTHONDONTWRITEBYTECODE": "1"}
        return environment() | own

    def ran(self, words: Sequence[str], **more: Any) -> Ran:
        """Run a command line of any sort to its end."""
        done = subprocess.run(
            words, cwd=self.folder, env=self.environ, capture_output=True, text=True, timeout=120,
            check=False, stdin=subprocess.DEVNULL, **more,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout, done.stderr)

    def states(self) -> list[tuple[str, str]]:
        """Scene and state of every request in the ledger."""
        with SqliteLedger(self.ledger) as ledger:
            return [(attempt.scene_id, attempt.state.value) for attempt in ledger.attempts()]

    def finish(self) -> None:
        """Render again with nothing going wrong: the film is there, and each scene was paid once."""
        ran = self.run(*RENDER)
        assert ran.code == 0, ran.err
        assert (self.film / "film.mp4").exists()
        assert self.paid == {"a1": 1, "b1": 1}
        total = self.run("cost", "paid.yaml", "--json")
        assert total.code == 0, total.err
        with SqliteLedger(self.ledger) as ledger:
            spent = ledger.spent()
        assert f"{spent.settled_usd:f}" == f"{self.billed:f}"
        assert spent.counted_usd == spent.settled_usd

    @property
    def billed(self) -> Any:
        from decimal import Decimal

        lines = (self.service / "journal").read_text("utf-8").splitlines()
        return sum(Decimal(json.loads(line)[3]) for line in lines)


def new_world(folder: Path, state: Path, clip: Path | None = None) -> World:
    """A world with nothing rendered yet."""
    world = World(folder / "desk", folder / "service", state)
    world.folder.mkdir()
    world.service.mkdir()
    if clip is not None:
        (world.service / clip.name).hardlink_to(clip)
    (world.folder / "paid.yaml").write_text(PAID, "utf-8")
    return world
