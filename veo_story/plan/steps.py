"""Turn drafts into steps: words, parameters, inputs, fingerprint, price."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.plan.fingerprint import AFTER, content_parts, fingerprint_of
from veo_story.plan.frames import frames_of
from veo_story.plan.hints import scene_hints
from veo_story.plan.inputs import inputs_of
from veo_story.plan.model import Parameters, Step
from veo_story.plan.price import Cost, cost_of
from veo_story.storyboard.codes import problem
from veo_story.storyboard.prompt import compile_prompt, estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from veo_story.errors import Problem
    from veo_story.plan.draft import Draft
    from veo_story.storyboard.model import Storyboard


@dataclass(frozen=True, slots=True)
class Made:
    """A step with both readings of its price."""

    step: Step
    cost: Cost


def make_steps(
    storyboard: Storyboard, drafts: Sequence[Draft], digests: Mapping[Path, str]
) -> Mapping[str, Made]:
    """All steps by scene id. ``drafts`` come in film order, so that what a scene needs comes before it."""
    extended = {draft.parent for draft in drafts}
    made: dict[str, Made] = {}
    for draft in drafts:
        made[draft.scene.id] = _make(storyboard, draft, digests, made, extended=draft.scene.id in extended)
    return made


def check_prompts(
    storyboard: Storyboard, drafts: Sequence[Draft], made: Mapping[str, Made]
) -> Iterator[Problem]:
    """Prompts that are longer than the model reads."""
    for draft in drafts:
        if draft.scene.id not in made:
            continue
        prompt, limit = made[draft.scene.id].step.prompt, draft.capabilities.prompt_tokens
        tokens = estimate_tokens(prompt)
        if tokens > limit:
            key = "action" if draft.scene.prompt is None else "prompt"
            message = f"the prompt is about {tokens:,} tokens, the limit is {limit:,}"
            where = storyboard.where(draft.scene, key)
            yield problem("VS109", where, message, "say less: one action a scene, shorter cast and look")


def _make(
    storyboard: Storyboard,
    draft: Draft,
    digests: Mapping[Path, str],
    made: Mapping[str, Made],
    *,
    extended: bool,
) -> Made:
    scene, caps = draft.scene, draft.capabilities
    prompt = compile_prompt(storyboard, scene, draft.mode, extended=extended)
    parameters = _parameters(storyboard, draft)
    inputs = inputs_of(draft, digests)
    hints = scene_hints(storyboard, scene) if caps.hints else None
    window = None if draft.window_s is None else frames_of(draft.window_s)
    parts = content_parts(caps, draft.mode, prompt, parameters, draft.new_frames, inputs, hints, window)
    before = [made[need].step.fingerprint for need in draft.needs]
    fingerprint = fingerprint_of(parts, before)
    parts.update(zip((f"{AFTER}{need}" for need in draft.needs), before, strict=True))
    cost = cost_of(draft, storyboard.render)
    step = Step(
        scene_id=scene.id,
        mode=draft.mode,
        backend=caps.backend,
        model=caps.model,
        prompt=prompt,
        parameters=parameters,
        new_frames=draft.new_frames,
        fingerprint=fingerprint,
        parts=MappingProxyType(parts),
        inputs=inputs,
        parent=draft.parent,
        hints=hints,
        window_frames=window,
        takes=scene.takes,
        pick=scene.pick,
        expected_usd=cost.by(storyboard.budget.basis),
        worst_usd=cost.worst_usd,
    )
    return Made(step, cost)


def _parameters(storyboard: Storyboard, draft: Draft) -> Parameters:
    render, scene, caps = storyboard.render, draft.scene, draft.capabilities
    common = Parameters(render.aspect, render.resolution, draft.duration_s)
    if not draft.mode.is_generated:
        return common
    seed = render.seed if scene.seed is None else scene.seed
    return Parameters(
        aspect=render.aspect,
        resolution=render.resolution,
        duration_s=draft.duration_s,
        audio=render.audio,
        seed=seed if caps.seed else None,
        people=render.people,
        negative_prompt=", ".join(scene.avoid) or None,
        # Not a word about pictures where none is sent: the fingerprint holds what reaches the model.
        resize=render.resize if caps.resize and draft.first_frame is not None else None,
        compression=render.compression if caps.compression else None,
    )
