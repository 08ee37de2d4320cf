"""Times that do not fit: shots, dialogue, transitions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.storyboard.codes import problem
from veo_story.storyboard.model import Mode
from veo_story.storyboard.rules.common import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.errors import Problem
    from veo_story.storyboard.build import Draft
    from veo_story.storyboard.model import DialogueLine, Scene
    from veo_story.storyboard.nodes import DataPath

_AT_AN_EXTENSION = frozenset({"cut", "fade_out"})
_NEEDS_BOTH = frozenset({"dissolve", "fade", "wipe"})


def shots_in_order(draft: Draft) -> Iterator[Problem]:
    """Shots follow one another within their scene."""
    for scene in draft.storyboard.scenes():
        end = Decimal(0)
        for i, shot in enumerate(scene.shots):
            span = f"{plain(shot.start_s)}-{plain(shot.end_s)}"
            where = draft.storyboard.source.where((*scene.path, "shots", i, "at"))
            if shot.end_s <= shot.start_s:
                yield problem("VS036", where, f"the shot {span} ends before it begins", "swap the two times")
            elif shot.start_s < end:
                message = f"the shot {span} begins before the one before it ends ({plain(end)} s)"
                yield problem("VS036", where, message, f"begin at {plain(end)}, and keep shots in order")
            elif shot.end_s > scene.duration_s:
                message = f"the shot {span} ends after the scene ({plain(scene.duration_s)} s)"
                yield problem("VS036", where, message, f"end at {plain(scene.duration_s)} at the latest")
            end = max(end, shot.end_s)


def lines_in_time(draft: Draft) -> Iterator[Problem]:
    """A line begins within its scene, or within its shot."""
    for scene in draft.storyboard.scenes():
        path = scene.origins.get("dialogue", (*scene.path, "dialogue"))
        yield from _lines(draft, scene.dialogue, path, Decimal(0), scene.duration_s, "scene")
        for i, shot in enumerate(scene.shots):
            at: DataPath = (*scene.path, "shots", i, "dialogue")
            yield from _lines(draft, shot.dialogue, at, shot.start_s, shot.end_s, "shot")


def _lines(
    draft: Draft, lines: tuple[DialogueLine, ...], path: DataPath, start: Decimal, end: Decimal, what: str
) -> Iterator[Problem]:
    for i, line in enumerate(lines):
        if line.at is not None and not start <= line.at < end:
            where = draft.storyboard.source.where((*path, i, "at"))
            message = f"{plain(line.at)} s lies outside of the {what} ({plain(start)} to {plain(end)} s)"
            yield problem("VS037", where, message, "times count from the start of the scene")


def transitions(draft: Draft) -> Iterator[Problem]:
    """A transition needs footage on both sides, and none fits into a continuous shot."""
    before: Scene | None = None
    for scene in draft.storyboard.scenes():
        fault = _transition_fault(scene, before)
        if fault is not None:
            yield problem("VS040", draft.storyboard.where(scene, "transition"), *fault)
        before = scene


def _transition_fault(scene: Scene, before: Scene | None) -> tuple[str, str] | None:
    kind, length = scene.transition.type, scene.transition.duration_s
    if scene.mode is Mode.EXTEND and kind not in _AT_AN_EXTENSION:
        return f"{kind} into an extension: it goes on without a cut", "use cut, or start a new sequence"
    if kind in _NEEDS_BOTH and before is None:
        return f"{kind} needs a scene before it", "use fade_in"
    shortest = min(_shown(s) for s in (scene, before if kind in _NEEDS_BOTH else scene) if s is not None)
    if kind != "cut" and shortest and length > shortest:
        return (
            f"{kind} of {plain(length)} s is longer than the scene ({plain(shortest)} s)",
            "shorten the transition",
        )
    return None


def _shown(scene: Scene) -> Decimal:
    """Seconds of a scene in the film; 0 when a clip's length is not known."""
    return max(scene.duration_s - scene.trim.in_s - scene.trim.out_s, Decimal(0))


RULES = (shots_in_order, lines_in_time)
WHOLE = (transitions,)
