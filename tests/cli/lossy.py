"""``paid.yaml`` on an emulator that loses an answer, and what became of its money."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.support.cli import PAID, Ran, run, write
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import RunningEmulator, running_emulator
from veo_story.ledger.account import Account
from veo_story.ledger.opening import ACCOUNT
from veo_story.making import read_stored
from veo_story.times import Time, sped_up

SPEED = 300.0
GCS = ("--gcs", "gs://films/paid")
LOST = {"on": "submit", "fault": "reset_after", "nth": 1}


class Film:
    """``paid.yaml`` on one of the emulator's services."""

    def __init__(self, emulator: RunningEmulator, folder: Path, service: str) -> None:
        platform = "gemini" if service == "gemini" else "vertex"
        self.emulator = emulator
        self.folder = folder / "renders" / "paid"
        self.environ = emulator.environ(platform, folder)
        self.words = ("--backend", "gemini") if service == "gemini" else GCS if service == "storage" else ()
        self.tempo: Time = sped_up(SPEED, emulator.now())

    def render(self, *words: str) -> Ran:
        told = ("render", "paid.yaml", "--yes", "-j", "1", *self.words, *words)
        return run(*told, environ=self.environ, tempo=self.tempo)

    def reconcile(self, *words: str) -> Ran:
        return run("reconcile", "paid.yaml", *words, environ=self.environ, tempo=self.tempo)

    def lose(self, fault: Mapping[str, Any] = LOST) -> Ran:
        """Render with a1's answer lost, and come back when nothing is being made any more."""
        self.emulator.set_faults([fault])
        ran = self.render()
        assert ran.code == 9, ran.err
        self.emulator.set_faults([])
        asyncio.run(self._made())
        return ran

    async def _made(self) -> None:
        while any(charge["outcome"] == "running" for charge in self.emulator.bill()["charges"]):
            await asyncio.sleep(0.02)

    def ends(self, *, unknown: str = "0") -> None:
        """The next render makes the film, and ledger and account agree with the bill."""
        ran = self.render()
        assert ran.code == 0, ran.err
        assert "renders/paid/film.mp4" in ran.out
        spent = read_stored(self.folder).spent
        assert spent is not None
        assert spent.reserved_usd == 0
        assert spent.unknown_usd == Decimal(unknown)
        assert spent.counted_usd == Decimal(self.emulator.bill()["total"]["usd"])
        with Account(Path(os.environ["VEO_STORY_STATE"]) / ACCOUNT) as account:
            assert account.standing(self.tempo.now()).month == spent

    @property
    def generations(self) -> int:
        return int(self.emulator.bill()["total"]["generations"])

    @property
    def strangers(self) -> set[str]:
        """What the service made that the film does not know of."""
        known = {attempt.operation for attempt in read_stored(self.folder).attempts}
        return {charge["operation"] for charge in self.emulator.bill()["charges"]} - known


@contextmanager
def film_on(service: str, folder: Path) -> Iterator[Film]:
    """The film on ``gemini``, or on Vertex AI with clips in ``storage`` or ``inline``."""
    write(folder / "paid.yaml", PAID)
    settings = EmulatorSettings(speed=SPEED, picture="numbers", latency_s=(0, 0), quotas=False)
    with running_emulator(settings) as emulator:
        yield Film(emulator, folder, service)
