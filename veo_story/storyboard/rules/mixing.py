"""Sound before and after its picture, and what stands between two scenes: gaps and holds."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from veo_story.storyboard.codes import problem
from veo_story.storyboard.model import Mode
from veo_story.storyboard.rules.common import SLACK_S, neighbours, origin, overlap_s, plain, shown_s

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.errors import Problem
    from veo_story.storyboard.build import Draft
    from veo_story.storyboard.model import Scene

_ZERO = Decimal(0)


def early_sound(draft: Draft) -> Iterator[Problem]:
    """Sound that begins before its picture was trimmed off there, and the film has begun by then."""
    before = _ZERO
    for scene in draft.storyboard.scenes():
        lead, left = scene.mix.lead_s, scene.trim.in_s
        before += scene.gap_s
        if lead > left + SLACK_S:
            message = (
                f"the sound cannot begin {plain(lead)} s before the picture: 'trim: in' leaves {_of_it(left)}"
            )
            yield _unheard(draft, scene, "lead", message, left)
        elif lead > before + SLACK_S:
            message = f"the sound would begin {plain(lead)} s before the picture: {_film_before(before)}"
            yield _unheard(draft, scene, "lead", message, before)
        before += shown_s(scene) + scene.hold_s


def late_sound(draft: Draft) -> Iterator[Problem]:
    """Sound that goes on after its picture was trimmed off there, and no transition shows that part."""
    for scene, following in pairwise((*draft.storyboard.scenes(), None)):
        if scene is None:
            continue
        tail, left = scene.mix.tail_s, scene.trim.out_s
        used = _ZERO if following is None else min(overlap_s(following), left)
        if tail > left - used + SLACK_S:
            message = f"the sound cannot go on {plain(tail)} s after the picture: 'trim: out' leaves "
            message += _of_it(left)
            if used and following is not None:
                kind = following.transition.type
                message += f", of which the {kind} into {following.id} uses {plain(used)} s"
            yield _unheard(draft, scene, "tail", message, left - used)


def _of_it(left: Decimal) -> str:
    return f"{plain(left)} s of it" if left else "nothing of it"


def _film_before(before: Decimal) -> str:
    return f"only {plain(before)} s of the film come before it" if before else "the film begins with it"


def _unheard(draft: Draft, scene: Scene, key: str, message: str, most: Decimal) -> Problem:
    where = draft.storyboard.source.where((*origin(scene, "mix"), key))
    end = "in" if key == "lead" else "out"
    shorter = f"write {key}: {plain(most)} at most" if most else f"remove the {key}"
    room = scene.trim.in_s if key == "lead" else scene.trim.out_s
    return problem(
        "VS047", where, message, shorter if room > most else f"{shorter}, or trim more off its '{end}'"
    )


def unbroken_shots(draft: Draft) -> Iterator[Problem]:
    """Between a scene and its extension nothing can lie: it goes on without a cut."""
    for before, scene in neighbours(draft):
        if scene.mode is not Mode.EXTEND:
            continue
        if scene.gap_s:
            message = f"a gap before {scene.id}: it goes on from {before.id} without a cut"
            where = draft.storyboard.where(scene, "gap")
            yield problem("VS048", where, message, "remove the gap, or start a new sequence")
        if before.hold_s:
            message = f"{before.id} cannot stand still at its end: {scene.id} goes on from it without a cut"
            where = draft.storyboard.where(before, "hold")
            yield problem("VS048", where, message, "remove the hold, or start a new sequence")


WHOLE = (early_sound, late_sound, unbroken_shots)
