"""How much of the long random tests is run: a share of them in the suite, all by ``make soak``."""

from __future__ import annotations

import os

SOAKING = "SOAK" in os.environ


def runs(whole: int, *, in_suite: int) -> int:
    """``whole`` when all is asked for, else ``in_suite`` of it."""
    return whole if SOAKING else in_suite
