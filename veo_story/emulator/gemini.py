"""The Gemini API's part of the emulator: submit, poll and list operations."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from veo_story.emulator.acceptance import begin, look, model_of, operation_of
from veo_story.emulator.context import Emulator, body_of, emulator_of, fault_of
from veo_story.emulator.gemini_files import expires_at, is_active, uri_of
from veo_story.emulator.intake import check_order, order_of
from veo_story.emulator.oauth import check_key
from veo_story.emulator.quotas import check_spend
from veo_story.emulator.refusals import answer, invalid, not_found, retired
from veo_story.emulator.rules_media import NOT_OURS
from veo_story.emulator.rules_shape import read_ask
from veo_story.emulator.rules_values import check_values

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from veo_story.catalog.model import Capabilities
    from veo_story.emulator.records import Operation, StoredFile

_TYPE = "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse"
_FILE_URI = re.compile(
    r"https?://[^/]+/v1beta/files/([a-z0-9-]+)(?::download(?:\?alt=media)?)?|files/([a-z0-9-]+)"
)
_PAGE = 50


def check_caller(request: Request) -> None:
    """Whether the call carries an API key. Raises Refused."""
    check_key(request.headers.get("x-goog-api-key"), request.query_params.get("key"))


async def submit(request: Request) -> Response:
    """``POST /v1beta/models/{model}:predictLongRunning``."""
    check_caller(request)
    emulator, fault = emulator_of(request), fault_of(request)
    model = _model(emulator, request.path_params["model"])
    if fault is not None and fault.kind == "retired":
        raise retired(f"models/{model.model}")
    ask = read_ask(await body_of(request), "gemini", model.model)
    check_values(ask, model)
    parent = None if ask.video is None else _parent(emulator, ask.video.uri or "")
    if parent is not None and fault is not None and fault.kind == "expired":
        parent.gone = True
        emulator.state.changed()
        raise invalid(NOT_OURS)
    order = await order_of(ask, emulator.state.folder)
    if parent is not None:
        order.media.pop("video")
        order.parent, order.parent_extensions = parent.footage, parent.extensions
    await check_order(order, model, emulator.state, emulator.maker, emulator.clock.stamp())
    name = f"models/{model.model}/operations/{emulator.state.draw('operation')[:16]}"
    operation = operation_of(emulator, ask, model, order, name=name)
    if emulator.settings.quotas:
        check_spend(emulator.state.operations.values(), Decimal(operation.usd), operation.accepted_at)
    if parent is not None:
        parent.used_at = operation.accepted_at
    begin(emulator, operation, fault)
    return answer({"name": name})


def _model(emulator: Emulator, name: str) -> Capabilities:
    model = model_of(emulator, "gemini", name)
    if model is None:
        raise not_found(
            f"models/{name[:100]} is not found for API version v1beta, or is not supported for "
            "predictLongRunning. Call ListModels to see the list of available models and their supported "
            "methods."
        )
    return model


def _parent(emulator: Emulator, uri: str) -> StoredFile:
    found = _FILE_URI.fullmatch(uri)
    if found is None:
        raise invalid("Video URI not found in the request.")
    file = emulator.state.files.get(found[1] or found[2])
    now = emulator.clock.stamp()
    if file is None or file.gone or not is_active(emulator, file, now) or now >= expires_at(emulator, file):
        raise invalid(NOT_OURS)
    return file


async def poll(request: Request) -> Response:
    """``GET /v1beta/models/{model}/operations/{id}``."""
    check_caller(request)
    emulator = emulator_of(request)
    model, number = request.path_params["model"], request.path_params["number"]
    operation = emulator.state.operations.get(f"models/{model}/operations/{number}")
    if operation is None:
        raise not_found()
    done = look(emulator, operation, fault_of(request))
    if operation.gone:
        raise not_found()
    return answer(_told(operation) if done else {"name": operation.name})


async def operations(request: Request) -> Response:
    """``GET /v1beta/models/{model}/operations``: the newest first, in pages."""
    check_caller(request)
    emulator = emulator_of(request)
    model = _model(emulator, request.path_params["model"]).model
    size = _count(request.query_params.get("pageSize"), _PAGE)
    start = _count(request.query_params.get("pageToken"), 0)
    every = [o for o in emulator.state.operations.values() if _is_of(o, model)][::-1]
    page = every[start : start + size]
    told = [_told(o) if look(emulator, o, None) else {"name": o.name} for o in page]
    reply: dict[str, Any] = {"operations": told}
    if len(every) > start + size:
        reply["nextPageToken"] = str(start + size)
    return answer(reply)


def _is_of(operation: Operation, model: str) -> bool:
    return operation.platform == "gemini" and operation.model == model and not operation.gone


def _count(text: str | None, otherwise: int) -> int:
    if not text:
        return otherwise
    if not re.fullmatch("[0-9]{1,6}", text):
        raise invalid("Invalid value for a page's size or token.")
    return int(text) or otherwise


def _told(operation: Operation) -> dict[str, Any]:
    if operation.fate == "failed":
        code, message = operation.failure or (13, "")
        return {"name": operation.name, "done": True, "error": {"code": code, "message": message}}
    video: dict[str, Any] = {}
    if operation.shown:
        video["generatedSamples"] = [
            {"video": {"uri": uri_of(result.file or "")}} for result in operation.shown
        ]
    if operation.withheld:
        video["raiMediaFilteredCount"] = operation.withheld
        video["raiMediaFilteredReasons"] = operation.reasons
    response = {"@type": _TYPE, "generateVideoResponse": video}
    return {"name": operation.name, "done": True, "response": response}


ROUTES = [
    Route("/v1beta/models/{model}:predictLongRunning", submit, methods=["POST"]),
    Route("/v1beta/models/{model}/operations", operations, methods=["GET"]),
    Route("/v1beta/models/{model}/operations/{number}", poll, methods=["GET"]),
]
