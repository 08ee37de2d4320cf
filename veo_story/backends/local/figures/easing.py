"""From one state to another without a jolt."""

from __future__ import annotations

EASE = 12
"""Frames in which a pose is taken."""


def eased(frame: float, start: float, length: float = EASE) -> float:
    """0 before ``start``, 1 ``length`` frames later, slow at both ends."""
    t = min(1.0, max(0.0, (frame - start) / max(length, 1)))
    return t * t * t * (t * (6 * t - 15) + 10)


def towards(begin: float, target: float, share: float) -> float:
    """``share`` of the way to ``target``, and exactly there at its end."""
    return target if share >= 1 else begin + (target - begin) * share
