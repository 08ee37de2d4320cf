"""What every route of the emulator works with."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from veo_story.emulator.refusals import Refused, invalid

if TYPE_CHECKING:
    from starlette.requests import Request

    from veo_story.catalog.catalog import Catalog
    from veo_story.emulator.clock import EmulatorClock
    from veo_story.emulator.fault_kinds import Fault
    from veo_story.emulator.faults import FaultScript
    from veo_story.emulator.generations import Generations
    from veo_story.emulator.latency import Latency
    from veo_story.emulator.model import ClipMaker, EmulatorSettings
    from veo_story.emulator.oauth import Authority
    from veo_story.emulator.state import State

MOST_BODY_BYTES = 200_000_000
_LOG_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Emulator:
    """One running emulator: its settings, its time, its memory, and who makes its clips."""

    settings: EmulatorSettings
    clock: EmulatorClock
    state: State
    maker: ClipMaker
    script: FaultScript
    catalog: Catalog
    latency: Latency
    generations: Generations
    authority: Authority
    log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_LOG_LINES))


def emulator_of(request: Request) -> Emulator:
    """The emulator that a request reached."""
    emulator: Emulator = request.app.state.emulator
    return emulator


def fault_of(request: Request) -> Fault | None:
    """The scripted fault that is to strike this request, set by the layer outside."""
    return getattr(request.state, "fault", None)


def base_url(request: Request) -> str:
    """This server's own address with a slash at its end; a client's Host header has no say in it."""
    host, port = request.scope.get("server") or ("127.0.0.1", 80)
    return f"http://{host}:{port}/"


async def body_of(request: Request) -> Any:  # whatever JSON there is
    """A request's JSON. Raises Refused (400, 413) for what is none, or too long."""
    data = await request.body()
    if len(data) > MOST_BODY_BYTES:
        raise Refused(413, "Request payload size exceeds the limit.", "INVALID_ARGUMENT")
    try:
        return json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise invalid("Invalid JSON payload received. Parser error.") from None


def _no_constant(name: str) -> None:
    raise ValueError(name)
