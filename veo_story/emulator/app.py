"""The emulator as one application: every protocol behind one port."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from veo_story.catalog.catalog import load_catalog
from veo_story.emulator import control, gcs, gemini, gemini_files, tokens, vertex
from veo_story.emulator.clock import rfc3339
from veo_story.emulator.context import Emulator
from veo_story.emulator.generations import Generations
from veo_story.emulator.keeping import Keeper
from veo_story.emulator.latency import Latency
from veo_story.emulator.oauth import Authority
from veo_story.emulator.refusals import Refused, envelope, not_found
from veo_story.emulator.state import State
from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from veo_story.emulator.clock import EmulatorClock
    from veo_story.emulator.faults import FaultScript
    from veo_story.emulator.model import ClipMaker, EmulatorSettings

_ROUTES = (
    *gemini.ROUTES,
    *gemini_files.ROUTES,
    *vertex.ROUTES,
    *gcs.ROUTES,
    *tokens.ROUTES,
    *control.ROUTES,
)


def create_app(
    settings: EmulatorSettings, clock: EmulatorClock, maker: ClipMaker, script: FaultScript
) -> ASGIApp:
    """An emulator as an ASGI application; ``settings.folder`` must be given.

    What the folder remembers is taken over, and goes on when the application's lifespan begins. ``maker``
    stays the caller's to close, after the lifespan. Raises ConfigError when the folder holds a damaged state.
    """
    if settings.folder is None:
        raise ConfigError("an emulator needs a folder to keep its clips in")
    settings.folder.mkdir(parents=True, exist_ok=True)
    state = State(settings.folder, settings.seed, rfc3339(clock.stamp()))
    keeper = Keeper(state, clock)
    keeper.load()
    catalog = load_catalog()
    emulator = Emulator(
        settings=settings,
        clock=clock,
        state=state,
        maker=maker,
        script=script,
        catalog=catalog,
        latency=Latency(settings.latency_s, settings.seed),
        generations=Generations(state, clock, maker, catalog),
        authority=Authority(settings.folder, clock),
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        emulator.generations.resume()
        saving = asyncio.create_task(keeper.keep())
        try:
            yield
        finally:
            saving.cancel()
            with suppress(asyncio.CancelledError):
                await saving
            await emulator.generations.aclose()
            keeper.save()

    app = Starlette(
        routes=[*_ROUTES],
        exception_handlers={Refused: _refuse, HTTPException: _no_such_route},
        lifespan=lifespan,
    )
    app.state.emulator = emulator
    app.router.redirect_slashes = False
    return _Logged(app, emulator)


async def _refuse(request: Request, error: Exception) -> Response:
    if isinstance(error, gcs.GcsRefused):
        return gcs.refuse(request, error)
    return envelope(error if isinstance(error, Refused) else not_found())


async def _no_such_route(_: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 404
    if code in (404, 405):
        return envelope(not_found("The requested URL was not found on this server."))
    return envelope(Refused(code, "The request cannot be understood.", "INVALID_ARGUMENT"))


class _Logged:
    """Writes down each request: when, method, path and status; never a query, a header or a body."""

    def __init__(self, app: ASGIApp, emulator: Emulator) -> None:
        self._app = app
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_emulator/log"):
            await self._app(scope, receive, send)
            return
        line: dict[str, Any] = {
            "at": rfc3339(self._emulator.clock.stamp()),
            "method": scope["method"],
            "path": scope["path"],
            "status": None,
        }
        self._emulator.log.append(line)

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                line["status"] = message["status"]
            await send(message)

        await self._app(scope, receive, noted)
