"""What the emulator remembers, in plain JSON types. Times are emulated seconds since 1970."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from veo_story.emulator.model import Footage

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.emulator.model import Platform

Fate = Literal["done", "filtered", "failed", "never"]


@dataclass(slots=True)
class FootageRecord:
    """Footage with its paths as text, relative to the emulator's folder where they lie in it."""

    path: str
    frames: int
    size: list[int]
    first: int = 0
    pieces: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, footage: Footage, folder: Path) -> FootageRecord:
        """Write down a footage."""
        pieces = [_short(piece, folder) for piece in footage.pieces]
        return cls(_short(footage.path, folder), footage.frames, list(footage.size), footage.first, pieces)

    def read(self, folder: Path) -> Footage:
        """The footage again."""
        pieces = tuple(folder / piece for piece in self.pieces)
        return Footage(folder / self.path, self.frames, (self.size[0], self.size[1]), self.first, pieces)


def _short(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


@dataclass(slots=True)
class Order:
    """What a generation needs. Media are paths in the folder, or ``gs://`` names still to be looked up.

    ``media`` holds for each of ``image``, ``last_frame``, ``video`` and ``reference0``... its place and type.
    """

    size: list[int]
    audio: bool = True
    seed: int | None = None
    aspect: str | None = None
    media: dict[str, list[str]] = field(default_factory=dict)
    parent: FootageRecord | None = None
    parent_extensions: int = 0
    storage_uri: str | None = None


@dataclass(slots=True)
class Result:
    """One finished sample: its footage, its bytes' size and digest, and where the client finds it."""

    footage: FootageRecord
    bytes: int
    sha256: str
    file: str | None = None
    gcs_uri: str | None = None


@dataclass(slots=True)
class Operation:
    """One accepted generation. ``usd`` is the price of one sample; ``made_at`` None while its clips are made.

    ``fate`` is what it comes to; ``withheld`` counts samples that the filter keeps.
    """

    name: str
    platform: Platform
    model: str
    mode: str
    prompt: str
    seconds: int
    samples: int
    usd: str
    accepted_at: float
    due_at: float
    order: Order
    region: str = ""
    fate: Fate = "done"
    withheld: int = 0
    reasons: list[str] = field(default_factory=list)
    failure: list[Any] | None = None
    made_at: float | None = None
    noticed_at: float | None = None
    gone: bool = False
    results: list[Result] = field(default_factory=list)

    @property
    def done_at(self) -> float | None:
        """When it is (or will be) done; None while nobody knows."""
        if self.fate == "never" or self.made_at is None:
            return None
        return max(self.due_at, self.made_at)

    def is_done(self, now: float) -> bool:
        """Whether a client that asks now is told ``done``."""
        return self.done_at is not None and self.done_at <= now

    @property
    def shown(self) -> list[Result]:
        """The samples that the filter lets through."""
        return self.results[: self.samples - self.withheld] if self.fate == "done" else []


@dataclass(slots=True)
class StoredFile:
    """A file of the Gemini API, born when its operation is done, made of so many ``extensions``."""

    id: str
    operation: str
    footage: FootageRecord
    bytes: int
    sha256: str
    extensions: int = 0
    used_at: float | None = None
    gone: bool = False


@dataclass(slots=True)
class StoredObject:
    """An object of a bucket; it is seen from ``created_at`` on."""

    bucket: str
    name: str
    path: str
    bytes: int
    md5: str
    content_type: str
    generation: int
    created_at: float
    footage: FootageRecord | None = None


def to_json(record: Operation | StoredFile | StoredObject | FootageRecord) -> dict[str, Any]:
    """A record as JSON's types."""
    return asdict(record)


def footage_from(data: dict[str, Any] | None) -> FootageRecord | None:
    """The other way. Raises TypeError for what is none."""
    return None if data is None else FootageRecord(**data)


def operation_from(data: dict[str, Any]) -> Operation:
    """An operation as it was saved. Raises TypeError or KeyError for what is none."""
    order = dict(data["order"])
    order["parent"] = footage_from(order["parent"])
    results = [Result(**{**each, "footage": FootageRecord(**each["footage"])}) for each in data["results"]]
    return Operation(**{**data, "order": Order(**order), "results": results})


def file_from(data: dict[str, Any]) -> StoredFile:
    """A file as it was saved. Raises TypeError or KeyError for what is none."""
    return StoredFile(**{**data, "footage": FootageRecord(**data["footage"])})


def object_from(data: dict[str, Any]) -> StoredObject:
    """An object as it was saved. Raises TypeError or KeyError for what is none."""
    return StoredObject(**{**data, "footage": footage_from(data["footage"])})
