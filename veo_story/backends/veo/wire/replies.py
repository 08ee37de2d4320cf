"""What the services answer, in every shape that is documented or was seen, as values.

All functions raise :class:`WireError`, and nothing else, for what they do not understand.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeGuard

from veo_story.backends.veo.wire.errors import operation_error
from veo_story.backends.veo.wire.file_state import read_file
from veo_story.backends.veo.wire.filters import category_of, is_about_sound
from veo_story.backends.veo.wire.model import Broken, Clip, Finished, Pending, WireError, Withheld
from veo_story.backends.veo.wire.texts import fit_to_show
from veo_story.errors import FilteredError, GenerationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.backends.veo.wire.model import Platform, Reply

__all__ = ["is_operation_name", "operation_name", "read_file", "read_operations", "read_reply"]

_NAME = re.compile(r"[\w.~:@-]+(?:/[\w.~:@-]+)*", re.ASCII)
_LONGEST_NAME = 1000
_USAGE, _LONGEST_USAGE = "usageMetadata", 4000
_MOST_REASONS = 20
_NO_REASON = "the service gave no reason"
_SAMPLES = ("generatedSamples", "videos", "generatedVideos")
_EMPTY_WHEN_NOTHING = {"@type", "raiMediaFilteredCount", "raiMediaFilteredReasons", *_SAMPLES}
_ABOUT_A_CLIP = {"mimeType", "encoding"}
_SERVICES: dict[str, str] = {"gemini": "the Gemini API", "vertex": "Vertex AI"}


def operation_name(answer: Any, platform: Platform) -> str:
    """The name of the operation that a submit began, a path fit to be asked for."""
    told = _mapping(answer, f"the answer of {_SERVICES[platform]} to a submit")
    name = told.get("name")
    if not is_operation_name(name):
        raise WireError(
            f"{_SERVICES[platform]} accepted a request without naming its operation: {_shown(answer)}"
        )
    return name


def is_operation_name(name: Any) -> TypeGuard[str]:
    """Whether it is the name of an operation, and a path that can be asked for as it is."""
    return _is_name(name) and "operations" in name.split("/")


def read_reply(answer: Any, platform: Platform) -> Reply:
    """Where an operation stands."""
    told = _mapping(answer, f"the answer of {_SERVICES[platform]} about an operation")
    done = told.get("done", False)
    if not isinstance(done, bool):
        raise WireError(f"`done` is neither true nor false: {_shown(answer)}")
    error, response = told.get("error"), told.get("response")
    if error is not None:
        return _failed(_mapping(error, "an operation's error"))
    if response is not None:
        reply = _finished(_mapping(response, "an operation's response"))
        return replace(reply, usage=_usage(told)) if isinstance(reply, Finished) else reply
    return _nothing_made() if done else Pending()


def read_operations(answer: Any) -> tuple[tuple[str, bool], ...]:
    """Name and whether it is done, of every operation in a list of them."""
    told = _mapping(answer, "a list of operations")
    return tuple(_listed(each) for each in _list(told.get("operations"), "operations"))


def _listed(entry: Any) -> tuple[str, bool]:
    told = _mapping(entry, "an operation in a list")
    name, done = told.get("name"), told.get("done", False)
    if not _is_name(name) or not isinstance(done, bool):
        raise WireError(f"an operation in a list has no name: {_shown(entry)}")
    return name, done


def _failed(error: Mapping[str, Any]) -> Reply:
    broken = operation_error(error)
    if isinstance(broken.error, FilteredError):
        reasons = (fit_to_show(str(error.get("message", ""))),)
        return Withheld(reasons, category_of(reasons), is_about_sound(reasons))
    return broken


def _finished(response: Mapping[str, Any]) -> Reply:
    told = response.get("generateVideoResponse", response)
    told = _mapping(told, "generateVideoResponse")
    samples = _samples(told)
    clips = tuple(clip for sample in samples if (clip := _clip(sample)) is not None)
    reasons = _reasons(told)
    if clips:
        return Finished(clips, reasons)
    if reasons:
        return Withheld(reasons, category_of(reasons), is_about_sound(reasons))
    # A clip in a shape that nobody knows yet is paid: it must not be taken for none.
    if any(told[key] for key in told.keys() - _EMPTY_WHEN_NOTHING) or any(map(_says_something, samples)):
        raise WireError(f"a finished operation gives no video that is known: {_shown(response)}")
    return _nothing_made()


def _usage(told: Mapping[str, Any]) -> str | None:
    """What the service says of its use, where it says it and it is not endless."""
    response = told.get("response") or {}
    for place in (response, response.get("generateVideoResponse"), told.get("metadata"), told):
        found = place.get(_USAGE) if isinstance(place, dict) else None
        if found:
            return _bounded(found)
    return None


def _bounded(value: Any) -> str | None:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
    return text if len(text) <= _LONGEST_USAGE else None


def _says_something(sample: Mapping[str, Any]) -> bool:
    video = sample.get("video", sample)
    return any(video[key] for key in video.keys() - _ABOUT_A_CLIP)


def _nothing_made() -> Broken:
    return Broken(
        GenerationError(
            "the service says that it is done, and gives neither a video nor a reason",
            hint="render again: what fails is reported as not charged (your bill has the last word)",
        )
    )


def _samples(told: Mapping[str, Any]) -> list[Any]:
    for key in _SAMPLES:
        if found := _list(told.get(key), key):
            return found
    return []


def _clip(sample: Any) -> Clip | None:
    """One sample's clip; None where a filter left the place of one empty."""
    told = _mapping(sample, "a sample")
    video = _mapping(told.get("video", told), "a sample's video")
    uri = _first_text(video, "uri", "gcsUri")
    encoded = _first_text(video, "encodedVideo", "bytesBase64Encoded", "videoBytes")
    if uri is None and encoded is None:
        return None
    data = None if encoded is None else _decoded(encoded)
    return Clip(uri=uri, data=data, mime=_first_text(video, "mimeType", "encoding"))


def _decoded(encoded: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError(f"a video's bytes are not base64: {error}") from error


def _reasons(told: Mapping[str, Any]) -> tuple[str, ...]:
    found = told.get("raiMediaFilteredReasons")
    reasons = [found] if isinstance(found, str) else _list(found, "raiMediaFilteredReasons")
    shown = tuple(text for each in reasons[:_MOST_REASONS] if (text := _reason(each)))
    return shown or ((_NO_REASON,) if _count(told.get("raiMediaFilteredCount")) else ())


def _reason(value: Any) -> str:
    return fit_to_show(value) if isinstance(value, str) else _shown(value)


def _count(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise WireError(f"raiMediaFilteredCount is not a count: {_shown(value)}")
    return value


def _is_name(value: Any) -> TypeGuard[str]:
    is_path = isinstance(value, str) and len(value) <= _LONGEST_NAME and _NAME.fullmatch(value) is not None
    return is_path and not {".", ".."} & set(value.split("/"))


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise WireError(f"{what} is not a JSON object: {_shown(value)}")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise WireError(f"{what} is not a list: {_shown(value)}")
    return value


def _first_text(told: Mapping[str, Any], *keys: str) -> str | None:
    for key in keys:
        value = told.get(key)
        if value is None or value == "":
            continue
        if not isinstance(value, str):
            raise WireError(f"{key} is not a text: {_shown(value)}")
        return value
    return None


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return fit_to_show(text, 120)
