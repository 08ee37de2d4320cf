"""What one of the cast looks like: nothing but words and colours, the same in every scene."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonLook:
    """A member of the cast as a paper figure. Colours are ``#rrggbb``; ``""`` is none of it.

    ``kind`` is ``person`` or an entry of ``[creature]`` in ``figures.toml``; ``tall`` the height as a share
    of a grown-up's; ``head`` the head's share of that; ``broad`` how wide the body is (1 is middling);
    ``stoop`` how bent it is, in degrees. The other words are entries of that file's tables of the same name.
    """

    kind: str
    sex: str
    age: str
    tall: float
    head: float
    broad: float
    stoop: float
    skin: str
    hair: str
    style: str
    parting: float
    beard: str = ""
    glasses: str = ""
    freckles: bool = False
    hat: str = ""
    hat_colour: str = ""
    upper: str = "shirt"
    upper_colour: str = "#5a6b7c"
    under_colour: str = "#e8e2d4"
    trim: str = ""
    neck: str = ""
    neck_colour: str = ""
    lower: str = "trousers"
    lower_colour: str = "#3a3f4a"
    shoes: str = "#2c2622"
    carries: str = ""
