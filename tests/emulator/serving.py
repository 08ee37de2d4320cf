"""A small application behind the layer of faults, on a real port."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import running_emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from veo_story.emulator.server import RunningEmulator

SUBMIT = "/v1beta/models/veo-3.1-generate-preview:predictLongRunning"
POLL = "/v1beta/models/veo-3.1-generate-preview/operations/7"
DOWNLOAD = "/_emulator/blob/7"
MEDIA = bytes(range(256)) * 400


class Counting:
    """Answers every request and counts what it was asked; ``told`` are the faults that it got to see."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.told: list[str] = []
        self.bodies: list[bytes] = []

    def app(self, *_: Any) -> ASGIApp:
        routes = [
            Route("/_emulator/blob/{name}", self._media),
            Route("/storage/v1/b/bucket/o/{name:path}", self._media),
            Route("/{path:path}", self._anything, methods=["GET", "POST"]),
        ]
        return Starlette(routes=routes)

    async def _media(self, request: Request) -> Response:
        self._note(request)
        return Response(MEDIA, media_type="video/mp4", headers={"etag": '"one"'})

    async def _anything(self, request: Request) -> Response:
        self._note(request)
        self.bodies.append(await request.body())
        return JSONResponse({"name": "models/m/operations/7"})

    def _note(self, request: Request) -> None:
        self.asked.append(request.url.path)
        fault = request.state.fault
        if fault is not None:
            self.told.append(fault.kind)


@contextmanager
def counting(speed: float = 1.0) -> Iterator[tuple[RunningEmulator, Counting, httpx.Client]]:
    behind = Counting()
    settings = EmulatorSettings(speed=speed, picture="numbers")
    with (
        running_emulator(settings, create_app=behind.app) as emulator,
        httpx.Client(base_url=emulator.url, trust_env=False, timeout=20) as client,
    ):
        yield emulator, behind, client
