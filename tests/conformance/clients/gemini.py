"""google-genai (Python) on the Gemini API. All it is told stands in its environment; argument: the folder."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from common import PAUSE_S, PROMPT, Folder, done, refused, run, stay_on_this_machine
from google import genai
from google.genai import errors, types

stay_on_this_machine()

MODEL = "veo-3.1-generate-preview"
LITE = "veo-3.1-lite-generate-preview"
FOREIGN = "https://generativelanguage.googleapis.com/v1beta/files/somebodyelses:download?alt=media"

folder = Folder(Path(sys.argv[1]), "gemini-python")
client = genai.Client()


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
    """Submit; ``extra`` are parameters that the SDK itself would refuse."""
    if extra is not None:
        config["http_options"] = types.HttpOptions(extra_body={"parameters": extra})
    return by.models.generate_videos(
        model=model,
        source=types.GenerateVideosSource(prompt=prompt, image=picture, video=video),
        config=types.GenerateVideosConfig(**config),
    )


def made(**asked: Any) -> types.Video:
    """Submit and wait: the finished video."""
    operation = done(ask(**asked), client.operations.get)
    assert operation.error is None, operation.error
    return operation.response.generated_videos[0].video


def clip(name: str, **asked: Any) -> dict[str, str]:
    return folder.clip(name, client.files.download(file=made(**asked)))


def chain() -> dict[str, str]:
    """An opening and three extensions, each as soon as the file before is ACTIVE."""
    video = made()
    for _ in range(3):
        while client.files.get(name=video.uri).state != types.FileState.ACTIVE:
            time.sleep(PAUSE_S)
        video = made(video=video, number_of_videos=1, resolution="720p")
    return folder.clip("chain", client.files.download(file=video))


def before_active() -> dict[str, Any]:
    video = made()
    return refuse(video=video)


def refuse(**asked: Any) -> dict[str, Any]:
    return refused(partial(ask, **asked), errors.APIError)


def with_key(key: str) -> genai.Client:
    """A client whose requests carry ``key``, be it empty."""
    return genai.Client(http_options=types.HttpOptions(headers={"x-goog-api-key": key}))


def unknown_operation() -> dict[str, Any]:
    gone = types.GenerateVideosOperation(name=f"models/{MODEL}/operations/nobodyknows")
    return refused(partial(client.operations.get, gone), errors.APIError)


def bytes_of_a_video() -> dict[str, Any]:
    return refuse(video=types.Video(video_bytes=b"\x00\x00\x00\x18ftypmp42", mime_type="video/mp4"))


three = ["first", "last", "face"]
CASES = {
    "chain": chain,
    "extension before ACTIVE": before_active,
    "text": partial(clip, "text", duration_seconds=6, aspect_ratio="9:16"),
    "image": partial(clip, "image", picture=image("first")),
    "first and last": partial(clip, "first-last", picture=image("first"), last_frame=image("last")),
    "references": partial(
        clip, "references", reference_images=[reference(n) for n in three], duration_seconds=8
    ),
    "generateAudio": partial(refuse, extra={"generateAudio": True}),
    "seed": partial(refuse, extra={"seed": 7}),
    "numberOfVideos": partial(refuse, extra={"numberOfVideos": 1}),
    "enhancePrompt": partial(refuse, enhance_prompt=True),
    "duration 5": partial(refuse, duration_seconds=5),
    "1080p with 6 s": partial(refuse, duration_seconds=6, resolution="1080p"),
    "references and image": partial(refuse, picture=image("first"), reference_images=[reference("face")]),
    "last frame alone": partial(refuse, last_frame=image("last")),
    "foreign video": partial(refuse, video=types.Video(uri=FOREIGN)),
    "video as bytes": bytes_of_a_video,
    "extension by lite": partial(refuse, model=LITE, video=types.Video(uri=FOREIGN)),
    "bad key": lambda: refuse(by=with_key("invalid")),
    "missing key": lambda: refuse(by=with_key("")),
    "unknown model": partial(refuse, model="veo-9.9-generate-preview"),
    "retired model": partial(refuse, prompt="this one is retired"),
    "lite with references": partial(refuse, model=LITE, reference_images=[reference("face")]),
    "lite with negativePrompt": partial(refuse, model=LITE, negative_prompt="rain"),
    "sampleCount 2": partial(refuse, number_of_videos=2),
    "prompt too long": partial(refuse, prompt="lighthouse " * 1200),
    "unknown operation": unknown_operation,
}

run(CASES)
