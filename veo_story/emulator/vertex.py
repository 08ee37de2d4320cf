"""Vertex AI's part of the emulator: submit and fetchPredictOperation, with a project or in express mode."""

from __future__ import annotations

import asyncio
import base64
import uuid
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from veo_story.emulator.acceptance import begin, look, model_of, operation_of
from veo_story.emulator.context import Emulator, body_of, emulator_of, fault_of
from veo_story.emulator.gcs import is_missing
from veo_story.emulator.intake import fail, order_of
from veo_story.emulator.oauth import check_key
from veo_story.emulator.quotas import check_rate
from veo_story.emulator.refusals import Refused, answer, bad_token, invalid, not_found, retired
from veo_story.emulator.rules_shape import read_ask
from veo_story.emulator.rules_values import check_aspect, check_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from veo_story.catalog.model import Capabilities
    from veo_story.emulator.records import Operation, Result

_TYPE = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"
_VERSIONS = ("v1", "v1beta1")


def _check_caller(request: Request, emulator: Emulator) -> None:
    """A token where there is a project, an API key where there is none. Raises Refused."""
    if "project" in request.path_params:
        emulator.authority.check_bearer(request.headers.get("authorization"))
        return
    key = request.headers.get("x-goog-api-key") or request.query_params.get("key")
    if not key:
        raise bad_token("CREDENTIALS_MISSING")
    check_key(key, None)


def _resource(request: Request) -> str:
    """The model's name as the path says it."""
    places = request.path_params
    publisher = f"publishers/google/models/{places['model']}"
    if "project" not in places:
        return publisher
    return f"projects/{places['project']}/locations/{places['location']}/{publisher}"


def _model(request: Request, emulator: Emulator) -> Capabilities:
    model = model_of(emulator, "vertex", request.path_params["model"])
    if model is None:
        raise not_found(f"Publisher Model `{_resource(request)[:300]}` not found.")
    return model


async def submit(request: Request) -> Response:
    """``POST .../models/{model}:predictLongRunning``: all but model, shape and aspect is judged later."""
    emulator, fault = emulator_of(request), fault_of(request)
    _check_caller(request, emulator)
    model = _model(request, emulator)
    if fault is not None and fault.kind == "retired":
        raise retired(f"`{_resource(request)}`")
    ask = read_ask(await body_of(request), "vertex", model.model)
    check_aspect(ask)
    if fault is not None and fault.kind == "expired" and ask.video is not None:
        emulator.state.remove_object(ask.video.uri or "")
    order = await order_of(ask, emulator.state.folder)
    region = request.path_params.get("location", "express")
    if emulator.settings.quotas:
        check_rate(emulator.state.operations.values(), model, region, emulator.clock.stamp())
    number = uuid.UUID(hex=emulator.state.draw("operation"), version=4)
    name = f"{_resource(request)}/operations/{number}"
    operation = operation_of(emulator, ask, model, order, name=name, region=region)
    try:
        check_values(ask, model)
        if ask.storage_uri is not None and is_missing(
            ask.storage_uri.removeprefix("gs://").partition("/")[0]
        ):
            raise not_found("The specified bucket does not exist.")
    except Refused as refused:
        fail(operation, refused, operation.accepted_at)
    begin(emulator, operation, fault)
    return answer({"name": name})


async def fetch(request: Request) -> Response:
    """``POST .../models/{model}:fetchPredictOperation`` with ``{"operationName": name}``."""
    emulator = emulator_of(request)
    _check_caller(request, emulator)
    body = await body_of(request)
    name = body.get("operationName") if isinstance(body, dict) else None
    if not isinstance(name, str) or not name:
        raise invalid("`operationName` is required.")
    resource = _resource(request)
    if not name.startswith(f"{resource}/operations/"):
        raise invalid(f"The operation name {name[:300]} does not belong to the model {resource[:300]}.")
    operation = emulator.state.operations.get(name)
    if operation is None:
        raise not_found(f"The operation {name[:300]} does not exist.")
    done = look(emulator, operation, fault_of(request))
    if operation.gone:
        raise not_found(f"The operation {name[:300]} does not exist.")
    return answer(await _told(emulator, operation) if done else {"name": name})


async def _told(emulator: Emulator, operation: Operation) -> Mapping[str, Any]:
    if operation.fate == "failed":
        code, message = operation.failure or (13, "")
        return {"name": operation.name, "done": True, "error": {"code": code, "message": message}}
    response: dict[str, Any] = {"@type": _TYPE, "raiMediaFilteredCount": operation.withheld}
    if operation.withheld:
        response["raiMediaFilteredReasons"] = operation.reasons
    if operation.shown:
        response["videos"] = [await _video(emulator, result) for result in operation.shown]
    return {"name": operation.name, "done": True, "response": response}


async def _video(emulator: Emulator, result: Result) -> dict[str, str]:
    if result.gcs_uri is not None:
        return {"gcsUri": result.gcs_uri, "mimeType": "video/mp4"}
    path = emulator.state.folder / result.footage.path
    try:
        data = await asyncio.to_thread(path.read_bytes)
    except OSError:
        raise not_found() from None
    return {"bytesBase64Encoded": base64.b64encode(data).decode(), "mimeType": "video/mp4"}


def _routes() -> list[Route]:
    routes = []
    for version in _VERSIONS:
        for place in ("/projects/{project}/locations/{location}", ""):
            path = f"/{version}{place}/publishers/google/models/{{model}}"
            routes.append(Route(f"{path}:predictLongRunning", submit, methods=["POST"]))
            routes.append(Route(f"{path}:fetchPredictOperation", fetch, methods=["POST"]))
    return routes


ROUTES = _routes()
