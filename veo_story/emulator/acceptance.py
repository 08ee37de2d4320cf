"""From a request that holds every rule to a generation under way: what both services do alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.emulator import fates
from veo_story.emulator.bill import price_of
from veo_story.emulator.records import Operation, Order

if TYPE_CHECKING:
    from veo_story.catalog.model import Capabilities
    from veo_story.emulator.ask import Ask
    from veo_story.emulator.context import Emulator
    from veo_story.emulator.fault_kinds import Fault
    from veo_story.emulator.model import Platform

_LONGEST_NAME = 200


def model_of(emulator: Emulator, platform: Platform, name: str) -> Capabilities | None:
    """A model's facts; None when the platform has no such model."""
    for model in emulator.catalog.models(platform):
        if model.model == name:
            return model
    return None


def operation_of(
    emulator: Emulator, ask: Ask, model: Capabilities, order: Order, *, name: str, region: str = ""
) -> Operation:
    """Write up a request as an operation; nothing is begun yet."""
    now = emulator.clock.stamp()
    latency_s = emulator.latency.draw(f"{model.model} {ask.mode} {ask.made_resolution[:_LONGEST_NAME]}")
    return Operation(
        name=name,
        platform=ask.platform,
        model=model.model,
        mode=ask.mode,
        prompt=ask.prompt or "",
        seconds=min(ask.new_seconds, 8),
        samples=max(1, min(ask.samples or 1, model.samples)),
        usd=str(price_of(ask, model)),
        accepted_at=now,
        due_at=now + latency_s,
        order=order,
        region=region,
    )


def begin(emulator: Emulator, operation: Operation, fault: Fault | None) -> None:
    """Accept an operation: from here on it is on the bill."""
    fates.apply(fault, operation, emulator.clock.stamp())
    emulator.state.add_operation(operation)
    emulator.generations.start(operation)


def look(emulator: Emulator, operation: Operation, fault: Fault | None) -> bool:
    """A client asks how an operation is; True when it is told ``done``."""
    now = emulator.clock.stamp()
    if fates.apply(fault, operation, now):
        _hide(emulator, operation)
        emulator.state.changed()
    done = operation.is_done(now)
    if done and not operation.gone and operation.noticed_at is None:
        operation.noticed_at = now
        emulator.state.changed()
    return done


def _hide(emulator: Emulator, operation: Operation) -> None:
    """Take back what was made and is not to be seen."""
    shown = operation.shown
    for result in operation.results:
        if result in shown:
            continue
        if result.file is not None:
            emulator.state.files.pop(result.file, None)
        if result.gcs_uri is not None:
            emulator.state.remove_object(result.gcs_uri)
    operation.results = shown
