"""Run an emulator: a thread of its own with its own event loop, on 127.0.0.1 and nowhere else."""

from __future__ import annotations

import asyncio
import errno
import http.client
import json
import os
import shutil
import socket
import tempfile
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veo_story.emulator.model import EmulatorSettings
from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp
    from uvicorn import Config

    from veo_story.emulator.clock import EmulatorClock
    from veo_story.emulator.faults import FaultScript
    from veo_story.emulator.model import ClipMaker, Platform

    MakeApp = Callable[[EmulatorSettings, EmulatorClock, ClipMaker, FaultScript], ASGIApp]

HOST = "127.0.0.1"
PROJECT = "emulator"
LOCATION = "us-central1"
GEMINI_KEY = "emulated-key"
_GRACE_S = 1
_PATIENCE_S = 30.0


class RunningEmulator:
    """An emulator that answers at ``url`` and keeps its things in ``folder``. Any thread may use it."""

    def __init__(self, port: int, folder: Path, clock: EmulatorClock, script: FaultScript) -> None:
        self.url = f"http://{HOST}:{port}"
        self.folder = folder
        self._port = port
        self._clock = clock
        self._script = script

    def bill(self) -> Any:
        """``/_emulator/bill``: every accepted generation, seconds and USD."""
        return self._get("bill")

    def state(self) -> Any:
        """``/_emulator/state``: operations, files and objects."""
        return self._get("state")

    def log(self) -> Any:
        """``/_emulator/log``: the requests that came in."""
        return self._get("log")

    def faults(self) -> list[dict[str, Any]]:
        """The rules in force, each with how many requests it has counted (``seen``)."""
        return self._script.told()

    def now(self) -> datetime:
        """What the emulator's clock says, UTC."""
        return self._clock.now()

    def advance(self, seconds: float) -> None:
        """Move the emulator's clock on by so many emulated seconds."""
        self._clock.advance(seconds)

    def set_faults(self, rules: object) -> None:
        """Put a list of fault rules in force. Raises :class:`ConfigError` for a rule that makes no sense."""
        from veo_story.emulator.faults import FaultScript

        self._script.replace(FaultScript.from_rules(rules))

    def service_account(self, path: Path) -> Path:
        """Write the key file of a service account that this emulator knows; only its owner can read it."""
        key = json.dumps(self._get("service-account"), indent=2)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key)
        return path

    def environ(self, platform: Platform, folder: Path, *, express: bool = False) -> dict[str, str]:
        """The environment variables that lead a client here.

        On Vertex a service account's key file is written into ``folder``, unless ``express`` asks for a key.
        """
        if platform == "gemini":
            return {"GOOGLE_GEMINI_BASE_URL": self.url, "GEMINI_API_KEY": GEMINI_KEY}
        places = {"GOOGLE_VERTEX_BASE_URL": self.url, "STORAGE_EMULATOR_HOST": self.url}
        if express:
            return {**places, "GOOGLE_API_KEY": GEMINI_KEY}
        return {
            **places,
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "GOOGLE_CLOUD_LOCATION": LOCATION,
            "GOOGLE_APPLICATION_CREDENTIALS": str(self.service_account(folder / "service-account.json")),
        }

    def _get(self, name: str) -> Any:
        connection = http.client.HTTPConnection(HOST, self._port, timeout=_PATIENCE_S)
        with closing(connection):
            connection.request("GET", f"/_emulator/{name}")
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise ConfigError(f"{self.url}/_emulator/{name} answered with {answer.status}")
            return json.loads(body)


@contextmanager
def running_emulator(
    settings: EmulatorSettings | None = None,
    *,
    began: datetime | None = None,
    create_app: MakeApp | None = None,
) -> Iterator[RunningEmulator]:
    """Start an emulator, and end it at the end of the block.

    ``began`` is what its clock says first (default: now). Raises :class:`ConfigError` when the port is taken,
    the folder cannot be written or the script of faults has mistakes.
    """
    from veo_story.emulator.clock import EmulatorClock
    from veo_story.emulator.faults import FaultScript

    wanted = settings or EmulatorSettings()
    script = FaultScript.load(wanted.faults) if wanted.faults is not None else FaultScript()
    clock = EmulatorClock(wanted.speed, began or datetime.now(UTC))
    with _folder(wanted.folder) as folder, _listening(wanted.port) as listener:
        placed = replace(wanted, folder=folder, port=listener.getsockname()[1])
        thread = _ServerThread(placed, clock, script, listener, create_app or _create_app())
        thread.begin()
        try:
            yield RunningEmulator(placed.port, folder, clock, script)
        finally:
            thread.end()


class _ServerThread:
    """uvicorn in a thread, with the maker of clips in the same loop."""

    def __init__(
        self,
        settings: EmulatorSettings,
        clock: EmulatorClock,
        script: FaultScript,
        listener: socket.socket,
        create_app: MakeApp,
    ) -> None:
        self._make = partial(_assembled, settings, clock, script, create_app)
        self._listener = listener
        self._up = threading.Event()
        self._stop: Callable[[], object] = lambda: None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="veo-story emulator", daemon=True)

    def begin(self) -> None:
        """Return when it answers; raise what kept it from starting."""
        self._thread.start()
        self._up.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error

    def end(self) -> None:
        """Stop answering, and wait until everything is let go."""
        self._stop()
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except SystemExit:
            # uvicorn's way to say that the application did not come up; its reason went to the log.
            self._error = ConfigError(
                "the emulator did not start", hint="look into its folder, or choose another"
            )
        except BaseException as error:  # noqa: BLE001 (it belongs to the thread that started this one)
            self._error = error
        finally:
            self._up.set()

    async def _serve(self) -> None:
        import uvicorn

        app, maker = self._make()
        server = uvicorn.Server(_config(app))
        loop = asyncio.get_running_loop()

        def stop() -> None:
            server.should_exit = True

        self._stop = partial(loop.call_soon_threadsafe, stop)
        serving = asyncio.create_task(server.serve(sockets=[self._listener]))
        try:
            while not server.started and not serving.done():
                await asyncio.sleep(0.002)
            self._up.set()
            await serving
        finally:
            await maker.aclose()


def _assembled(
    settings: EmulatorSettings, clock: EmulatorClock, script: FaultScript, create_app: MakeApp
) -> tuple[ASGIApp, ClipMaker]:
    from veo_story.emulator.clips import open_maker
    from veo_story.emulator.mischief import Mischief

    maker = open_maker(settings)
    return Mischief(create_app(settings, clock, maker, script), script, clock), maker


def _config(app: ASGIApp) -> Config:
    import uvicorn

    return uvicorn.Config(
        app,
        host=HOST,
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=300,
        timeout_graceful_shutdown=_GRACE_S,
    )


def _create_app() -> MakeApp:
    from veo_story.emulator.app import create_app

    return create_app


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    """The folder to keep things in; one of our own is removed at the end."""
    if wanted is not None:
        try:
            wanted.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"cannot keep anything in {wanted}: {error.strerror or error}") from error
        yield wanted
        return
    own = Path(tempfile.mkdtemp(prefix="veo-story-emulator-"))
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    # Named as TCP, so that asyncio sends small answers at once (no Nagle) instead of 40 ms later.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen(128)
        except (OSError, OverflowError) as error:
            if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
                raise ConfigError(
                    f"port {port} of {HOST} is taken", hint="end what uses it, or choose another with --port"
                ) from error
            raise ConfigError(f"cannot listen on port {port} of {HOST}: {error}") from error
        yield listener
