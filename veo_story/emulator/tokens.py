"""The OAuth token endpoint of the service-account flow."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.routing import Route

from veo_story.emulator.assertions import AssertionRefused
from veo_story.emulator.context import base_url, emulator_of
from veo_story.emulator.refusals import answer

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_MOST_FIELDS = 20


async def token(request: Request) -> Response:
    """``POST /token``: a form with ``grant_type`` and the signed ``assertion``."""
    authority = emulator_of(request).authority
    body = await request.body()
    try:
        form = dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS))
        granted = await asyncio.to_thread(authority.grant, form, base_url(request))
    except AssertionRefused as refused:
        return answer({"error": refused.error, "error_description": refused.description}, 400)
    except ValueError:
        return answer({"error": "invalid_request", "error_description": "The form cannot be read."}, 400)
    return answer(granted)


ROUTES = [Route("/token", token, methods=["POST"])]
