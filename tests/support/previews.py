"""Previews without a worker: an artist whose clips carry frame numbers, and small storyboards."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from tests.support.clips import Recipe, make
from veo_story.backends.local.order import RenderOrder
from veo_story.catalog.catalog import load_catalog
from veo_story.review.drawing import Look
from veo_story.review.preview import Preview, make_preview, shelf_of
from veo_story.review.study import Study, study

SMALL = (256, 144)
"""The smallest size in which a frame number can be read."""

CHAIN = """\
storyboard: 1
title: A walk
logline: Two people and a dog.
render: {backend: gemini, tier: fast}
cast:
  ann: {is: a woman in a red coat}
defaults: {cast: [ann]}
sequences:
  - id: a
    scenes:
      - {id: s01, title: The gate, duration: 4, action: $ann walks along the sea in the rain at night}
      - {id: s02, action: $ann stops and looks back, dialogue: [{ann: Nobody there.}]}
      - {id: s03, action: $ann goes on until the light is gone}
  - id: b
    scenes:
      - {id: s04, duration: 4, action: A quiet harbour in the first morning sun with small boats}
"""


@lru_cache(maxsize=16)
def _clip(frames: int, size: tuple[int, int]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        recipe = Recipe(frames, size=size, x264=(("preset", "ultrafast"), ("g", "24")))
        return make(Path(folder, "clip.mp4"), recipe).read_bytes()


@dataclass
class Numbers:
    """Draws clips that show frame numbers. ``trouble`` maps a scene to what is raised instead."""

    orders: list[RenderOrder] = field(default_factory=list)
    trouble: dict[str, Exception] = field(default_factory=dict)

    @property
    def scenes(self) -> list[str]:
        """The scenes drawn so far."""
        return [order.scene_id for order in self.orders]

    async def render(self, order: RenderOrder, progress: Callable[[float], None]) -> None:
        self.orders.append(order)
        if order.scene_id in self.trouble:
            raise self.trouble[order.scene_id]
        order.into.write_bytes(_clip(order.frames, order.size))


def read(path: Path, *, backend: str | None = None) -> Study:
    """The study of a storyboard at a date of its own."""
    return study(path, load_catalog(), today=date(2026, 12, 1), backend=backend)


def preview(
    path: Path,
    artist: Numbers,
    *,
    only: tuple[str, ...] | None = None,
    look: Look | None = None,
    backend: str | None = None,
) -> Preview:
    """Bring the preview of a storyboard up to date, in ``renders`` beside it, small."""
    film = read(path, backend=backend)
    shelf = shelf_of(path.parent / "renders", film)
    return asyncio.run(make_preview(film, shelf, artist, look=look or Look(SMALL), only=only))
