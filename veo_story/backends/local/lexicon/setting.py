"""Place, hour, weather and things of a scene, chosen from its words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Setting:
    """What a drawn world is made of: keys of the vocabulary's tables.

    ``place`` of ``places.toml``, ``time`` and ``weather`` of ``sky.toml``, ``props`` of ``props.toml`` (the
    most telling first), ``look`` of ``looks.toml`` (every entry that the author's words name). ``palette``
    are the author's own colours as ``#rrggbb``.
    """

    place: str
    time: str
    weather: str
    props: tuple[str, ...] = ()
    look: tuple[str, ...] = ()
    palette: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Plain data for :func:`setting_of`."""
        return asdict(self)


def setting_of(data: Mapping[str, Any]) -> Setting:
    """The setting that :meth:`Setting.as_data` gave. Raises KeyError or TypeError for anything else."""
    return Setting(
        place=str(data["place"]),
        time=str(data["time"]),
        weather=str(data["weather"]),
        props=tuple(data["props"]),
        look=tuple(data["look"]),
        palette=tuple(data["palette"]),
    )
