"""From a step of the plan to a request."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from veo_story.backends.base import Inputs, ParentClip
from veo_story.backends.veo.wire.model import Medium, Platform, VideoRequest
from veo_story.backends.veo.wire.requests import body_of
from veo_story.backends.veo.wire.steps import request_of
from veo_story.errors import GenerationError
from veo_story.plan.model import Parameters, Step
from veo_story.storyboard.model import Mode

FIRST, LAST, FACE, CLIP = Path("first.png"), Path("last.jpg"), Path("face.png"), Path("clip.mp4")
MEDIA = {
    FIRST: Medium("image/png", b"first"),
    LAST: Medium("image/jpeg", b"last"),
    FACE: Medium("image/png", b"face"),
}
NOTHING = Inputs()
PARENT = ParentClip(CLIP, frames=192, handle="https://h/v1beta/files/abc")
STEP = Step(
    scene_id="s01",
    mode=Mode.OPEN,
    backend="vertex",
    model="veo-3.1-generate-001",
    prompt="A harbour at dawn.",
    parameters=Parameters(aspect="16:9", resolution="720p", duration_s=Decimal(8)),
    new_frames=192,
    fingerprint="f",
    parts={},
)


def asked(step: Step, platform: Platform, inputs: Inputs = NOTHING, **more: Any) -> VideoRequest:
    return request_of(step, MEDIA, inputs, platform, **more)


def with_(step: Step = STEP, mode: Mode | None = None, **parameters: Any) -> Step:
    return replace(step, mode=mode or step.mode, parameters=replace(step.parameters, **parameters))


def test_a_plain_opening() -> None:
    common: dict[str, Any] = {
        "prompt": "A harbour at dawn.",
        "duration_s": 8,
        "aspect": "16:9",
        "resolution": "720p",
    }
    assert asked(STEP, "gemini") == VideoRequest(**common)
    assert asked(STEP, "vertex") == VideoRequest(**common, samples=1, audio=True)


def test_everything_vertex_takes_and_what_of_it_gemini_takes() -> None:
    step = with_(
        seed=7, people="adults", audio=False, negative_prompt="blur", resize="pad", compression="lossless"
    )
    more = {"samples": 3, "storage_uri": "gs://b/o/", "labels": {"film": "keeper"}}
    found = asked(step, "vertex", Inputs(first_frame=FIRST), **more)
    assert (found.seed, found.people, found.audio, found.negative_prompt) == (7, "allow_adult", False, "blur")
    assert (found.samples, found.storage_uri, found.labels) == (3, "gs://b/o/", {"film": "keeper"})
    assert (found.resize, found.compression) == ("pad", "lossless")
    other = asked(step, "gemini", Inputs(first_frame=FIRST), **{**more, "samples": 1})
    assert (other.people, other.negative_prompt) == ("allow_adult", "blur")
    assert other == replace(
        found,
        **dict.fromkeys(("seed", "audio", "samples", "storage_uri", "resize", "compression")),
        labels={},
    )


@pytest.mark.parametrize(
    ("people", "sent"),
    [("auto", None), ("none", "dont_allow"), ("adults", "allow_adult"), ("all", "allow_all")],
)
def test_people(people: str, sent: str | None) -> None:
    for platform in get_args(Platform):
        assert asked(with_(people=people), platform).people == sent


def test_frames_and_references() -> None:
    for platform in get_args(Platform):
        animated = asked(with_(mode=Mode.ANIMATE), platform, Inputs(first_frame=FIRST))
        assert (animated.image, animated.last_frame) == (MEDIA[FIRST], None)
        between = asked(with_(mode=Mode.INTERPOLATE), platform, Inputs(first_frame=FIRST, last_frame=LAST))
        assert (between.image, between.last_frame) == (MEDIA[FIRST], MEDIA[LAST])
        referring = asked(STEP, platform, Inputs(references=(FACE, FIRST)))
        assert referring.references == (MEDIA[FACE], MEDIA[FIRST])


def test_a_fit_is_asked_for_a_picture_only() -> None:
    assert asked(with_(resize="crop"), "vertex").resize is None


def test_an_extension() -> None:
    step = with_(mode=Mode.EXTEND, duration_s=Decimal(7))
    gemini = asked(step, "gemini", Inputs(parent=PARENT))
    assert body_of(gemini, "gemini") == {
        "instances": [{"prompt": "A harbour at dawn.", "video": {"uri": "https://h/v1beta/files/abc"}}],
        "parameters": {"aspectRatio": "16:9", "resolution": "720p"},
    }
    parent = replace(PARENT, handle="gs://b/clip.mp4")
    vertex = body_of(asked(step, "vertex", Inputs(parent=parent)), "vertex")
    assert vertex["instances"][0]["video"] == {"gcsUri": "gs://b/clip.mp4", "mimeType": "video/mp4"}
    assert vertex["parameters"] == {
        "sampleCount": 1,
        "durationSeconds": 7,
        "aspectRatio": "16:9",
        "resolution": "720p",
    }


def test_what_was_made_ready_comes_before_the_handle() -> None:
    tail = Medium("video/mp4", b"the tail")
    step = with_(mode=Mode.EXTEND, duration_s=Decimal(7))
    assert request_of(step, {CLIP: tail}, Inputs(parent=PARENT), "vertex").video == tail


@pytest.mark.parametrize(
    ("step", "inputs", "message"),
    [
        (with_(mode=Mode.STILL), Inputs(image=FIRST), "made on this machine"),
        (with_(mode=Mode.EXTEND), Inputs(), "a clip that is not there"),
        (with_(mode=Mode.EXTEND), Inputs(parent=replace(PARENT, handle=None)), "the service does not have"),
        (with_(mode=Mode.ANIMATE), Inputs(first_frame=Path("other.png")), "other.png was not made ready"),
        (with_(duration_s=Decimal("4.5")), Inputs(), "whole seconds only, not 4.5 s"),
    ],
)
def test_what_cannot_be_asked(step: Step, inputs: Inputs, message: str) -> None:
    with pytest.raises(GenerationError, match=message):
        asked(step, "gemini", inputs)
