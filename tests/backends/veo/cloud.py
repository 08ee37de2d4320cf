"""A stand-in for Vertex AI and Cloud Storage on this machine: scripted, not strict (the emulator is)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KEY = "an-api-key-of-the-test"


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Cloud:
    """``polls`` are the answers to fetchPredictOperation, the last one for ever. ``refusals`` come first."""

    url: str = ""
    buckets: set[str] = field(default_factory=lambda: {"films"})
    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    polls: list[tuple[int, Any]] = field(default_factory=list)
    refusals: list[tuple[str, int, Any]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    page: int = 1000
    tokens: int = 0

    def asked(self, pattern: str) -> list[Request]:
        return [each for each in self.requests if re.search(pattern, f"{each.method} {each.path}")]

    def environ(self, folder: Path, *, express: bool = False) -> dict[str, str]:
        """Variables that lead here, with a service account's key in ``folder`` or an API key."""
        places = {"GOOGLE_VERTEX_BASE_URL": self.url, "STORAGE_EMULATOR_HOST": self.url}
        if express:
            return {**places, "GEMINI_API_KEY": KEY}
        account = {
            "type": "service_account",
            "project_id": "film-project",
            "private_key": _private_key(),
            "client_email": "film@film-project.iam.gserviceaccount.com",
            "token_uri": f"{self.url}/token",
        }
        file = folder / "account.json"
        file.write_text(json.dumps(account))
        return {**places, "GOOGLE_APPLICATION_CREDENTIALS": str(file)}

    def answer(self, request: Request) -> tuple[int, Any]:
        if request.path == "/token":
            self.tokens += 1
            return 200, {"access_token": f"token-{self.tokens}", "expires_in": 3600, "token_type": "Bearer"}
        line = f"{request.method} {request.path}"
        for refusal in self.refusals:
            if re.search(refusal[0], line):
                self.refusals.remove(refusal)
                return refusal[1:]
        if ":predictLongRunning" in request.path:
            model = request.path.partition(":")[0].removeprefix("/v1/").removeprefix("/v1beta1/")
            return 200, {"name": f"{model}/operations/op-{len(self.asked('predictLongRunning'))}"}
        if ":fetchPredictOperation" in request.path:
            return self.polls.pop(0) if len(self.polls) > 1 else self.polls[0]
        return self._storage(request)

    def _storage(self, request: Request) -> tuple[int, Any]:
        found = re.fullmatch(r"(?:/upload)?/storage/v1/b/([^/]+)/o(?:/([^/]+))?", request.path)
        if found is None:
            return error(404, "Not Found")
        bucket = unquote(found[1])
        if bucket not in self.buckets:
            return error(404, "The specified bucket does not exist.")
        if request.method == "POST":
            self.objects[bucket, request.query["name"]] = request.body
            return 200, self._row(bucket, request.query["name"])
        if found[2] is None:
            return self._list(bucket, request.query)
        data = self.objects.get((bucket, unquote(found[2])))
        return (404, b"No such object: a page, not JSON") if data is None else (200, data)

    def _list(self, bucket: str, query: dict[str, str]) -> tuple[int, Any]:
        names = sorted(
            name for held, name in self.objects if held == bucket and name.startswith(query["prefix"])
        )
        start = int(query.get("pageToken", "0"))
        answer: dict[str, Any] = {"kind": "storage#objects"}
        if shown := names[start : start + self.page]:
            answer["items"] = [self._row(bucket, name) for name in shown]
        if start + self.page < len(names):
            answer["nextPageToken"] = str(start + self.page)
        return 200, answer

    def _row(self, bucket: str, name: str) -> dict[str, str]:
        data = self.objects[bucket, name]
        return {"name": name, "bucket": bucket, "size": str(len(data)), "md5Hash": md5(data)}


@cache
def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key.private_bytes(*form).decode()


def md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data).digest()).decode()


def error(code: int, message: str, status: str = "") -> tuple[int, Any]:
    return code, {"error": {"code": code, "message": message, "status": status}}


def done(*clips: bytes | str, **more: Any) -> tuple[int, Any]:
    """The answer about a finished operation, with clips inline or where they lie."""
    videos = [
        {"gcsUri": clip, "mimeType": "video/mp4"}
        if isinstance(clip, str)
        else {"bytesBase64Encoded": base64.b64encode(clip).decode(), "mimeType": "video/mp4"}
        for clip in clips
    ]
    return 200, {"name": "op", "done": True, "response": {"videos": videos, **more}}


RUNNING = 200, {"name": "op"}


@contextmanager
def running_cloud() -> Iterator[Cloud]:
    cloud = Cloud()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, parts.path, query, headers, body)
            cloud.requests.append(request)
            status, answer = cloud.answer(request)
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            if isinstance(answer, bytes):
                self.send_header("content-type", "text/html" if status == 404 else "video/mp4")
                self.send_header("x-goog-hash", f"md5={md5(data)}")
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _serve  # noqa: N815 - the names that http.server asks for

        def log_message(self, *_said: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    cloud.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield cloud
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
