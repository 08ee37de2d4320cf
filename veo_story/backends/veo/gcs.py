"""Objects in Google Cloud Storage over its JSON API: put, find, list, fetch."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veo_story.backends.veo.places import Place
from veo_story.backends.veo.wire.paths import gcs_download, gcs_list, gcs_upload
from veo_story.errors import ConfigError, ExpiredError, GenerationError, MediaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from veo_story.backends.veo.client import Client

_MOST_PAGES = 100
"""Of 1,000 objects each; an attempt has a handful, and a server that never ends its list is a broken one."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One object: where it is, and the MD5 of its bytes in base64 where the service says it."""

    place: Place
    md5: str | None = None


class Objects:
    """The objects that our credentials may see, through ``client``.

    All verbs may be repeated. They raise ConfigError when a bucket is not there or may not be used, and what
    the client raises.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    async def put(self, file: Path, place: Place, mime: str) -> str:
        """Upload a file, unless the same bytes are there already, and return its ``gs://`` URI.

        Raises MediaError when the file cannot be read.
        """
        try:
            md5 = await asyncio.to_thread(_md5_of, file)
        except OSError as error:
            raise MediaError(f"{file}: cannot be read: {error.strerror or error}") from error
        there = await self.find(place)
        if there is not None and there.md5 == md5:
            return place.uri
        path, params = gcs_upload(place.bucket, place.name)
        with _explained(place.bucket, "write to it", "roles/storage.objectUser"):
            answer = await self._client.upload(path, params, file, mime)
        arrived = _stored(place.bucket, answer)
        if arrived is not None and arrived.md5 not in (None, md5):
            raise GenerationError(
                f"{place.uri}: arrived damaged",
                hint="Run again: it is uploaded anew, and nothing was asked for.",
            )
        return place.uri

    async def find(self, place: Place) -> Stored | None:
        """The object at a place; None when there is none."""
        # A list has an end whether the object is there or not; its 404 can only mean the bucket.
        found = await self.list_below(place)
        return next((stored for stored in found if stored.place == place), None)

    async def list_below(self, place: Place) -> tuple[Stored, ...]:
        """All objects whose names begin with the place's."""
        path, params = gcs_list(place.bucket, place.name)
        found: list[Stored] = []
        token = ""
        for _ in range(_MOST_PAGES):
            more = {"pageToken": token} if token else {}
            with _explained(place.bucket, "list it", "roles/storage.objectViewer"):
                answer = await self._client.get_json(path, {**params, **more})
            rows = answer.get("items", ()) if isinstance(answer, Mapping) else None
            if not isinstance(rows, list | tuple):
                raise GenerationError(f"{place.uri}: Cloud Storage answered with what is no list of objects")
            found += [stored for row in rows if (stored := _stored(place.bucket, row)) is not None]
            token = answer.get("nextPageToken") or ""
            if not token or not isinstance(token, str):
                break
        return tuple(found)

    async def fetch(self, place: Place, into: Path) -> None:
        """Write an object to a file. Raises ExpiredError when it is gone, OSError when the disk fails."""
        path, params = gcs_download(place.bucket, place.name)
        try:
            with _explained(place.bucket, "read from it", "roles/storage.objectViewer"):
                await self._client.download(path, into, params=params)
        except ConfigError as error:
            # Where bytes were asked for a 404 is a page; the list tells the object's from the bucket's.
            if await self.find(place) is None:
                raise ExpiredError(
                    f"{place.uri} is no longer in its bucket",
                    hint="Look whether a lifecycle rule of the bucket deletes objects early.",
                ) from error
            raise


def _md5_of(file: Path) -> str:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, lambda: hashlib.md5(usedforsecurity=False))
    return base64.b64encode(digest.digest()).decode()


def _stored(bucket: str, row: Any) -> Stored | None:
    if not isinstance(row, Mapping) or not isinstance(name := row.get("name"), str):
        return None
    md5 = row.get("md5Hash")
    return Stored(Place(bucket, name), md5 if isinstance(md5, str) else None)


@contextmanager
def _explained(bucket: str, deed: str, role: str) -> Iterator[None]:
    """Say of which bucket an error speaks, and which role would do.

    A 404 here is the bucket's: what looks for an object has its own word for that.
    """
    try:
        yield
    except (ConfigError, ExpiredError) as error:
        raise ConfigError(
            f"gs://{bucket}: cannot {deed}: {error.message}",
            hint=f"Look at the bucket's name, and give these credentials {role} on gs://{bucket}.",
        ) from error
