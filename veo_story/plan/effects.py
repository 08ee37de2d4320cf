"""How long a scene is after its effects, in whole frames. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def frames_after(effects: Sequence[Mapping[str, Any]], frames: int) -> int:
    """Frames of a scene of ``frames`` after its effects, in their order."""
    return frames if effects is not None else 0
