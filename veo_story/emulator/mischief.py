"""The outermost layer of the emulator: does scripted faults to connections and answers.

Faults that need to know the service (a filter, a retired model) are handed on to the routes as
``request.state.fault``; all the others are done here, whatever the app behind would have said.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from veo_story.emulator.deeds import DEEDS, Call, body_of
from veo_story.emulator.fault_kinds import TRANSPORT

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from veo_story.emulator.clock import EmulatorClock
    from veo_story.emulator.fault_kinds import On
    from veo_story.emulator.faults import FaultScript

_ROUTES: tuple[tuple[str, str, On], ...] = (
    ("POST", r":predictLongRunning$", "submit"),
    ("POST", r":fetchPredictOperation$", "poll"),
    ("GET", r"^/[^/]+/models/[^/]+/operations/[^/]+$", "poll"),
    ("GET", r"^/[^/]+/models/[^/]+/operations/?$", "list"),
    # The Gemini API's own download path only leads here.
    ("GET", r"^/_emulator/blob/[^/]+$", "download"),
    ("GET", r"^/[^/]+/files/[^/:]+$", "file"),
    ("POST", r"^/upload/storage/v1/b/[^/]+/o$", "upload"),
    ("GET", r"^/storage/v1/b/[^/]+/o/?$", "list"),
    ("GET", r"^/storage/v1/b/[^/]+/o/.+", "file"),
    ("POST", r"/token$", "token"),
)


def route_of(method: str, path: str, query: str = "") -> On | None:
    """What a request is about, in the words of the rules; None for what no rule can be about."""
    for verb, pattern, on in _ROUTES:
        if method == verb and re.search(pattern, path):
            is_media = on == "file" and "alt=media" in query.split("&")
            return "download" if is_media else on
    return None


class Mischief:
    """An ASGI app around the emulator's own. ``clock`` is what slow answers are measured on."""

    def __init__(self, app: ASGIApp, script: FaultScript, clock: EmulatorClock) -> None:
        self._app, self._script, self._clock = app, script, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or let it meet its fault."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        text = scope["path"]
        on = route_of(scope["method"], text, scope.get("query_string", b"").decode("latin-1"))
        if on is not None and self._script.wants_text(on):
            body = await body_of(receive)
            text = f"{text}\n{_words(body)}"
            receive = _again(body, receive)
        fault = None if on is None else self._script.strike(on, text)
        scope["state"] = {**scope.get("state", {}), "fault": fault}
        if fault is None or fault.kind not in TRANSPORT:
            await self._app(scope, receive, send)
            return
        await DEEDS[fault.kind](Call(self._app, self._clock, fault, scope, receive, send))


def _again(body: bytes, receive: Receive) -> Receive:
    """Hands out a body that was read already, then whatever comes."""
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _words(body: bytes) -> str:
    """The words of a JSON body as people write them; without its pictures."""
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    instances = data.get("instances") if isinstance(data, dict) else None
    prompts = (
        [i.get("prompt") for i in instances if isinstance(i, dict)] if isinstance(instances, list) else []
    )
    return "\n".join(text for text in prompts if isinstance(text, str))
