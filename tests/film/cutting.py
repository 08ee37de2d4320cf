"""Edits of scenes whose takes exist only on paper: one take a scene, each as long as asked."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from tests.plan.boards import board, plan_of
from veo_story.film.edit import Edit
from veo_story.film.make_edit import make_edit
from veo_story.plan.model import Step
from veo_story.plan.takes import Take
from veo_story.storyboard.model import Scene


def edit_of_scenes(*scenes: Scene) -> Edit:
    """The cut list of a film of these scenes."""
    plan = plan_of(board(*scenes))
    takes: dict[str, Take] = {}
    for step in plan.steps():
        takes[step.scene_id] = paper_take(step, takes)
    return make_edit(plan, takes, {scene.id: scene for scene in scenes})


def paper_take(step: Step, takes: dict[str, Take]) -> Take:
    """A take of a step: a tail with nothing but its own footage."""
    return Take(
        scene_id=step.scene_id,
        fingerprint=step.fingerprint,
        number=1,
        clip=Path(f"{step.scene_id}.mp4"),
        sha256=f"sha-{step.scene_id}",
        frames=step.new_frames,
        new_start=0,
        new_end=step.new_frames,
        faithful=False,
        backend=step.backend,
        model=step.model,
        cost_usd=Decimal(0),
        stored_at=datetime(2026, 1, 1, tzinfo=UTC),
        parts={},
        parents=tuple(takes[need].id for need in step.needs),
    )
