"""Frames of other scenes, narration times: what refers to a scene must find it, and find it early enough."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.build_finish import moment_of
from veo_story.storyboard.codes import problem
from veo_story.storyboard.manuscript import did_you_mean, one_of
from veo_story.storyboard.model import FrameOf
from veo_story.storyboard.rules.common import plain, shown_s
from veo_story.storyboard.values import mapping, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.errors import Problem, Where
    from veo_story.storyboard.build import Draft
    from veo_story.storyboard.model import Scene
    from veo_story.storyboard.nodes import DataPath


def frames_of_scenes(draft: Draft) -> Iterator[Problem]:
    """``<id>.last_frame`` and ``<id>.frame@s`` name a moment of an earlier scene."""
    scenes = {scene.id: scene for scene in draft.storyboard.scenes()}
    order = {name: i for i, name in enumerate(scenes)}
    for scene in draft.storyboard.scenes():
        for key, frame in (("first_frame", scene.first_frame), ("last_frame", scene.last_frame)):
            if isinstance(frame, FrameOf):
                where = draft.storyboard.where(scene, key)
                yield from _frame(draft, scene, frame, where, scenes, order)


def _frame(
    draft: Draft,
    scene: Scene,
    frame: FrameOf,
    where: Where,
    scenes: Mapping[str, Scene],
    order: Mapping[str, int],
) -> Iterator[Problem]:
    other = scenes.get(frame.scene_id)
    if other is None:
        yield _unknown(draft, frame.scene_id, where)
    elif other.id == scene.id:
        message = f"{scene.id} cannot begin or end on a frame of itself"
        yield problem("VS025", where, message, "name an earlier scene")
    elif order[other.id] > order[scene.id]:
        message = f"{other.id} comes after {scene.id}: its frames do not exist yet"
        yield problem("VS025", where, message, "name an earlier scene, or put the scenes in the other order")
    elif frame.at_s is not None and other.duration_s and frame.at_s >= other.duration_s:
        message = f"{plain(frame.at_s)} s lies outside of {other.id} (0 to {plain(other.duration_s)} s)"
        yield problem("VS037", where, message, f"use {other.id}.last_frame for its end")


def _unknown(draft: Draft, name: str, where: Where) -> Problem:
    if name in draft.known_ids:
        return problem("VS024", where, f"the scene '{name}' is skipped", f"remove 'skip: true' from {name}")
    known = [scene.id for scene in draft.storyboard.scenes()]
    hint = did_you_mean(name, known) or f"the scenes are {one_of(known)}"
    return problem("VS024", where, f"no scene called '{name}'", hint)


def moments_of_scenes(draft: Draft) -> Iterator[Problem]:
    """``at: s03+1`` of a narration, and the poster, name a moment of a scene that is in the film."""
    source = draft.storyboard.source
    for i, line in enumerate(sequence(mapping(source.data.get("narration")).get("lines"))):
        path: DataPath = ("narration", "lines", i, "at")
        yield from _moment(draft, mapping(line).get("at"), path, "name the scene in which the line begins")
    yield from _moment(draft, source.data.get("poster"), ("poster",), "name the scene that shows it")


def _moment(draft: Draft, written: Any, path: DataPath, hint: str) -> Iterator[Problem]:
    moment = moment_of(written)
    if moment is None:
        return
    where = draft.storyboard.source.where(path)
    scene = next((s for s in draft.storyboard.scenes() if s.id == moment.scene_id), None)
    if scene is None:
        yield _unknown(draft, moment.scene_id, where)
    elif (there := _lasts_s(scene)) and moment.at_s >= there:
        message = f"{plain(moment.at_s)} s lies outside of {scene.id} (0 to {plain(there)} s in the film)"
        yield problem("VS037", where, message, hint)


def _lasts_s(scene: Scene) -> Decimal:
    """Seconds of a scene in the film, its hold included; 0 where effects or an unknown clip decide that."""
    shown = shown_s(scene)
    return shown + scene.hold_s if shown and not scene.effects else Decimal(0)


RULES = (frames_of_scenes, moments_of_scenes)
