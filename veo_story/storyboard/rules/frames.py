"""Frames of other scenes, narration times: what refers to a scene must find it, and find it early enough."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.storyboard.codes import problem
from veo_story.storyboard.manuscript import did_you_mean, one_of
from veo_story.storyboard.model import FrameOf
from veo_story.storyboard.rules.common import plain
from veo_story.storyboard.values import mapping, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.errors import Problem, Where
    from veo_story.storyboard.build import Draft
    from veo_story.storyboard.model import Scene

_MOMENT = re.compile(r"(?P<id>[\w-]+?)(?:\+(?P<s>\d{1,6}(?:\.\d{1,6})?))?")


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


def narration_times(draft: Draft) -> Iterator[Problem]:
    """``at: s03+1`` names a moment of a scene that is in the film."""
    scenes = {scene.id: scene for scene in draft.storyboard.scenes()}
    source = draft.storyboard.source
    for i, line in enumerate(sequence(mapping(source.data.get("narration")).get("lines"))):
        at = mapping(line).get("at")
        match = _MOMENT.fullmatch(at) if isinstance(at, str) else None
        if match is None:
            continue
        where = source.where(("narration", "lines", i, "at"))
        scene = scenes.get(match["id"])
        if scene is None:
            yield _unknown(draft, match["id"], where)
        elif scene.duration_s and Decimal(match["s"] or 0) >= scene.duration_s:
            message = f"{match['s']} s lies outside of {scene.id} (0 to {plain(scene.duration_s)} s)"
            yield problem("VS037", where, message, "name the scene in which the line begins")


RULES = (frames_of_scenes, narration_times)
