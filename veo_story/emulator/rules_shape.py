"""The shape of a submit's JSON: which fields there are, of which types. No value is judged."""

from __future__ import annotations

import base64
import binascii
import math
from typing import TYPE_CHECKING, Any

from veo_story.emulator.ask import Ask, Medium
from veo_story.emulator.refusals import invalid, unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.emulator.model import Platform

_TOP = {"gemini": {"instances", "parameters"}, "vertex": {"instances", "parameters", "labels"}}
_INSTANCE = {"prompt", "image", "lastFrame", "referenceImages", "video"}
_PARAMETERS = {
    "sampleCount",
    "durationSeconds",
    "aspectRatio",
    "resolution",
    "personGeneration",
    "negativePrompt",
}
_VERTEX_PARAMETERS = {"seed", "generateAudio", "storageUri", "compressionQuality", "resizeMode"}
_MOST_LABELS = 64
_LONGEST_LABEL = 63


def read_ask(body: object, platform: Platform, model: str) -> Ask:
    """A submit's body. Raises Refused (400) for what has not the shape the platform takes."""
    whole = _object(body, "request body")
    for name in whole.keys() - _TOP[platform]:
        raise _unknown_name(name)
    _check_labels(whole.get("labels"))
    instance = _instance(whole.get("instances"))
    parameters = _object(whole.get("parameters") or {}, "parameters")
    known = _PARAMETERS | (_VERTEX_PARAMETERS if platform == "vertex" else set())
    for name in [*sorted(instance.keys() - _INSTANCE), *sorted(parameters.keys() - known)]:
        raise unsupported(name)
    return Ask(
        platform=platform,
        model=model,
        prompt=_text(instance, "prompt"),
        image=_image(instance, "image", platform),
        last_frame=_image(instance, "lastFrame", platform),
        references=_references(instance, platform),
        video=_video(instance, platform),
        samples=_whole_number(parameters, "sampleCount"),
        duration_s=_number(parameters, "durationSeconds"),
        aspect=_text(parameters, "aspectRatio"),
        resolution=_text(parameters, "resolution"),
        people=_text(parameters, "personGeneration"),
        negative_prompt=_text(parameters, "negativePrompt"),
        seed=_whole_number(parameters, "seed"),
        audio=_truth(parameters, "generateAudio"),
        storage_uri=_storage_uri(parameters),
        compression=_text(parameters, "compressionQuality"),
        resize=_text(parameters, "resizeMode"),
    )


def _unknown_name(name: str) -> Exception:
    return invalid(f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.')


def _object(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise invalid(f"Invalid JSON payload received. The {what} must be an object.")
    return value


def _instance(instances: object) -> Mapping[str, Any]:
    if not isinstance(instances, list) or not instances:
        raise invalid("Request must contain exactly one instance: `instances` is missing or empty.")
    if len(instances) > 1:
        raise invalid("Only one instance is supported per request.")
    return _object(instances[0], "instance")


def _wrong_type(name: str, kind: str) -> Exception:
    return invalid(f"The value type for `{name}` needs to be a {kind}.")


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _wrong_type(name, "string")


def _number(fields: Mapping[str, Any], name: str) -> float | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong_type(name, "number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise invalid(f"`{name}` is out of bound.")
    return number


def _whole_number(fields: Mapping[str, Any], name: str) -> int | None:
    number = _number(fields, name)
    if number is None:
        return None
    if not number.is_integer():
        raise _wrong_type(name, "whole number")
    return int(number)


def _truth(fields: Mapping[str, Any], name: str) -> bool | None:
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise _wrong_type(name, "boolean")


def _storage_uri(parameters: Mapping[str, Any]) -> str | None:
    uri = _text(parameters, "storageUri")
    if uri is not None and not is_gcs_uri(uri):
        raise invalid(f"`storageUri` must be a Cloud Storage URI (gs://bucket/prefix), got: {uri[:200]}")
    return uri


def is_gcs_uri(uri: str) -> bool:
    """Whether a URI names a bucket."""
    return uri.startswith("gs://") and bool(uri.removeprefix("gs://").partition("/")[0])


def _image(fields: Mapping[str, Any], name: str, platform: Platform) -> Medium | None:
    value = fields.get(name)
    if value is None:
        return None
    return _image_of(_object(value, f"field `{name}`"), name, platform)


def _image_of(value: Mapping[str, Any], name: str, platform: Platform) -> Medium:
    known = {"bytesBase64Encoded", "mimeType"} | ({"gcsUri"} if platform == "vertex" else set())
    for other in sorted(value.keys() - known):
        raise unsupported(other)
    data, uri, mime = _bytes(value, "bytesBase64Encoded"), _gcs_uri(value), _text(value, "mimeType")
    if (data is None) == (uri is None):
        raise invalid(f"`{name}` needs exactly one of {' or '.join(sorted(known - {'mimeType'}))}.")
    if mime is None:
        raise invalid(f"`mimeType` is required in `{name}`.")
    return Medium(data, uri, mime)


def _gcs_uri(value: Mapping[str, Any]) -> str | None:
    uri = _text(value, "gcsUri")
    if uri is not None and not is_gcs_uri(uri):
        raise invalid(f"`gcsUri` must be a Cloud Storage URI (gs://bucket/object), got: {uri[:200]}")
    return uri


def _bytes(value: Mapping[str, Any], name: str) -> bytes | None:
    text = _text(value, name)
    if text is None:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise invalid(f"Invalid value for `{name}`: Base64 decoding failed.") from None


def _references(instance: Mapping[str, Any], platform: Platform) -> tuple[tuple[Medium, str | None], ...]:
    value = instance.get("referenceImages")
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _wrong_type("referenceImages", "list")
    return tuple(_reference(_object(entry, "field `referenceImages`"), platform) for entry in value)


def _reference(entry: Mapping[str, Any], platform: Platform) -> tuple[Medium, str | None]:
    for other in sorted(entry.keys() - {"image", "referenceType"}):
        raise unsupported(other)
    image = _image(entry, "image", platform)
    if image is None:
        raise invalid("`image` is required in `referenceImages`.")
    return image, _text(entry, "referenceType")


def _video(instance: Mapping[str, Any], platform: Platform) -> Medium | None:
    value = instance.get("video")
    if value is None:
        return None
    fields = _object(value, "field `video`")
    return _vertex_video(fields) if platform == "vertex" else _gemini_video(fields)


def _gemini_video(fields: Mapping[str, Any]) -> Medium:
    for other in sorted(fields.keys() - {"uri"}):
        raise unsupported(other)
    uri = _text(fields, "uri")
    if not uri:
        raise invalid("Video URI not found in the request.")
    return Medium(uri=uri)


def _vertex_video(fields: Mapping[str, Any]) -> Medium:
    for other in sorted(fields.keys() - {"gcsUri", "bytesBase64Encoded", "mimeType"}):
        raise unsupported(other)
    data, uri, mime = _bytes(fields, "bytesBase64Encoded"), _gcs_uri(fields), _text(fields, "mimeType")
    if (data is None) == (uri is None):
        raise invalid("`video` needs exactly one of bytesBase64Encoded or gcsUri.")
    if not mime:
        raise invalid("`mimeType` is required in `video`.")
    return Medium(data, uri, mime)


def _check_labels(labels: object) -> None:
    if labels is None:
        return
    pairs = _object(labels, "field `labels`")
    if len(pairs) > _MOST_LABELS:
        raise invalid(f"At most {_MOST_LABELS} labels are allowed.")
    for key, value in pairs.items():
        if not isinstance(value, str) or len(value) > _LONGEST_LABEL or not 0 < len(key) <= _LONGEST_LABEL:
            raise invalid("`labels` must map names to strings of at most 63 characters.")
