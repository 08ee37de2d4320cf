"""What a step sends: from files on this disk to bytes in the request, or to objects in Cloud Storage."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from veo_story.backends.veo.once import Once
from veo_story.backends.veo.pictures import read_picture, suffix_of
from veo_story.backends.veo.places import read_place
from veo_story.backends.veo.tails import cut_tail
from veo_story.backends.veo.wire.model import Medium
from veo_story.errors import ConfigError, MediaError
from veo_story.media.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from veo_story.backends.base import Inputs, ParentClip
    from veo_story.backends.veo.gcs import Objects
    from veo_story.backends.veo.places import Place
    from veo_story.plan.model import Step

VIDEO = "video/mp4"
MOST_INLINE_BYTES = 15_000_000
"""What is practical of a video inside a request; Google documents no figure."""


class Staging:
    """Makes the inputs of steps ready to be sent.

    ``objects`` reaches Cloud Storage (None: no credentials for it), ``storage`` is where inputs go (None:
    into the request), ``work`` gives a folder for tails that are cut.
    """

    def __init__(self, objects: Objects | None, storage: Place | None, work: Callable[[], Path]) -> None:
        self._objects = objects
        self._storage = storage
        self._work = work
        self._numbers = count(1)
        self._tails = Once[Path]()
        self._placed = Once[str]()

    async def stage(self, step: Step, inputs: Inputs) -> Inputs:
        """Upload what is to be uploaded, once; ``sent`` of the result says where it is.

        Raises MediaError for a file that cannot be used, ConfigError for a video that needs Cloud Storage.
        """
        sent = dict(inputs.sent)
        for path in _pictures(inputs):
            if path not in sent and self._objects is not None and self._storage is not None:
                sent[path] = await self._put_picture(path, self._objects, self._storage)
        parent = inputs.parent
        if parent is not None and parent.path not in sent:
            uri = await self._find_video(step, parent)
            if uri is None:
                _check_size(step, await self._video(step, parent))
            else:
                sent[parent.path] = uri
        return replace(inputs, sent=sent)

    async def media(self, step: Step, inputs: Inputs) -> dict[Path, Medium]:
        """Everything the step sends, by file; what :meth:`stage` did not place anywhere as bytes.

        Raises the same.
        """
        media: dict[Path, Medium] = {}
        for path in _pictures(inputs):
            picture = await asyncio.to_thread(read_picture, path)
            uri = inputs.sent.get(path)
            media[path] = picture if uri is None else Medium(picture.mime, uri=uri)
        parent = inputs.parent
        if parent is not None:
            uri = inputs.sent.get(parent.path)
            media[parent.path] = Medium(VIDEO, uri=uri) if uri else await self._inline(step, parent)
        return media

    async def _put_picture(self, path: Path, objects: Objects, storage: Place) -> str:
        picture = await asyncio.to_thread(read_picture, path)
        digest = await asyncio.to_thread(_digest_of, path)
        place = storage.below(f"inputs/{digest}{suffix_of(picture.mime)}")
        return await self._placed.get(place, lambda: objects.put(path, place, picture.mime or ""))

    async def _find_video(self, step: Step, parent: ParentClip) -> str | None:
        """Where the service can read the clip to extend; None when it goes into the request."""
        objects, window = self._objects, _window(step, parent)
        if objects is None:
            return None
        made = read_place(parent.handle or "")
        if window is None and made is not None and await _is_there(objects, made):
            return made.uri
        if self._storage is None:
            return None
        digest = await asyncio.to_thread(_digest_of, parent.path)
        # A tail is named after what it is cut from: encoded anew it may have another digest each time.
        place = self._storage.below(f"inputs/{digest}{f'-last{window}' if window else ''}.mp4")
        return await self._placed.get(place, lambda: self._put_video(step, parent, objects, place))

    async def _put_video(self, step: Step, parent: ParentClip, objects: Objects, place: Place) -> str:
        if await objects.find(place) is not None:
            return place.uri
        return await objects.put(await self._video(step, parent), place, VIDEO)

    async def _inline(self, step: Step, parent: ParentClip) -> Medium:
        path = await self._video(step, parent)
        _check_size(step, path)
        try:
            return Medium(VIDEO, data=await asyncio.to_thread(path.read_bytes))
        except OSError as error:
            raise MediaError(f"{path}: cannot be read: {error.strerror or error}") from error

    async def _video(self, step: Step, parent: ParentClip) -> Path:
        """The file to send: the parent's clip, or its tail, cut once."""
        window = _window(step, parent)
        if window is None:
            return parent.path
        into = self._work() / f"tail-{next(self._numbers):04d}.mp4"
        return await self._tails.get(
            (parent.path, window), lambda: asyncio.to_thread(cut_tail, parent.path, window, into)
        )

    async def aclose(self) -> None:
        """Stop what goes on."""
        await self._placed.aclose()
        await self._tails.aclose()


async def _is_there(objects: Objects, made: Place) -> bool:
    """Whether a clip still lies where the service put it, in a bucket that may be another one than ours now.

    The clip is on this disk too: one that is out of reach is simply sent again.
    """
    try:
        return await objects.find(made) is not None
    except ConfigError:
        return False


def _pictures(inputs: Inputs) -> Iterator[Path]:
    yield from (path for path in (inputs.first_frame, inputs.last_frame) if path is not None)
    yield from inputs.references


def _window(step: Step, parent: ParentClip) -> int | None:
    """Frames of the tail to send; None for the whole clip."""
    window = step.window_frames
    return None if window is None or window >= parent.frames else window


def _digest_of(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise MediaError(f"{path}: cannot be read: {error.strerror or error}") from error


def _check_size(step: Step, path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise MediaError(f"{path}: cannot be read: {error.strerror or error}") from error
    if size > MOST_INLINE_BYTES:
        raise ConfigError(
            f"Scene {step.scene_id} extends a clip of {size / 1e6:.1f} MB; Vertex AI takes about "
            f"{MOST_INLINE_BYTES // 1_000_000} MB inside a request",
            hint="Render with --gcs gs://bucket/prefix: clips then go through Cloud Storage.",
        )
