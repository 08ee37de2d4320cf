"""A step on its way: what is decided about a scene before words, digests and prices are added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.plan.frames import frames_of
from veo_story.storyboard.model import FrameOf

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from veo_story.catalog.model import Capabilities
    from veo_story.storyboard.model import Mode, Scene


@dataclass(frozen=True, slots=True)
class Draft:
    """One scene in its chain. ``mode`` differs from the scene's where a chain was split.

    ``duration_s`` is the new footage, ``clip_s`` the whole clip that comes back where results are combined,
    ``extensions`` how many led to that clip.
    """

    scene: Scene
    capabilities: Capabilities
    mode: Mode
    duration_s: Decimal
    clip_s: Decimal
    first_frame: Path | FrameOf | None = None
    parent: str | None = None
    extensions: int = 0
    window_s: Decimal | None = None

    @property
    def new_frames(self) -> int:
        """Frames of new footage; the length has been found to be whole."""
        return frames_of(self.duration_s)

    @property
    def frames_of(self) -> tuple[tuple[str, FrameOf], ...]:
        """The frames of other scenes that it starts or ends on, by role."""
        named = (("first_frame", self.first_frame), ("last_frame", self.scene.last_frame))
        return tuple((role, source) for role, source in named if isinstance(source, FrameOf))

    @property
    def needs(self) -> tuple[str, ...]:
        """Scenes whose takes must exist first: the parent, then the scenes whose frames are used."""
        parent = () if self.parent is None else (self.parent,)
        return tuple(dict.fromkeys((*parent, *(frame.scene_id for _, frame in self.frames_of))))


@dataclass(frozen=True, slots=True)
class DraftChain:
    """Drafts where each extends the one before. ``split_from`` names the scene it was split off from."""

    drafts: tuple[Draft, ...]
    split_from: str | None = None
