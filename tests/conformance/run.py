"""Let Google's own SDKs drive the emulator, unchanged, and compare what comes out with the table.

``make conformance`` runs this. Exit code 1 when a single case ends otherwise than ``expected.py`` says.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.conformance import expected
from tests.conformance.environments import HERE, node_environment, python_environment
from tests.conformance.expected import Made, Outcome, Refused
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.numbers import read_certain
from veo_story.emulator.server import GEMINI_KEY, RunningEmulator, running_emulator
from veo_story.media.frames import luma, read_frames
from veo_story.media.probe import probe
from veo_story.media.sound import FRAME_SAMPLES, read_sound

CLIENTS = HERE / "clients"
PATIENCE_S = 120
# A generation takes up to half a second; a Gemini file is PROCESSING for three: time enough to meet that.
SETTINGS = EmulatorSettings(
    speed=20.0, latency_s=(5.0, 10.0), processing_s=60.0, picture="numbers", quotas=False
)
RETIRED = [{"on": "submit", "fault": "retired", "match": "this one is retired", "times": 1000}]


@dataclass(frozen=True)
class Client:
    """An SDK: how its program is called, where it is told to go, and what must come out."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    table: Mapping[str, Outcome]


@dataclass(frozen=True)
class Installed:
    """Where the SDKs are: two interpreters, and a folder of node packages (None without node)."""

    gemini: Path
    vertex: Path
    javascript: Path | None


def main() -> int:
    """Run everything; 0 when all is as expected."""
    installed = Installed(
        gemini=python_environment("gemini-python"),
        vertex=python_environment("vertex-python"),
        javascript=node_environment("gemini-javascript"),
    )
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="conformance-") as place, ThreadPoolExecutor() as pool:
        folder = Path(place)
        _draw_pictures(folder)
        with running_emulator(SETTINGS) as emulator:
            emulator.set_faults(RETIRED)
            clients = _clients(emulator, folder, installed)
            outcomes = list(pool.map(partial(_run, folder=folder), clients))
        judged = pool.map(partial(_judge, folder=folder), clients, outcomes)
        wrong = [line for lines in judged for line in lines]
    for client in clients:
        print(f"{client.name}: {len(client.table)} cases")
    if installed.javascript is None:
        print("node and npm are not here: the JavaScript SDK was left out")
    took_s = time.monotonic() - began
    print("\n".join(wrong) or f"every case ended as documented ({took_s:.0f} s)")
    return 1 if wrong else 0


def _clients(emulator: RunningEmulator, folder: Path, installed: Installed) -> list[Client]:
    at_gemini = emulator.environ("gemini", folder)
    at_vertex = {**emulator.environ("vertex", folder), "EXPRESS_KEY": GEMINI_KEY}
    gemini = (str(installed.gemini), str(CLIENTS / "gemini.py"))
    vertex = (str(installed.vertex), str(CLIENTS / "vertex.py"))
    clients = [
        Client("google-genai 2.34.0, Gemini API", gemini, at_gemini, expected.GEMINI_PYTHON),
        Client("google-genai 3.4.0, Vertex AI", vertex, at_vertex, expected.VERTEX_PYTHON),
    ]
    if installed.javascript is not None:
        program = ("node", "--import", str(CLIENTS / "loopback.mjs"), str(CLIENTS / "gemini.mjs"))
        javascript = (*program, str(installed.javascript))
        name = "@google/genai 2.32.0, Gemini API"
        clients.append(Client(name, javascript, at_gemini, expected.GEMINI_JAVASCRIPT))
    return clients


def _run(client: Client, folder: Path) -> dict[str, dict[str, Any]]:
    """What the client's program says of each case. Its environment holds nothing but what it needs."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "NO_GCE_CHECK": "true", **client.environ}
    done = subprocess.run(
        [*client.command, str(folder)],
        env=environ,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = {each.pop("case"): each for each in told}
    if done.returncode != 0:
        found["the program"] = {"broken": done.stderr}
    return found


def _judge(client: Client, told: Mapping[str, dict[str, Any]], folder: Path) -> list[str]:
    """A line for each case that ends otherwise than the table says."""
    wrong = []
    for name in sorted({*client.table, *told}):
        outcome, found = client.table.get(name), told.get(name)
        if outcome is None or found is None:
            wrong.append(f"{client.name}: {name}: expected {outcome}, found {found}")
        elif why := _difference(outcome, found, folder):
            wrong.append(f"{client.name}: {name}: expected {outcome}: {why}")
    return wrong


def _difference(outcome: Outcome, found: Mapping[str, Any], folder: Path) -> str:
    if isinstance(outcome, Made):
        return _clip_difference(outcome, folder / found["clip"]) if "clip" in found else _shown(found)
    key, number = ("status", outcome.status) if isinstance(outcome, Refused) else ("code", outcome.code)
    if found.get(key) == number and outcome.words in str(found.get("message")):
        return ""
    return _shown(found)


def _clip_difference(made: Made, path: Path) -> str:
    facts = probe(path)
    if (facts.width, facts.height) != made.size:
        return f"it is {facts.width}x{facts.height}"
    if _is_heard(path, made.frames) != made.audio:
        return f"it is {'silent' if made.audio else 'not silent'}"
    numbers = [read_certain(luma(frame)) for _, frame in read_frames(path, 0, facts.frames)]
    if numbers != list(range(made.frames)):
        return f"its {len(numbers)} frames carry the numbers {numbers[:3]} ... {numbers[-3:]}"
    return ""


def _is_heard(path: Path, frames: int) -> bool:
    return any(
        np.abs(chunk).max(initial=0.0) > 0.001 for chunk in read_sound(path, 0, frames * FRAME_SAMPLES)
    )


def _shown(found: Mapping[str, Any]) -> str:
    return str(found["broken"]) if "broken" in found else f"found {dict(found)}"


def _draw_pictures(folder: Path) -> None:
    for number, name in enumerate(("first", "last", "face")):
        across = np.linspace(40 * number, 160 + 40 * number, 1280).astype(np.uint8)
        Image.fromarray(np.broadcast_to(across[None, :, None], (720, 1280, 3)).copy()).save(
            folder / f"{name}.png"
        )


if __name__ == "__main__":
    sys.exit(main())
