"""Which takes a clip goes on from: told by the takes themselves, whatever the plan says of them now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.plan.fingerprint import is_extension

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from veo_story.plan.model import Step
    from veo_story.plan.takes import Take


def lineage_of(take: Take, known: Iterable[Take], steps: Mapping[str, Step]) -> tuple[Take, ...]:
    """The takes of the chain up to and with ``take``, first to last.

    ``known`` are the takes there are, serving or not: a kept take goes on from one that may serve no more.
    ``steps`` are those of the plan. A take that is gone ends the line.
    """
    by_id = {other.id: other for other in known}
    line: list[Take] = []
    at: Take | None = take
    while at is not None:
        line.append(at)
        at = by_id.get(at.parents[0]) if at.parents and _extends(at, steps.get(at.scene_id)) else None
    return tuple(reversed(line))


def _extends(take: Take, step: Step | None) -> bool:
    """Whether the first of the takes that it was made from is the one it extends."""
    if step is not None and step.fingerprint == take.fingerprint:
        return step.parent is not None
    return is_extension(take.parts)
