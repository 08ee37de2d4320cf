"""Place, hour, weather and things of a scene, chosen from its words."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Setting:
    """What a drawn world is made of: keys of the vocabulary's tables.

    ``place`` of ``places.toml``, ``time`` and ``weather`` of ``sky.toml``, ``props`` of ``props.toml`` (the
    most telling first), ``look`` of ``looks.toml`` (every entry that the author's words name). ``palette``
    are the author's own colours as ``#rrggbb``, ``dyes`` the things that have one of them with it.
    """

    place: str
    time: str
    weather: str
    props: tuple[str, ...] = ()
    look: tuple[str, ...] = ()
    palette: tuple[str, ...] = ()
    dyes: tuple[tuple[str, str], ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Plain data for :func:`setting_of`."""
        return asdict(self)


def setting_of(data: Mapping[str, Any]) -> Setting:
    """The setting that :meth:`Setting.as_data` gave. Raises KeyError, TypeError or ValueError for others."""
    return Setting(
        place=str(data["place"]),
        time=str(data["time"]),
        weather=str(data["weather"]),
        props=tuple(data["props"]),
        look=tuple(data["look"]),
        palette=tuple(data["palette"]),
        dyes=tuple((str(name), _colour(dye)) for name, dye in data.get("dyes", ())),
    )


def _colour(text: Any) -> str:
    if not re.fullmatch("#[0-9a-f]{6}", str(text)):
        raise ValueError(f"{text!r} is no colour")
    return str(text)
