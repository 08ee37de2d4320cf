"""Small wishes for clips, and what came of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.support.clips import lumas_of
from veo_story.emulator.clips import NumberClips
from veo_story.emulator.model import Wanted
from veo_story.emulator.numbers import Shelf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from veo_story.emulator.model import ClipMaker, Footage

SMALL = (320, 180)
SHELF = Shelf()


def wanted(seconds: int = 4, size: tuple[int, int] = SMALL, **rest: Any) -> Wanted:
    return Wanted("vertex", "veo-3.1-generate-001", rest.pop("prompt", "a harbour"), seconds, size, **rest)


def make(wish: Wanted, into: Path, maker: ClipMaker | None = None, sample: int = 0) -> Footage:
    """One clip of a maker (numbers, when none is given)."""

    async def made() -> Footage:
        return await (maker or NumberClips(SHELF)).make(wish, into, sample=sample)

    return asyncio.run(made())


def chain(folder: Path, steps: Sequence[int], **rest: Any) -> Footage:
    """A clip of the first length, extended by each of the others."""
    footage = make(wanted(steps[0], **rest), folder / "0.mp4")
    for number, seconds in enumerate(steps[1:], 1):
        footage = make(wanted(seconds, parent=footage, **rest), folder / f"{number}.mp4")
    return footage


def looked_at(path: Path) -> Footage:
    async def seen() -> Footage:
        return await NumberClips(SHELF).look_at(path)

    return asyncio.run(seen())


def difference(one: Path, other: Path, frames: range) -> float:
    """The largest mean difference of the luma of the same frame in two clips, in levels."""
    pictures = zip(list(lumas_of(one)), lumas_of(other), strict=False)
    return max(
        float(np.abs(a.astype(int) - b.astype(int)).mean())
        for number, (a, b) in enumerate(pictures)
        if number in frames
    )
