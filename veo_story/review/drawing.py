"""From the plan of the picture to clips: what each needs, and which of them have to be drawn."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, assert_never

from veo_story.backends.base import Inputs, ParentClip
from veo_story.backends.local.order import order_of
from veo_story.backends.local.soundtrack.installed import chosen
from veo_story.errors import MediaError
from veo_story.media.frames import usable_last_frame, write_png
from veo_story.plan.model import FileInput, FrameInput
from veo_story.review.keys import key_of
from veo_story.review.stills import SHOWN, make_stills
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from veo_story.backends.local.order import RenderOrder
    from veo_story.plan.model import Chain, Plan, Step
    from veo_story.review.shelf import Shelf
    from veo_story.storyboard.model import FrameOf


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
    """How all clips are drawn: in ``size``, else with a short side of ``rows``, else in the plan's size.

    ``is_clean`` leaves all writing out, ``hidden`` these parts of it. ``ffmpeg`` is the program that fits
    the author's own clips in, if not ours.
    """

    size: tuple[int, int] | None = None
    is_clean: bool = False
    ffmpeg: str | None = None
    rows: int | None = None
    hidden: frozenset[str] = frozenset()

    @property
    def overlay(self) -> tuple[str, ...] | None:
        """The parts of the writing that are wanted; None: all."""
        if self.is_clean or not self.hidden:
            return () if self.is_clean else None
        from veo_story.backends.local.writing.overlay import PARTS

        return tuple(sorted(PARTS - self.hidden))

    def fitted(self, planned: tuple[int, int]) -> tuple[int, int]:
        """The size to draw in where the plan says ``planned``; a multiple of four each way."""
        if self.size is not None or self.rows is None:
            return self.size or planned
        share = self.rows / min(planned)
        return (round(planned[0] * share / 4) * 4, round(planned[1] * share / 4) * 4)


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
    aside: asyncio.TaskGroup
    clips: dict[str, asyncio.Future[Drawn]] = field(default_factory=dict)


async def draw(
    plan: Plan,
    digests: Mapping[Path, str],
    shelf: Shelf,
    artist: Artist,
    aside: asyncio.TaskGroup,
    *,
    look: Look | None = None,
    only: Collection[str] | None = None,
    tell: Callable[[Drawn], None] = lambda drawn: None,
) -> dict[str, Drawn]:
    """Draw what is not on the shelf yet; returns all clips that are there then, by scene in film order.

    Their stills are made ``aside``: they may come later. ``only`` names scenes that may be drawn (with what
    they need). ``tell`` hears of each clip drawn now. Raises an exception group with MediaError for a picture
    or clip of the author's that cannot be used.
    """
    order = [placement.scene_id for placement in plan.placements]
    wanted = frozenset(order if only is None else _with_needs(plan, only))
    studio = _Studio(plan, digests, shelf, artist, look or Look(), wanted, tell, aside)
    loop = asyncio.get_running_loop()
    studio.clips = {step.scene_id: loop.create_future() for step in plan.steps()}
    async with asyncio.TaskGroup() as group:
        for chain in plan.chains:
            group.create_task(_chain(studio, chain, group))
    done = {scene: clip.result() for scene, clip in studio.clips.items()}
    return {scene: done[scene] for scene in order if done[scene].clip.exists()}


def _with_needs(plan: Plan, only: Collection[str]) -> set[str]:
    """These scenes, and those whose frames they or the scenes before them in their chain begin or end on."""
    found: set[str] = set()
    left = list(only)
    while left:
        scene: str | None = left.pop()
        if scene in found or scene is None:
            continue
        found.add(scene)
        while scene is not None:
            step = plan.step(scene)
            left += (given.frame.scene_id for given in step.inputs if isinstance(given, FrameInput))
            scene = step.parent
    return found


async def _chain(studio: _Studio, chain: Chain, group: asyncio.TaskGroup) -> None:
    """Give a chain's scenes to the artist, all of them at once: how each begins is known without drawing."""
    before: str | None = None
    for step in chain.steps:
        inputs = await _inputs(studio, step)
        if inputs.is_missing:
            for left in chain.steps[chain.steps.index(step) :]:
                studio.clips[left.scene_id].set_result(_undrawn(studio, left))
            return
        order = _order(studio, step, inputs, before)
        key = key_of(order, inputs.used)
        _give(studio, order, inputs, key, group)
        if step is not chain.steps[-1]:
            before = await _left_behind(studio, order, key)


def _undrawn(studio: _Studio, step: Step) -> Drawn:
    return Drawn(step.scene_id, "", studio.shelf.clip(step.scene_id, "-"), step.new_frames, {}, False)


async def _left_behind(studio: _Studio, order: RenderOrder, key: str) -> str:
    """The state in which a scene leaves its chain. Kept beside its clip: asking for it loads a lot."""
    kept = studio.shelf.state(order.scene_id, key)
    known = studio.shelf.read(kept)
    if known is None:
        known = await asyncio.to_thread(_state_after, order)
        studio.shelf.write(kept, known)
    return known


def _state_after(order: RenderOrder) -> str:
    from veo_story.backends.local.direction import end_state
    from veo_story.backends.local.state import read_state, write_state

    before = None if order.before is None else read_state(order.before, order.into)
    return write_state(end_state(order, before))


def _give(studio: _Studio, order: RenderOrder, inputs: _Given, key: str, group: asyncio.TaskGroup) -> None:
    """Let a scene be drawn, unless its clip is there or nobody wants it."""
    clip = studio.shelf.clip(order.scene_id, key)
    drawn = Drawn(order.scene_id, key, clip, order.frames, inputs.picked, False)
    if not clip.exists() and order.scene_id in studio.wanted:
        group.create_task(_draw(studio, replace(order, into=studio.shelf.part(clip)), drawn))
        return
    if clip.exists():
        _stills(studio, clip)
    studio.clips[order.scene_id].set_result(drawn)


async def _draw(studio: _Studio, order: RenderOrder, drawn: Drawn) -> None:
    await studio.artist.render(order, lambda share: None)
    order.into.replace(drawn.clip)
    _stills(studio, drawn.clip)
    new = replace(drawn, is_new=True)
    studio.tell(new)
    studio.clips[drawn.scene_id].set_result(new)


def _stills(studio: _Studio, clip: Path) -> None:
    if not all(studio.shelf.still(clip, which).exists() for which in SHOWN):
        studio.aside.create_task(asyncio.to_thread(make_stills, clip, studio.shelf))


@dataclass(slots=True)
class _Given:
    """The files of a step, what is in them, and which frames of other scenes they are."""

    files: Inputs = field(default_factory=Inputs)
    used: list[tuple[str, ...]] = field(default_factory=list)
    picked: dict[str, int] = field(default_factory=dict)
    is_missing: bool = False


async def _inputs(studio: _Studio, step: Step) -> _Given:
    found = _Given()
    single: dict[str, Path] = {}
    references: list[Path] = []
    for given in step.inputs:
        match given:
            case FileInput(role="reference"):
                references.append(given.path)
                found.used.append((given.role, given.sha256))
            case FileInput():
                single[given.role] = given.path
                found.used.append((given.role, given.sha256))
            case FrameInput():
                source = await studio.clips[given.frame.scene_id]
                if not source.clip.exists():
                    found.is_missing = True
                    return found
                path, number = await asyncio.to_thread(_frame, studio, given.frame, source)
                single[given.role], found.picked[given.role] = path, number
                found.used.append((given.role, source.key, str(number)))
            case _:
                assert_never(given)
    found.files = Inputs(
        first_frame=single.get("first_frame"),
        last_frame=single.get("last_frame"),
        references=tuple(references),
        image=single.get("image"),
        clip=single.get("clip"),
    )
    return found


def _order(studio: _Studio, step: Step, inputs: _Given, before: str | None) -> RenderOrder:
    files = inputs.files
    if step.parent is not None:  # its clip need not be there: what it leaves behind is told
        files = replace(files, parent=ParentClip(studio.shelf.clip(step.parent, ""), 0))
    order = order_of(step, files, studio.shelf.folder, "tail", ffmpeg=studio.look.ffmpeg)
    return replace(
        order,
        size=studio.look.fitted(order.size),
        lineage=(),
        before=before,
        overlay=studio.look.overlay,
        voice=chosen(order.voice),  # who speaks depends on what is installed
    )


def _frame(studio: _Studio, wanted: FrameOf, source: Drawn) -> tuple[Path, int]:
    """A frame of another scene's clip as a file, and its number there."""
    if wanted.at_s is not None:
        number = int(wanted.at_s * FPS)
        if number >= source.frames:
            raise MediaError(f"scene {source.scene_id} has no frame at {wanted.at_s} s")
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
