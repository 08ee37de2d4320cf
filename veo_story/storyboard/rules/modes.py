"""Keys that do not go together, and scenes that are nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.storyboard.codes import problem
from veo_story.storyboard.model import Mode
from veo_story.storyboard.modes import SOURCES, written_mode
from veo_story.storyboard.rules.common import generated, raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from veo_story.errors import Problem
    from veo_story.storyboard.build import Draft
    from veo_story.storyboard.model import Scene

_FOR_MODELS = (
    "action",
    "dialogue",
    "shots",
    "first_frame",
    "last_frame",
    "refs",
    "prompt",
    "extra",
    "handoff",
)
_IDLE_WHEN_LOCAL = (
    "camera", "cast", "location", "look", "sfx", "ambient", "music", "avoid", "seed", "tier", "takes",
)  # fmt: skip
_IDLE_WITH_PROMPT = ("action", "camera", "shots", "sfx", "ambient", "music", "look")
_NEEDS = {
    Mode.STILL: "image",
    Mode.SLATE: "card",
    Mode.IMPORT: "clip",
    Mode.ANIMATE: "first_frame",
    Mode.INTERPOLATE: "last_frame",
}
_REFUSES = {
    Mode.OPEN: ("card", "image", "clip", "first_frame", "last_frame"),
    Mode.EXTEND: ("card", "image", "clip", "first_frame", "last_frame"),
    Mode.ANIMATE: ("card", "image", "clip", "last_frame"),
    Mode.INTERPOLATE: ("card", "image", "clip"),
}


def two_things_at_once(draft: Draft) -> Iterator[Problem]:
    """A card, an image, a clip, something generated: two of them in one scene."""
    for scene in draft.storyboard.scenes():
        data = raw(draft, scene)
        sources = [key for key in SOURCES if key in data]
        mode = written_mode(data)
        if len(sources) > 1:
            message = f"'{sources[0]}' and '{sources[1]}' in one scene: one of them would be ignored"
            yield _at(draft, scene, sources[1], "VS031", message, f"make two scenes, or keep '{sources[0]}'")
        elif sources and (mode is None or not mode.is_generated):
            for key in _given(data, _FOR_MODELS)[:1]:
                message = f"'{sources[0]}' makes a local scene: '{key}' would be ignored"
                hint = f"remove '{key}'"
                if sources[0] == "image":
                    hint = "for a picture that comes alive use 'first_frame:' instead of 'image:'"
                yield _at(draft, scene, key, "VS031", message, hint)
        if "action" in data and "shots" in data:
            message = "'action' and 'shots' both say what happens"
            yield _at(draft, scene, "shots", "VS031", message, "move the action into the shots")


def mode_and_keys(draft: Draft) -> Iterator[Problem]:
    """A written mode without the key it needs, or with one it cannot use."""
    for scene in draft.storyboard.scenes():
        data = raw(draft, scene)
        mode = written_mode(data)
        if mode is None:
            continue
        needed = _NEEDS.get(mode)
        if needed is not None and needed not in data:
            message = f"mode {mode} needs '{needed}'"
            yield _at(draft, scene, "mode", "VS032", message, f"add {needed}:, or leave 'mode' out")
        for key in _given(data, _REFUSES.get(mode, ())):
            yield _at(draft, scene, key, "VS033", f"mode {mode} does not use '{key}'", _other_mode(key))


def last_without_first(draft: Draft) -> Iterator[Problem]:
    """A picture to end on, and none to come from."""
    for scene in draft.storyboard.scenes():
        data = raw(draft, scene)
        if scene.mode is Mode.INTERPOLATE and "last_frame" in data and "first_frame" not in data:
            message = "'last_frame' needs a 'first_frame' to come from"
            hint = "add first_frame: a picture, or <id>.last_frame of the scene before"
            yield _at(draft, scene, "last_frame", "VS032", message, hint)


def _other_mode(key: str) -> str:
    modes = {"first_frame": "animate", "last_frame": "interpolate"}
    fitting = modes.get(key) or SOURCES[key].value
    return f"use mode: {fitting}, or remove '{key}'"


def nothing_happens(draft: Draft) -> Iterator[Problem]:
    """A generated scene without words."""
    for scene in generated(draft):
        data = raw(draft, scene)
        if not _given(data, ("action", "shots", "prompt", "dialogue", *SOURCES)):
            yield problem(
                "VS035", draft.storyboard.where(scene), f"nothing happens in {scene.id}", "write 'action:'"
            )


def idle_keys(draft: Draft) -> Iterator[Problem]:
    """Keys of the scene's own that change nothing."""
    for scene in draft.storyboard.scenes():
        data = raw(draft, scene)
        idle = [] if scene.mode.is_generated else _given(data, _IDLE_WHEN_LOCAL)
        idle += _given(data, () if scene.mode is Mode.STILL else ("move",))
        idle += _given(data, () if scene.mode is Mode.SLATE else ("subtitle",))
        for key in idle:
            message = f"'{key}' has no effect on a scene of mode {scene.mode}"
            yield _at(draft, scene, key, "VS212", message, f"remove '{key}'")
        if scene.mode.is_generated and scene.prompt is not None:
            for key in _given(data, _IDLE_WITH_PROMPT):
                message = f"'{key}' has no effect: 'prompt' is sent instead of the compiled words"
                yield _at(
                    draft, scene, key, "VS212", message, f"remove '{key}', or use 'extra' instead of 'prompt'"
                )


def nothing_to_extend(draft: Draft) -> Iterator[Problem]:
    """A written ``mode: extend`` with no generated footage before it in its sequence."""
    for sequence in draft.storyboard.sequences:
        before: Scene | None = None
        for scene in sequence.scenes:
            if scene.skip:
                continue
            if scene.mode is Mode.EXTEND and (before is None or not before.mode.is_generated):
                yield _refuse_extension(draft, scene, before)
            before = scene


def _refuse_extension(draft: Draft, scene: Scene, before: Scene | None) -> Problem:
    if before is None:
        message, hint = "there is no scene before it in its sequence to extend", "use mode: open"
    else:
        message = f"a scene of mode {before.mode} cannot be extended"
        hint = f"use mode: open, or mode: animate with first_frame: {before.id}.last_frame"
    return problem("VS034", draft.storyboard.where(scene, "mode"), message, hint)


def nothing_left(draft: Draft) -> Iterator[Problem]:
    """Every scene is skipped."""
    if not any(True for _ in draft.storyboard.scenes()):
        where = draft.storyboard.source.where(("scenes",), key=True)
        yield problem("VS044", where, "every scene is skipped", "remove 'skip: true' from one")


def _given(data: Mapping[str, object], keys: Iterable[str]) -> list[str]:
    return [key for key in keys if key in data]


def _at(draft: Draft, scene: Scene, key: str, code: str, message: str, hint: str) -> Problem:
    where = draft.storyboard.source.where((*scene.path, key), key=True)
    return problem(code, where, message, hint)


RULES = (two_things_at_once, mode_and_keys, last_without_first, nothing_happens, idle_keys)
WHOLE = (nothing_to_extend, nothing_left)
