"""What only the whole film shows: breaks within a continuous shot, descriptions nobody uses, budgets."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.storyboard.build_scene import MOST_REFS, inherited_refs
from veo_story.storyboard.codes import problem
from veo_story.storyboard.model import FrameOf, Mode
from veo_story.storyboard.rules.common import generated, neighbours, plain
from veo_story.storyboard.values import mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.errors import Problem
    from veo_story.storyboard.build import Draft
    from veo_story.storyboard.model import Scene


def change_within_a_shot(draft: Draft) -> Iterator[Problem]:
    """An extension with another look or place than what it goes on from."""
    for before, scene in neighbours(draft):
        if scene.mode is not Mode.EXTEND or before.prompt is not None or scene.prompt is not None:
            continue
        if scene.look != before.look and "look" not in scene.origins:
            yield _change(draft, scene, "look", f"another look than {before.id}, in the same continuous shot")
        places = {before.location, scene.location}
        if len(places) == 2 and places <= draft.storyboard.locations.keys():
            message = f"from {before.location} to {scene.location} within one continuous shot"
            yield _change(draft, scene, "location", message)


def _change(draft: Draft, scene: Scene, key: str, message: str) -> Problem:
    hint = "start a new sequence here, or mode: open"
    return problem("VS208", draft.storyboard.where(scene, key), message, hint)


def jumps(draft: Draft) -> Iterator[Problem]:
    """A scene that goes on from footage which the film leaves out."""
    scenes = {scene.id: scene for scene in draft.storyboard.scenes()}
    for before, scene in neighbours(draft):
        if scene.mode is Mode.EXTEND and (before.trim.out_s or scene.trim.in_s):
            trimmed, key = (before, "out") if before.trim.out_s else (scene, "in")
            message = (
                f"{scene.id} goes on from the real end of {before.id}; 'trim.{key}' makes the picture jump"
            )
            where = draft.storyboard.where(trimmed, "trim")
            yield problem("VS205", where, message, "remove the trim")
    for scene in scenes.values():
        frame = scene.first_frame
        other = scenes.get(frame.scene_id) if isinstance(frame, FrameOf) else None
        if isinstance(frame, FrameOf) and other is not None and other.duration_s and other.trim.out_s:
            shown = other.duration_s - other.trim.out_s
            if frame.at_s is None or frame.at_s >= shown:
                message = f"{scene.id} begins on a frame of {other.id} that 'trim.out' leaves out of the film"
                last = max(shown - Decimal("0.25"), Decimal(0))
                hint = f"use {other.id}.frame@{plain(last)}, or remove the trim"
                yield problem("VS205", draft.storyboard.where(scene, "first_frame"), message, hint)


def never_used(draft: Draft) -> Iterator[Problem]:
    """Cast, locations and variables of this file that nothing uses. A bible's own may idle."""
    board, data = draft.storyboard, draft.storyboard.source.data
    scenes = [scene for sequence_ in board.sequences for scene in sequence_.scenes]
    named = frozenset[str]().union(*draft.mentions.values())
    spoken = {line.who for s in scenes for line in (*s.dialogue, *(x for t in s.shots for x in t.dialogue))}
    used = named | spoken | {name for scene in scenes for name in scene.cast}
    used |= {scene.location for scene in scenes if scene.location}
    for section, code, what in (("cast", "VS209", "nobody uses"), ("locations", "VS210", "no scene is at")):
        for name in mapping(data.get(section)):
            if name not in used and not name.startswith("x-"):
                where = board.source.where((section, name), key=True)
                yield problem(code, where, f"{what} '{name}'", "remove it, or name it in a scene")
    # A ${name} that is misspelt or endless is told by itself.
    misspelt = any(p.code in ("VS020", "VS027", "VS028") for p in draft.problems)
    for name in () if misspelt else mapping(data.get("vars")):
        if name not in draft.used_variables and not name.startswith("x-"):
            where = board.source.where(("vars", name), key=True)
            yield problem("VS301", where, f"nothing uses ${{{name}}}", "remove it")


def too_many_references(draft: Draft) -> Iterator[Problem]:
    """An opening inherits more pictures than a model takes."""
    board = draft.storyboard
    for scene in generated(draft):
        if scene.mode is Mode.OPEN and scene.refs:
            inherited = inherited_refs(scene.cast, scene.location, board.cast, board.locations)
            if len(inherited) > MOST_REFS and scene.refs == inherited[:MOST_REFS]:
                message = f"{len(inherited)} reference images of cast and location, {MOST_REFS} are sent"
                hint = "write 'refs:' with the three that matter most"
                yield problem("VS215", board.where(scene), message, hint)


def caps_in_order(draft: Draft) -> Iterator[Problem]:
    """No cap above another that it can never reach."""
    budget = draft.storyboard.budget
    if (
        budget.max_usd is not None
        and budget.per_scene_usd is not None
        and budget.per_scene_usd > budget.max_usd
    ):
        where = draft.storyboard.source.where(("budget", "per_scene_usd"))
        message = f"per_scene_usd {budget.per_scene_usd} is more than max_usd {budget.max_usd}"
        yield problem("VS043", where, message, "lower per_scene_usd or raise max_usd")


RULES = (
    change_within_a_shot,
    jumps,
    never_used,
    too_many_references,
    caps_in_order,
)
