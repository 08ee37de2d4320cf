"""A clip from the service to a file: streamed, checked, and taken up again where it broke off.

Checked are the length that the server names, the SHA-256 that the caller knows, and the MD5 of Google Cloud
Storage's ``x-goog-hash``. Its CRC32C is not: in pure Python it takes longer than the download, and only
objects that were composed of several have no MD5.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from veo_story.backends.veo.retry import Again
from veo_story.backends.veo.transport import broke_off

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    import httpx

    from veo_story.backends.veo.exchange import Opened
    from veo_story.backends.veo.looks import Looks

_NO_CLIP = re.compile(r"(?i)\s*(text/|application/(json|xml|xhtml))")
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
_MD5 = re.compile(r"(?:^|,)\s*md5=([A-Za-z0-9+/]{22}==)")


@dataclass(slots=True)
class _Part:
    """What is on disk so far, and what the server said of the whole."""

    received: int = 0
    total: int | None = None
    etag: str | None = None
    md5: str | None = None
    sha256_so_far: Any = field(default_factory=hashlib.sha256)
    md5_so_far: Any = field(default_factory=lambda: hashlib.md5(usedforsecurity=False))

    def add(self, portion: bytes) -> None:
        self.received += len(portion)
        self.sha256_so_far.update(portion)
        self.md5_so_far.update(portion)


class Download:
    """One file to be fetched in one or more tries; ``into`` appears when all of it is there and right.

    A try may take ``longest_s``.
    """

    def __init__(self, url: str, into: Path, looks: Looks, sha256: str | None, longest_s: float) -> None:
        self._url = url
        self._longest_s = longest_s
        self._into = into
        self._path = into.with_name(f".{into.name}.part")
        self._looks = looks
        self._sha256 = sha256.lower() if sha256 else None
        self._part = _Part()

    async def attempt(self, number: int) -> None:
        """One try. Raises Again when another one may help."""
        opened = await self._looks.exchange.get(self._url, self._request_headers(), number=number)
        status = opened.response.status_code
        if status == 416:  # what we have is no part of what is there now
            self._part = _Part()
        if status not in (200, 206):
            answer = await self._looks.exchange.read(opened)
            raise (
                self._again("nothing could be taken up again")
                if status == 416
                else self._looks.refused(answer)
            )
        try:
            self._looks.exchange.log(opened, None)
            self._begin(opened.response)
            async with asyncio.timeout(self._longest_s):
                await self._stream(opened)
        finally:
            await opened.response.aclose()
        self._check()
        self._path.replace(self._into)

    def tidy(self) -> None:
        """Leave no part behind. What was fetched before this program ended cannot be trusted later."""
        self._path.unlink(missing_ok=True)

    def _request_headers(self) -> Mapping[str, str]:
        # Bytes as they are stored: compressed on the way, neither length nor place would fit.
        headers = {"accept-encoding": "identity"}
        if self._part.received and self._part.etag:
            # The rest of the very same file, or all of the new one.
            headers["range"] = f"bytes={self._part.received}-"
            headers["if-range"] = self._part.etag
        return headers

    def _begin(self, response: httpx.Response) -> None:
        """Read the head of an answer: go on where we are, or anew. Raises Again for what is no clip."""
        kind = response.headers.get("content-type", "")
        if _NO_CLIP.match(kind):
            shown = self._looks.exchange.harmless(kind.partition(";")[0].strip())[:60]
            raise self._again(f"there came {shown} in place of a clip")
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise self._again("the clip came compressed, so that its length cannot be checked")
        if response.status_code == 206:
            self._check_place(response.headers.get("content-range", ""))
            return
        length = response.headers.get("content-length", "")
        found = _MD5.search(response.headers.get("x-goog-hash", ""))
        self._part = _Part(
            total=int(length) if re.fullmatch(r"\d{1,18}", length, re.ASCII) else None,
            etag=_strong_etag(response.headers),
            md5=base64.b64decode(found[1]).hex() if found else None,
        )

    def _check_place(self, content_range: str) -> None:
        found = _RANGE.fullmatch(content_range.strip())
        place = (self._part.received, self._part.total) if self._part.received else None
        if found is None or (int(found[1]), int(found[3])) != place:
            self._part = _Part()
            raise self._again("another part came than was asked for")

    async def _stream(self, opened: Opened) -> None:
        # Portions are small and go to the page cache: a thread for each would take longer than the write.
        with self._path.open("ab" if self._part.received else "wb") as file:
            async for portion in opened.response.aiter_raw():
                file.write(portion)
                self._part.add(portion)

    def _check(self) -> None:
        part = self._part
        if not part.received or part.total not in (None, part.received):
            raise self._damaged(f"{part.received} bytes came of {part.total or 'a clip'}")
        if part.md5 not in (None, part.md5_so_far.hexdigest()):
            raise self._damaged("its MD5 is not the one that the server named")
        if self._sha256 not in (None, part.sha256_so_far.hexdigest()):
            raise self._damaged("its SHA-256 is not the one that the service named")

    def _damaged(self, what: str) -> Again:
        self._part = _Part()
        return self._again(what)

    def _again(self, what: str) -> Again:
        return Again(broke_off(f"The download from {self._looks.host} is incomplete", what), what)


def _strong_etag(headers: httpx.Headers) -> str | None:
    """What to take up again with, or None where the server does not offer that."""
    etag = str(headers.get("etag", ""))
    if headers.get("accept-ranges", "").strip().lower() == "none" or not re.fullmatch(r'"[^"\s]*"', etag):
        return None
    return etag
