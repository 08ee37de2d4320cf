"""Where every scene goes in the film, in whole frames."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from veo_story.plan.effects import frames_after
from veo_story.plan.frames import falls_on_frame, frames_of, off_frame
from veo_story.plan.model import HARD, Join, Placement
from veo_story.storyboard.codes import problem
from veo_story.storyboard.model import FPS, FrameOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from veo_story.errors import Problem
    from veo_story.plan.draft import Draft
    from veo_story.storyboard.model import Scene, Storyboard


def check_trims(storyboard: Storyboard, drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Times that fall between frames, and trims that leave nothing."""
    for draft in drafts:
        trim = draft.scene.trim
        for keys, value in _times(draft.scene):
            if not falls_on_frame(value):
                # Each at its own place: one mistake must not stand for several.
                at = draft.scene.origins.get(keys[0], (*draft.scene.path, keys[0]))
                where = storyboard.source.where((*at, *keys[1:]))
                yield problem("VS118", where, *off_frame(".".join(keys), value))
        if 0 < draft.new_frames <= frames_of(trim.in_s) + frames_of(trim.out_s):
            left = "the trim leaves nothing of the scene"
            yield problem("VS038", storyboard.where(draft.scene, "trim"), left, "trim less")


def _times(scene: Scene) -> Iterator[tuple[tuple[str, ...], Decimal]]:
    """What of a scene has to fall on a frame of the film, by the keys that lead to it."""
    yield ("trim", "in"), scene.trim.in_s
    yield ("trim", "out"), scene.trim.out_s
    yield ("gap",), scene.gap_s
    yield ("hold",), scene.hold_s
    yield ("mix", "lead"), scene.mix.lead_s
    yield ("mix", "tail"), scene.mix.tail_s
    yield ("transition", "duration"), scene.transition.duration_s


def check_joins(storyboard: Storyboard, drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Transitions that take more of a scene than there is of it after its trims and effects."""
    placed = place(drafts)
    for number, (here, draft) in enumerate(zip(placed, drafts, strict=True), 1):
        following = placed[number] if number < len(placed) else None
        into = here.join.overlap + here.fade_in
        out = here.fade_out + (following.join.overlap if following is not None else 0)
        room = here.frames + here.hold
        # One transition alone is held against what the author wrote, unless effects change that.
        is_known = not (into and out) and here.effect_frames is None
        if not is_known and 0 < room < into + out:
            message = f"its transitions take {into + out} frames of it, the scene has {room}"
            where = storyboard.where(draft.scene, "transition")
            yield problem("VS040", where, message, "shorten one of them")


def place(drafts: Sequence[Draft]) -> tuple[Placement, ...]:
    """The film in order. ``drafts`` come in film order and have passed the checks.

    A scene that begins on the frame at which the one before ends repeats that frame; the film shows it once,
    so the earlier scene gives its last frame away, unless a trim or a transition parts the two anyway.
    Where two scenes are seen together the earlier one goes on into what its trim left, and only when that is
    too short the film becomes shorter.
    """
    placed: list[Placement] = []
    for number, draft in enumerate(drafts, 1):
        following = drafts[number] if number < len(drafts) else None
        here = _alone(draft.scene, draft.new_frames)
        if following is not None:
            here = _towards(here, draft, following)
        placed.append(with_effects(here, draft.scene))
    return laid_out(placed)


def with_effects(placed: Placement, scene: Scene) -> Placement:
    """A placement whose effects have the frames that it shows now."""
    if not scene.effects:
        return placed
    return replace(placed, effect_frames=frames_after(scene.effects, placed.out_frame - placed.in_frame))


def laid_out(placed: Iterable[Placement]) -> tuple[Placement, ...]:
    """The same, one after another from the film's first frame on."""
    found: list[Placement] = []
    end = 0
    for placement in placed:
        moved = replace(placement, start_frame=max(end - placement.join.overlap, 0) + placement.gap)
        end = moved.end_frame
        found.append(moved)
    return tuple(found)


def _alone(scene: Scene, new_frames: int) -> Placement:
    """A scene as it would stand without neighbours."""
    kind, frames = scene.transition.type, frames_of(scene.transition.duration_s)
    join = HARD
    match kind:
        case "dissolve" | "wipe" if not scene.gap_s:
            join = Join(kind, frames)
        case "fade":
            join = Join(kind, frames)
        case _:
            pass
    return Placement(
        scene.id,
        0,
        frames_of(scene.trim.in_s),
        new_frames - frames_of(scene.trim.out_s),
        join,
        fade_in=frames if kind == "fade_in" else frames - frames // 2 if kind == "fade" else 0,
        fade_out=frames if kind == "fade_out" else 0,
        gap=frames_of(scene.gap_s),
        hold=frames_of(scene.hold_s),
        lead=frames_of(scene.mix.lead_s),
        tail=frames_of(scene.mix.tail_s),
    )


def _towards(here: Placement, draft: Draft, following: Draft) -> Placement:
    """A scene as it stands before the one that follows."""
    there = _alone(following.scene, following.new_frames)
    if there.join.kind == "fade":
        here = replace(here, fade_out=max(here.fade_out, there.join.frames // 2))
    if there.join.overlap:
        handle = min(draft.new_frames - here.out_frame, there.join.overlap)
        return replace(here, out_frame=here.out_frame + handle, fade_out=0)
    if (
        there.is_hard
        and not here.hold
        and here.out_frame - here.in_frame > 1
        and _repeats_last(draft, following)
    ):
        return replace(here, out_frame=here.out_frame - 1)
    return here


def _repeats_last(before: Draft, after: Draft) -> bool:
    source = after.first_frame
    if not isinstance(source, FrameOf) or source.scene_id != before.scene.id:
        return False
    if before.scene.trim.out_s or after.scene.trim.in_s:
        return False
    return source.at_s is None or int(source.at_s * FPS) == before.new_frames - 1
