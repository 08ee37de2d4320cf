"""``veo-story emulator``: a local server that speaks the services' protocols, strictly."""

from __future__ import annotations

import shlex
import signal
import threading
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from veo_story.cli import options
from veo_story.cli.output import result, result_json, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from veo_story.emulator.server import RunningEmulator

_CLIENTS = {
    "gemini": "Gemini API",
    "vertex": "Vertex AI, with a service account",
    "express": "Vertex AI, with an express-mode key",
}


class _Range(click.ParamType[tuple[float, float]]):
    """A range of seconds: ``40-120``, or one number for both ends."""

    name = "A-B"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Read both ends, the lower first; neither below 0."""
        first, _, second = str(value).partition("-")
        try:
            low, high = float(first), float(second or first)
        except ValueError:
            self.fail(f"{value!r} is not a range of seconds like 40-120", param, ctx)
        if not 0 <= low <= high < inf:
            self.fail(f"{value!r} is not a range of seconds like 40-120", param, ctx)
        return low, high


@click.command("emulator", short_help="Run a local server that speaks the services' protocols (free).")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, metavar="N",
              help="Where to listen on 127.0.0.1; 0 takes a free one.")  # fmt: skip
@click.option("--dir", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Keep state and clips here, and go on from them.  [default: a temporary one]")  # fmt: skip
@click.option("--speed", type=click.FloatRange(0, 10_000, min_open=True), default=1.0, show_default=True,
              metavar="X", help="Emulated seconds a real second.")  # fmt: skip
@click.option("--latency", type=_Range(), default="40-120", show_default=True, metavar="A-B",
              help="Emulated seconds that a generation takes.")  # fmt: skip
@click.option("--picture", type=click.Choice(["local", "numbers"]), default="local", show_default=True,
              help="Drawn clips, or frame numbers on a plain ground.")  # fmt: skip
@click.option("--faults", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Scripted faults, YAML or JSON.")  # fmt: skip
@click.option("--no-quotas", is_flag=True, help="Lift the services' quotas.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="N",
              help="Chooses ids and latencies.")  # fmt: skip
@options.json_option
def command(
    port: int,
    folder: Path | None,
    speed: float,
    latency: tuple[float, float],
    picture: Literal["local", "numbers"],
    faults: Path | None,
    no_quotas: bool,
    seed: int,
    as_json: bool,
) -> int:
    """Run a server on 127.0.0.1 that speaks the Gemini API, Vertex AI, Cloud Storage and OAuth for Veo.

    It holds to every documented rule, makes clips, keeps a bill, and can be told to fail. Any client
    that takes a base URL can be tried on it, free. Ctrl-C or SIGTERM ends it, with 0.
    """
    from veo_story.emulator.model import EmulatorSettings
    from veo_story.emulator.server import running_emulator

    settings = EmulatorSettings(
        port=port,
        folder=folder and folder.absolute(),  # what is printed is pasted into shells that stand elsewhere
        speed=speed,
        latency_s=latency,
        picture=picture,
        faults=faults,
        quotas=not no_quotas,
        seed=seed,
    )
    with _until_signal() as wait, running_emulator(settings) as emulator:
        _tell(emulator, as_json=as_json)
        wait()
    say("stopped")
    return 0


def _tell(emulator: RunningEmulator, *, as_json: bool) -> None:
    environs = {
        "gemini": emulator.environ("gemini", emulator.folder),
        "vertex": emulator.environ("vertex", emulator.folder),
        "express": emulator.environ("vertex", emulator.folder, express=True),
    }
    if as_json:
        result_json({"url": emulator.url, "folder": str(emulator.folder), "environ": environs})
        return
    result(emulator.url)
    for client, environ in environs.items():
        result(f"\n# {_CLIENTS[client]}")
        for name, value in environ.items():
            result(f"export {name}={shlex.quote(value)}")
    result(f"\nbill:  {emulator.url}/_emulator/bill\nstate: {emulator.url}/_emulator/state")
    say("Ctrl-C ends it")


@contextmanager
def _until_signal() -> Iterator[Callable[[], None]]:
    """Gives a function that returns once Ctrl-C or SIGTERM came, before it was called too."""
    came = threading.Event()
    before = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)]
    for number, _ in before:
        signal.signal(number, lambda *_: came.set())
    try:
        yield lambda: _wait(came)
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _wait(came: threading.Event) -> None:
    # Not without end: Windows tells a waiting thread of no signal.
    while not came.wait(0.5):
        pass
