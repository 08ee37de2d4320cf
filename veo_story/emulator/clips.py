"""The two makers of clips: the local renderer, and numbers on a plain ground. See :class:`ClipMaker`."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from veo_story.backends.local.crew import Crew, WorkerLost
from veo_story.backends.local.joined import comment_of
from veo_story.backends.local.lexicon.vocabulary import seed_of
from veo_story.backends.local.order import RenderOrder
from veo_story.backends.local.state import read_state, write_state
from veo_story.emulator.combine import REMADE_FRAMES, Extension, combine, is_on_the_grid, remake
from veo_story.emulator.model import Footage
from veo_story.emulator.numbers import SHADES, Numbered, Shelf, first_number
from veo_story.errors import MediaError
from veo_story.media.frames import write_png
from veo_story.media.probe import probe
from veo_story.storyboard.model import FPS, Mode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from veo_story.backends.local.state import ChainState
    from veo_story.emulator.model import ClipMaker, EmulatorSettings, Wanted

_SIDE_BY_SIDE = 2
_SHELF = Shelf()
"""Shared by all emulators of a process: a harness starts many of them."""


def open_maker(settings: EmulatorSettings) -> ClipMaker:
    """The maker that ``settings.picture`` asks for."""
    return NumberClips() if settings.picture == "numbers" else LocalClips()


def look_at(path: Path) -> Footage:
    """Measure a video that can be extended.

    Raises :class:`MediaError` when it is none, or does not have 24 frames a second throughout.
    """
    found = probe(path)
    if not found.constant or found.fps != FPS:
        raise MediaError(f"the video has {float(found.fps):.3f} frames a second, {FPS} are needed")
    if found.width % 2 or found.height % 2:
        raise MediaError(f"the video is {found.width}x{found.height}: both must be even")
    first = first_number(path, found.frames)
    return Footage(path, found.frames, (found.width, found.height), first, (path,))


class NumberClips:
    """Clips of frame numbers. A chain counts on over extensions, of footage that was uploaded too."""

    def __init__(self, shelf: Shelf = _SHELF) -> None:
        self._shelf = shelf
        self._free = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def make(self, wanted: Wanted, into: Path, *, sample: int = 0) -> Footage:
        """See :class:`~veo_story.emulator.model.ClipMaker`."""
        work = self._open if wanted.parent is None else partial(self._extend, wanted.parent)
        async with self._free:
            return await asyncio.to_thread(work, wanted, into, sample % SHADES)

    async def look_at(self, path: Path) -> Footage:
        """See :class:`~veo_story.emulator.model.ClipMaker`."""
        async with self._free:
            return await asyncio.to_thread(look_at, path)

    async def aclose(self) -> None:
        """Nothing is held."""

    def _open(self, wanted: Wanted, into: Path, shade: int) -> Footage:
        clip = Numbered(0, wanted.frames, wanted.size, wanted.audio, shade)
        self._shelf.write(clip, into)
        return Footage(into, wanted.frames, wanted.size, 0, (into,))

    def _extend(self, parent: Footage, wanted: Wanted, into: Path, shade: int) -> Footage:
        new = Numbered(parent.first + parent.frames, wanted.frames, parent.size, wanted.audio, shade)
        whole = Footage(into, parent.frames + wanted.frames, parent.size, parent.first, (into,))
        with _beside(into) as (remade, tail):
            self._shelf.write(new, tail)
            comment = None
            if is_on_the_grid(parent.path, parent.frames):
                self._shelf.write(_last_second(parent), remade)
                comment = write_state(new.state.whole())
            else:
                remake(parent.path, parent.frames, parent.size, remade)
            parts = Extension(parent.path, parent.frames, remade, tail, wanted.frames, parent.size)
            combine(parts, into, comment)
        return whole


class LocalClips:
    """Clips of the local renderer. The wire has no hints, so the world is read out of the prompt's words."""

    def __init__(self) -> None:
        self._crew = Crew(_SIDE_BY_SIDE)

    async def make(self, wanted: Wanted, into: Path, *, sample: int = 0) -> Footage:
        """See :class:`~veo_story.emulator.model.ClipMaker`."""
        order = _order(wanted, into, sample)
        if wanted.parent is None:
            await self._render(order)
            return Footage(into, wanted.frames, wanted.size, 0, (into,))
        return await self._extend(wanted.parent, order)

    async def look_at(self, path: Path) -> Footage:
        """See :class:`~veo_story.emulator.model.ClipMaker`."""
        return await asyncio.to_thread(look_at, path)

    async def aclose(self) -> None:
        """End the worker processes at once."""
        await self._crew.close()

    async def _extend(self, parent: Footage, order: RenderOrder) -> Footage:
        whole = Footage(order.into, parent.frames + order.frames, parent.size, parent.first, (order.into,))
        with _beside(order.into) as (remade, tail):
            going_on = replace(order, into=tail, size=parent.size)
            if await asyncio.to_thread(_state_of, parent.path) is not None:
                going_on = replace(going_on, mode=Mode.EXTEND, lineage=(parent.path,))
                await self._render(going_on)
            else:
                await self._go_on_from_picture(parent, going_on)
            parts = Extension(parent.path, parent.frames, remade, tail, order.frames, parent.size)
            await asyncio.to_thread(_put_together, parts, order.into)
        return whole

    async def _go_on_from_picture(self, parent: Footage, order: RenderOrder) -> None:
        """Footage from elsewhere is gone on from its last frame."""
        picture = order.into.with_suffix(".png")
        try:
            await asyncio.to_thread(write_png, parent.path, parent.frames - 1, picture)
            await self._render(replace(order, mode=Mode.ANIMATE, first_frame=picture))
        finally:
            picture.unlink(missing_ok=True)

    async def _render(self, order: RenderOrder) -> None:
        try:
            await self._crew.render(order, _ignore)
        except WorkerLost as error:
            raise MediaError(f"the clip could not be drawn: {error}") from error


def _order(wanted: Wanted, into: Path, sample: int) -> RenderOrder:
    mode = Mode.OPEN
    if wanted.first_frame is not None:
        mode = Mode.ANIMATE if wanted.last_frame is None else Mode.INTERPOLATE
    seed = wanted.seed
    if sample:
        seed = seed_of(wanted.prompt, str(seed), str(sample))
    return RenderOrder(
        scene_id=wanted.model,
        mode=mode,
        size=wanted.size,
        frames=wanted.frames,
        into=into,
        prompt=wanted.prompt,
        seed=seed,
        audio=wanted.audio,
        first_frame=wanted.first_frame,
        last_frame=wanted.last_frame,
        references=wanted.references,
    )


def _put_together(parts: Extension, into: Path) -> None:
    """Combine, with the state of the chain's end in the tag, so that the next extension finds it."""
    remake(parts.parent, parts.parent_frames, parts.size, parts.remade)
    end = read_state(comment_of(parts.new), parts.new)
    if is_on_the_grid(parts.parent, parts.parent_frames):
        end = end.whole()
    combine(parts, into, write_state(end))


def _state_of(path: Path) -> ChainState | None:
    """How the chain of a clip goes on, None when the local renderer did not make it."""
    try:
        state = read_state(comment_of(path), path)
    except MediaError:
        return None
    return state if state.is_drawn else None


def _last_second(parent: Footage) -> Numbered:
    state = read_state(comment_of(parent.path), parent.path)
    frames = min(REMADE_FRAMES, parent.frames)
    first = parent.first + parent.frames - frames
    return Numbered(first, frames, parent.size, state.audio, state.seed, remade=True)


@contextlib.contextmanager
def _beside(into: Path) -> Iterator[tuple[Path, Path]]:
    """Two files beside ``into`` for the parts it is made of; they are gone afterwards."""
    parts = into.with_suffix(".remade.mp4"), into.with_suffix(".new.mp4")
    try:
        yield parts
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _ignore(_share: float) -> None:
    return
