"""Which files and frames a step begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.plan.model import FileInput, FrameInput
from veo_story.storyboard.model import FrameOf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from veo_story.plan.draft import Draft
    from veo_story.plan.model import Input, Role


def inputs_of(draft: Draft, digests: Mapping[Path, str]) -> tuple[Input, ...]:
    """Inputs in the order first frame, last frame, references, image, clip.

    A file without a digest gets an empty one: such a plan can be read, and its fingerprints do not count.
    """
    return tuple(_inputs(draft, digests))


def _inputs(draft: Draft, digests: Mapping[Path, str]) -> Iterator[Input]:
    scene = draft.scene
    sources: tuple[tuple[Role, Path | FrameOf | None], ...] = (
        ("first_frame", draft.first_frame),
        ("last_frame", scene.last_frame),
        *(("reference", reference.path) for reference in scene.refs),
        ("image", scene.image),
        ("clip", scene.clip),
    )
    for role, source in sources:
        if isinstance(source, FrameOf):
            yield FrameInput(role, source)
        elif source is not None:
            yield FileInput(role, source, digests.get(source, ""))
