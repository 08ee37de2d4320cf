"""Machines and services full of canary secrets, and what goes wrong between them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from tests.acceptance.canaries import Canaries
from tests.acceptance.stranger import Stranger, stranger
from tests.acceptance.tattler import Tattler, Trouble
from tests.acceptance.watched import SPEED, Ended, Machine
from veo_story.emulator.model import EmulatorSettings, Platform
from veo_story.emulator.server import RunningEmulator, running_emulator

SUBMITS = {
    "sbadkey": Trouble("submit", "error", 400),
    "sunknown": Trouble("submit", "error", 401, times=2),
    "sforbidden": Trouble("submit", "error", 403),
    "sretired": Trouble("submit", "error", 404),
    "squota": Trouble("submit", "error", 429),
    "spage": Trouble("submit", "page", 500),
    "smalformed": Trouble("submit", "malformed"),
    "saway": Trouble("submit", "away", 307),
    "sfurther": Trouble("submit", "away", 308),
}
POLLS = {
    "pforbidden": Trouble("poll", "error", 403),
    "ppage": Trouble("poll", "page", 500, times=99),
    "pmalformed": Trouble("poll", "malformed", times=2),
    "pfailed": Trouble("poll", "failed"),
    "pwithheld": Trouble("poll", "withheld", times=9),
    "paway": Trouble("poll", "away", 302),
}
DOWNLOADS = {
    "dpage": Trouble("download", "page", 500, times=99),
    "dtype": Trouble("download", "type", times=99),
    "dtells": Trouble("download", "tells", 302),
    "dforbidden": Trouble("download", "error", 403),
}
DROPPED = [
    {"on": "poll", "fault": "reset_before", "nth": 3},
    {"on": "download", "fault": "half_download", "nth": 2},
    {"on": "submit", "fault": "reset_after", "match": "dropped"},
]
KEY_OF_THE_EMULATOR = frozenset(("service-account-key.json",))


def storyboard(words: list[str], backend: str) -> str:
    scenes = "".join(
        f"  - id: q{n:02}\n    scenes: [{{id: s{n:02}, duration: 4, action: A boat named {word}}}]\n"
        for n, word in enumerate(words)
    )
    return (
        f"storyboard: 1\ntitle: Canaries\nrender: {{backend: {backend}, tier: fast}}\n"
        f"budget: {{max_usd: 500}}\nsequences:\n{scenes}"
    )


@dataclass
class World:
    """A machine, the service it renders on, and another host, with secrets everywhere."""

    machine: Machine
    canaries: Canaries
    tattler: Tattler
    emulator: RunningEmulator
    elsewhere: Stranger
    environ: dict[str, str]

    def film(self, words: list[str]) -> None:
        backend = "gemini" if "GOOGLE_GEMINI_BASE_URL" in self.environ else "vertex"
        (self.machine.films / "film.yaml").write_text(storyboard(words, backend), "utf-8")

    def run(self, *words: str, during: Callable[[Popen[bytes]], None] | None = None) -> Ended:
        """Run a command to its end, without a traceback."""
        ended = self.machine.run(*words, environ=self.environ, during=during)
        assert "Traceback" not in ended.err
        return ended

    def leaks(self, *ended: Ended) -> list[str]:
        told = json.dumps([self.emulator.log(), self.emulator.state(), self.emulator.bill()]).encode()
        found = self.canaries.leaks([self.machine.folder], KEY_OF_THE_EMULATOR)
        found += [f"the emulator's answers: {name}" for name in self.canaries.found_in(told)]
        found += [
            f"the other host: {name}"
            for heard in self.elsewhere.heard
            for name in self.canaries.found_in(heard.encode())
            if name != "signature"
        ]
        for each in ended:
            shown = b"\n".join((*each.seen.commands, *each.seen.environs))
            found += [f"the list of processes: {name}" for name in self.canaries.found_in(shown)]
        return found


@contextmanager
def world(
    folder: Path, platform: Platform, *, express: bool = False, latency_s: float = 0
) -> Iterator[World]:
    canaries = Canaries()
    canaries.make("signature")
    tattler = Tattler(canaries)
    machine = Machine(folder / "machine")
    settings = EmulatorSettings(
        folder=machine.folder / "emulator", speed=SPEED, latency_s=(latency_s, latency_s), processing_s=0,
        picture="numbers", quotas=False,
    )  # fmt: skip
    with running_emulator(settings, create_app=tattler.create_app) as emulator, stranger() as elsewhere:
        elsewhere.home = emulator.url
        tattler.away = elsewhere.url
        emulator.set_faults(DROPPED)
        environ = emulator.environ(platform, folder / "keys", express=express)
        for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY"):
            if platform == "gemini" or express or name == "GEMINI_API_KEY":
                environ[name] = canaries.make(name)
        if key_file := environ.get("GOOGLE_APPLICATION_CREDENTIALS"):
            key = json.loads(Path(key_file).read_text())["private_key"]
            canaries.values |= {
                f"private key, line {n}": line for n, line in enumerate(key.split("\n")[1:-2])
            }
        yield World(machine, canaries, tattler, emulator, elsewhere, environ)
