"""Finding the files that a step needs: the author's, frames of other takes, the clip it extends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from veo_story.backends.base import ClipRange, Inputs, ParentClip
from veo_story.errors import MediaError
from veo_story.plan.model import FileInput, FrameInput
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from veo_story.engine.media import MediaTools
    from veo_story.plan.model import Role, Step
    from veo_story.plan.takes import Take


@dataclass(frozen=True, slots=True)
class Sources:
    """The takes a step builds on.

    ``takes`` maps each scene of :attr:`Step.needs` to the take that serves it; ``lineage`` are the takes of
    the chain so far, first to last, the parent included.
    """

    takes: Mapping[str, Take]
    lineage: tuple[Take, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The takes' ids in the order of :attr:`Step.needs`."""
        return tuple(take.id for take in self.takes.values())


def pick_frames(step: Step, sources: Sources, media: MediaTools) -> dict[str, int]:
    """Choose the frame of each input that names another scene, counted in that scene's new footage.

    Raises MediaError when the take does not have it.
    """
    picked: dict[str, int] = {}
    for item in step.inputs:
        if isinstance(item, FrameInput):
            picked[item.role] = _pick(item, sources.takes[item.frame.scene_id], media)
    return picked


def _pick(item: FrameInput, take: Take, media: MediaTools) -> int:
    if item.frame.at_s is None:
        if "last_frame" in take.parts:  # it ends on the author's own picture, which a step back would miss
            return take.new_frames - 1
        first = max(take.new_start, take.new_end - FPS)
        return media.usable_last_frame(take.clip, first, take.new_end) - take.new_start
    frame = int(item.frame.at_s * FPS)
    if not 0 <= frame < take.new_frames:
        raise MediaError(
            f"{take.id} has no frame at {item.frame.at_s} s: it is {take.new_frames / FPS:g} s long.",
            hint=f"Name an earlier frame of {take.scene_id}, or {take.scene_id}.last_frame.",
        )
    return frame


def find_inputs(
    step: Step, sources: Sources, picked: Mapping[str, int], into: Path, media: MediaTools
) -> Inputs:
    """The step's files, with the picked frames written as ``into``/<role>.png.

    Raises MediaError and OSError.
    """
    single: dict[Role, Path] = {}
    references: list[Path] = []
    for item in step.inputs:
        match item:
            case FileInput(role="reference", path=path):
                references.append(path)
            case FileInput(role=role, path=path):
                single[role] = path
            case FrameInput(role=role, frame=frame):
                take = sources.takes[frame.scene_id]
                single[role] = media.write_png(take.clip, take.new_start + picked[role], into / f"{role}.png")
            case _:
                assert_never(item)
    return Inputs(
        first_frame=single.get("first_frame"),
        last_frame=single.get("last_frame"),
        references=tuple(references),
        image=single.get("image"),
        clip=single.get("clip"),
        parent=None if step.parent is None else _parent(sources, step.parent),
    )


def _parent(sources: Sources, scene_id: str) -> ParentClip:
    take = sources.takes[scene_id]
    lineage = tuple(ClipRange(t.clip, t.new_start, t.new_end) for t in sources.lineage)
    return ParentClip(take.clip, take.frames, take.handle, lineage, take.expires_at)
