"""One preview of a film: draw what is not there, join it, write the page. Free; touches no ledger."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from veo_story.errors import VeoStoryError
from veo_story.film.key import film_key
from veo_story.film.make_edit import scenes_of
from veo_story.review.drawing import Look, draw
from veo_story.review.facts import page_facts, used_files
from veo_story.review.page import get_ready, live_text, page_text
from veo_story.review.reel import edit_of, make_reel
from veo_story.review.shelf import Shelf, held
from veo_story.storyboard.finish import Finish

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from veo_story.film.edit import Edit
    from veo_story.review.drawing import Artist, Drawn
    from veo_story.review.facts import PageFacts
    from veo_story.review.study import Study

FOLDER = "preview"
"""The folder of a film's preview, in the folder of the film."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What is on the shelf now. ``new`` are the scenes that were drawn for it."""

    shelf: Shelf
    facts: PageFacts
    drawn: Mapping[str, Drawn]
    new: tuple[str, ...]

    @property
    def film(self) -> Path | None:
        """The whole film, None when scenes are missing."""
        return self.shelf.film if self.facts.film is not None else None


def shelf_of(renders: Path, study: Study) -> Shelf:
    """Where the preview of a film lies: in its own folder, away from its takes."""
    return Shelf(renders / study.storyboard.name / FOLDER)


async def make_preview(
    study: Study,
    shelf: Shelf,
    artist: Artist,
    *,
    look: Look | None = None,
    only: Collection[str] | None = None,
    tell: Callable[[Drawn], None] = lambda drawn: None,
    waiting: Callable[[], None] = lambda: None,
    is_watched: bool = False,
) -> Preview:
    """Bring the preview of a film up to date.

    ``only`` names the scenes to draw; the film is joined only when none is missing. ``tell`` hears of every
    clip that is drawn, ``waiting`` when another preview of this film has to end first. ``is_watched`` lets an
    open page look for a newer one all the time. Raises MediaError, LedgerError and OSError.
    """
    async with held(shelf, waiting):
        try:
            async with asyncio.TaskGroup() as aside:
                aside.create_task(asyncio.to_thread(get_ready))  # while others draw
                drawn = await draw(
                    study.picture, study.digests, shelf, artist, aside, look=look, only=only, tell=tell
                )
                edit = await asyncio.to_thread(_join, study, drawn, shelf, look or Look())
        except BaseExceptionGroup as errors:
            known, others = errors.split(VeoStoryError)
            if known is None or others is not None:
                raise
            raise first_error(known) from None
        facts = page_facts(study, drawn, edit, shelf)
        text = page_text(facts)
        shelf.write(shelf.page, text)
        shelf.write(shelf.live, live_text(text, is_watched=is_watched))
        shelf.tidy(used_files(drawn.values(), shelf))
    new = tuple(scene for scene, one in drawn.items() if one.is_new)
    return Preview(shelf, facts, drawn, new)


def first_error(errors: BaseException) -> BaseException:
    """The first error of a group, however deep it lies in it."""
    return first_error(errors.exceptions[0]) if isinstance(errors, BaseExceptionGroup) else errors


def _join(study: Study, drawn: Mapping[str, Drawn], shelf: Shelf, look: Look) -> Edit | None:
    picture = study.picture
    if any(placement.scene_id not in drawn for placement in picture.placements):
        return None
    size = look.fitted(picture.step(picture.placements[0].scene_id).parameters.size)
    edit = edit_of(picture, drawn, scenes_of(study.storyboard), size)
    # Sound, narration and subtitles are the film's; of the finishing a preview has what is in the picture.
    plain = replace(study.storyboard, finish=Finish(), logline=None)
    make_reel(edit, film_key(edit, plain), shelf)
    return edit
