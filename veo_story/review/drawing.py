"""From the plan of the picture to clips: what each needs, what it is called, and who draws it.

The key of a clip covers everything that decides how it looks and sounds, the renderer's own code included. So
a clip whose file is there need not be drawn again, and a clip is never changed once it is there.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

from veo_story.backends.base import Inputs, ParentClip
from veo_story.backends.local.order import order_of
from veo_story.errors import MediaError, VeoStoryError
from veo_story.media.frames import usable_last_frame, write_png
from veo_story.plan.model import FileInput, FrameInput
from veo_story.review.stills import make_stills
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from veo_story.backends.local.order import RenderOrder
    from veo_story.plan.model import Chain, Plan, Step
    from veo_story.review.shelf import Shelf

_FORMAT = 1
"""Counts up when the same key would be drawn into another clip by the code of this package."""


class Artist(Protocol):
    """Whoever draws an order: :class:`~veo_story.backends.local.crew.Crew`."""

    async def render(self, order: RenderOrder, progress: Callable[[float], None]) -> None:
        """Draw it to ``order.into``."""
        ...


@dataclass(frozen=True, slots=True)
class Drawn:
    """A clip on the shelf. ``picked`` maps a role to the frame of another scene that it began or ended on.

    ``is_new``: it was drawn just now.
    """

    scene_id: str
    key: str
    clip: Path
    frames: int
    picked: Mapping[str, int]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Look:
    """How all clips are drawn. ``size`` None takes the plan's; ``is_clean`` leaves all writing out."""

    size: tuple[int, int] | None = None
    is_clean: bool = False


@dataclass(slots=True)
class _Studio:
    """One drawing of a film: what is asked for, and what is done."""

    plan: Plan
    digests: Mapping[Path, str]
    shelf: Shelf
    artist: Artist
    look: Look
    wanted: frozenset[str]
    tell: Callable[[Drawn], None]
    clips: dict[str, asyncio.Future[Drawn]] = field(default_factory=dict)


async def draw(
    plan: Plan,
    digests: Mapping[Path, str],
    shelf: Shelf,
    artist: Artist,
    *,
    look: Look | None = None,
    only: Collection[str] | None = None,
    tell: Callable[[Drawn], None] = lambda drawn: None,
) -> dict[str, Drawn]:
    """Draw what is not on the shelf yet; returns all clips that are there then, by scene in film order.

    ``only`` names scenes that may be drawn (with what they need). ``tell`` hears of each clip drawn now.
    Raises MediaError for a picture or clip of the author's that cannot be used.
    """
    order = [placement.scene_id for placement in plan.placements]
    wanted = frozenset(order if only is None else _with_needs(plan, only))
    studio = _Studio(plan, digests, shelf, artist, look or Look(), wanted, tell)
    loop = asyncio.get_running_loop()
    studio.clips = {step.scene_id: loop.create_future() for step in plan.steps()}
    try:
        async with asyncio.TaskGroup() as group:
            for chain in plan.chains:
                group.create_task(_chain(studio, chain, group))
    except* VeoStoryError as errors:
        raise _first(errors) from None
    done = {scene: clip.result() for scene, clip in studio.clips.items()}
    return {scene: done[scene] for scene in order if done[scene].clip.exists()}


def _first(errors: BaseExceptionGroup[Any]) -> BaseException:
    return _first(errors.exceptions[0]) if isinstance(errors, BaseExceptionGroup) else errors


def _with_needs(plan: Plan, only: Collection[str]) -> set[str]:
    found: set[str] = set()
    left = list(only)
    while left:
        scene = left.pop()
        if scene not in found:
            found.add(scene)
            left += plan.step(scene).needs
    return found


async def _chain(studio: _Studio, chain: Chain, group: asyncio.TaskGroup) -> None:
    for step in chain.steps:
        order, key, picked = await _prepared(studio, step)
        clip = studio.shelf.clip(step.scene_id, key)
        drawn = Drawn(step.scene_id, key, clip, step.new_frames, picked, False)
        if step.scene_id not in studio.wanted or clip.exists():
            if clip.exists():
                await asyncio.to_thread(make_stills, clip, studio.shelf)
            studio.clips[step.scene_id].set_result(drawn)
        else:
            await _draw(studio, replace(order, into=studio.shelf.part(clip)), drawn)


async def _draw(studio: _Studio, order: RenderOrder, drawn: Drawn) -> None:
    await studio.artist.render(order, lambda share: None)
    order.into.replace(drawn.clip)
    await asyncio.to_thread(make_stills, drawn.clip, studio.shelf)
    new = replace(drawn, is_new=True)
    studio.tell(new)
    studio.clips[drawn.scene_id].set_result(new)


async def _prepared(studio: _Studio, step: Step) -> tuple[RenderOrder, str, dict[str, int]]:
    """The order of a step, its key, and which frames of other scenes it uses."""
    single: dict[str, Path] = {}
    references: list[Path] = []
    used: list[Any] = []
    picked: dict[str, int] = {}
    for given in step.inputs:
        match given:
            case FileInput(role="reference", path=path, sha256=digest):
                references.append(path)
                used.append(("reference", digest))
            case FileInput(role=role, path=path, sha256=digest):
                single[role] = path
                used.append((role, digest))
            case FrameInput(role=role):
                source = await studio.clips[given.frame.scene_id]
                used.append((role, source.key, str(given.frame.at_s)))
                if step.scene_id in studio.wanted or source.clip.exists():
                    single[role], picked[role] = await asyncio.to_thread(_frame, studio, given, source)
    parent = None
    if step.parent is not None:
        before = await studio.clips[step.parent]
        parent = ParentClip(before.clip, before.frames)
        used.append(("parent", before.key))
    inputs = Inputs(references=tuple(references), parent=parent, **single)  # type: ignore[arg-type]
    order = order_of(step, inputs, studio.shelf.folder, "tail")
    order = replace(order, size=studio.look.size or order.size)
    return order, _key(order, used), picked


def _frame(studio: _Studio, given: FrameInput, source: Drawn) -> tuple[Path, int]:
    """A frame of another scene's clip as a file, and its number there."""
    if given.frame.at_s is not None:
        number = int(given.frame.at_s * FPS)
        if number >= source.frames:
            raise MediaError(f"scene {source.scene_id} has no frame at {given.frame.at_s} s")
    elif "last_frame" in studio.plan.step(source.scene_id).parts:  # it ends on a picture of the author's
        number = source.frames - 1
    else:
        number = usable_last_frame(source.clip, max(0, source.frames - FPS), source.frames)
    into = studio.shelf.frame(source.scene_id, source.key, number)
    if not into.exists():
        part = studio.shelf.part(into)
        write_png(source.clip, number, part)
        part.replace(into)
    return into, number


def _key(order: RenderOrder, used: list[Any]) -> str:
    """The digest of an order: where files lie does not count, what is in them does."""
    plain = json.loads(
        replace(
            order, into=order.into.parent, first_frame=None, last_frame=None, references=(), image=None,
            clip=None, lineage=(),
        ).to_json()
    )  # fmt: skip
    del plain["into"]
    text = json.dumps([_FORMAT, renderer(), plain, used], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=1)
def renderer() -> str:
    """The digest of the local renderer's own code and words: what draws otherwise has another one."""
    digest = hashlib.sha256()
    for name, file in sorted(_code(files("veo_story.backends.local"), "")):
        digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _code(folder: Traversable, before: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        name = f"{before}/{entry.name}"
        if entry.is_dir():
            yield from _code(entry, name)
        elif entry.name.endswith((".py", ".toml")):
            yield name, entry
