"""Cuts with a finishing, for tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.support.clips import SIZE, Recipe, make
from veo_story.film.edit import Cut, Finishing
from veo_story.film.finishing import finish
from veo_story.media.files import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.media.spans import Caption
    from veo_story.storyboard.finish import Overlay

FIRST = 200
"""The number in the first frame of the clip."""


def a_clip(folder: Path, frames: int = 36, **more: Any) -> Path:
    return make(folder / "clip.mp4", Recipe(frames, first=FIRST, seed=7, **more))


def effect(name: str, **parameters: Any) -> tuple[str, str]:
    return name, json.dumps(parameters)


def a_cut(
    clip: Path,
    frames: int,
    effects: tuple[tuple[str, str], ...] = (),
    overlays: tuple[Overlay, ...] = (),
    captions: tuple[Caption, ...] = (),
    span: tuple[int, int] = (0, 36),
) -> Cut:
    finishing = Finishing(frames, effects, overlays, captions)
    return Cut("s1", "One", clip, sha256_of(clip), *span, 0, take_id="s1/a-1", finishing=finishing)


def finished(cut: Cut, folder: Path, size: tuple[int, int] = SIZE) -> tuple[Path, Path | None]:
    """The files of a cut that is finished in a folder."""
    done = finish(cut, size, folder / "finished").finished
    assert done is not None
    return done.clip, done.sound
