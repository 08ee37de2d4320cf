"""Shapes that variants want of the models behind a film. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.storyboard.codes import problem
from veo_story.storyboard.manuscript import one_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.catalog.model import Capabilities
    from veo_story.errors import Problem
    from veo_story.storyboard.model import Storyboard


def check_shapes(board: Storyboard, offers: Mapping[str, Capabilities]) -> Iterator[Problem]:
    """Variants in shapes that a model behind the film does not make."""
    if board.variant is not None:
        return
    for variant in board.finish.variants:
        if variant.method != "regenerate" or not variant.enabled:
            continue
        for scene in board.scenes():
            caps = offers[scene.id]
            if variant.aspect not in caps.aspects:
                where = board.source.where((*variant.path, "aspect"))
                shapes = one_of(caps.aspects)
                message = f"{caps.backend}: {caps.model} makes {shapes}, not {variant.aspect}"
                yield problem("VS125", where, message, "write 'method: reframe' to cut it from the film")
                break
