"""Cloud Storage's part of the emulator: upload, download, look up, list and delete objects."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from starlette.responses import FileResponse, Response
from starlette.routing import Route

from veo_story.emulator.clock import rfc3339
from veo_story.emulator.context import MOST_BODY_BYTES, Emulator, emulator_of, fault_of
from veo_story.emulator.records import StoredObject
from veo_story.emulator.refusals import Refused, answer

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

NO_SUCH_BUCKET = "no-such-bucket"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_LONGEST_NAME = 1024
_PAGE = 1000
_REASONS = {400: "invalid", 401: "authError", 404: "notFound", 412: "conditionNotMet", 413: "uploadTooLarge"}


class GcsRefused(Refused):
    """A refusal in Cloud Storage's own envelope; as plain text where bytes were asked for."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message, "")


def refuse(request: Request, refused: Refused) -> Response:
    """The error answer of Cloud Storage."""
    if request.query_params.get("alt") == "media" and request.method == "GET":
        return Response(refused.message, refused.code, media_type="text/html")
    cause = {"message": refused.message, "domain": "global", "reason": _REASONS.get(refused.code, "invalid")}
    error = {"code": refused.code, "message": refused.message, "errors": [cause]}
    return answer({"error": error}, refused.code)


def is_missing(bucket: str) -> bool:
    """Whether a bucket is the one that does not exist (all others spring into being), or has no good name."""
    return bucket == NO_SUCH_BUCKET or _BUCKET.fullmatch(bucket) is None


def _enter(request: Request) -> tuple[Emulator, str]:
    emulator = emulator_of(request)
    try:
        emulator.authority.check_bearer(request.headers.get("authorization"))
    except Refused:
        raise GcsRefused(401, "Invalid Credentials") from None
    bucket = request.path_params["bucket"]
    if is_missing(bucket):
        raise GcsRefused(404, "The specified bucket does not exist.")
    return emulator, bucket


def _name(request: Request) -> str:
    """The object's name: one segment of the path, its own slashes percent-encoded."""
    raw: bytes = request.scope.get("raw_path") or quote(request.url.path).encode()
    segment = raw.partition(b"?")[0].partition(b"/o/")[2].decode("latin-1")
    if not segment or "/" in segment:
        raise GcsRefused(404, "Not Found")
    return unquote(segment, errors="replace")


def _object(request: Request) -> tuple[Emulator, StoredObject]:
    emulator, bucket = _enter(request)
    name = _name(request)
    found = emulator.state.object_at(bucket, name, emulator.clock.stamp())
    fault = fault_of(request)
    if found is not None and fault is not None and fault.kind == "expired":
        emulator.state.remove_object(f"gs://{bucket}/{name}")
        found = None
    if found is None:
        raise GcsRefused(404, f"No such object: {bucket}/{name[:300]}")
    return emulator, found


async def upload(request: Request) -> Response:
    """``POST /upload/storage/v1/b/{bucket}/o?uploadType=media&name=N``."""
    emulator, bucket = _enter(request)
    if request.query_params.get("uploadType") != "media":
        raise GcsRefused(400, "Only uploadType=media is served here.")
    name = request.query_params.get("name", "")
    if not 0 < len(name.encode("utf-8", "replace")) <= _LONGEST_NAME or "\n" in name or "\r" in name:
        raise GcsRefused(400, "Required parameter: name")
    _check_generation(request, emulator, bucket, name)
    path = emulator.state.folder / "objects" / emulator.state.draw("object")
    size, md5 = await _receive(request, path)
    now = emulator.clock.stamp()
    stored = StoredObject(
        bucket=bucket,
        name=name,
        path=f"objects/{path.name}",
        bytes=size,
        md5=md5,
        content_type=request.headers.get("content-type", "application/octet-stream")[:200],
        generation=int(now * 1e6),
        created_at=now,
    )
    emulator.state.put_object(stored)
    return answer(_told(stored))


def _check_generation(request: Request, emulator: Emulator, bucket: str, name: str) -> None:
    wanted = request.query_params.get("ifGenerationMatch")
    if wanted is None:
        return
    found = emulator.state.object_at(bucket, name, emulator.clock.stamp())
    if wanted != str(found.generation if found else 0):
        raise GcsRefused(412, "At least one of the pre-conditions you specified did not hold.")


async def _receive(request: Request, path: Path) -> tuple[int, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.md5(usedforsecurity=False), 0
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > MOST_BODY_BYTES:
                    raise GcsRefused(413, "The upload is too large for this emulator.")
                digest.update(chunk)
                file.write(chunk)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return size, base64.b64encode(digest.digest()).decode()


async def get(request: Request) -> Response:
    """``GET /storage/v1/b/{bucket}/o/{name}``: what is known of an object; its bytes with ``alt=media``."""
    emulator, found = _object(request)
    if request.query_params.get("alt") != "media":
        return answer(_told(found))
    path = emulator.state.folder / found.path
    if not path.is_file():
        raise GcsRefused(404, f"No such object: {found.bucket}/{found.name}")
    headers = {
        "etag": f'"{_etag(found)}"',
        "x-goog-hash": f"md5={found.md5}",
        "x-goog-generation": str(found.generation),
        "content-type": _plain(found.content_type),
    }
    return FileResponse(path, headers=headers)


async def delete(request: Request) -> Response:
    """``DELETE /storage/v1/b/{bucket}/o/{name}``."""
    emulator, found = _object(request)
    emulator.state.remove_object(f"gs://{found.bucket}/{found.name}")
    return Response(status_code=204)


async def listing(request: Request) -> Response:
    """``GET /storage/v1/b/{bucket}/o?prefix=P``: by name, in pages."""
    emulator, bucket = _enter(request)
    query = request.query_params
    under = emulator.state.objects_under(bucket, query.get("prefix", ""), emulator.clock.stamp())
    after = query.get("pageToken", "")
    size = query.get("maxResults", "")
    if size and not re.fullmatch("[1-9][0-9]{0,5}", size):
        raise GcsRefused(400, "Invalid unsigned integer value for maxResults.")
    found = [stored for stored in under if stored.name > after]
    page = found[: min(int(size or _PAGE), _PAGE)]
    reply: dict[str, Any] = {"kind": "storage#objects"}
    if page:
        reply["items"] = [_told(stored) for stored in page]
    if len(found) > len(page):
        reply["nextPageToken"] = page[-1].name
    return answer(reply)


def _told(stored: StoredObject) -> dict[str, str]:
    created = rfc3339(stored.created_at)
    return {
        "kind": "storage#object",
        "id": f"{stored.bucket}/{stored.name}/{stored.generation}",
        "name": stored.name,
        "bucket": stored.bucket,
        "generation": str(stored.generation),
        "size": str(stored.bytes),
        "md5Hash": stored.md5,
        "contentType": stored.content_type,
        "timeCreated": created,
        "updated": created,
        "etag": _etag(stored),
    }


def _etag(stored: StoredObject) -> str:
    return hashlib.sha256(f"{stored.generation}:{stored.md5}".encode()).hexdigest()[:24]


def _plain(kind: str) -> str:
    return kind if kind.isascii() and kind.isprintable() else "application/octet-stream"


ROUTES = [
    Route("/upload/storage/v1/b/{bucket}/o", upload, methods=["POST"]),
    Route("/storage/v1/b/{bucket}/o", listing, methods=["GET"]),
    Route("/storage/v1/b/{bucket}/o/{name:path}", get, methods=["GET"]),
    Route("/storage/v1/b/{bucket}/o/{name:path}", delete, methods=["DELETE"]),
]
