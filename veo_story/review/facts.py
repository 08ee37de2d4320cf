"""What the page tells of a film and its scenes, as plain values for its template. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.money import usd
from veo_story.review.notes import Note, notes_of
from veo_story.review.scene_facts import SceneFacts, scene_facts
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from veo_story.film.edit import Edit
    from veo_story.plan.model import Chain, Plan
    from veo_story.review.drawing import Drawn
    from veo_story.review.shelf import Shelf
    from veo_story.review.study import Study

_BASIS = {
    "new": "if extensions bill only their new seconds",
    "assembled": "if extensions bill the assembled clip",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scene stands in the film, in frames; ``frames`` is 0 for a scene that is not in it."""

    start: int
    frames: int


@dataclass(frozen=True, slots=True)
class Limit:
    """How far a chain is grown: ``used`` of ``most``, both in ``unit``; ``share`` is 0..1."""

    used: str
    most: str
    unit: str
    share: float


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """One chain of generated scenes. ``limits`` is empty where its model has none."""

    id: str
    scenes: tuple[str, ...]
    split_from: str | None
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """The price of the whole film in USD. ``other`` is that by the other reading, if it differs."""

    expected: str
    worst: str
    basis: str
    other: str | None
    other_basis: str
    per_second: str | None
    is_free: bool


@dataclass(frozen=True, slots=True)
class PageFacts:
    """All that the page shows.

    ``frames`` is the length of what is drawn, ``rendered_frames`` that of the real plan: a service may want
    other lengths, or split a chain. ``film`` is the URL of the whole film, None when scenes are missing.
    ``refused``: the backend would not take the film as it is, and nobody knows a price. ``version`` stands
    for the media behind the URLs, so that a browser does not show old ones.
    """

    title: str
    logline: str | None
    name: str
    file: str
    backend: str
    models: str
    frames: int
    rendered_frames: int
    size: tuple[int, int]
    scenes: tuple[SceneFacts, ...]
    chains: tuple[ChainFacts, ...]
    cost: Cost | None
    notes: tuple[Note, ...]
    refused: bool
    film: str | None
    version: str
    later: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Scenes that are not drawn yet."""
        return tuple(scene.id for scene in self.scenes if scene.clip is None)

    @property
    def fullest(self) -> ChainFacts | None:
        """The extended chain that is nearest to one of its limits; None where there is none."""
        limited = [chain for chain in self.chains if chain.limits and len(chain.scenes) > 1]
        return max(limited, key=lambda chain: max(limit.share for limit in chain.limits), default=None)

    @property
    def generated_frames(self) -> int:
        """Frames that a model makes."""
        return sum(scene.frames for scene in self.scenes if scene.is_generated)


def page_facts(study: Study, drawn: Mapping[str, Drawn], edit: Edit | None, shelf: Shelf) -> PageFacts:
    """The facts of a film whose clips are on the shelf. ``edit`` is its film, None when it was not made."""
    board, plan = study.storyboard, study.shown
    places = _places(study.picture, edit)
    notes = notes_of(board, study.problems)
    scenes = tuple(
        scene_facts(study, scene, number, places[scene.id], drawn.get(scene.id), notes, shelf)
        for number, scene in enumerate(board.scenes(), 1)
    )
    version = edit.digest[:12] if edit is not None else ""
    return PageFacts(
        title=board.title,
        logline=board.logline,
        name=board.name,
        file=board.source.display,
        backend=plan.backend,
        models=_models(plan),
        frames=edit.frames if edit is not None else study.picture.frames,
        rendered_frames=plan.frames,
        size=study.picture.step(study.picture.placements[0].scene_id).parameters.size,
        scenes=scenes,
        chains=tuple(_chain(plan, chain) for chain in plan.chains if chain.steps[0].mode.is_generated),
        cost=None if study.plan is None else _cost(study.plan),
        notes=tuple(note for note in notes if not note.scenes),
        refused=study.plan is None,
        film=None if edit is None else f"{shelf.film.name}?{version}",
        version=version,
        later=plan.later,
    )


def _places(plan: Plan, edit: Edit | None) -> Mapping[str, Place]:
    if edit is None:
        return {p.scene_id: Place(p.start_frame, p.end_frame - p.start_frame) for p in plan.placements}
    chapters = zip(edit.cuts, edit.chapters, strict=True)
    return {cut.scene_id: Place(chapter.start, chapter.end - chapter.start) for cut, chapter in chapters}


def _models(plan: Plan) -> str:
    generated = (step for step in plan.steps() if step.mode.is_generated)
    return ", ".join(dict.fromkeys(plan.capabilities[step.scene_id].model for step in generated))


def _chain(plan: Plan, chain: Chain) -> ChainFacts:
    return ChainFacts(
        chain.id,
        tuple(step.scene_id for step in chain.steps),
        chain.split_from,
        tuple(_limits(plan, chain)),
    )


def _limits(plan: Plan, chain: Chain) -> Iterator[Limit]:
    caps = plan.capabilities[chain.steps[-1].scene_id].chain
    if caps is None:
        return
    seconds = sum(step.new_frames for step in chain.steps) / FPS
    longest = float(caps.longest_result_s)
    yield Limit(f"{seconds:g}", f"{longest:g}", "s", min(1.0, seconds / longest))
    extensions = len(chain.steps) - 1
    most = caps.most_extensions
    yield Limit(str(extensions), str(most), "extensions", min(1.0, extensions / most) if most else 1.0)


def _cost(plan: Plan) -> Cost:
    paid = sum(step.new_frames * step.takes for step in plan.steps() if step.expected_usd)
    other = "assembled" if plan.basis == "new" else "new"
    return Cost(
        expected=usd(plan.expected_usd),
        worst=usd(plan.worst_usd),
        basis=_BASIS.get(plan.basis, plan.basis),
        other=usd(plan.other_basis_usd) if plan.other_basis_usd != plan.expected_usd else None,
        other_basis=_BASIS[other],
        per_second=f"{float(plan.expected_usd) * FPS / paid:.3f}".rstrip("0") if paid else None,
        is_free=plan.worst_usd == 0,
    )


def used_files(drawn: Iterable[Drawn], shelf: Shelf) -> Iterator[Path]:
    """The files of these clips: themselves, their stills, and the frames that other scenes took of them."""
    for one in drawn:
        yield from shelf.clips.glob(f"{one.clip.stem}*")
