"""What a scene asks of the animatic, beat by beat: who is there, what is seen, said and heard, and when.

Times are seconds from the scene's first frame. All text is as the author wrote it. As JSON the types below
have the shape that ``plan/script.py`` describes, which writes the same.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the cast. ``about``, ``wears`` and ``voice`` are the author's descriptions."""

    id: str
    name: str
    about: str = ""
    wears: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True)
class CameraWords:
    """How a beat is framed and moved; ``text`` is prose where the author wrote no parts."""

    size: str = ""
    angle: str = ""
    move: str = ""
    lens: str = ""
    focus: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        return any((self.size, self.angle, self.move, self.lens, self.focus, self.text))


@dataclass(frozen=True, slots=True)
class Beat:
    """A shot inside the scene, or the whole of it."""

    start_s: float
    end_s: float
    action: str = ""
    camera: CameraWords = CameraWords()


@dataclass(frozen=True, slots=True)
class Line:
    """A spoken line. ``who`` is the id of a person of the cast, or else a plain name."""

    who: str
    name: str
    text: str
    start_s: float
    length_s: float
    manner: str = ""
    voice: str = ""

    @property
    def end_s(self) -> float:
        """When it has been said."""
        return self.start_s + self.length_s


@dataclass(frozen=True, slots=True)
class Spot:
    """A sound effect and when it begins."""

    text: str
    start_s: float


@dataclass(frozen=True, slots=True)
class Script:
    """One scene. ``beats`` is never empty and covers ``length_s`` in order; ``prompt`` is what models get."""

    length_s: float
    prompt: str = ""
    place: str = ""
    when: str = ""
    look: str = ""
    ambient: str = ""
    music: str = ""
    people: tuple[Person, ...] = ()
    beats: tuple[Beat, ...] = ()
    lines: tuple[Line, ...] = ()
    spots: tuple[Spot, ...] = ()

    @property
    def action(self) -> str:
        """What happens, over all beats."""
        return " ".join(beat.action for beat in self.beats if beat.action)


def write_script(script: Script) -> str:
    """One line of JSON for :func:`read_script`."""
    return json.dumps(asdict(script), ensure_ascii=False, separators=(",", ":"))


def read_script(text: str) -> Script:
    """The script that :func:`write_script` wrote. Raises ValueError, KeyError or TypeError otherwise."""
    data: dict[str, Any] = json.loads(text)
    return Script(
        **{
            **data,
            "people": tuple(Person(**person) for person in data["people"]),
            "beats": tuple(_beat(beat) for beat in data["beats"]),
            "lines": tuple(Line(**line) for line in data["lines"]),
            "spots": tuple(Spot(**spot) for spot in data["spots"]),
        }
    )


def _beat(data: Mapping[str, Any]) -> Beat:
    return Beat(**{**data, "camera": CameraWords(**data["camera"])})
