"""Other shapes of a film, cut from its finished picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.media.shapes import FOLLOW

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from veo_story.film.edit import Edit
    from veo_story.storyboard.finish import Variant
    from veo_story.storyboard.model import Storyboard


def shots_of(edit: Edit) -> tuple[int, ...]:
    """The film's frames at which another shot begins at once: where it cuts, or is dark for a moment.

    Not where a scene goes on from the one before, and not amid a dissolve: a camera does not jump there.
    """
    return tuple(
        cut.start_frame
        for index, cut in enumerate(edit.cuts)
        if not index or (not cut.continuous and not cut.join.overlap)
    )


def titles_of(board: Storyboard) -> frozenset[str]:
    """The scenes that are cards: their words stand in the middle of the picture."""
    return frozenset(scene.id for scene in board.scenes() if scene.card is not None)


def decisive(edit: Edit, variant: Variant, titles: Collection[str]) -> tuple[object, ...]:
    """All that decides, besides the film, how it looks in another shape."""
    level = _level(edit, titles) if variant.focus == FOLLOW else ()
    return (variant.aspect, variant.focus, shots_of(edit), level)


def make_variant(film: Path, into: Path, edit: Edit, variant: Variant, titles: Collection[str] = ()) -> None:
    """Write a film in the shape of a variant; ``edit`` is how it was cut, ``titles`` are scenes of words.

    Raises MediaError when the film cannot be read or ``into`` not be written.
    """
    from veo_story.media.reframe import reframe

    shots, level = shots_of(edit), _level(edit, titles)
    reframe(film, into, aspect=variant.aspect, focus=variant.focus, cuts=shots, level=level)


def _level(edit: Edit, titles: Collection[str]) -> tuple[int, ...]:
    return tuple(cut.start_frame for cut in edit.cuts if cut.scene_id in titles)
