"""Requests whose answer was lost, found again by what they left below their own prefix in Cloud Storage.

Each attempt has a prefix of its own, so a clip below it proves that the request was accepted. Finding none
proves nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from veo_story.backends.base import Done, Operation, Running
from veo_story.backends.veo.places import Place, read_place

if TYPE_CHECKING:
    from veo_story.backends.veo.gcs import Objects
    from veo_story.plan.takes import Attempt

_SAMPLE = re.compile(r"(?:(.*)/)?sample_([0-9]{1,4})\.mp4", re.DOTALL)
_NAME = re.compile(r"(gs://.+/)(?:#([0-9]{1,3}))?", re.DOTALL)
_NO_NUMBER = 10_000
_LOOK_AGAIN_S = 10.0
_SETTLED_S = 60.0
"""After this long without a further clip, those that are missing are taken for withheld by a filter."""


def results_of(storage: Place, attempt_id: str) -> Place:
    """Where the results of one attempt go, and of no other."""
    return storage.below(f"{attempt_id}/")


async def recall(objects: Objects, storage: Place, attempt: Attempt) -> Operation | None:
    """The operation of an attempt that left a clip; None where there is none so far."""
    place = results_of(storage, attempt.id)
    if not await _clips_below(objects, place):
        return None
    # How many it asked for is known nowhere else once this process is gone.
    return Operation(place.uri if attempt.samples == 1 else f"{place.uri}#{attempt.samples}")


def is_recalled(operation: Operation) -> bool:
    """Whether an operation is one that :func:`recall` has found."""
    return operation.name.startswith("gs://")


class Landing:
    """Looks after recalled operations."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._seen: dict[str, tuple[int, float]] = {}

    async def look(self, operation: Operation, monotonic_s: float) -> Done | Running | None:
        """Done when all its clips are there, or when no further one came for a minute.

        None for a name that names no place. Raises what Cloud Storage refuses.
        """
        named = _NAME.fullmatch(operation.name)
        place = None if named is None else read_place(named[1])
        if named is None or place is None:
            return None
        wanted = int(named[2] or 1)
        clips = await _clips_below(self._objects, place)
        count, since_s = self._seen.get(operation.name, (0, monotonic_s))
        if len(clips) != count:
            count, since_s = len(clips), monotonic_s
        self._seen[operation.name] = count, since_s
        if clips and (len(clips) >= wanted or monotonic_s - since_s >= _SETTLED_S):
            return Done(tuple(clip.uri for clip in clips), samples=_samples(clips))
        return Running(_LOOK_AGAIN_S)


async def _clips_below(objects: Objects, place: Place) -> tuple[Place, ...]:
    """The clips, in the order of their samples."""
    found = [stored.place for stored in await objects.list_below(place)]
    return tuple(each for each in sorted(found, key=_order) if each.name.endswith(".mp4"))


def _samples(clips: tuple[Place, ...]) -> tuple[int, ...] | None:
    """The clips' own numbers; None where they do not tell them apart.

    Which clips are there may change between two runs: by its place among them a late one would be taken for
    another.
    """
    numbers = tuple(_order(clip)[1] for clip in clips)
    return numbers if len(set(numbers)) == len(numbers) and max(numbers) < _NO_NUMBER else None


def _order(place: Place) -> tuple[str, int, str]:
    """By folder, then by the number of the sample; what has none comes last."""
    named = _SAMPLE.fullmatch(place.name)
    if named is None:
        return place.name.rpartition("/")[0], _NO_NUMBER, place.name
    return named[1] or "", int(named[2]), ""
