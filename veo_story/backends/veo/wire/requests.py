"""A :class:`VideoRequest` as the JSON of either service, as Google's own SDKs write it."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from veo_story.errors import GenerationError

if TYPE_CHECKING:
    from veo_story.backends.veo.wire.model import Medium, Platform, VideoRequest

_VIDEO = "video/mp4"
_REFERENCE_TYPE = "ASSET"  # in capitals, as the SDKs send it


def body_of(request: VideoRequest, platform: Platform) -> dict[str, Any]:
    """The JSON body of ``request``: nothing that is None, nothing that ``platform`` does not take.

    Raises :class:`GenerationError` for what no body can say: a last frame without a first one, references
    beside a frame or a video, bytes or names where the service takes only the other.
    """
    _hold_together(request)
    body: dict[str, Any] = {"instances": [_instance(request, platform)]}
    if parameters := _parameters(request, platform):
        body["parameters"] = parameters
    if platform == "vertex" and request.labels:
        body["labels"] = dict(request.labels)
    return body


def _hold_together(request: VideoRequest) -> None:
    if request.last_frame is not None and request.image is None:
        raise GenerationError("a last frame cannot be asked for without a first frame")
    if request.references and (request.image or request.video):
        raise GenerationError("reference images cannot be sent together with a frame or a video")
    if request.video is not None and request.image is not None:
        raise GenerationError("a video cannot be extended from a first frame")


def _instance(request: VideoRequest, platform: Platform) -> dict[str, Any]:
    found = {
        "prompt": request.prompt,
        "image": _image(request.image, platform),
        "lastFrame": _image(request.last_frame, platform),
        "video": _video(request.video, platform),
    }
    instance: dict[str, Any] = _without_none(found)
    if request.references:
        instance["referenceImages"] = [
            {"image": _image(each, platform), "referenceType": _REFERENCE_TYPE} for each in request.references
        ]
    return instance


def _parameters(request: VideoRequest, platform: Platform) -> dict[str, Any]:
    found: dict[str, Any] = {
        "sampleCount": request.samples,
        "durationSeconds": request.duration_s,
        "aspectRatio": request.aspect,
        "resolution": request.resolution,
        "personGeneration": request.people,
        "negativePrompt": request.negative_prompt,
    }
    if platform == "vertex":
        found |= {
            "storageUri": request.storage_uri,
            "seed": request.seed,
            "generateAudio": request.audio,
            "compressionQuality": _capitals(request.compression),
            "resizeMode": _capitals(request.resize),
        }
    return _without_none(found)


def _image(medium: Medium | None, platform: Platform) -> dict[str, str] | None:
    if medium is None:
        return None
    if medium.mime is None:
        raise GenerationError("an image cannot be sent without saying what kind it is")
    if platform == "vertex" and medium.uri is not None:
        return {"gcsUri": medium.uri, "mimeType": medium.mime}
    if medium.data is None:
        raise GenerationError("an image must be sent as its bytes")
    return {"bytesBase64Encoded": b64encode(medium.data).decode("ascii"), "mimeType": medium.mime}


def _video(medium: Medium | None, platform: Platform) -> dict[str, str] | None:
    if medium is None:
        return None
    if platform == "gemini":
        # The SDK adds `encoding`, which the service refuses beside a URI.
        if medium.uri is None:
            raise GenerationError(
                "the Gemini API extends only videos that it keeps itself, and this one has no name there",
                hint="begin on the last frame of the scene before instead (`first_frame: ID.last_frame`)",
            )
        return {"uri": medium.uri}
    mime = medium.mime or _VIDEO  # Vertex AI refuses a video without
    if medium.uri is not None:
        return {"gcsUri": medium.uri, "mimeType": mime}
    if medium.data is None:
        raise GenerationError("a video needs its bytes or its place in Cloud Storage")
    return {"bytesBase64Encoded": b64encode(medium.data).decode("ascii"), "mimeType": mime}


def _capitals(word: str | None) -> str | None:
    return None if word is None else word.upper()


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
