"""From the plan and the chosen takes to the cut list. Pure."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.film.edit import Cut, Edit, Finishing
from veo_story.film.footage import Shown, footage, goes_on, hosts_of, out_frame
from veo_story.plan.bridge import bridged_scene
from veo_story.plan.model import HARD
from veo_story.plan.placement import laid_out, with_effects

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from veo_story.film.footage import Hosts
    from veo_story.plan.model import Placement, Plan, Step
    from veo_story.plan.takes import Take
    from veo_story.storyboard.model import Scene, Storyboard

_NO_SCENES: Mapping[str, Scene] = MappingProxyType({})


def scenes_of(storyboard: Storyboard) -> Mapping[str, Scene]:
    """The scenes of a film by their ids."""
    return {scene.id: scene for scene in storyboard.scenes()}


def make_edit(
    plan: Plan,
    takes: Mapping[str, Take],
    scenes: Mapping[str, Scene] = _NO_SCENES,
    *,
    placeholders: Collection[str] = (),
    size: tuple[int, int] | None = None,
) -> Edit:
    """Cut every scene's own footage out of its take, or out of a later file that repeats it faithfully.

    ``takes`` holds the chosen take by scene; those of ``placeholders`` only stand for one that is to come.
    ``scenes`` gives titles for chapters, gains, effects and overlays; ``size`` is that of the plan unless
    given. Where the next scene was built on an earlier frame than the planned last one, the film leaves
    there. A clip that came a few frames longer or shorter than asked is shown to its end, so that nothing is
    dropped at a seam. So the film may be a little shorter or longer than planned. Raises MediaError when
    scenes have no take or a take is too short.
    """
    missing = [placed.scene_id for placed in plan.placements if placed.scene_id not in takes]
    if missing:
        raise MediaError(
            f"the film cannot be cut yet: no take of {', '.join(missing)}",
            hint="veo-story render makes what is missing; film --partial shows the film without it.",
        )
    if not plan.placements:
        raise MediaError("the film is empty: it has no scenes")
    steps = {step.scene_id: step for step in plan.steps()}
    placements = _measured(plan, takes, steps, scenes)
    hosts = hosts_of(plan, takes)
    cuts: list[Cut] = []
    before: Shown | None = None
    for placed in placements:
        take = takes[placed.scene_id]
        shown = Shown(
            placed.scene_id, take, take.new_start + placed.in_frame, take.new_start + placed.out_frame
        )
        has_take = placed.scene_id not in placeholders
        cut = _cut(shown, placed, hosts[placed.scene_id], scenes, has_take=has_take)
        if cuts and _is_seamless(cuts[-1], cut):
            cut = replace(cut, continuous=goes_on(shown, before, steps[placed.scene_id]))
        cuts.append(cut)
        before = shown
    first = plan.step(plan.placements[0].scene_id).parameters.size
    return Edit(plan.title, size or first, tuple(cuts))


def _measured(
    plan: Plan, takes: Mapping[str, Take], steps: Mapping[str, Step], scenes: Mapping[str, Scene]
) -> tuple[Placement, ...]:
    """The placements with the frames that the takes really have."""
    placed = []
    for place, following in zip(plan.placements, (*plan.placements[1:], None), strict=True):
        take = takes[place.scene_id]
        out = out_frame(plan, place, following, steps, takes)
        if not place.in_frame < out <= take.new_frames:
            raise MediaError(
                f"{take.clip}: take {take.id} has {take.new_frames} new frames, the film wants {out}"
            )
        now = replace(place, out_frame=out)
        if (scene := scenes.get(place.scene_id)) is not None:
            now = with_effects(now, scene)
        placed.append(now)
    return laid_out(_fitting(placed))


def _fitting(placed: Sequence[Placement]) -> list[Placement]:
    """The same with transitions no longer than what is there of both sides."""
    found: list[Placement] = []
    for here in placed:
        if found and here.join.overlap:
            before = found[-1]
            room = min(before.frames + before.hold - before.join.overlap, here.frames)
            frames = min(here.join.overlap, room)
            here = replace(here, join=replace(here.join, frames=frames) if frames > 0 else HARD)
        found.append(here)
    return found


def _cut(
    shown: Shown, placed: Placement, hosts: Hosts, scenes: Mapping[str, Scene], *, has_take: bool
) -> Cut:
    found = footage(shown, hosts)
    take, scene = shown.take, scenes.get(shown.scene_id)
    return Cut(
        scene_id=shown.scene_id,
        title=_title(shown.scene_id, scenes),
        clip=found.clip,
        clip_sha256=found.sha256,
        in_frame=found.start,
        out_frame=found.start + shown.end - shown.start,
        start_frame=placed.start_frame,
        take_id=take.id if has_take else "",
        backend=take.backend,
        model=take.model,
        cost_usd=take.cost_usd,
        join=placed.join,
        fade_in=min(placed.fade_in, placed.frames),
        fade_out=min(placed.fade_out, placed.frames),
        gap=placed.gap,
        hold=placed.hold,
        lead=min(placed.lead, found.head, placed.start_frame),
        tail=min(placed.tail, found.rest),
        gain_db=scene.mix.gain_db if scene is not None else Decimal(0),
        head=found.head,
        rest=found.rest,
        finishing=_finishing(scene, placed),
    )


def _is_seamless(before: Cut, cut: Cut) -> bool:
    """Whether nothing is put between two cuts, and nothing changes the sound of one of them."""
    changed = any(c.finishing is not None and c.finishing.effects for c in (before, cut))
    return cut.join == HARD and not (cut.gap or before.hold or changed)


def _finishing(scene: Scene | None, placed: Placement) -> Finishing | None:
    if scene is None or not (scene.effects or scene.overlays):
        return None
    effects = tuple(
        (
            str(effect["name"]),
            json.dumps({k: v for k, v in effect.items() if k != "name"}, sort_keys=True, default=str),
        )
        for effect in scene.effects
    )
    # Without anything laid over it, the last frame itself is held: nothing has to be made for that.
    hold = placed.hold if scene.overlays else 0
    return Finishing(placed.frames, effects, scene.overlays, hold=hold)


def _title(scene_id: str, scenes: Mapping[str, Scene]) -> str:
    bridged = bridged_scene(scene_id)
    if bridged is not None:
        return f"{_title(bridged, scenes)} (bridge)"
    scene = scenes.get(scene_id)
    title = (scene.title or scene.card) if scene is not None else None
    return title or scene_id
