"""How a finished scene is encoded, so that its packets can stand beside those of the film's clips."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from veo_story.media.encode import Settings, parameter_sets
from veo_story.media.source import PROFILES, Colour, copyable_group

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from veo_story.media.h264 import ParameterSets
    from veo_story.media.source import Source

_SET_ID = 20
"""The number of a finished scene's parameter sets: generators and encoders begin at 0."""
_CRF, _GOP = 15, 24
"""Finer than what is encoded into a film, which may be encoded once more at a dissolve; a cut a second."""
_BT709 = Colour(range=1, primaries=1, transfer=1, matrix=1)


@dataclass(frozen=True)
class Family:
    """What the clips of a film that are copied have in common.

    ``template`` is one of them, with its parameter sets ``like``; both are None when there is none.
    """

    size: tuple[int, int]
    colour: Colour = _BT709
    template: Path | None = None
    like: ParameterSets | None = None

    @property
    def settings(self) -> Settings:
        """How a finished scene is encoded."""
        if self.like is None:
            return Settings(self.size, "high", self.colour, _SET_ID, None, _CRF, _GOP)
        profile = PROFILES[self.like.profile]
        return Settings(self.size, profile, self.colour, _SET_ID, self.like.length_size, _CRF, _GOP)

    @property
    def sets(self) -> ParameterSets | None:
        """The parameter sets of a finished scene, framed as those of the others."""
        if self.like is None:
            return None
        return replace(self.like, sps=(), pps=()).with_sets(*parameter_sets(self.settings))

    @property
    def mark(self) -> list[object]:
        """All of it that decides about the bytes of a finished scene, for a digest."""
        colour = (self.colour.range, self.colour.primaries, self.colour.transfer, self.colour.matrix)
        like = self.like
        return [
            self.size,
            colour,
            None if like is None else (like.profile, like.length_size, like.tail.hex()),
        ]


def family_of(sources: Iterable[tuple[Source, int]], size: tuple[int, int]) -> Family:
    """The family of a film: that of the clips with the most frames. ``sources`` pairs clips with frames."""
    known = list(sources)
    group = copyable_group(known, size)
    for source, _ in known:
        # The clip's own sets: those of the whole group need not have a number to spare.
        if source.path in group and source.sets is not None:
            return Family(size, source.colour, source.path, source.sets)
    return Family(size)
