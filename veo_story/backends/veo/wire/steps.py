"""A step of the plan as one request: what it asks, and only what the platform takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.backends.veo.wire.model import Medium, VideoRequest
from veo_story.errors import GenerationError
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from veo_story.backends.base import Inputs, ParentClip
    from veo_story.backends.veo.wire.model import Platform
    from veo_story.plan.model import Parameters, Step

_PEOPLE = {"none": "dont_allow", "adults": "allow_adult", "all": "allow_all"}


def request_of(
    step: Step,
    media: Mapping[Path, Medium],
    inputs: Inputs,
    platform: Platform,
    *,
    samples: int = 1,
    storage_uri: str | None = None,
    labels: Mapping[str, str] | None = None,
) -> VideoRequest:
    """What ``step`` asks of ``platform``.

    ``media`` has the bytes or the service's name of every file in ``inputs``; a parent that is not in it is
    named by its handle. Raises :class:`GenerationError` for a step that no model makes, and when a file is
    missing from ``media``.
    """
    if not step.mode.is_generated:
        raise GenerationError(f"scene '{step.scene_id}' is made on this machine, not by a service")
    on_vertex = platform == "vertex"
    asked = step.parameters
    image = _image(inputs.first_frame, media)
    return VideoRequest(
        prompt=step.prompt or None,
        image=image,
        last_frame=_image(inputs.last_frame, media),
        references=tuple(_of(path, media) for path in inputs.references),
        video=_video(step, inputs.parent, media),
        samples=samples if on_vertex or samples > 1 else None,
        duration_s=_duration_s(step, platform),
        aspect=asked.aspect,
        resolution=asked.resolution,
        people=_PEOPLE.get(asked.people),
        negative_prompt=asked.negative_prompt,
        seed=asked.seed if on_vertex else None,
        audio=_audio(step) if on_vertex else None,
        storage_uri=storage_uri if on_vertex else None,
        compression=asked.compression if on_vertex else None,
        resize=_resize(asked, image) if on_vertex else None,
        labels=dict(labels or {}) if on_vertex else {},
    )


def _duration_s(step: Step, platform: Platform) -> int | None:
    """Whole seconds of new footage. The Gemini API takes no length for an extension."""
    if step.mode is Mode.EXTEND and platform == "gemini":
        return None
    seconds = step.parameters.duration_s
    if seconds != int(seconds):
        raise GenerationError(f"scene '{step.scene_id}': a service makes whole seconds only, not {seconds} s")
    return int(seconds)


def _audio(step: Step) -> bool | None:
    """An extension is made with sound whatever is asked."""
    return None if step.mode is Mode.EXTEND else step.parameters.audio


def _resize(asked: Parameters, image: Medium | None) -> str | None:
    return None if image is None else asked.resize


def _video(step: Step, parent: ParentClip | None, media: Mapping[Path, Medium]) -> Medium | None:
    if step.mode is not Mode.EXTEND:
        return None
    if parent is None:
        raise GenerationError(f"scene '{step.scene_id}' extends a clip that is not there")
    if parent.path in media:
        return media[parent.path]
    if parent.handle is None:
        raise GenerationError(f"scene '{step.scene_id}' extends a clip that the service does not have")
    return Medium(mime="video/mp4", uri=parent.handle)


def _image(path: Path | None, media: Mapping[Path, Medium]) -> Medium | None:
    return None if path is None else _of(path, media)


def _of(path: Path, media: Mapping[Path, Medium]) -> Medium:
    try:
        return media[path]
    except KeyError:
        raise GenerationError(f"the picture {path.name} was not made ready to be sent") from None
