"""Captions as a part of the picture: given to the scenes that they stand over. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from veo_story.film.edit import Edit, Finishing
from veo_story.media.spans import Caption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from veo_story.film.edit import Cut


def burnt(edit: Edit, captions: Iterable[Caption]) -> Edit:
    """The edit with each scene's captions in its finishing.

    A caption over two scenes stands in both, so that it does not fade where they dissolve into each other.
    Over the black of a gap there is none.
    """
    known = tuple(captions)
    return replace(edit, cuts=tuple(_captioned(cut, known) for cut in edit.cuts))


def _captioned(cut: Cut, captions: tuple[Caption, ...]) -> Cut:
    over = tuple(_over(cut, captions))
    if not over:
        return cut
    finishing = cut.finishing or Finishing(cut.frames)
    return replace(cut, finishing=replace(finishing, captions=over, hold=cut.hold))


def _over(cut: Cut, captions: tuple[Caption, ...]) -> Iterator[Caption]:
    """What stands over a cut and its hold, in its own frames."""
    for caption in captions:
        start = max(caption.start - cut.start_frame, 0)
        end = min(caption.end - cut.start_frame, cut.frames + cut.hold)
        if start < end:
            yield Caption(start, end, caption.text)
