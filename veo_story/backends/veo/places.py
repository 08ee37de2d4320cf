"""Places in Google Cloud Storage, ``gs://bucket/name``, and where a film keeps its files there. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from veo_story.errors import ConfigError

SCHEME = "gs://"

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_LONGEST_PREFIX = 700
"""Bytes. An object's whole name may have 1,024, and the attempt and the sample come behind the prefix."""


@dataclass(frozen=True, slots=True)
class Place:
    """An object (or, with a slash at its end, all objects below a prefix) of a bucket."""

    bucket: str
    name: str = ""

    @property
    def uri(self) -> str:
        """``gs://bucket/name``."""
        return f"{SCHEME}{self.bucket}/{self.name}"

    def below(self, name: str) -> Place:
        """The place ``name`` below this one."""
        return Place(self.bucket, f"{self.name.rstrip('/')}/{name}" if self.name else name)


def read_place(uri: str) -> Place | None:
    """The place that a URI names; None when it is no ``gs://`` URI with a bucket."""
    if not uri.startswith(SCHEME):
        return None
    bucket, _, name = uri.removeprefix(SCHEME).partition("/")
    return Place(bucket, name) if _BUCKET.fullmatch(bucket) else None


def storage_of(text: str) -> Place:
    """The place that an author named for inputs and results. Raises ConfigError when it cannot be one."""
    fix = "Write it as gs://bucket/prefix, such as gs://my-bucket/films."
    if not text.startswith(SCHEME):
        raise ConfigError(
            f"'{text[:80]}' is no place in Cloud Storage: it does not begin with gs://", hint=fix
        )
    place = read_place(text)
    if place is None:
        raise ConfigError(
            f"'{text[:80]}' names no bucket: 3 to 222 lower-case letters, digits, '-', '_' and '.'",
            hint=fix,
        )
    prefix = place.name.rstrip("/")
    if not prefix.isprintable() or len(prefix.encode("utf-8", "replace")) > _LONGEST_PREFIX:
        raise ConfigError(
            f"'{text[:80]}': a prefix is printable text of at most {_LONGEST_PREFIX} bytes", hint=fix
        )
    if any(part in ("", ".", "..") for part in prefix.split("/")) and prefix:
        raise ConfigError(f"'{text[:80]}' has an empty part, '.' or '..' in its prefix", hint=fix)
    return Place(place.bucket, prefix)
