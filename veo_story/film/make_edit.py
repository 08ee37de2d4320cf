"""From the plan and the chosen takes to the cut list. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.film.edit import Cut, Edit
from veo_story.plan.bridge import bridged_scene
from veo_story.plan.model import FrameInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.plan.model import Placement, Plan, Step
    from veo_story.plan.takes import Take

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Shown:
    """Frames ``start`` to ``end`` (exclusive) of a take's clip, as the film shows them for ``scene_id``."""

    scene_id: str
    take: Take
    start: int
    end: int


def make_edit(plan: Plan, takes: Mapping[str, Take], titles: Mapping[str, str] = _NOTHING) -> Edit:
    """Cut every scene's own footage out of its take, or out of a later file that repeats it faithfully.

    ``takes`` holds the chosen take by scene, ``titles`` what a chapter is called (else the scene's id).
    Where the next scene was built on an earlier frame than the planned last one, the film leaves there. A
    clip that came a few frames longer or shorter than asked is shown to its end, so that nothing is dropped
    at a seam. So the film may be a little shorter or longer than planned. Raises MediaError when scenes have
    no take or a take is too short.
    """
    missing = [placed.scene_id for placed in plan.placements if placed.scene_id not in takes]
    if missing:
        raise MediaError(
            f"the film cannot be cut yet: no take of {', '.join(missing)}",
            hint="veo-story render makes what is missing.",
        )
    if not plan.placements:
        raise MediaError("the film is empty: it has no scenes")
    steps = {step.scene_id: step for step in plan.steps()}
    hosts = _hosts(plan, takes)
    cuts: list[Cut] = []
    before: _Shown | None = None
    for placed, following in zip(plan.placements, (*plan.placements[1:], None), strict=True):
        take = takes[placed.scene_id]
        out_frame = _out_frame(plan, placed, following, steps, takes)
        if not placed.in_frame < out_frame <= take.new_frames:
            raise MediaError(
                f"{take.clip}: take {take.id} has {take.new_frames} new frames, the film wants {out_frame}"
            )
        shown = _Shown(placed.scene_id, take, take.new_start + placed.in_frame, take.new_start + out_frame)
        cuts.append(_cut(shown, before, steps, hosts, titles))
        before = shown
    return Edit(plan.title, plan.step(plan.placements[0].scene_id).parameters.size, tuple(cuts))


def _out_frame(
    plan: Plan,
    placed: Placement,
    following: Placement | None,
    steps: Mapping[str, Step],
    takes: Mapping[str, Take],
) -> int:
    """Where the film leaves a scene: at the frame that the next one was built on, if it starts there."""
    asked = steps[placed.scene_id].new_frames
    longer = _longer(plan, placed.scene_id, takes[placed.scene_id].new_frames - asked)
    if following is not None and placed.out_frame >= asked - 1:
        last = asked - 1 + longer
        if _begins_on(following, placed.scene_id, steps, takes):
            picked = takes[following.scene_id].picked_frames.get("first_frame", last)
            return max(min(last, picked), placed.in_frame + 1)
        if bridged_scene(placed.scene_id) == following.scene_id:
            return max(last, placed.in_frame + 1)
    if placed.out_frame == asked:
        return asked + longer
    # Cut by the author within what was asked: a clip that ends before that gives what it has.
    return min(placed.out_frame, asked + longer)


def _begins_on(
    following: Placement, scene_id: str, steps: Mapping[str, Step], takes: Mapping[str, Take]
) -> bool:
    """Whether the film goes on, in the next scene, with the last frame of this one: it shows that once."""
    step = steps[following.scene_id]
    if following.in_frame > 0:
        return False
    if step.kept is not None and takes[scene_id].id not in takes[following.scene_id].parents:
        return False  # it begins on the last frame of another take
    return any(
        isinstance(source, FrameInput)
        and source.role == "first_frame"
        and source.frame.scene_id == scene_id
        and source.frame.at_s is None
        for source in step.inputs
    )


def _longer(plan: Plan, scene_id: str, frames: int) -> int:
    """By how many ``frames`` a clip came longer (or, below 0, shorter), as far as its model may be off."""
    caps = plan.capabilities.get(scene_id)
    slack = 0 if caps is None else caps.length_slack_frames
    return frames if abs(frames) <= slack else 0


def _hosts(plan: Plan, takes: Mapping[str, Take]) -> Mapping[str, tuple[tuple[Take, int], ...]]:
    """By scene, later takes of its chain that repeat it faithfully, and by how much it is shifted there."""
    children = {step.parent: step.scene_id for step in plan.steps() if step.parent is not None}
    found: dict[str, tuple[tuple[Take, int], ...]] = {}
    for step in plan.steps():
        chain: list[tuple[Take, int]] = []
        parent = takes.get(step.scene_id)
        shift = 0
        child_id = children.get(step.scene_id)
        while parent is not None and child_id is not None:
            child = takes.get(child_id)
            if child is None or not child.faithful or child.parents[:1] != (parent.id,):
                break
            shift += child.new_start - parent.frames
            chain.append((child, shift))
            parent, child_id = child, children.get(child_id)
        found[step.scene_id] = tuple(chain)
    return found


def _cut(
    shown: _Shown,
    before: _Shown | None,
    steps: Mapping[str, Step],
    hosts: Mapping[str, tuple[tuple[Take, int], ...]],
    titles: Mapping[str, str],
) -> Cut:
    clip, digest, start = shown.take.clip, shown.take.sha256, shown.start
    for host, shift in hosts[shown.scene_id]:
        # A tail, or a file made from a part of its parent, does not reach back this far.
        if shown.start + shift >= 0 and shown.end + shift <= host.new_start:
            clip, digest, start = host.clip, host.sha256, shown.start + shift
    return Cut(
        scene_id=shown.scene_id,
        title=_title(shown.scene_id, titles),
        clip=clip,
        clip_sha256=digest,
        in_frame=start,
        out_frame=start + shown.end - shown.start,
        continuous=_goes_on(shown, before, steps[shown.scene_id]),
        take_id=shown.take.id,
        backend=shown.take.backend,
        model=shown.take.model,
        cost_usd=shown.take.cost_usd,
    )


def _title(scene_id: str, titles: Mapping[str, str]) -> str:
    bridged = bridged_scene(scene_id)
    if bridged is not None:
        return f"{titles.get(bridged) or bridged} (bridge)"
    return titles.get(scene_id) or scene_id


def _goes_on(shown: _Shown, before: _Shown | None, step: Step) -> bool:
    """Whether a cut shows the very next frame of what its take extends."""
    if before is None or step.parent != before.scene_id:
        return False
    follows = shown.take.parents[:1] == (before.take.id,)
    return follows and before.end == before.take.frames and shown.start == shown.take.new_start
