"""Text broken into lines, fitted into a room, and drawn as a mask in which no glyph is ever cut off."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, islice, pairwise
from typing import TYPE_CHECKING
from unicodedata import category

import numpy as np
import uharfbuzz as hb

from veo_story.lettering.clusters import clusters_of, pieces_of
from veo_story.lettering.fonts import UNIT, font_at
from veo_story.lettering.shaping import Paragraph, Row, Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

ELLIPSIS = "…"
PAD = 2
"""Empty pixels at least that a mask has around its ink."""
SPARE = 2 * PAD + 2
"""Columns that a mask is wider than its longest line, at most."""
_PITCH, _CLEAR = 1.32, 0.1
# What a line takes above and below its base line even without high and deep letters, in ems.
_OVER, _UNDER = 0.78, 0.24
_LENGTHS = 4096
_TIES = "\u00a0\u202f"
_NARROWER = (0.92, 0.84, 0.76, 0.68, 0.6, 0.52)


@dataclass(frozen=True, slots=True)
class Ink:
    """Lines drawn: cover 0..255 with even edges.

    ``base`` is the row of the first base line, ``pitch`` the rows from one to the next. ``left`` is the
    column where the longest line begins.
    """

    mask: Bytes
    left: int
    base: int
    pitch: int


def plain(text: str) -> str:
    """The text in one line: runs of white space become one space, control characters and marks of format go.

    Spaces that tie two words stay.
    """
    return " ".join(word for word in "".join(map(_plain_sign, text)).split(" ") if word)


def set_rows(text: str, style: Style, width: float, most: int | None = None) -> list[Row]:
    """``text`` in lines of at most ``width`` pixels; words wider than a line are broken too.

    All of it, or the first ``most`` lines.
    """
    paragraph = Paragraph(plain(text), style)
    return [_row(paragraph, start, end) for start, end in islice(_broken(paragraph.text, style, width), most)]


def set_level(text: str, style: Style, width: float) -> list[Row]:
    """Like :func:`set_rows`, in as many lines, but about equally long ones."""
    level = set_rows(text, style, width)
    for share in _NARROWER if len(level) > 1 else ():
        narrower = set_rows(text, style, width * share, len(level) + 1)
        if len(narrower) > len(level):
            break
        level = narrower
    return level


def set_at_most(text: str, style: Style, width: float, lines: int) -> list[Row]:
    """Like :func:`set_rows`, but ``lines`` lines at most: a rest ends the last one in dots."""
    paragraph = Paragraph(plain(text), style)
    spans = list(islice(_broken(paragraph.text, style, width), lines + 1))
    rows = [_row(paragraph, start, end) for start, end in spans[:lines]]
    return [*rows[:-1], _shortened(paragraph, spans[lines - 1][0], width)] if len(spans) > lines else rows


def fit(text: str, width: float, ways: Sequence[tuple[Style, int]]) -> list[Row]:
    """The text in level lines, in the first of ``ways`` that takes it whole: a style, and how many lines.

    The last of them shortens it.
    """
    for style, lines in ways:
        rows = set_rows(text, style, width, lines + 1)
        # A word that had to be broken is better set smaller.
        if len(rows) <= lines and not _breaks_words(plain(text), rows):
            return set_level(text, style, width)
    return set_at_most(text, ways[-1][0], width, ways[-1][1])


def draw_rows(rows: Sequence[Row], align: str = "left") -> Ink:
    """Draw lines below one another, ``left``, ``centre`` or ``right`` aligned."""
    pitch = _pitch(rows)
    length = max((row.length for row in rows), default=0.0)
    raster = hb.RasterDraw()
    for number, row in enumerate(rows):
        inset = {"left": 0.0, "centre": (length - row.length) / 2, "right": length - row.length}[align]
        for glyph in row.glyphs:
            x, y = glyph.x + inset, glyph.y - number * pitch
            raster.transform = (1 / UNIT, 0, 0, 1 / UNIT, x, y)
            raster.draw_glyph(font_at(glyph.font, row.style.size, row.style.weight), glyph.number)
    size = max((row.style.size for row in rows), default=0)
    return _ink(raster.render(), pitch, round(size * _OVER), (len(rows) - 1) * pitch + round(size * _UNDER))


def text_ink(text: str, style: Style) -> Ink:
    """One line of text, drawn."""
    return draw_rows([Paragraph(plain(text), style).row()])


def _ink(image: hb.RasterImage | None, pitch: int, over: int, under: int) -> Ink:
    """All of the image, and at least ``over`` rows above the first base line and ``under`` below it."""
    if image is None or not image.extents.width or not image.extents.height:
        return Ink(np.zeros((2 * PAD, 2 * PAD), np.uint8), PAD, PAD, pitch)
    box = image.extents
    ink = np.frombuffer(image.buffer, np.uint8).reshape(box.height, box.stride)[::-1, : box.width]
    above = box.height + box.y_origin
    base = PAD + max(over, above)
    rows, columns = base + max(under, -box.y_origin) + PAD, box.width + 2 * PAD
    mask = np.zeros((rows + rows % 2, columns + columns % 2), np.uint8)
    mask[base - above : base - above + box.height, PAD : PAD + box.width] = ink
    return Ink(mask, PAD - box.x_origin, base, pitch)


def _pitch(rows: Sequence[Row]) -> int:
    size = max((row.style.size for row in rows), default=0)
    needed = [above.under + below.over for above, below in pairwise(rows)]
    return round(max([size * _PITCH, *(n + size * _CLEAR for n in needed)]))


def _row(paragraph: Paragraph, start: int, end: int) -> Row:
    return paragraph.row(start, start + len(paragraph.text[start:end].rstrip()))


def _broken(text: str, style: Style, width: float) -> Iterator[tuple[int, int]]:
    """Start and end of every line."""
    start = end = 0
    taken = 0.0
    for piece in _narrow(text, style, width):
        if end > start and taken + _length(piece.rstrip(), style) > width:
            yield start, end
            start, taken = end, 0.0
        end += len(piece)
        taken += _length(piece, style)
    if end > start:
        yield start, end


def _narrow(text: str, style: Style, width: float) -> Iterator[str]:
    """Pieces that fit into a line each, as far as clusters do."""
    for piece in pieces_of(text):
        if _length(piece.rstrip(), style) <= width:
            yield piece
            continue
        part = ""
        for cluster in clusters_of(piece):
            if part and _length(part + cluster, style) > width:
                yield part
                part = ""
            part += cluster
        yield part


@lru_cache(maxsize=_LENGTHS)
def _length(text: str, style: Style) -> float:
    return Paragraph(text, style).row().length


def _shortened(paragraph: Paragraph, start: int, width: float) -> Row:
    """As much of the text from ``start`` on as stands in a line with the dots; at least these."""
    ends = list(accumulate(map(len, clusters_of(paragraph.text[start:])), initial=start))

    def row(count: int) -> Row:
        part = paragraph.text[start : ends[count]].rstrip()
        return paragraph.row(start, start + len(part), ELLIPSIS)

    return row(max(0, bisect_right(range(len(ends)), width, key=lambda count: row(count).length) - 1))


def _breaks_words(text: str, rows: Sequence[Row]) -> bool:
    whole = {len(text)}
    at = 0
    for piece in pieces_of(text):
        at += len(piece)
        whole.add(len(text[:at].rstrip()))
    ends, at = set(), 0
    for row in rows:
        at = text.index(row.text, at) + len(row.text)
        ends.add(at)
    return not ends <= whole


@cache
def _plain_sign(sign: str) -> str:
    kind = category(sign)
    if kind in ("Cc", "Zs", "Zl", "Zp") and sign not in _TIES:
        return " "
    if kind == "Cs":  # half of a character
        return "\ufffd"
    # Some are not printed but say how others are: joiners, direction marks, tags of flags.
    shaping = sign in "\u200b\u200c\u200d\u200e\u200f\u2060" or 0xE0020 <= ord(sign) <= 0xE007F
    return "" if kind == "Cf" and not shaping else sign
