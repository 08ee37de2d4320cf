"""Which frames of which clips have been decoded without a fault: known by the clip's bytes, once for all."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from veo_story.media.files import UNREADABLE

_MOST = 2_000
"""Clips that are remembered."""


@dataclass
class Proofs:
    """Ranges of frames by the SHA-256 of a clip, as the decoder ``decoder`` found them."""

    decoder: str
    ranges: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def covers(self, sha256: str, start: int, end: int) -> bool:
        """Whether all frames from ``start`` to ``end`` (exclusive) are known to decode."""
        return any(first <= start and end <= last for first, last in self.ranges.get(sha256, ()))

    def add(self, sha256: str, start: int, end: int) -> None:
        """Note that these frames decode. Ranges that touch become one."""
        apart = []
        for first, last in self.ranges.pop(sha256, []):
            if last < start or end < first:
                apart.append((first, last))
            else:
                start, end = min(start, first), max(end, last)
        self.ranges[sha256] = sorted([*apart, (start, end)])

    def as_bytes(self) -> bytes:
        """As a file; the oldest are left out where there are too many."""
        kept = dict(list(self.ranges.items())[-_MOST:])
        return json.dumps({"version": 1, "decoder": self.decoder, "clips": kept}).encode() + b"\n"


class Readable(Protocol):
    """A path, or anything else with bytes."""

    def read_bytes(self) -> bytes:
        """All of them. Raises OSError."""
        ...


def read_proofs(path: Readable, decoder: str) -> Proofs:
    """What a file remembers; nothing when it is not there, broken, or of another decoder."""
    proofs = Proofs(decoder)
    try:
        data: Any = json.loads(path.read_bytes())
        if data.get("version") == 1 and data.get("decoder") == decoder:
            for sha256, ranges in data["clips"].items():
                for start, end in ranges:
                    proofs.add(str(sha256), int(start), int(end))
    except UNREADABLE:
        return Proofs(decoder)
    return proofs
