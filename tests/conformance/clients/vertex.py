"""google-genai (Python) on Vertex AI. All it is told stands in its environment; argument: the folder."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import google.auth
from common import PROMPT, Folder, done, refused, run, stay_on_this_machine
from google import genai
from google.auth.transport.requests import AuthorizedSession
from google.genai import errors, types
from google.oauth2.credentials import Credentials

stay_on_this_machine()

MODEL = "veo-3.1-generate-001"
LITE = "veo-3.1-lite-generate-001"

PROJECT = os.environ["GOOGLE_CLOUD_PROJECT"]
LOCATION = os.environ["GOOGLE_CLOUD_LOCATION"]
# Told in so many words: beside a base URL the SDK forgets a project and a location of the environment.
PLACE: dict[str, Any] = {"vertexai": True, "project": PROJECT, "location": LOCATION}

folder = Folder(Path(sys.argv[1]), "vertex-python")
client = genai.Client(**PLACE)


def image(name: str) -> types.Image:
    return types.Image(image_bytes=folder.picture(name), mime_type="image/png")


def reference(name: str) -> types.VideoGenerationReferenceImage:
    return types.VideoGenerationReferenceImage(image=image(name), reference_type="asset")


def ask(
    model: str = MODEL,
    *,
    prompt: str | None = PROMPT,
    picture: types.Image | None = None,
    video: types.Video | None = None,
    extra: dict[str, Any] | None = None,
    by: genai.Client = client,
    **config: Any,
) -> types.GenerateVideosOperation:
    """Submit; ``extra`` are parameters that the SDK itself does not know."""
    if extra is not None:
        config["http_options"] = types.HttpOptions(extra_body={"parameters": extra})
    return by.models.generate_videos(
        model=model,
        source=types.GenerateVideosSource(prompt=prompt, image=picture, video=video),
        config=types.GenerateVideosConfig(**config),
    )


def videos(by: genai.Client = client, **asked: Any) -> list[types.Video]:
    """Submit and wait: the finished videos."""
    operation = done(ask(by=by, **asked), by.operations.get)
    assert operation.error is None, operation.error
    return [each.video for each in operation.response.generated_videos]


def clip(name: str, **asked: Any) -> dict[str, str]:
    return folder.clip(name, videos(**asked)[0].video_bytes)


def chain() -> dict[str, str]:
    """An opening and three extensions, each built on the bytes of the one before."""
    [video] = videos(duration_seconds=8)
    for _ in range(3):
        [video] = videos(video=video, duration_seconds=7)
    return folder.clip("chain", video.video_bytes)


def chain_in_storage() -> dict[str, str]:
    """The same by names in Cloud Storage; the last one is downloaded from there."""
    [video] = videos(duration_seconds=8, output_gcs_uri="gs://films/opening/")
    for number in range(3):
        [video] = videos(video=video, output_gcs_uri=f"gs://films/extension-{number}/")
    bucket, _, name = video.uri.removeprefix("gs://").partition("/")
    credentials, _project = google.auth.default(["https://www.googleapis.com/auth/cloud-platform"])
    host = os.environ["STORAGE_EMULATOR_HOST"]
    answer = AuthorizedSession(credentials).get(
        f"{host}/storage/v1/b/{bucket}/o/{quote(name, safe='')}", params={"alt": "media"}
    )
    answer.raise_for_status()
    return folder.clip("chain-in-storage", answer.content)


def two_samples() -> dict[str, Any]:
    made = videos(number_of_videos=2, duration_seconds=4, generate_audio=False)
    assert len({video.video_bytes for video in made}) == 2
    return folder.clip("second-sample", made[1].video_bytes)


def express() -> dict[str, str]:
    """Express mode: an API key, no project."""
    by = genai.Client(api_key=os.environ["EXPRESS_KEY"], vertexai=True)
    return clip("express", by=by, duration_seconds=4)


def refuse(**asked: Any) -> dict[str, Any]:
    return refused(partial(ask, **asked), errors.APIError)


def ended(**asked: Any) -> dict[str, Any]:
    """The error that the operation ends with."""
    operation = done(ask(**asked), client.operations.get)
    assert operation.error is not None, "it was made"
    return {"code": operation.error["code"], "message": operation.error["message"]}


def bad_token() -> dict[str, Any]:
    stranger = Credentials(token="not-a-token")
    return refuse(by=genai.Client(credentials=stranger, **PLACE))


def poll_by_get() -> dict[str, Any]:
    """A look by GET, as at the Gemini API."""
    name = ask(duration_seconds=4).name
    return refused(lambda: client._api_client.request("get", name, {}), errors.APIError)


def unknown_operation() -> dict[str, Any]:
    path = f"projects/{PROJECT}/locations/{LOCATION}"
    gone = types.GenerateVideosOperation(
        name=f"{path}/publishers/google/models/{MODEL}/operations/nobodyknows"
    )
    return refused(partial(client.operations.get, gone), errors.APIError)


three = ["first", "last", "face"]
CASES = {
    "chain": chain,
    "chain in storage": chain_in_storage,
    "text": partial(clip, "text", duration_seconds=6, aspect_ratio="9:16", seed=7),
    "image": partial(
        clip, "image", picture=image("first"), resize_mode="PAD", compression_quality="OPTIMIZED"
    ),
    "first and last": partial(clip, "first-last", picture=image("first"), last_frame=image("last")),
    "references": partial(
        clip, "references", reference_images=[reference(n) for n in three], duration_seconds=8
    ),
    "two samples": two_samples,
    "express": express,
    "duration 5": partial(ended, duration_seconds=5),
    "1080p with 6 s": partial(ended, duration_seconds=6, resolution="1080p"),
    "references and image": partial(ended, picture=image("first"), reference_images=[reference("face")]),
    "last frame alone": partial(ended, last_frame=image("last")),
    "lite with references": partial(ended, model=LITE, reference_images=[reference("face")]),
    "sampleCount 5": partial(ended, number_of_videos=5),
    "seed too large": partial(ended, seed=2**32),
    "prompt too long": partial(ended, prompt="lighthouse " * 1200),
    "resizeMode without image": partial(ended, resize_mode="PAD"),
    "missing bucket": partial(ended, output_gcs_uri="gs://no-such-bucket/out/"),
    "enhancePrompt": partial(refuse, enhance_prompt=False),
    "numberOfVideos": partial(refuse, extra={"numberOfVideos": 1}),
    "aspect 1:1": partial(refuse, aspect_ratio="1:1"),
    "video without mimeType": partial(refuse, video=types.Video(uri="gs://films/opening/1.mp4")),
    "unknown model": partial(refuse, model="veo-9.9-generate-001"),
    "retired model": partial(refuse, prompt="this one is retired"),
    "bad token": bad_token,
    "poll by GET": poll_by_get,
    "unknown operation": unknown_operation,
}

run(CASES)
