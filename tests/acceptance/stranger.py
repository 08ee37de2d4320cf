"""Another host: it sends everybody back to where they came from, and remembers what it was told."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Stranger:
    """``url`` is its address, ``heard`` the requests' lines and headers, ``home`` where it sends all."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.home = ""
        self.heard: list[str] = []


class _Server(ThreadingHTTPServer):
    stranger: Stranger


class _Answering(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        server.stranger.heard.append(f"{self.requestline}\n{self.headers}")
        self.send_response(302)
        self.send_header("Location", server.stranger.home + self.path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = _answer  # noqa: N815 (http.server's names)

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@contextmanager
def stranger() -> Iterator[Stranger]:
    """A stranger on 127.0.0.1, on a port of its own."""
    with _Server(("127.0.0.1", 0), _Answering) as server:
        server.stranger = Stranger(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.stranger
        finally:
            server.shutdown()
            thread.join()
