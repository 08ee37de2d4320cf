"""What an extension must know of the clip it goes on from; it travels in the clip's own ``comment`` tag.

So a clip needs nothing beside itself: copied to another machine, it can still be extended there. What a
room has to remember (where the camera stands, who is on the stage, what is heard) is that room's own plain
mapping.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from veo_story.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_KEY, _VERSION = "veo-story-local", 2
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_LARGEST_NUMBER = 2**64
_LONGEST_TEXT, _LONGEST_PICTURE = 2**20, 2**26
_MOST_VALUES = 2_000
"""More than any clip of ours leaves behind. What is more was damaged, and may cost hours and all memory."""


@dataclass(frozen=True, slots=True)
class ChainState:
    """A chain as one of its clips leaves it.

    The clip shows the chain's frames ``first`` to ``next`` (exclusive). ``rooms`` is what each room of the
    renderer remembers of the frame ``next``, by its name, as plain JSON values; a chain that is not drawn has
    none.
    """

    seed: int
    size: tuple[int, int]
    first: int
    next: int
    audio: bool = True
    rooms: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def is_drawn(self) -> bool:
        """Whether the local renderer can go on from here."""
        return bool(self.rooms)

    def whole(self) -> ChainState:
        """The state of a file that shows the chain from its first frame."""
        return replace(self, first=0)


def write_state(state: ChainState) -> str:
    """The text for the clip's ``comment`` tag."""
    written = {
        _KEY: _VERSION,
        "seed": state.seed,
        "size": state.size,
        "first": state.first,
        "next": state.next,
        "audio": state.audio,
        "rooms": dict(state.rooms),
    }
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def read_state(comment: str | None, clip: Path) -> ChainState:
    """The state in a clip's ``comment`` tag. Raises :class:`MediaError` when there is none."""
    try:
        return state_of(comment or "")
    except ValueError as error:
        raise MediaError(
            f"{clip} cannot be extended by the local backend: it does not say how its chain goes on",
            hint="render the scene before it with the local backend again; a foreign clip is continued with "
            "first_frame: <scene>.last_frame",
        ) from error


def state_of(text: str) -> ChainState:
    """The state that :func:`write_state` wrote. Raises ValueError for anything else."""
    try:
        data: dict[str, Any] = json.loads(text)
        if data[_KEY] != _VERSION:
            raise ValueError("another version")
        check_values(data)
        width, height = data["size"]
        state = ChainState(
            seed=int(data["seed"]),
            size=(int(width), int(height)),
            first=int(data["first"]),
            next=int(data["next"]),
            audio=bool(data["audio"]),
            rooms=dict(data["rooms"]),
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("not the state of a chain") from error
    if not (0 <= state.first < state.next and 0 <= state.seed < 2**32):
        raise ValueError("frames that no chain has")
    return state


def check_values(data: Any, name: str = "") -> None:
    """Raise ValueError for numbers that are none or too large, and for more text or values than there can be.

    ``data`` is plain JSON data; ``name`` is what it is kept as.
    """
    if isinstance(data, int | float):
        if not math.isfinite(data) or abs(data) >= _LARGEST_NUMBER:
            raise ValueError(f"{name}: a number that cannot be")
    elif isinstance(data, str):
        if len(data) > (_LONGEST_PICTURE if name == "image" else _LONGEST_TEXT):
            raise ValueError(f"{name}: too long a text")
    elif data is not None:
        if len(data) > _MOST_VALUES:
            raise ValueError(f"{name}: too many values")
        named = data.items() if isinstance(data, dict) else ((name, value) for value in data)
        for key, value in named:
            check_values(value, key)
