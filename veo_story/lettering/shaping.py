"""A line of text as glyphs in their places: fonts chosen, directions ordered, letters joined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import uharfbuzz as hb

from veo_story.lettering.bidi import base_level, levels_of, line_levels, visual_order
from veo_story.lettering.clusters import clusters_of
from veo_story.lettering.fonts import UNIT, FontFile, font_at, font_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Style:
    """How text is set: the em in pixels, the weight (100..900), and air between letters, in ems.

    Air is left out where letters join. ``language`` (``ja``, ``ko``, ``zh``) decides what the signs that
    these share look like where the text itself does not tell.
    """

    size: int
    weight: int = 400
    air: float = 0.0
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph of a font; ``x`` and ``y`` are pixels right of and above the line's start on its base line."""

    font: FontFile
    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its glyphs from left to right.

    ``length`` is in pixels, as are ``over`` and ``under``: its ink above and below the base line.
    ``leftward`` says that it is read from the right.
    """

    text: str
    style: Style
    glyphs: tuple[Glyph, ...]
    length: float
    over: float
    under: float
    leftward: bool


@dataclass(frozen=True, slots=True)
class _Run:
    font: FontFile
    level: int
    text: str


class Paragraph:
    """A text whose directions are known, to be set in one line or several."""

    def __init__(self, text: str, style: Style) -> None:
        self.text = text
        self._style = style
        self._base = base_level(text)
        self._levels = levels_of(text, self._base)
        self._language = language_of(text, style.language)

    def row(self, start: int = 0, end: int | None = None, ending: str = "") -> Row:
        """The characters from ``start`` to ``end`` in one line, and ``ending`` after them."""
        part = self.text[start:end]
        levels = line_levels(part, self._levels[start:end], self._base)
        runs = _runs(part + ending, [*levels, *[self._base] * len(ending)], self._language)
        ordered = [runs[i] for i in visual_order([run.level for run in runs])]
        return _placed(part + ending, ordered, self._style, leftward=bool(self._base))


def language_of(text: str, otherwise: str = "zh") -> str:
    """``ja`` for a text with kana, ``ko`` with Hangul: it decides how shared signs look."""
    if any(0x3041 <= ord(c) <= 0x30FF for c in text):
        return "ja"
    return "ko" if any(0xAC00 <= ord(c) <= 0xD7A3 or 0x1100 <= ord(c) <= 0x11FF for c in text) else otherwise


def _runs(text: str, levels: Sequence[int], language: str) -> list[_Run]:
    runs: list[_Run] = []
    at = 0
    for cluster in clusters_of(text):
        font, level = font_for(cluster, language), levels[at]
        at += len(cluster)
        if runs and runs[-1].font == font and runs[-1].level == level:
            runs[-1] = _Run(font, level, runs[-1].text + cluster)
        else:
            runs.append(_Run(font, level, cluster))
    return runs


def _placed(text: str, runs: Sequence[_Run], style: Style, *, leftward: bool) -> Row:
    glyphs: list[Glyph] = []
    over, under, x = 0.0, 0.0, 0.0
    for run in runs:
        font = font_at(run.font, style.size, style.weight)
        air = 0.0 if _joins(run.text) else style.air * style.size
        for number, left, up, advance in _shaped(run, font):
            extents = font.get_glyph_extents(number)
            if extents is not None and extents.height:
                over = max(over, up + extents.y_bearing / UNIT)
                under = max(under, -(up + (extents.y_bearing + extents.height) / UNIT))
            glyphs.append(Glyph(run.font, number, x + left, up))
            x += advance + (air if advance else 0.0)
    return Row(text, style, tuple(glyphs), x, over, under, leftward)


def _shaped(run: _Run, font: hb.Font) -> Iterator[tuple[int, float, float, float]]:
    buffer = hb.Buffer()
    buffer.add_str(run.text)
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        yield info.codepoint, place.x_offset / UNIT, place.y_offset / UNIT, place.x_advance / UNIT


def _joins(text: str) -> bool:
    """Whether the letters of a run hang together: Arabic, and the scripts of India from Devanagari on."""
    return any(0x0600 <= ord(c) <= 0x08FF or 0x0900 <= ord(c) <= 0x0A7F for c in text)
