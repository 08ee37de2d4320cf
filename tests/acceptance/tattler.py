"""A gateway before the emulator that tells what it was sent: keys and tokens, in every kind of answer.

It gives tokens of its own in place of the emulator's, so that a test knows them and they look like nobody's.
A scene is known by a word of its prompt, and later by what its answers named: operation, file, prefix.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from veo_story.emulator.app import create_app
from veo_story.emulator.deeds import body_of
from veo_story.emulator.mischief import route_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from tests.acceptance.canaries import Canaries
    from veo_story.emulator.clock import EmulatorClock
    from veo_story.emulator.faults import FaultScript
    from veo_story.emulator.model import ClipMaker, EmulatorSettings

_FILLER = "x" * 275
"""So much that a log which shows the first 300 characters would cut what follows in two."""
_NAMED = re.compile(rb'"name":\s*"[^"]*operations/([\w-]+)"|files/([\w-]+)')
_SIGNED = "/signed"


@dataclass
class Trouble:
    """``kind`` of answer to a request ``on`` a route; ``times`` how often."""

    on: str
    kind: str
    status: int = 200
    times: int = 1


@dataclass
class Tattler:
    """``troubles`` by the word of the scene. ``away`` is where those who fetch a clip are sent first.

    ``struck`` are the words whose trouble came. ``heard`` are the keys and tokens that came with a request,
    by path. ``polled`` is set when somebody has looked at an operation.
    """

    canaries: Canaries
    troubles: dict[str, Trouble] = field(default_factory=dict)
    away: str | None = None
    struck: list[str] = field(default_factory=list)
    heard: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    polled: threading.Event = field(default_factory=threading.Event)
    _tokens: dict[str, str] = field(default_factory=dict)
    _signs: dict[str, str] = field(default_factory=dict)

    def create_app(
        self, settings: EmulatorSettings, clock: EmulatorClock, maker: ClipMaker, script: FaultScript
    ) -> ASGIApp:
        """What :func:`~veo_story.emulator.server.running_emulator` takes."""
        app = create_app(settings, clock, maker, script)

        async def between(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or (
                scope["path"].startswith("/_emulator/") and "blob" not in scope["path"]
            ):
                await app(scope, receive, send)
            else:
                await self._pass(app, scope, await body_of(receive), send)

        return between

    async def _pass(self, app: ASGIApp, scope: Scope, body: bytes, send: Send) -> None:
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        sent = tuple(v for n, v in headers.items() if n in ("authorization", "x-goog-api-key"))
        self.heard.append((scope["path"], sent))
        query = scope["query_string"].decode()
        on = route_of(scope["method"], scope["path"], query) or ""
        word = self._word(scope, body)
        trouble = self.troubles.get(word)
        is_signed = scope["path"].startswith(_SIGNED)
        if trouble is not None and trouble.on == on and trouble.times and not is_signed:
            trouble.times -= 1
            self.struck.append(word)
            await _answer(
                send,
                *self._said(
                    trouble,
                    ", ".join((*sent, body.decode("latin-1")[-2000:]) if on == "token" else sent),
                    scope,
                ),
            )
        elif on == "download" and self.away and not is_signed:
            await _answer(send, 302, "text/plain", b"", {"location": self._away(scope)})
        else:
            answer = await _asked(app, self._translated(scope, headers), body)
            await self._told(answer, on, word, body, send)
            if on == "poll":
                self.polled.set()

    def _word(self, scope: Scope, body: bytes) -> str:
        text = f"{scope['path']}\n{body.decode('latin-1')}"
        if (route_of(scope["method"], scope["path"])) == "token":
            return "token"
        return next((word for sign, word in self._signs.items() if sign in text), "") or next(
            (word for word in self.troubles if word in text), ""
        )

    def _translated(self, scope: Scope, headers: Mapping[str, str]) -> Scope:
        """A request as the emulator knows it: its own token, and no signature."""
        token = headers.get("authorization", "").removeprefix("Bearer ")
        real = self._tokens.get(token)
        more = {"authorization": f"Bearer {real}"} if real else {}
        path, raw = scope["path"], scope["raw_path"]
        if path.startswith(_SIGNED):
            path, raw = path.removeprefix(_SIGNED), raw.removeprefix(_SIGNED.encode())
            more = {"authorization": "Bearer emulator-token", "x-goog-api-key": "signed"}
        pairs = [(n.encode(), v.encode("latin-1")) for n, v in {**headers, **more}.items()]
        return {**scope, "path": path, "raw_path": raw, "headers": pairs}

    async def _told(self, answer: list[Message], on: str, word: str, body: bytes, send: Send) -> None:
        """Hand an answer on; learn from it what the scene's things are called."""
        if on in ("submit", "poll", "token"):
            text = b"".join(message.get("body", b"") for message in answer[1:])
            if on == "token" and b"access_token" in text:
                text = self._own_token(text)
                answer[0]["headers"] = [(b"content-type", b"application/json")]
            elif word:
                found = [name.decode() for pair in _NAMED.findall(text) for name in pair if name]
                found += re.findall(r'"storageUri":\s*"gs://[^"]*/([^"/]+)/?"', body.decode("latin-1"))
                self._signs.update(dict.fromkeys(found, word))
            answer = [answer[0], {"type": "http.response.body", "body": text}]
        for message in answer:
            await send(message)

    def _own_token(self, text: bytes) -> bytes:
        granted = json.loads(text)
        own = self.canaries.make(f"token {len(self._tokens) + 1}")
        self._tokens[own] = self.canaries.values[f"{own[:4]} real"] = granted["access_token"]
        return json.dumps({**granted, "access_token": own}).encode()

    def _away(self, scope: Scope) -> str:
        signature = quote(self.canaries.values["signature"], safe="")
        path = scope["raw_path"].decode()
        return f"{self.away}{_SIGNED}{path}?{scope['query_string'].decode()}&X-Goog-Signature={signature}"

    def _said(self, trouble: Trouble, sent: str, scope: Scope) -> tuple[int, str, bytes, dict[str, str]]:
        match trouble.kind:
            case "page":
                page = f"<title>Error</title><p>{_FILLER}{sent}</p><pre>{html.escape(sent)}</pre>"
                return trouble.status, "text/html", page.encode(), {"server": sent}
            case "away":
                return trouble.status, "text/plain", b"", {"location": self._away(scope)}
            case "tells":
                where = f"{self.away}{_SIGNED}/?key={quote(sent)}"
                return trouble.status, "text/plain", b"", {"location": where}
            case "malformed":
                return 200, "application/json", f'{{"name": "{sent}'.encode(), {}
            case "type":
                return 200, f"text/{sent}", b"no clip", {}
            case "failed":
                error = {"code": 13, "message": f"no: {sent}, {quote(sent)}"}
                return 200, "application/json", json.dumps({"done": True, "error": error}).encode(), {}
            case "withheld":
                reasons = {
                    "raiMediaFilteredCount": 1,
                    "raiMediaFilteredReasons": [f"not {sent}. Support codes: 1"],
                }
                told = {"done": True, "response": {**reasons, "generateVideoResponse": reasons}}
                return 200, "application/json", json.dumps(told).encode(), {}
        error = {"code": trouble.status, "message": f"sent: {sent}", "status": "X", "details": [{"a": sent}]}
        body = json.dumps({"error": error, "error_description": sent}).replace("=", "\\u003d")
        return trouble.status, "application/json", body.encode(), {"retry-after": "9999"}


async def _asked(app: ASGIApp, scope: Scope, body: bytes) -> list[Message]:
    answer: list[Message] = []

    request: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if request:
            return request.pop()
        await asyncio.Event().wait()  # the client does not leave
        raise AssertionError

    async def keep(message: Message) -> None:
        answer.append(message)

    await app(scope, receive, keep)
    return answer


async def _answer(send: Send, status: int, kind: str, body: bytes, more: Mapping[str, str]) -> None:
    headers = {"content-type": kind, "content-length": str(len(body)), **more}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
