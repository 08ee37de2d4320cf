"""Times that do not fit: shots, dialogue, transitions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.storyboard.codes import problem
from veo_story.storyboard.model import Mode
from veo_story.storyboard.rules.common import SLACK_S, overlap_s, plain, shown_s

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
        elif before is not None and before.transition.type == "fade_out" and overlap_s(scene):
            # One cannot go into black and into the next scene at once; the later scene's wish counts.
            seen = f"{scene.id} comes in by {scene.transition.type} while {before.id} is seen"
            where = draft.storyboard.where(before, "transition")
            yield problem("VS212", where, f"fade_out does nothing: {seen}", "remove one of the two")
        before = scene


def _transition_fault(scene: Scene, before: Scene | None) -> tuple[str, str] | None:
    kind, length = scene.transition.type, scene.transition.duration_s
    if scene.mode is Mode.EXTEND and kind not in _AT_AN_EXTENSION:
        return f"{kind} into an extension: it goes on without a cut", "use cut, or start a new sequence"
    if kind in _NEEDS_BOTH and before is None:
        return f"{kind} needs a scene before it", "use fade_in"
    if overlap_s(scene) and scene.gap_s:
        return f"{kind} over a gap: black lies between the two scenes", "use fade, or remove the gap"
    if kind == "fade":
        length /= 2  # one scene goes dark in one half, the other comes up in the rest
    for name, there in _rooms(scene, before if kind in _NEEDS_BOTH else None):
        if kind != "cut" and there and length > there + SLACK_S:
            told = f"{kind} of {plain(scene.transition.duration_s)} s does not fit into {name}"
            return f"{told} ({plain(there)} s)", "shorten the transition"
    return None


def _rooms(scene: Scene, before: Scene | None) -> Iterator[tuple[str, Decimal]]:
    """The scenes of a transition with the seconds that there are of them for it."""
    yield "the scene", shown_s(scene)
    if before is not None:
        # What is seen together goes on into what the earlier scene's trim left.
        yield before.id, shown_s(before) + min(before.trim.out_s, overlap_s(scene))


RULES = (shots_in_order, lines_in_time)
WHOLE = (transitions,)
