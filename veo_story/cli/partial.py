"""A film before all of it is rendered: its animatic stands for the scenes that have no take yet."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.cli.film_options import FilmFile
    from veo_story.cli.shell import Shell
    from veo_story.making import Opened
    from veo_story.plan.takes import Take

FOLDER = "placeholders"
"""Where those clips lie, in the film's folder."""
_WORKERS = 2


def placeholders(film: FilmFile, opened: Opened, taken: Mapping[str, Take], shell: Shell) -> dict[str, Take]:
    """Draw the scenes of a film that have no take, in the film's size. Free; clips that are there stay.

    Raises StoryboardError when the local renderer cannot draw the film, MediaError for a picture or clip of
    the author's that cannot be used.
    """
    missing = [p.scene_id for p in opened.plan.placements if p.scene_id not in taken]
    return asyncio.run(_drawn(film, opened, missing, shell)) if missing else {}


async def _drawn(film: FilmFile, opened: Opened, missing: list[str], shell: Shell) -> dict[str, Take]:
    from veo_story.backends.local.crew import Crew
    from veo_story.catalog.catalog import load_catalog
    from veo_story.review.placeholders import stand_ins
    from veo_story.review.shelf import Shelf
    from veo_story.review.study import study

    read = study(film.file, load_catalog(), today=shell.today, allow_outside=film.wanted.allow_outside)
    size = opened.plan.step(opened.plan.placements[0].scene_id).parameters.size
    crew = Crew(_WORKERS)
    try:
        shelf = Shelf(opened.folder / FOLDER)
        ffmpeg = shell.environ.get("FFMPEG_BINARY")
        return await stand_ins(read, shelf, crew, missing, size=size, ffmpeg=ffmpeg)
    finally:
        await crew.close()
