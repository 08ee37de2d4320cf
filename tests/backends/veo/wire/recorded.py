"""What Google's SDKs were asked for when they were recorded, as our own requests.

Recordings: google-genai 2.34.0 (``gemini/``) and 3.4.0 (``vertex/``). Each file stands in exactly one table.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from veo_story.backends.veo.wire.model import Medium, Platform, VideoRequest

FOLDER = Path(__file__).parent / "recordings"

PROMPT = "A red fox runs through snow"
PNG = Medium(mime="image/png", data=b"\x89PNG-FAKE")
JPEG = Medium(mime="image/jpeg", data=b"\xff\xd8JPEG")
MP4 = Medium(mime="video/mp4", data=b"\x00\x00\x00\x18ftypmp42")
FIRST = Medium(mime="image/png", uri="gs://bucket/first.png")
LAST = Medium(mime="image/png", uri="gs://bucket/last.png")
FILE = Medium(uri="https://generativelanguage.googleapis.com/v1beta/files/xyz789abc:download?alt=media")
OBJECT = Medium(mime="video/mp4", uri="gs://bucket/in/sample_0.mp4")

TEXT = VideoRequest(PROMPT)

ON_BOTH = {
    "text": TEXT,
    "text_legacy_prompt_arg": TEXT,
    "model_short_full_name": TEXT,
    "image": VideoRequest(PROMPT, image=PNG),
    "image_no_prompt": VideoRequest(image=JPEG),
    "image_last_frame": VideoRequest(PROMPT, image=PNG, last_frame=JPEG),
    "reference_asset_x3": VideoRequest(PROMPT, references=(PNG, JPEG, PNG)),
    "opt_number_of_videos": VideoRequest(PROMPT, samples=2),
    "opt_duration_seconds": VideoRequest(PROMPT, duration_s=6),
    "opt_aspect_ratio": VideoRequest(PROMPT, aspect="9:16"),
    "opt_resolution": VideoRequest(PROMPT, resolution="4k"),
    "opt_person_generation": VideoRequest(PROMPT, people="allow_all"),
    "opt_negative_prompt": VideoRequest(PROMPT, negative_prompt="blurry"),
    "options_common": VideoRequest(
        PROMPT,
        samples=2,
        duration_s=8,
        aspect="9:16",
        resolution="1080p",
        people="allow_adult",
        negative_prompt="cartoon, blurry",
    ),
    **{f"error_{status}": TEXT for status in (400, 401, 403, 404, 429, 500, 503)},
}

SUBMITS: dict[Platform, dict[str, VideoRequest]] = {
    "gemini": {
        **ON_BOTH,
        "text_v1beta": TEXT,
        "extend_uri": VideoRequest(PROMPT, video=FILE, samples=1, resolution="720p"),
        "extend_uri_no_mime": VideoRequest(PROMPT, video=FILE),
        "extend_uri_and_bytes": VideoRequest(PROMPT, video=Medium(uri=FILE.uri, data=MP4.data)),
        "extend_no_prompt": VideoRequest(video=FILE),
    },
    "vertex": {
        **ON_BOTH,
        "text_api_v1": TEXT,
        "text_global": TEXT,
        "text_express_apikey": TEXT,
        "image_gcs": VideoRequest(PROMPT, image=FIRST),
        "image_last_frame_gcs": VideoRequest(PROMPT, image=FIRST, last_frame=LAST),
        "reference_asset_gcs": VideoRequest(PROMPT, references=(FIRST,)),
        "extend_uri": VideoRequest(PROMPT, video=OBJECT, samples=1, resolution="720p"),
        "extend_uri_no_mime": VideoRequest(PROMPT, video=Medium(uri=OBJECT.uri)),
        "extend_bytes": VideoRequest(PROMPT, video=MP4),
        "extend_uri_and_bytes": VideoRequest(PROMPT, video=Medium("video/mp4", MP4.data, OBJECT.uri)),
        "extend_no_prompt": VideoRequest(video=OBJECT),
        "extend_gcs_full": VideoRequest(
            PROMPT,
            video=OBJECT,
            samples=1,
            duration_s=7,
            aspect="16:9",
            resolution="720p",
            seed=7,
            audio=True,
            storage_uri="gs://bucket/out/",
        ),
        "opt_output_gcs_uri": VideoRequest(PROMPT, storage_uri="gs://bucket/out/"),
        "opt_seed": VideoRequest(PROMPT, seed=42),
        "opt_generate_audio": VideoRequest(PROMPT, audio=False),
        "opt_compression_quality": VideoRequest(PROMPT, compression="lossless"),
        "opt_resize_mode": VideoRequest(PROMPT, resize="pad"),
        "opt_labels": VideoRequest(PROMPT, labels={"team": "story"}),
    },
}
"""The submits that are compared: method, path after the version, and the whole body."""

POLLS = {
    "gemini": ("poll_pending", "poll_done", "poll_rai_filtered", "poll_error"),
    "vertex": (
        "poll_pending",
        "poll_done",
        "poll_done_bytes",
        "poll_rai_filtered",
        "poll_error",
        "poll_express_apikey",
    ),
}
"""The looks at an operation that are compared."""

_ENCODING = (
    "the SDK sends `encoding` beside the URI; the service refuses it, so we do not",
    ("instances", "0", "video", "encoding"),
    None,
)
DIFFERENT: dict[Platform, dict[str, tuple[str, tuple[str, ...], Any]]] = {
    "gemini": dict.fromkeys(("extend_uri", "extend_no_prompt", "extend_uri_and_bytes"), _ENCODING),
    "vertex": {
        "extend_uri_no_mime": (
            "the service requires the video's mimeType, so we always send it",
            ("instances", "0", "video", "mimeType"),
            "video/mp4",
        ),
        "extend_uri_and_bytes": (
            "a video is sent by its name or as bytes, never both",
            ("instances", "0", "video", "bytesBase64Encoded"),
            None,
        ),
    },
}
"""Where we differ on purpose: why, where in the SDK's body, and what we have there (None: nothing)."""

_SDK_REFUSED = "the SDK refuses it itself: nothing was sent"
_DOWNLOAD = "a download follows the URI of the answer; compared in the tests of the client"
NOT_COMPARED: dict[Platform, dict[str, str]] = {
    "gemini": {
        **dict.fromkeys(
            (
                *(
                    "image_gcs",
                    "image_last_frame_gcs",
                    "reference_asset_gcs",
                    "extend_gcs_full",
                    "mask_insert",
                ),
                *(
                    "opt_compression_quality",
                    "opt_fps",
                    "opt_generate_audio",
                    "opt_labels",
                    "opt_resize_mode",
                ),
                *("opt_output_gcs_uri", "opt_pubsub_topic", "opt_seed", "reference_style"),
            ),
            _SDK_REFUSED,
        ),
        "download_uri": _DOWNLOAD,
        "download_redirect_302": _DOWNLOAD,
        "extend_bytes": "the service extends its own files only; asking with bytes cannot be expressed",
        "reference_bogus_type": "a reference is an asset, no other type exists for Veo 3.1",
        "opt_enhance_prompt": "enhancePrompt is never sent",
        "opt_webhook_config": "webhooks are not used",
    },
    "vertex": {
        "download_uri": _SDK_REFUSED,
        "download_redirect_302": _SDK_REFUSED,
        "opt_webhook_config": _SDK_REFUSED,
        "mask_insert": "masks are no part of a storyboard",
        "reference_bogus_type": "a reference is an asset, no other type exists for Veo 3.1",
        "reference_style": "a reference is an asset, no other type exists for Veo 3.1",
        "opt_enhance_prompt": "enhancePrompt is never sent",
        "opt_fps": "everything is made with 24 frames a second; never sent",
        "opt_pubsub_topic": "topics are not used",
    },
}
"""The recordings that are not compared, and why."""


@dataclass(frozen=True)
class Recording:
    """One request as the SDK sent it, and the answer it was served."""

    platform: Platform
    name: str
    method: str
    path: str
    body: Any
    served: Any


def recordings(platform: Platform) -> list[str]:
    """The names of all recordings of one platform."""
    return sorted(path.stem for path in (FOLDER / platform).glob("*.json"))


def read(platform: Platform, name: str) -> Recording:
    """The first request of a recording. Its path stands without the version."""
    told = json.loads((FOLDER / platform / f"{name}.json").read_text(encoding="utf-8"))
    request = told["requests"][0]
    path = request["path"].split("/", 2)[2]
    return Recording(platform, name, request["method"], path, request["body"], told["response_served"])


def sent_nothing(platform: Platform, name: str) -> bool:
    """Whether the SDK refused before it sent anything."""
    return not json.loads((FOLDER / platform / f"{name}.json").read_text(encoding="utf-8"))["requests"]


def with_our_difference(platform: Platform, name: str, body: Any) -> Any:
    """The recorded body with the one documented difference put in, if there is one."""
    if name not in DIFFERENT[platform]:
        return body
    _why, way, ours = DIFFERENT[platform][name]
    inner = body
    for key in way[:-1]:
        inner = inner[int(key)] if key.isdigit() else inner[key]
    assert inner.get(way[-1]) != ours, "the recording does not differ here any more"
    inner.pop(way[-1], None)
    if ours is not None:
        inner[way[-1]] = ours
    return body
