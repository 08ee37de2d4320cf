"""Which part of a picture another shape of it shows, and how large that becomes. Pure."""

from __future__ import annotations

from dataclasses import dataclass

FOLLOW = "follow"
"""The focus that goes where the eye goes."""
_NOTHING = 0.01
"""A picture that is off by no more than this share of its longer edge has the shape already."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of the picture, ``width`` x ``height`` pixels, all even, that becomes ``size``.

    It is as high as the picture or as wide: so it can move along one axis only, by up to ``slack`` pixels.
    ``across`` says that it moves left and right.
    """

    width: int
    height: int
    size: tuple[int, int]
    slack: int
    across: bool

    @property
    def length(self) -> int:
        """Its extent along the axis that it can move on."""
        return self.width if self.across else self.height


def crop_of(picture: tuple[int, int], aspect: str) -> Crop:
    """The largest part of a picture that has this aspect (``9:16``).

    It is enlarged so that its short edge is as long as the picture's: 1280x720 becomes 720x1280, 720x720 or
    720x900, as the services and the places where films are shown have it. All is rounded to even numbers,
    which may stretch it by less than half a percent.
    """
    width, height = picture
    across, down = (int(part) for part in aspect.split(":"))
    short = min(picture)
    if width * down >= height * across:
        part = (min(_even(height * across / down), width), height)
        slack = width - part[0]
    else:
        part = (width, min(_even(width * down / across), height))
        slack = height - part[1]
    whole = (short, _even(short * down / across)) if across < down else (_even(short * across / down), short)
    if slack <= _NOTHING * max(picture):
        return Crop(*picture, picture, 0, across=False)
    return Crop(*part, whole, slack, across=part[1] == height and part[0] < width)


def rest_of(crop: Crop, focus: str) -> int:
    """Where along its axis a crop stands that looks at one of the nine places: even pixels from 0."""
    before, after = ("left", "right") if crop.across else ("top", "bottom")
    words = focus.split("-")
    if before in words:
        return 0
    return crop.slack if after in words else round(crop.slack / 4) * 2


def _even(length: float) -> int:
    return max(round(length / 2) * 2, 2)
