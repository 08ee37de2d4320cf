"""What a service would refuse about one scene, found before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.plan.frames import falls_on_frame, frames_of, off_frame
from veo_story.plan.wording import one_of, plain, seconds
from veo_story.storyboard.codes import problem
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.errors import Problem, Where
    from veo_story.plan.draft import Draft
    from veo_story.storyboard.model import Storyboard


def check_scene(storyboard: Storyboard, draft: Draft) -> Iterator[Problem]:
    """Every refusal that the scene's own words bring about; chains are looked at elsewhere."""
    yield from _length(storyboard, draft)
    yield from _takes(storyboard, draft)
    if draft.scene.mode.is_generated:
        yield from _mode(storyboard, draft)
        yield from _references(storyboard, draft)
        yield from _settings(storyboard, draft)


def check_film(storyboard: Storyboard, draft: Draft) -> Iterator[Problem]:
    """What ``render:`` asks for and the model behind a scene does not make."""
    caps, render = draft.capabilities, storyboard.render
    if render.resolution not in caps.resolutions:
        message = f"{caps.backend}: {caps.model} makes {one_of(caps.resolutions)}, not {render.resolution}"
        yield problem(
            "VS105", _render(storyboard, "resolution"), message, f"write {one_of(caps.resolutions)}"
        )
    elif all(p.resolution != render.resolution for p in caps.prices):
        message = f"{caps.backend}: no price is known for {caps.model} at {render.resolution}"
        yield problem(
            "VS124", _render(storyboard, "model"), message, "leave 'model' out to use the current one"
        )
    if render.aspect not in caps.aspects:
        message = f"{caps.backend}: {caps.model} makes {one_of(caps.aspects)}, not {render.aspect}"
        yield problem("VS120", _render(storyboard, "aspect"), message, f"write {one_of(caps.aspects)}")
    if not render.audio and not caps.silent:
        message = f"{caps.backend}: {caps.model} always makes sound"
        yield problem("VS113", _render(storyboard, "audio"), message, "leave 'audio' out")
    if render.people != "auto" and render.people not in caps.people:
        message = f"{caps.backend}: {caps.model} does not take people: {render.people}"
        yield problem("VS114", _render(storyboard, "people"), message, f"write {one_of(caps.people)}")
    for key, written, taken in (
        ("resize", render.resize, caps.resize),
        ("compression", render.compression, caps.compression),
    ):
        if written is not None and not taken:
            where = storyboard.source.where(("render", "vertex", key))
            message = f"{caps.backend} takes no {key}: it is not sent"
            yield problem("VS254", where, message, "it counts where 'backend' is vertex")


def check_extension(storyboard: Storyboard, draft: Draft) -> Iterator[Problem]:
    """What holds for every extension of a chain alike; told for the first of a chain."""
    caps, render = draft.capabilities, storyboard.render
    where = storyboard.where(draft.scene)
    offered = caps.extend_resolutions
    if draft.mode not in caps.modes:
        return
    if render.resolution in caps.resolutions and render.resolution not in offered:
        message = f"{caps.backend}: {caps.model} extends at {one_of(offered)}, not at {render.resolution}"
        hint = f"set render.resolution: {offered[0]}, or start a new sequence here" if offered else None
        yield problem("VS105", where, message, hint)
    if not render.audio and caps.silent and not caps.silent_extensions:
        message = f"{caps.backend}: an extension always comes with sound, whatever 'audio' says"
        hint = "set render.audio: true, or use mode: animate instead of an extension"
        yield problem("VS113", where, message, hint)


def _length(storyboard: Storyboard, draft: Draft) -> Iterator[Problem]:
    scene, caps = draft.scene, draft.capabilities
    where = storyboard.where(scene, "duration")
    offered = caps.durations_s.get(draft.mode)
    # An extension that was split off has a length of the plan's choosing.
    if draft.mode is not scene.mode:
        return
    if offered is None:
        yield from _free_length(draft, where)
    elif draft.duration_s not in offered:
        lengths = one_of(tuple(plain(length) for length in offered))
        message = (
            f"{caps.backend}: a scene of mode {draft.mode} takes {lengths} s, not {plain(draft.duration_s)}"
        )
        yield problem("VS103", where, message, f"write duration: {lengths}")
    elif draft.mode is not Mode.EXTEND and draft.duration_s != 8:
        forced = _forced_8s(storyboard, draft)
        if forced is not None:
            message = f"{caps.backend}: {forced} takes 8 s, not {plain(draft.duration_s)}"
            yield problem("VS103", where, message, "write duration: 8")


def _free_length(draft: Draft, where: Where) -> Iterator[Problem]:
    length, longest = draft.duration_s, draft.capabilities.longest_s
    if draft.mode is Mode.IMPORT and length == 0:
        return  # The clip could not be measured, and that has been told.
    if not 0 < length <= longest:
        message = f"a scene of mode {draft.mode} takes at most {seconds(longest)}, not {seconds(length)}"
        yield problem("VS103", where, message, f"write duration: {plain(longest)} or less")
    elif frames_of(length) == 0 or not falls_on_frame(length):
        yield problem("VS118", where, *off_frame("duration", length))


def _forced_8s(storyboard: Storyboard, draft: Draft) -> str | None:
    fixed, resolution = draft.capabilities.fixed_8s, storyboard.render.resolution
    if draft.scene.refs and "references" in fixed:
        return "a scene with reference images"
    return resolution if resolution in fixed else None


def _takes(storyboard: Storyboard, draft: Draft) -> Iterator[Problem]:
    scene, most = draft.scene, storyboard.budget.max_takes
    if scene.takes > most:
        message = f"{scene.takes} takes, but budget.max_takes is {most}"
        yield problem(
            "VS115", storyboard.where(scene, "takes"), message, f"write takes: {most}, or raise max_takes"
        )


def _mode(storyboard: Storyboard, draft: Draft) -> Iterator[Problem]:
    scene, caps = draft.scene, draft.capabilities
    where = storyboard.where(scene, "mode" if draft.mode is scene.mode else None)
    if draft.mode not in caps.modes and draft.mode is not Mode.EXTEND:
        message = f"{caps.backend}: {caps.model} does not take mode {draft.mode}"
        able = tuple(sorted(mode for mode in caps.modes if mode.is_generated))
        yield problem("VS101", where, message, f"it takes {one_of(able)}; another tier may take more")


def _references(storyboard: Storyboard, draft: Draft) -> Iterator[Problem]:
    scene, caps = draft.scene, draft.capabilities
    if not scene.refs:
        return
    where = storyboard.where(scene, "refs")
    if scene.mode is Mode.EXTEND:
        before = draft.parent or (draft.needs[0] if draft.needs else "the scene before")
        message = (
            f"'refs' cannot be combined with an extension (the model sees only the last second of {before})"
        )
        hint = f"use mode: animate with first_frame: {before}.last_frame, or start a new sequence"
        yield problem("VS102", where, message, hint)
    elif scene.mode is not Mode.OPEN:
        message = f"'refs' cannot be combined with {'last_frame' if scene.last_frame else 'first_frame'}"
        yield problem("VS106", where, message, "keep one of the two: pictures to start from, or references")
    elif caps.references == 0:
        yield problem(
            "VS107", where, f"{caps.backend}: {caps.model} takes no reference images",
            "use tier: standard or fast, or write refs: []",
        )  # fmt: skip
    elif len(scene.refs) > caps.references:
        message = f"{caps.backend}: {len(scene.refs)} reference images, the limit is {caps.references}"
        yield problem("VS107", where, message, f"write 'refs' with the {caps.references} that matter most")


def _settings(storyboard: Storyboard, draft: Draft) -> Iterator[Problem]:
    scene, caps = draft.scene, draft.capabilities
    if scene.avoid and not caps.negative_prompt:
        message = f"{caps.backend}: {caps.model} takes no negative prompt"
        yield problem(
            "VS112", storyboard.where(scene, "avoid"), message,
            "remove 'avoid' and say in 'action' what is to be seen, or use another tier",
        )  # fmt: skip
    if not caps.seed and (scene.seed is not None or storyboard.render.seed is not None):
        own = scene.seed is not None and scene.seed != storyboard.render.seed
        where = storyboard.where(scene, "seed") if own else _render(storyboard, "seed")
        message = f"{caps.backend} takes no seed: it is not sent"
        yield problem("VS251", where, message, "a repeat will look different; render on a service with seeds")


def _render(storyboard: Storyboard, key: str) -> Where:
    return storyboard.source.where(("render", key))
