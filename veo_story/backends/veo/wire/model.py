"""One generation as both services' JSON can say it, and what can come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.errors import VeoStoryError

Platform = Literal["gemini", "vertex"]


class WireError(Exception):
    """An answer that is not what the service documents. What it means for the request, nobody can say."""


_NO_LABELS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Medium:
    """An image or a video: its bytes, or the service's name of it (``gs://...``, or a Gemini file's URI)."""

    mime: str | None = None
    data: bytes | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """One request. What is None is not sent; lengths are seconds of new footage."""

    prompt: str | None = None
    image: Medium | None = None
    last_frame: Medium | None = None
    references: tuple[Medium, ...] = ()
    video: Medium | None = None
    samples: int | None = None
    duration_s: int | None = None
    aspect: str | None = None
    resolution: str | None = None
    people: str | None = None
    negative_prompt: str | None = None
    seed: int | None = None
    audio: bool | None = None
    storage_uri: str | None = None
    compression: str | None = None
    resize: str | None = None
    labels: Mapping[str, str] = field(default_factory=lambda: _NO_LABELS)


@dataclass(frozen=True, slots=True)
class Clip:
    """One finished sample: where it lies, or its bytes."""

    uri: str | None = None
    data: bytes | None = None
    mime: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Not finished."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Finished; ``withheld`` are the filter's reasons for samples that are missing.

    ``usage`` is what the service says of its use, as it says it: JSON text.
    """

    clips: tuple[Clip, ...]
    withheld: tuple[str, ...] = ()
    usage: str | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """All samples were withheld. ``category`` by support code; ``retry_may_pass`` for blocks of the sound."""

    reasons: tuple[str, ...]
    category: str | None
    retry_may_pass: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """The operation ended with an error. ``retry_after_s`` where a repeat is known to pass."""

    error: VeoStoryError
    retry_after_s: float | None = None


Reply = Pending | Finished | Withheld | Broken


@dataclass(frozen=True, slots=True)
class FileState:
    """A file of the Gemini API. ``sha256`` as lower-case hex digits; ``expires_at`` as RFC 3339 text."""

    state: Literal["PROCESSING", "ACTIVE", "FAILED"]
    uri: str | None = None
    expires_at: str | None = None
    sha256: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP answer that is an error.

    ``error`` is ours. ``accepted``: whether a submit so answered was taken: False means surely not, None that
    nobody can say. ``retry``: whether the very same request may simply be sent again, after ``retry_after_s``
    when the service said how long.
    """

    error: VeoStoryError
    accepted: Literal[False] | None
    retry: bool = False
    retry_after_s: float | None = None
