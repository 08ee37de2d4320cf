"""Clips that are begun before anybody asks for them: what extends those that are being drawn."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from veo_story.backends.base import Inputs
    from veo_story.backends.local.order import RenderOrder
    from veo_story.plan.model import Step


@dataclass(eq=False, slots=True)
class Rendering:
    """A step's order and what became of it.

    ``state`` is what its chain will be in, as soon as that is known.
    """

    step: Step
    order: RenderOrder
    task: asyncio.Task[None] | None = None
    progress: float = 0.0
    state: str | None = None

    @property
    def is_done(self) -> bool:
        """Whether it came to an end, whatever that is."""
        return self.task is not None and self.task.done()


class Ahead:
    """What will be asked for, and what of it is ``begun``, by scene."""

    def __init__(self) -> None:
        self._children: dict[str, Step] = {}
        self.begun: dict[str, Rendering] = {}

    def expect(self, steps: Iterable[Step]) -> None:
        """Know the extensions among the steps of a run."""
        extensions = (step for step in steps if step.mode is Mode.EXTEND and not step.inputs)
        self._children |= {step.parent: step for step in extensions if step.parent is not None}

    def child(self, step: Step) -> Step | None:
        """The extension of a step that is not begun yet. Each is named once: takes are asked for anew."""
        child = self._children.get(step.scene_id)
        if child is None or child.scene_id in self.begun:
            return None
        return self._children.pop(step.scene_id)

    def stop(self) -> None:
        """Name no more."""
        self._children.clear()

    async def taken(self, step: Step, order: RenderOrder, inputs: Inputs) -> Rendering | None:
        """What is begun of a step, if it is what ``order`` asks for to the letter; else it is of no use."""
        begun = self.begun.pop(step.scene_id, None)
        if begun is None or inputs.parent is None:
            return None
        before = begun.order.before
        same = replace(order, into=begun.order.into, lineage=(), before=before) == begun.order
        if same and await asyncio.to_thread(_told_by, inputs.parent.path) == before:
            return begun
        assert begun.task is not None
        begun.task.cancel()
        return None


def _told_by(clip: Path) -> str | None:
    """What a clip itself says of its chain: the take that is extended may be another one."""
    from veo_story.backends.local.joined import comment_of

    try:
        return comment_of(clip)
    except MediaError:
        return None
