"""How long a generation takes: each kind of request has its own middle, and each request lies near it."""

from __future__ import annotations

import hashlib

_GOLDEN = 0.6180339887498949
_SPREAD = 0.1


class Latency:
    """Draws latencies in emulated seconds from ``range_s``, seeded.

    Every kind's requests lie evenly spread within a tenth of its middle, never outside the range.
    """

    def __init__(self, range_s: tuple[float, float], seed: int) -> None:
        self._low, self._high = min(range_s), max(range_s)
        self._seed = seed
        self._drawn: dict[str, int] = {}

    def draw(self, kind: str) -> float:
        """The latency of the next request of a kind."""
        number = self._drawn[kind] = self._drawn.get(kind, -1) + 1
        low, high = self.around(kind)
        return low + (high - low) * ((self._share(f"{kind}:start") + number * _GOLDEN) % 1)

    def around(self, kind: str) -> tuple[float, float]:
        """Shortest and longest latency of a kind."""
        middle = self._low + (self._high - self._low) * self._share(kind)
        return max(self._low, middle * (1 - _SPREAD)), min(self._high, middle * (1 + _SPREAD))

    def _share(self, text: str) -> float:
        digest = hashlib.sha256(f"{self._seed}:{text}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64
