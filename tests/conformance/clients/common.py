"""What the Python clients share: a closed door to the world, cases side by side, results as JSON lines.

These programs run in environments of their own, where only an official SDK is installed: they import nothing
of this project.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

PROMPT = "A lighthouse keeper climbs the stairs."
PAUSE_S = 0.03
PATIENCE_S = 60.0


def stay_on_this_machine() -> None:
    """Let no socket leave the loopback."""
    real, real_lookup = socket.socket.connect, socket.getaddrinfo

    def lookup(host: Any, *rest: Any, **named: Any) -> Any:
        if host not in ("127.0.0.1", "localhost"):
            raise PermissionError(f"the address of {host} was about to be looked up")
        return real_lookup(host, *rest, **named)

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not ipaddress.ip_address(address[0]).is_loopback:
            raise PermissionError(f"a socket to {address[0]} was about to be opened")
        real(self, address)

    socket.socket.connect = connect
    socket.getaddrinfo = lookup


class Folder:
    """The pictures that were made for this run, and the place for the clips."""

    def __init__(self, path: Path, prefix: str) -> None:
        self.path = path
        self.prefix = prefix

    def picture(self, name: str) -> bytes:
        """The bytes of ``NAME.png``."""
        return (self.path / f"{name}.png").read_bytes()

    def clip(self, name: str, data: bytes) -> dict[str, str]:
        """Keep a clip; the result of a case that makes one."""
        path = self.path / f"{self.prefix}-{name}.mp4"
        path.write_bytes(data)
        return {"clip": path.name}


def done(operation: Any, look: Callable[[Any], Any]) -> Any:
    """Look at an operation until it is done."""
    until = time.monotonic() + PATIENCE_S
    while not operation.done:
        if time.monotonic() > until:
            raise TimeoutError(f"{operation.name} is not done")
        time.sleep(PAUSE_S)
        operation = look(operation)
    return operation


def refused(ask: Callable[[], Any], error: type[Any]) -> dict[str, Any]:
    """The HTTP error that ``ask`` ends with, as the SDK's ``error`` tells it."""
    try:
        answer = ask()
    except error as caught:
        return {"status": caught.code, "message": caught.message}
    raise AssertionError(f"it was taken: {answer}")


def run(cases: dict[str, Callable[[], dict[str, Any]]]) -> None:
    """Run all cases side by side and print a line of JSON for each."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        begun = {name: pool.submit(case) for name, case in cases.items()}
    for name, future in begun.items():
        error = future.exception()
        told = future.result() if error is None else {"broken": "".join(traceback.format_exception(error))}
        print(json.dumps({"case": name, **told}))
