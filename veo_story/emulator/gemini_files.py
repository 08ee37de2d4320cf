"""The Gemini API's files: their life from PROCESSING to the day they expire, and their download."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from veo_story.emulator.clock import rfc3339
from veo_story.emulator.context import Emulator, base_url, emulator_of, fault_of
from veo_story.emulator.oauth import check_key
from veo_story.emulator.refusals import answer, not_found

if TYPE_CHECKING:
    from starlette.requests import Request

    from veo_story.emulator.records import StoredFile

HOST = "https://generativelanguage.googleapis.com"
_RETENTION_S = 172_800.0
"""Two days."""


def uri_of(file: str) -> str:
    """Where a file is, as the service says it: official clients read the id out of such URIs only."""
    return f"{HOST}/v1beta/files/{file}:download?alt=media"


def born_at(emulator: Emulator, file: StoredFile) -> float:
    """When the file came to be: when its operation was done."""
    operation = emulator.state.operations[file.operation]
    return operation.done_at or operation.accepted_at


def is_active(emulator: Emulator, file: StoredFile, now: float) -> bool:
    """Whether the file was processed, so that it can be extended."""
    operation = emulator.state.operations[file.operation]
    return operation.is_done(now) and now >= born_at(emulator, file) + emulator.settings.processing_s


def expires_at(emulator: Emulator, file: StoredFile) -> float:
    """When the file goes: two days after it was made, or was last used in an extension."""
    operation = emulator.state.operations[file.operation]
    model = emulator.catalog.capabilities(operation.platform, model=operation.model)
    return max(born_at(emulator, file), file.used_at or 0.0) + (model.retention_s or _RETENTION_S)


def _file(request: Request) -> tuple[Emulator, StoredFile]:
    emulator = emulator_of(request)
    file = emulator.state.files.get(request.path_params["file"])
    if file is None:
        raise not_found()
    fault = fault_of(request)
    if fault is not None and fault.kind == "expired":
        file.gone = True
        emulator.state.changed()
    now = emulator.clock.stamp()
    done = emulator.state.operations[file.operation].is_done(now)
    if file.gone or not done or now >= expires_at(emulator, file):
        raise not_found()
    return emulator, file


def _check_caller(request: Request) -> None:
    check_key(request.headers.get("x-goog-api-key"), request.query_params.get("key"))


async def get(request: Request) -> Response:
    """``GET /v1beta/files/{id}``."""
    _check_caller(request)
    emulator, file = _file(request)
    return answer(_told(emulator, file))


def _told(emulator: Emulator, file: StoredFile) -> dict[str, Any]:
    born = rfc3339(born_at(emulator, file))
    return {
        "name": f"files/{file.id}",
        "mimeType": "video/mp4",
        "sizeBytes": str(file.bytes),
        "createTime": born,
        "updateTime": born,
        "expirationTime": rfc3339(expires_at(emulator, file)),
        "sha256Hash": base64.b64encode(bytes.fromhex(file.sha256)).decode(),
        "uri": uri_of(file.id),
        "state": "ACTIVE" if is_active(emulator, file, emulator.clock.stamp()) else "PROCESSING",
        "source": "GENERATED",
    }


async def download(request: Request) -> Response:
    """``GET /v1beta/files/{id}:download?alt=media``: leads to where the bytes are."""
    _check_caller(request)
    _, file = _file(request)
    if request.query_params.get("alt") != "media":
        raise not_found("The requested URL was not found on this server: alt=media is missing.")
    return RedirectResponse(f"{base_url(request)}_emulator/blob/{file.id}", 302)


async def blob(request: Request) -> Response:
    """``GET /_emulator/blob/{id}``: the bytes, whole or a range; no key is asked."""
    emulator, file = _file(request)
    path = emulator.state.folder / file.footage.path
    if not path.is_file():
        raise not_found()
    return FileResponse(path, media_type="video/mp4", headers={"etag": f'"{file.sha256[:32]}"'})


ROUTES = [
    Route("/v1beta/files/{file}:download", download, methods=["GET"]),
    Route("/v1beta/files/{file}", get, methods=["GET"]),
    Route("/_emulator/blob/{file}", blob, methods=["GET", "HEAD"]),
]
