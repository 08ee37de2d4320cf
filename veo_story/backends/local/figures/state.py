"""Who is on the stage where a clip ends."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.script import Person

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Standing:
    """One of the cast on the stage: ``x`` picture heights right of the middle, with the mark ``home``.

    ``yaw`` is where the body faces, ``action`` what goes on from scene to scene, ``mirrored`` whether in it
    the left arm leads. ``holds`` is a thing of ``[held]`` in the hand.
    """

    person: Person
    home: float
    x: float
    yaw: float
    action: str = ""
    mirrored: bool = False
    holds: str = ""


@dataclass(frozen=True, slots=True)
class CastState:
    """Who is on the stage where a clip ends; it travels with the clip."""

    standing: tuple[Standing, ...] = ()
    crowd: bool = False

    def as_data(self) -> dict[str, Any]:
        """Plain data for :func:`cast_of`."""
        return asdict(self)


def cast_of(data: Mapping[str, Any]) -> CastState:
    """The state that :meth:`CastState.as_data` gave. Raises KeyError or TypeError for anything else."""
    return CastState(tuple(_standing(one) for one in data["standing"]), bool(data["crowd"]))


def _standing(data: Mapping[str, Any]) -> Standing:
    for name, known in (("holds", "held"), ("action", "action")):
        if data[name] and data[name] not in vocabulary("figures")[known]:
            raise KeyError(name)
    return Standing(
        Person(**data["person"]),
        float(data["home"]),
        float(data["x"]),
        float(data["yaw"]),
        str(data["action"]),
        bool(data["mirrored"]),
        str(data["holds"]),
    )
