"""Where people and things stand in a world, known from its words alone, before anything is painted."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOBODY: Mapping[str, Mark] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Mark:
    """One person or thing at a parallax, in picture heights of what a camera at home sees.

    ``x`` is the middle, right of the picture's middle; ``foot`` the lowest row from the top, ``tall`` the
    height. ``wide`` is the width over the height of one who is broader than people are, else 0.
    """

    x: float
    foot: float
    tall: float
    parallax: float = 1.0
    wide: float = 0.0


@dataclass(frozen=True, slots=True)
class Stage:
    """The ground that a scene plays on.

    ``foot`` is the row where the cast's feet stand and ``tall`` the height of a grown-up there, ``horizon``
    the row of the horizon; in picture heights from the top. ``people`` goes by the cast's ids, ``things`` by
    the vocabulary's names of props. ``aspect`` is width over height of the picture.
    """

    foot: float
    tall: float
    horizon: float
    indoors: bool
    aspect: float
    people: Mapping[str, Mark] = field(default_factory=lambda: _NOBODY)
    things: Mapping[str, Mark] = field(default_factory=lambda: _NOBODY)
