"""The films that are rendered under fire: short, cheap, and each with another reason to go wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

Scene = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """A film by its sequences.

    ``last`` are the scenes that nothing is built on: they may be edited. ``retaken`` are those that may be
    retaken.
    """

    name: str
    sequences: tuple[tuple[Scene, ...], ...]
    last: tuple[str, ...]
    retaken: tuple[str, ...]

    def storyboard(self, edits: dict[str, int]) -> str:
        """The storyboard (JSON is YAML), after so many ``edits`` of each scene."""
        sequences = [
            {"id": f"q{number}", "scenes": [_edited(scene, edits) for scene in scenes]}
            for number, scenes in enumerate(self.sequences)
        ]
        return json.dumps(
            {
                "storyboard": 1,
                "title": f"Under fire: {self.name}",
                "render": {"tier": "fast", "resolution": "720p"},
                "budget": {"max_usd": 100, "confirm_over_usd": 50, "max_takes": 50},
                "sequences": sequences,
            },
            indent=1,
        )


def _edited(scene: Scene, edits: dict[str, int]) -> Scene:
    times = edits.get(scene.get("id", ""), 0)
    return {**scene, "action": f"{scene['action']}, written for the time {times + 1}"} if times else scene


_BOAT: Scene = {"id": "a1", "duration": 4, "action": "A small boat leaves a harbour at dawn"}
_SEA: Scene = {"id": "a2", "action": "The boat meets the open sea"}
_RAIN: Scene = {"id": "b1", "duration": 4, "action": "Rain falls over a dark forest at night"}
_WIND: Scene = {"id": "c1", "duration": 4, "action": "Wind goes through the high grass of a dune"}
_ON: Scene = {**_WIND, "action": "Wind goes through the picture", "first_frame": "a1.last_frame"}
_CARD: Scene = {"id": "end", "card": "The end", "duration": 1}

SHAPES = {
    shape.name: shape
    for shape in (
        Shape("chain", ((_BOAT, _SEA),), ("a2",), ("a1", "a2")),
        Shape("side by side", ((_BOAT, _SEA), (_RAIN,)), ("a2", "b1"), ("a1", "a2", "b1")),
        Shape("three", ((_BOAT,), (_RAIN,), (_WIND,)), ("a1", "b1", "c1"), ("a1", "c1")),
        Shape("handed on", ((_BOAT,), (_ON,)), ("c1",), ("a1", "c1")),
        Shape("takes", (({**_BOAT, "takes": 2},), (_RAIN,)), ("a1", "b1"), ("b1",)),
        Shape("card", ((_BOAT,), (_CARD,)), ("a1",), ("a1",)),
    )
}
