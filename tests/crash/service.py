"""An emulator that tells what reaches it, at once and in its own thread, so that a kill can be in time."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veo_story.emulator.app import create_app
from veo_story.emulator.deeds import body_of
from veo_story.emulator.mischief import route_of
from veo_story.emulator.model import EmulatorSettings, Platform
from veo_story.emulator.server import RunningEmulator, running_emulator

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SPEED = 100.0
_OURS = re.compile("/_emulator/(?!blob)")
BEGAN = datetime(2026, 9, 1, 9, tzinfo=UTC)
ENVIRON = {
    "PATH": "/usr/bin:/bin", "NO_COLOR": "1", "PYTHONUTF8": "1", "COLUMNS": "200", "NO_GCE_CHECK": "true",
    "VEO_STORY_TODAY": BEGAN.date().isoformat(),
}  # fmt: skip


class Service:
    """A running emulator, and what goes on in it.

    ``told`` counts the events (``"submit arrived"``) since :meth:`begin`.
    """

    def __init__(self, emulator: RunningEmulator, gate: _Gate, platform: Platform, folder: Path) -> None:
        self.emulator = emulator
        self._gate = gate
        self.environ = {**ENVIRON, "HOME": str(folder), "VEO_STORY_STATE": str(folder / "state")}
        self.environ |= emulator.environ(platform, folder / "keys")

    def begin(self, hear: Callable[[str], bool]) -> None:
        """A run begins: from now on its events go to ``hear``.

        It is called in the emulator's own thread, which goes on when it returns, and says whether the request
        is to be lost on its way.
        """
        self._gate.begin(hear)

    @property
    def told(self) -> Counter[str]:
        return Counter(self._gate.told)

    def at_rest(self) -> None:
        """Return when nothing is being answered any more."""
        self._gate.at_rest()

    def charges(self) -> list[dict[str, Any]]:
        """The bill, line by line."""
        charges: list[dict[str, Any]] = self.emulator.bill()["charges"]
        return charges


class _Gate:
    """The ASGI application in front of the emulator's own."""

    def __init__(self) -> None:
        self.told: Counter[str] = Counter()
        self._hear: Callable[[str], bool] = lambda _: False
        self._busy = 0
        self._is_at_rest = threading.Event()
        self._is_at_rest.set()
        self._app: ASGIApp | None = None

    def around(self, *parts: Any) -> ASGIApp:
        """The emulator's application with this one before it."""
        self._app = create_app(*parts)
        return self

    def begin(self, hear: Callable[[str], bool]) -> None:
        self.told, self._hear = Counter(), hear

    def at_rest(self) -> None:
        self._is_at_rest.wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._app is not None
        if scope["type"] != "http" or _OURS.match(scope["path"]):
            await self._app(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        on = route_of(scope["method"], scope["path"], query) or "other"
        self._busy += 1
        self._is_at_rest.clear()
        try:
            await self._pass(on, scope, receive, send)
        finally:
            self._busy -= 1
            if not self._busy:
                self._is_at_rest.set()

    def _tell(self, event: str) -> bool:
        self.told[event] += 1
        return self._hear(event)

    async def _pass(self, on: str, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._app is not None
        body = await body_of(receive)
        if self._tell(f"{on} under way"):
            return  # lost before the service had it whole
        self._tell(f"{on} arrived")
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        unread = [body]

        async def again() -> Message:
            if not unread:
                return await receive()
            return {"type": "http.request", "body": unread.pop(), "more_body": False}

        await self._app(scope, again, keep)
        self._tell(f"{on} done")
        for message in kept:
            data = message.get("body", b"")
            if on == "download" and len(data) > 1:
                await send({**message, "body": data[: len(data) // 2], "more_body": True})
                self._tell("download half")
                message = {**message, "body": data[len(data) // 2 :]}
            await send(message)
        self._tell(f"{on} answered")


@contextmanager
def service(
    platform: Platform, folder: Path, *, latency_s: tuple[float, float] = (0, 0), seed: int = 0
) -> Iterator[Service]:
    """A fresh emulator for this block; keys and the user's state lie in ``folder``."""
    gate = _Gate()
    settings = EmulatorSettings(
        picture="numbers", speed=SPEED, latency_s=latency_s, processing_s=0, quotas=False, seed=seed
    )
    folder.mkdir(parents=True, exist_ok=True)
    with running_emulator(settings, began=BEGAN, create_app=gate.around) as emulator:
        yield Service(emulator, gate, platform, folder)
