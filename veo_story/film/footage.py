"""Which file shows a scene, and where the film leaves it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.plan.bridge import bridged_scene
from veo_story.plan.model import FrameInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from veo_story.plan.model import Placement, Plan, Step
    from veo_story.plan.takes import Take

Hosts = tuple[tuple["Take", int], ...]
"""Later takes of a chain that repeat a scene faithfully, and by how many frames it is shifted there."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Frames ``start`` to ``end`` (exclusive) of a take's clip, as the film shows them for ``scene_id``."""

    scene_id: str
    take: Take
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Footage:
    """Where those frames are taken from: ``clip``, from ``start`` on.

    ``head`` and ``rest`` are frames of the scene's own that the file has before and after them.
    """

    clip: Path
    sha256: str
    start: int
    head: int
    rest: int


def hosts_of(plan: Plan, takes: Mapping[str, Take]) -> Mapping[str, Hosts]:
    """By scene, the later files that show it as it is."""
    children = {step.parent: step.scene_id for step in plan.steps() if step.parent is not None}
    found: dict[str, Hosts] = {}
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


def footage(shown: Shown, hosts: Hosts) -> Footage:
    """The file that shows a scene: the latest of its chain that repeats it, else its own."""
    take = shown.take
    clip, digest, shift = take.clip, take.sha256, 0
    for host, moved in hosts:
        # A tail, or a file made from a part of its parent, does not reach back this far.
        if shown.start + moved >= 0 and shown.end + moved <= host.new_start:
            clip, digest, shift = host.clip, host.sha256, moved
    start = shown.start + shift
    return Footage(clip, digest, start, min(shown.start - take.new_start, start), take.new_end - shown.end)


def out_frame(
    plan: Plan,
    placed: Placement,
    following: Placement | None,
    steps: Mapping[str, Step],
    takes: Mapping[str, Take],
) -> int:
    """Where the film leaves a scene: at the frame that the next one was built on, if it starts there."""
    asked = steps[placed.scene_id].new_frames
    longer = _longer(plan, placed.scene_id, takes[placed.scene_id].new_frames - asked)
    if following is not None and following.scene_id in takes and placed.out_frame >= asked - 1:
        last = asked - 1 + longer
        if _begins_on(following, placed.scene_id, steps, takes) and following.is_hard and not placed.hold:
            picked = takes[following.scene_id].picked_frames.get("first_frame", last)
            return max(min(last, picked), placed.in_frame + 1)
        if bridged_scene(placed.scene_id) == following.scene_id:
            return max(last, placed.in_frame + 1)
    if placed.out_frame == asked:
        return asked + longer
    # Cut by the author within what was asked: a clip that ends before that gives what it has.
    return min(placed.out_frame, asked + longer)


def goes_on(shown: Shown, before: Shown | None, step: Step) -> bool:
    """Whether a cut shows the very next frame of what its take extends."""
    if before is None or step.parent != before.scene_id:
        return False
    follows = shown.take.parents[:1] == (before.take.id,)
    return follows and before.end == before.take.frames and shown.start == shown.take.new_start


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
