"""Names: ids that are used twice, people and places that nobody knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.build_dialogue import speaker_path
from veo_story.storyboard.codes import problem
from veo_story.storyboard.manuscript import did_you_mean, one_of
from veo_story.storyboard.rules.common import generated, origin, raw
from veo_story.storyboard.values import mapping, sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from veo_story.errors import Problem
    from veo_story.storyboard.build import Draft
    from veo_story.storyboard.model import Scene
    from veo_story.storyboard.nodes import DataPath

_ID_LIKE = re.compile(r"[a-z0-9][a-z0-9_-]*")


def same_ids(draft: Draft) -> Iterator[Problem]:
    """Two scenes, sequences, narration lines or variants of one id."""
    data = draft.storyboard.source.data
    count = len(sequence(data.get("sequences")))
    sequences: list[DataPath] = [("sequences", i) for i in range(count)]
    holders: list[DataPath] = sequences or [()]
    scenes: list[DataPath] = [
        (*h, "scenes", i) for h in holders for i in range(len(sequence(_at(data, (*h, "scenes")))))
    ]
    lines: list[DataPath] = [
        ("narration", "lines", i) for i in range(len(sequence(_at(data, ("narration", "lines")))))
    ]
    variants: list[DataPath] = [("variants", i) for i in range(len(sequence(data.get("variants"))))]
    for kind, paths in (
        ("scene", scenes),
        ("sequence", sequences),
        ("narration line", lines),
        ("variant", variants),
    ):
        yield from _twice(draft, kind, [(*path, "id") for path in paths])


def _at(data: Any, path: DataPath) -> Any:
    for key in path:
        data = sequence(data)[key] if isinstance(key, int) else mapping(data).get(key)
    return data


def _twice(draft: Draft, kind: str, paths: Iterable[DataPath]) -> Iterator[Problem]:
    source = draft.storyboard.source
    seen: dict[str, int] = {}
    for path in paths:
        name = _at(source.data, path)
        if not isinstance(name, str):
            continue
        where = source.where(path)
        if name in seen:
            message = f"the {kind} id '{name}' is already used in line {seen[name]}"
            yield problem("VS026", where, message, "give one of the two another id")
        seen.setdefault(name, where.line)


def unknown_people(draft: Draft) -> Iterator[Problem]:
    """Ids in a scene's cast, and speakers, that are not in the film's cast."""
    if "cast" in draft.blurred:
        return
    for scene in draft.storyboard.scenes():
        path = origin(scene, "cast")
        written = sequence(_at(draft.storyboard.source.data, path))
        for i, name in enumerate(written):
            if isinstance(name, str) and name not in draft.storyboard.cast:
                yield _nobody(draft, name, (*path, i))
        yield from _unknown_speakers(draft, scene)


def _unknown_speakers(draft: Draft, scene: Scene) -> Iterator[Problem]:
    """A speaker written like an id must be one; other names speak as they are (``Radio``)."""
    known = draft.storyboard.cast
    for name, path, is_key in speakers(draft, scene):
        if known and name not in known and _ID_LIKE.fullmatch(name):
            yield _nobody(draft, name, path, key=is_key)


def speakers(draft: Draft, scene: Scene) -> Iterator[tuple[str, DataPath, bool]]:
    """Who speaks in a scene: name, where it stands, whether that is a key."""
    data = raw(draft, scene)
    places: list[tuple[Any, DataPath]] = [(data.get("dialogue"), (*scene.path, "dialogue"))]
    for i, shot in enumerate(sequence(data.get("shots"))):
        places.append((mapping(shot).get("dialogue"), (*scene.path, "shots", i, "dialogue")))
    for lines, path in places:
        for i, line in enumerate(sequence(lines)):
            at, is_key = speaker_path(line, (*path, i))
            name = at[-1] if is_key else mapping(line).get("who")
            if isinstance(name, str) and name:
                yield name, at, is_key


def _nobody(draft: Draft, name: str, path: DataPath, *, key: bool = False) -> Problem:
    known = draft.storyboard.cast
    where = draft.storyboard.source.where(path, key=key)
    hint = did_you_mean(name, known) or (
        f"the cast is {one_of(known)}" if known else "describe it under 'cast:'"
    )
    return problem("VS022", where, f"nobody called '{name}' in cast", hint)


def unknown_places(draft: Draft) -> Iterator[Problem]:
    """A location that is not described."""
    known = draft.storyboard.locations
    if "locations" in draft.blurred:
        return
    for scene in draft.storyboard.scenes():
        name = scene.location
        if name is not None and name not in known:
            where = draft.storyboard.where(scene, "location")
            hint = did_you_mean(name, known) or (
                f"known are {one_of(known)}" if known else "describe it under 'locations:'"
            )
            yield problem("VS023", where, f"no location called '{name}'", hint)


def one_name_for_two(draft: Draft) -> Iterator[Problem]:
    """A name that is a person and a place."""
    for name in sorted(draft.storyboard.cast.keys() & draft.storyboard.locations.keys()):
        source = draft.storyboard.source
        section = "cast" if name in mapping(source.data.get("cast")) else "locations"
        where = source.where((section, name), key=True)
        message = f"'{name}' is in the cast and a location: ${name} could mean either"
        yield problem("VS029", where, message, "rename one of the two")


def strangers(draft: Draft) -> Iterator[Problem]:
    """Somebody acts or speaks whom the scene's prompt does not describe."""
    board = draft.storyboard
    for scene in generated(draft):
        told = set(scene.cast)
        if not told <= board.cast.keys():
            continue
        hint = "add it to the scene's 'cast'"
        for name, path, is_key in speakers(draft, scene):
            if name in board.cast and name not in told:
                told.add(name)
                message = f"{name} speaks here but is not in the scene's cast"
                yield problem("VS211", board.source.where(path, key=is_key), message, hint)
        for name in sorted(draft.mentions.get(scene.path, frozenset()) & board.cast.keys() - told):
            message = f"${name} is named here but is not in the scene's cast"
            where = board.where(scene, "action" if scene.action else None)
            yield problem("VS211", where, message, hint)


RULES = (same_ids, unknown_people, unknown_places, one_name_for_two, strangers)
