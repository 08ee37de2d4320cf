"""Scenes that have no take yet, drawn in the film's own size to stand in for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from veo_story.errors import VeoStoryError
from veo_story.review.drawing import Look, draw
from veo_story.review.preview import first_error
from veo_story.review.reel import takes_of
from veo_story.review.shelf import held

if TYPE_CHECKING:
    from collections.abc import Collection

    from veo_story.plan.takes import Take
    from veo_story.review.drawing import Artist
    from veo_story.review.shelf import Shelf
    from veo_story.review.study import Study


async def stand_ins(
    study: Study,
    shelf: Shelf,
    artist: Artist,
    missing: Collection[str],
    *,
    size: tuple[int, int],
    ffmpeg: str | None = None,
) -> dict[str, Take]:
    """The animatic of the ``missing`` scenes as takes; clips that are on the shelf are not drawn again.

    A bridge has no place in the animatic: it is left out. Raises MediaError for a picture or clip of the
    author's that cannot be used, LedgerError and OSError when the shelf cannot be written.
    """
    known = {step.scene_id for step in study.picture.steps()}
    only = [scene for scene in missing if scene in known]
    look = Look(size=size, ffmpeg=ffmpeg)
    async with held(shelf):
        try:
            async with asyncio.TaskGroup() as aside:
                drawn = await draw(study.picture, study.digests, shelf, artist, aside, look=look, only=only)
        except BaseExceptionGroup as errors:
            ours, others = errors.split(VeoStoryError)
            if ours is None or others is not None:
                raise
            raise first_error(ours) from None
    takes = takes_of(study.picture, drawn)
    return {scene: takes[scene] for scene in only if scene in takes}
