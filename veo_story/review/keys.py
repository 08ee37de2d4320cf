"""What a clip is called by: the digest of everything that decides how it looks and sounds.

The renderer's own code is part of it. So a clip whose file is there need not be drawn again, and a clip is
never changed once it is there.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from veo_story.backends.local.order import RenderOrder

_FORMAT = 1
"""Counts up when the same order would be drawn into another clip by the code of this package."""
_PLACES = ("into", "first_frame", "last_frame", "references", "image", "clip", "lineage", "ffmpeg")
"""Parts of an order that say where something lies; what is in it counts instead."""


def key_of(order: RenderOrder, used: list[tuple[str, ...]]) -> str:
    """The digest of all that decides how a clip looks and sounds."""
    plain = {name: value for name, value in json.loads(order.to_json()).items() if name not in _PLACES}
    text = json.dumps([_FORMAT, renderer(), plain, used], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=1)
def renderer() -> str:
    """The digest of the local renderer's own code and words: what draws otherwise has another one."""
    digest = hashlib.sha256()
    for name, file in sorted(_code(files("veo_story.backends.local"), "")):
        digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _code(folder: Traversable, before: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        name = f"{before}/{entry.name}"
        if entry.is_dir():
            yield from _code(entry, name)
        elif entry.name.endswith((".py", ".toml")):
            yield name, entry
