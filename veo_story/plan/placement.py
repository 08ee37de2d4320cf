"""Where every scene goes in the film, in whole frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.plan.frames import falls_on_frame, frames_of, off_frame
from veo_story.plan.model import Placement
from veo_story.storyboard.codes import problem
from veo_story.storyboard.model import FPS, FrameOf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from veo_story.errors import Problem
    from veo_story.plan.draft import Draft
    from veo_story.storyboard.model import Storyboard


def check_trims(storyboard: Storyboard, drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Trims that fall between frames or leave nothing."""
    for draft in drafts:
        trim = draft.scene.trim
        for key, value in (("in", trim.in_s), ("out", trim.out_s)):
            if not falls_on_frame(value):
                # Each end at its own place: one mistake must not stand for both.
                at = draft.scene.origins.get("trim", (*draft.scene.path, "trim"))
                where = storyboard.source.where((*at, key))
                yield problem("VS118", where, *off_frame(f"trim.{key}", value))
        if 0 < draft.new_frames <= frames_of(trim.in_s) + frames_of(trim.out_s):
            left = "the trim leaves nothing of the scene"
            yield problem("VS038", storyboard.where(draft.scene, "trim"), left, "trim less")


def place(drafts: Sequence[Draft]) -> tuple[Placement, ...]:
    """The film in order. ``drafts`` come in film order and have passed the checks.

    A scene that begins on the frame at which the one before ends repeats that frame; the film shows it once,
    so the earlier scene gives its last frame away, unless a trim parts the two anyway.
    """
    placed: list[Placement] = []
    start = 0
    for i, draft in enumerate(drafts):
        trim = draft.scene.trim
        first = frames_of(trim.in_s)
        end = draft.new_frames - frames_of(trim.out_s)
        if i + 1 < len(drafts) and end - first > 1 and _repeats_last(draft, drafts[i + 1]):
            end -= 1
        placed.append(Placement(draft.scene.id, start, first, end))
        start = placed[-1].end_frame
    return tuple(placed)


def _repeats_last(before: Draft, after: Draft) -> bool:
    source = after.first_frame
    if not isinstance(source, FrameOf) or source.scene_id != before.scene.id:
        return False
    if before.scene.trim.out_s or after.scene.trim.in_s:
        return False
    return source.at_s is None or int(source.at_s * FPS) == before.new_frames - 1
