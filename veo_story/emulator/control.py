"""The emulator's own routes under ``/_emulator``: the bill, the clock, the faults, and a look inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from veo_story.emulator.bill import bill_of
from veo_story.emulator.clock import rfc3339
from veo_story.emulator.context import base_url, body_of, emulator_of
from veo_story.emulator.faults import FaultScript
from veo_story.emulator.refusals import answer, invalid
from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def bill(request: Request) -> Response:
    """``GET /_emulator/bill``: every accepted generation, and totals by model and in all."""
    emulator = emulator_of(request)
    return answer(bill_of(emulator.state.operations.values(), emulator.clock.stamp()))


async def state(request: Request) -> Response:
    """``GET /_emulator/state``: all that it remembers."""
    emulator = emulator_of(request)
    return answer({"now": rfc3339(emulator.clock.stamp()), **emulator.state.as_json()})


async def clock(request: Request) -> Response:
    """``GET /_emulator/clock``: the time and its speed; ``POST {"advance_s": n}`` moves it on."""
    emulator = emulator_of(request)
    if request.method == "POST":
        body = await body_of(request)
        step = body.get("advance_s") if isinstance(body, dict) else None
        try:
            if isinstance(step, bool) or not isinstance(step, int | float):
                raise ValueError('a body like {"advance_s": 60} is needed')
            emulator.clock.advance(step)
        except (ValueError, OverflowError) as error:
            raise invalid(str(error)[:200]) from None
        emulator.state.changed()
    return answer({"now": rfc3339(emulator.clock.stamp()), "speed": emulator.clock.speed})


async def faults(request: Request) -> Response:
    """``GET /_emulator/faults``: the script and how far it is; ``POST`` puts other rules in force."""
    emulator = emulator_of(request)
    if request.method == "POST":
        try:
            emulator.script.replace(FaultScript.from_rules(await body_of(request)))
        except ConfigError as error:
            raise invalid(error.message[:500]) from None
    return answer({"faults": emulator.script.told()})


async def service_account(request: Request) -> Response:
    """``GET /_emulator/service-account``: the key file of an account whose tokens are taken here."""
    return answer(emulator_of(request).authority.service_account(base_url(request)))


async def log(request: Request) -> Response:
    """``GET /_emulator/log``: the requests that came in: when, method, path and status."""
    requests: list[dict[str, Any]] = list(emulator_of(request).log)
    return answer({"requests": requests})


ROUTES = [
    Route("/_emulator/bill", bill, methods=["GET"]),
    Route("/_emulator/state", state, methods=["GET"]),
    Route("/_emulator/clock", clock, methods=["GET", "POST"]),
    Route("/_emulator/faults", faults, methods=["GET", "POST"]),
    Route("/_emulator/service-account", service_account, methods=["GET"]),
    Route("/_emulator/log", log, methods=["GET"]),
]
