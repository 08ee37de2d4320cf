"""A file as the body of a request, read anew for each try."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from veo_story.backends.veo.exchange import Asked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_PORTION = 256 * 1024


def upload_of(url: str, file: Path, mime: str) -> Asked:
    """The request that sends ``file``. Raises OSError when it is not there."""
    # With its length known, it is not sent in chunks, which not every gateway takes.
    headers = {"content-type": mime, "content-length": str(file.stat().st_size)}
    return Asked("POST", url, lambda: _portions(file), headers)


async def _portions(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as source:
        while portion := await asyncio.to_thread(source.read, _PORTION):
            yield portion
