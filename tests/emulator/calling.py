"""Small clients of the emulator, for tests: they send what they are told and hand back the answers."""

from __future__ import annotations

import base64
import io
from typing import Any

import httpx
from PIL import Image

GOOGLE = "https://generativelanguage.googleapis.com"
STANDARD = "veo-3.1-generate-preview"
VERTEX_MODEL = "veo-3.1-generate-001"
PLACE = "projects/p/locations/us-central1/publishers/google/models"


def png(width: int = 64, height: int = 36) -> bytes:
    """A picture that can be decoded."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), (40, 90, 160)).save(file, "PNG")
    return file.getvalue()


def image(data: bytes | None = None, mime: str = "image/png") -> dict[str, str]:
    """An image as both services take it."""
    content = base64.b64encode(png() if data is None else data).decode()
    return {"bytesBase64Encoded": content, "mimeType": mime}


def body(instance: dict[str, Any] | None = None, /, **parameters: Any) -> dict[str, Any]:
    """A submit's body; without an instance, one with a prompt."""
    return {
        "instances": [{"prompt": "A red fox"} if instance is None else instance],
        "parameters": parameters,
    }


class Gemini:
    """Speaks as a Gemini API client with a key (None: without)."""

    def __init__(self, url: str, key: str | None = "canary-key") -> None:
        headers = {} if key is None else {"x-goog-api-key": key}
        self.http = httpx.Client(
            base_url=url, headers=headers, trust_env=False, timeout=60, follow_redirects=True
        )

    def submit(self, content: Any, model: str = STANDARD) -> httpx.Response:
        return self.http.post(f"/v1beta/models/{model}:predictLongRunning", json=content)

    def poll(self, name: str) -> httpx.Response:
        return self.http.get(f"/v1beta/{name}")

    def wait(self, name: str) -> dict[str, Any]:
        """Poll until done; only for what is due."""
        return _until_done(lambda: self.poll(name))

    def made(self, content: Any, model: str = STANDARD) -> str:
        """Submit, wait, and return the file's path under the base URL, with ``:download``."""
        told = self.wait(accepted(self.submit(content, model)))
        uri = told["response"]["generateVideoResponse"]["generatedSamples"][0]["video"]["uri"]
        return str(uri).removeprefix(GOOGLE)

    def file(self, path: str) -> httpx.Response:
        return self.http.get(path.partition(":")[0])


class Vertex:
    """Speaks as a Vertex client with an access token."""

    def __init__(self, url: str, token: str | None = "emulator-token", version: str = "v1") -> None:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        self.http = httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60)
        self.version = version

    def submit(self, content: Any, model: str = VERTEX_MODEL, place: str = PLACE) -> httpx.Response:
        return self.http.post(f"/{self.version}/{place}/{model}:predictLongRunning", json=content)

    def poll(self, name: str) -> httpx.Response:
        resource = name.rpartition("/operations/")[0]
        path = f"/{self.version}/{resource}:fetchPredictOperation"
        return self.http.post(path, json={"operationName": name})

    def wait(self, name: str) -> dict[str, Any]:
        """Poll until done; only for what is due."""
        return _until_done(lambda: self.poll(name))

    def made(self, content: Any, model: str = VERTEX_MODEL) -> dict[str, Any]:
        """Submit, wait, and return the whole operation."""
        return self.wait(accepted(self.submit(content, model)))

    def upload(self, bucket: str, name: str, data: bytes, **query: str) -> httpx.Response:
        params = {"uploadType": "media", "name": name, **query}
        return self.http.post(f"/upload/storage/v1/b/{bucket}/o", params=params, content=data)

    def download(self, gcs_uri: str, **headers: str) -> httpx.Response:
        bucket, _, name = gcs_uri.removeprefix("gs://").partition("/")
        path = f"/storage/v1/b/{bucket}/o/{name.replace('/', '%2F')}"
        return self.http.get(path, params={"alt": "media"}, headers=headers)


def accepted(answer: httpx.Response) -> str:
    """The operation's name in an answer to a submit that was accepted."""
    assert answer.status_code == 200, answer.text
    return str(answer.json()["name"])


def _until_done(ask: Any) -> dict[str, Any]:
    while True:
        answer = ask()
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        if told.get("done"):
            return told
