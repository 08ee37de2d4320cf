"""What an extension must know of the clip it goes on from; it travels in the clip's own ``comment`` tag.

So a clip needs nothing beside itself: copied to another machine, it can still be extended there.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from veo_story.backends.local.camera import Camera
from veo_story.backends.local.words import WorldWords
from veo_story.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path

_KEY, _VERSION = "veo-story-local", 1


@dataclass(frozen=True, slots=True)
class ChainState:
    """A chain as one of its clips leaves it.

    The clip shows the chain's frames ``first`` to ``next`` (exclusive). A drawn chain has ``world``, one that
    began with a picture has ``image``: that picture, fitted, as base64 JPEG. ``camera`` stands where frame
    ``next`` is seen from. ``sounds`` are the gains heard at the clip's end.
    """

    seed: int
    size: tuple[int, int]
    first: int
    next: int
    camera: Camera
    sounds: dict[str, float] = field(default_factory=dict)
    audio: bool = True
    world: WorldWords | None = None
    image: str | None = None

    def after(self, first: int, end: int, camera: Camera, sounds: dict[str, float]) -> ChainState:
        """The state of a clip that goes on to ``end``."""
        return replace(self, first=first, next=end, camera=camera, sounds=sounds)

    def with_world(self, world: WorldWords, camera: Camera) -> ChainState:
        """The state of a chain that shows a drawn world."""
        return replace(self, world=world, camera=camera)

    def with_image(self, image: str, camera: Camera) -> ChainState:
        """The state of a chain that shows an image (packed)."""
        return replace(self, image=image, camera=camera)


def write_state(state: ChainState) -> str:
    """The text for the clip's ``comment`` tag."""
    return json.dumps({_KEY: _VERSION, **asdict(state)}, separators=(",", ":"))


def read_state(comment: str | None, clip: Path) -> ChainState:
    """The state in a clip's ``comment`` tag. Raises :class:`MediaError` when there is none."""
    try:
        data: Any = json.loads(comment or "")
        if data[_KEY] != _VERSION:
            raise ValueError(f"version {data[_KEY]}")
        return _state(data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MediaError(
            f"{clip} cannot be extended by the local backend: it does not say how its chain goes on",
            hint="render the scene before it with the local backend again; a foreign clip is continued with "
            "first_frame: <scene>.last_frame",
        ) from error


def _state(data: dict[str, Any]) -> ChainState:
    world = data["world"]
    camera = data["camera"]
    width, height = data["size"]
    return ChainState(
        seed=int(data["seed"]),
        size=(int(width), int(height)),
        first=int(data["first"]),
        next=int(data["next"]),
        camera=Camera(_four(camera["place"]), _four(camera["speed"])),
        sounds={str(k): float(v) for k, v in data["sounds"].items()},
        audio=bool(data["audio"]),
        world=WorldWords(**{**world, "props": tuple(world["props"])}) if world else None,
        image=data["image"],
    )


def _four(values: list[float]) -> tuple[float, float, float, float]:
    a, b, c, d = (float(v) for v in values)
    return (a, b, c, d)
