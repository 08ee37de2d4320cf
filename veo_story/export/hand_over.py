"""What is handed over of a film: everything a format may want to tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

from veo_story.storyboard.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from veo_story.film.edit import Cut, Edit
    from veo_story.film.record import Asked
    from veo_story.film.sound import Spoken
    from veo_story.media.spans import Caption
    from veo_story.storyboard.model import Scene, Storyboard

_NO_FRAMES: Mapping[Path, int] = MappingProxyType({})
_NO_ASKED: Mapping[str, Asked] = MappingProxyType({})


@dataclass(frozen=True)
class HandOver:
    """A film and what is known of it.

    ``asked`` is what was asked for each take (see :func:`veo_story.film.record.asked_of`), ``frames`` the
    length of each file at 24 a second (of one that is not there, what the film needs of it), ``spoken`` the
    narration as files, ``captions`` its subtitles, ``stills`` a small JPEG of each scene for pages.
    """

    edit: Edit
    storyboard: Storyboard
    asked: Mapping[str, Asked] = field(default_factory=lambda: _NO_ASKED)
    frames: Mapping[Path, int] = field(default_factory=lambda: _NO_FRAMES)
    spoken: tuple[Spoken, ...] = ()
    captions: tuple[Caption, ...] = ()
    stills: Mapping[str, bytes] = field(default_factory=dict)

    def scene(self, scene_id: str) -> Scene | None:
        """A scene as it is written; None for a bridge, and for one that was cut in from elsewhere."""
        for scene in self.storyboard.scenes():
            if scene.id == scene_id:
                return scene
        return None

    def length_of(self, file: Path, needed: int) -> int:
        """Frames of a file, at least those that the film shows of it."""
        return max(self.frames.get(file, needed), needed)


def name_of(cut: Cut) -> str:
    """How a scene is called on a timeline, in one line: its id, and its title where it has one."""
    title = plain(cut.title)
    return cut.scene_id if title in ("", cut.scene_id) else f"{cut.scene_id} {title}"


def plain(text: str) -> str:
    """One line without characters that a line-based or an XML file cannot hold."""
    return one_line("".join(c if c.isprintable() or c in _KEPT else " " for c in text))


_KEPT = "\u200c\u200d\u200e\u200f\ufe0f"
"""Joiners and marks of direction: not printable by themselves, but letters and emoji need them."""


def url_of(file: Path, beside: Path | None) -> str:
    """The URL of a file: relative where it lies in ``beside`` (a folder) or below, else absolute.

    A folder that is moved as a whole then still finds its media.
    """
    whole = file.resolve()
    if beside is not None and whole.is_relative_to(beside.resolve()):
        return quote(whole.relative_to(beside.resolve()).as_posix())
    return whole.as_uri()
