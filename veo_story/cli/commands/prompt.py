"""``veo-story prompt``: what is sent for each scene."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import click

from veo_story.cli import options
from veo_story.cli.checking import Wanted, sound_plan
from veo_story.cli.output import result, result_json, styled, width
from veo_story.cli.text import count, visible
from veo_story.cli.timing import seconds
from veo_story.storyboard.prompt import estimate_tokens

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.cli.shell import Shell
    from veo_story.plan.model import Plan, Step


@click.command("prompt", short_help="Show what is sent for each scene.")
@options.file_argument
@click.argument("scenes", metavar="[SCENE]...", nargs=-1)
@options.for_option
@options.allow_outside_option
@options.json_option
@click.pass_obj
def command(
    shell: Shell,
    file: Path,
    scenes: tuple[str, ...],
    backend: str | None,
    allow_outside: bool,
    as_json: bool,
) -> None:
    """Show the prompt, its length in tokens (estimated), and the negative prompt of scenes.

    SCENE is an id or a range of ids (s03..s06); without one, all scenes are shown.
    """
    from veo_story.cli.selection import select

    _storyboard, plan = sound_plan(file, shell, Wanted(backend=backend, allow_outside=allow_outside))
    chosen = select(plan, scenes)
    found = {step.scene_id: step for step in plan.steps()}
    steps = [found[p.scene_id] for p in plan.placements if p.scene_id in chosen]
    if as_json:
        result_json([_as_data(step, plan) for step in steps])
    else:
        result("\n\n".join(_page(step, plan) for step in steps))


def _as_data(step: Step, plan: Plan) -> dict[str, Any]:
    return {
        "scene": step.scene_id,
        "mode": str(step.mode),
        "backend": step.backend,
        "model": step.model,
        "prompt": step.prompt,
        "tokens": estimate_tokens(step.prompt),
        "tokens_limit": plan.capabilities[step.scene_id].prompt_tokens,
        "negative_prompt": step.parameters.negative_prompt,
        "seconds": str(step.new_s.normalize()),
    }


def _page(step: Step, plan: Plan) -> str:
    length = f"{seconds(step.new_frames)} s"
    head = f"{styled(step.scene_id, 'strong')}  {step.mode}, {length}, {step.model}"
    if not step.mode.is_generated:
        return f"{head}\n  made on this machine; no prompt is sent"
    tokens = count(estimate_tokens(step.prompt), "token")
    lines = [f"{head}, about {tokens} of {plan.capabilities[step.scene_id].prompt_tokens:,}"]
    lines += _wrapped(step.prompt)
    if step.parameters.negative_prompt:
        lines += ["  negative:", *_wrapped(step.parameters.negative_prompt)]
    return "\n".join(lines)


def _wrapped(text: str) -> list[str]:
    columns = min(width(), 100)
    return [
        line
        for paragraph in text.splitlines()
        for line in textwrap.wrap(visible(paragraph), columns, initial_indent="  ", subsequent_indent="  ")
    ]
