"""What a misspelt word was meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 100
"""Comparing takes time by the square of the length, and files come from anywhere."""


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known word that is spelled most like ``word``; None when none is near (``cutoff`` 0..1)."""
    from difflib import get_close_matches  # not at the top: most runs never misspell

    near = get_close_matches(word[:_LONGEST], [k for k in known if len(k) <= _LONGEST], 1, cutoff)
    return near[0] if near else None
