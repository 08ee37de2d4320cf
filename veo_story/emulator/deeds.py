"""What the faults do to a connection or an answer; :mod:`veo_story.emulator.mischief` says when."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from veo_story.emulator.clock import EmulatorClock
    from veo_story.emulator.fault_kinds import Fault, Kind

    Deed = Callable[["Call"], Awaitable[None]]

_RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"
_HTML = (
    "<!DOCTYPE html>\n<html lang=en>\n<title>Error {status} (Server Error)!!1</title>\n"
    "<p><b>{status}.</b> <ins>That's an error.</ins>\n"
    "<p>The server encountered a temporary error and could not complete your request.\n</html>\n"
)


class Call:
    """A request that meets a fault."""

    def __init__(
        self, app: ASGIApp, clock: EmulatorClock, fault: Fault, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self.clock, self.fault = clock, fault
        self._app, self._scope, self._receive, self._send = app, scope, receive, send

    async def drain(self) -> None:
        """Read what was sent, so that the answer is not lost with it."""
        await body_of(self._receive)

    async def handle(self, send: Send | None = None) -> None:
        """Let the app do what was asked, and answer by ``send``."""
        await self._app(self._scope, self._receive, send or self._send)

    async def handle_quietly(self) -> tuple[Message, bytes]:
        """Let the app do what was asked, and keep its answer from the client."""
        started: Message = {"type": "http.response.start", "status": 500, "headers": []}
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        await self.handle(keep)
        return started, bytes(body)

    async def answer(
        self, status: int, body: bytes, kind: str = "application/json", more: Mapping[str, str] | None = None
    ) -> None:
        """Answer in the app's place."""
        headers = {"content-type": f"{kind}; charset=utf-8", "content-length": str(len(body)), **(more or {})}
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})
        await self._send({"type": "http.response.body", "body": body})

    async def send(self, message: Message) -> None:
        """One message to the client."""
        await self._send(message)

    async def hang_up(self, *, reset: bool) -> None:
        """Close the connection: with a TCP reset at once, or politely after what was sent."""
        # uvicorn hands every request a bound method of the object that holds its connection.
        transport = getattr(getattr(self._send, "__self__", None), "transport", None)
        if transport is None:
            raise RuntimeError("this server does not let its connections be closed")
        if reset:
            linger_not = struct.pack("ii", 1, 0)
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
            transport.abort()
        else:
            transport.close()
        # The server hears of it in the loop's next round, and must have before it misses an answer.
        await asyncio.sleep(0)
        await asyncio.sleep(0)


def _error(status: int, name: str, message: str, details: list[Any] | None = None) -> dict[str, Any]:
    error: dict[str, Any] = {"code": status, "message": message, "status": name}
    if details:
        error["details"] = details
    return {"error": error}


async def _say_error(call: Call, status: int, name: str, message: str) -> None:
    said = call.fault.message or message
    wait_s = call.fault.retry_after_s
    if wait_s is None:
        await call.answer(status, json.dumps(_error(status, name, said)).encode())
        return
    details = [{"@type": _RETRY_INFO, "retryDelay": f"{wait_s:g}s"}]
    body = json.dumps(_error(status, name, said, details)).encode()
    await call.answer(status, body, more={"retry-after": str(-int(-wait_s // 1))})


async def _rate_limit(call: Call) -> None:
    await call.drain()
    message = "Resource has been exhausted (e.g. check quota)."
    await _say_error(call, 429, "RESOURCE_EXHAUSTED", message)


async def _unavailable(call: Call) -> None:
    await call.drain()
    await _say_error(call, 503, "UNAVAILABLE", "The service is currently unavailable.")


async def _error_before(call: Call) -> None:
    await call.drain()
    await _internal_error(call)


async def _error_after(call: Call) -> None:
    await call.handle_quietly()
    await _internal_error(call)


async def _internal_error(call: Call) -> None:
    await _say_error(call, call.fault.status or 500, "INTERNAL", "Internal error encountered.")


async def _reset_before(call: Call) -> None:
    await call.hang_up(reset=True)


async def _reset_after(call: Call) -> None:
    await call.handle_quietly()
    await call.hang_up(reset=True)


async def _html_error(call: Call) -> None:
    await call.drain()
    status = call.fault.status or 502
    await call.answer(status, _HTML.format(status=status).encode(), "text/html")


async def _list_error(call: Call) -> None:
    await call.drain()
    status = call.fault.status or 503
    said = call.fault.message or "The service is currently unavailable."
    await call.answer(status, json.dumps([_error(status, "UNAVAILABLE", said)]).encode())


async def _malformed_json(call: Call) -> None:
    started, body = await call.handle_quietly()
    await call.answer(started["status"], body[: len(body) // 2] or b"{")


async def _slow(call: Call) -> None:
    if not call.fault.drip:
        await call.clock.sleep(call.fault.seconds)
        await call.handle()
        return
    length = 0

    async def drip(message: Message) -> None:
        nonlocal length
        if message["type"] == "http.response.start":
            length = _length(message)
            await call.send(message)
            return
        body = message.get("body", b"")
        step = max(1, length // 20)
        for at in range(0, len(body), step):
            part = body[at : at + step]
            await call.clock.sleep(call.fault.seconds * len(part) / max(length, len(body)))
            await call.send({"type": "http.response.body", "body": part, "more_body": True})
        if not message.get("more_body", False):
            await call.send({"type": "http.response.body", "body": b""})

    await call.handle(drip)


async def _half_download(call: Call) -> None:
    started, body = await call.handle_quietly()
    if started["status"] >= 300 or not body:
        await _pass_on(call, started, body)
        return
    await call.send(started)
    part = body[: min(len(body) - 1, int(len(body) * call.fault.share))]
    await call.send({"type": "http.response.body", "body": part, "more_body": True})
    await call.hang_up(reset=False)


async def _wrong_length(call: Call) -> None:
    started, body = await call.handle_quietly()
    if started["status"] < 300:
        change = call.fault.bytes
        body = body + bytes(change) if change >= 0 else body[:change]
    await _pass_on(call, started, body)


async def _pass_on(call: Call, started: Message, body: bytes) -> None:
    """An answer with a Content-Length that is true of ``body``."""
    headers = [(name, value) for name, value in started["headers"] if name.lower() != b"content-length"]
    headers.append((b"content-length", str(len(body)).encode()))
    await call.send({**started, "headers": headers})
    await call.send({"type": "http.response.body", "body": body})


DEEDS: Mapping[Kind, Deed] = {
    "rate_limit": _rate_limit,
    "error_500_before": _error_before,
    "error_500_after": _error_after,
    "unavailable": _unavailable,
    "reset_before": _reset_before,
    "reset_after": _reset_after,
    "slow": _slow,
    "half_download": _half_download,
    "wrong_length": _wrong_length,
    "html_error": _html_error,
    "list_error": _list_error,
    "malformed_json": _malformed_json,
}


def _length(started: Message) -> int:
    """The Content-Length of an answer, 0 when it has none."""
    lengths = [value for name, value in started["headers"] if name.lower() == b"content-length"]
    return int(lengths[0]) if lengths else 0


async def body_of(receive: Receive) -> bytes:
    """All that a client sent, as far as it came."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body.extend(message.get("body", b""))
        if not message.get("more_body", False):
            return bytes(body)
