"""Text as masks, measured with the font's own metrics so that no glyph is ever cut.

The font ships in Pillow, so pictures look the same on every machine. It knows Latin letters: accents are
left off, other scripts come out as boxes, and right-to-left ones stand in the order of memory.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

ELLIPSIS = "..."
_PROBE = 24
_PLAIN = {
    "–": "-",
    "—": "-",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "…": "...",
    "ß": "ss",
    "ø": "o",
    "æ": "ae",
    "œ": "oe",
}


@cache
def font_of(size: int) -> Font:
    """The font at a height in pixels."""
    return ImageFont.load_default(size)


def settable_text(text: str) -> str:
    """``text`` as this font can set it: one line, without the accents and signs that it has no glyph for."""
    spaced = "".join(c if c.isprintable() else " " for c in text)
    return " ".join("".join(map(_sign, spaced)).split())


def wrap(text: str, size: int, width: int, lines: int) -> list[str]:
    """Break ``text`` into at most ``lines`` lines of at most ``width`` pixels; a rest ends it in dots.

    Words that are wider than a line are broken too. White space and control characters count as one space.
    """
    words = settable_text(text).split()
    done: list[str] = []
    line = ""
    for piece in _pieces(words, size, width):
        joined = f"{line} {piece}" if line else piece
        if _length(joined, size) <= width:
            line = joined
            continue
        done.append(line)
        line = piece
        if len(done) == lines:
            return [*done[:-1], _shortened(done[-1], size, width)]
    return [*done, line] if line else done


def fit(text: str, width: int, lines: int, sizes: Sequence[int]) -> tuple[int, list[str]]:
    """The largest of ``sizes`` (falling) at which ``text`` fits whole, and its lines; the last shortens."""
    for size in sizes:
        broken = wrap(text, size, width, lines)
        if _words_whole(text, broken):
            return size, broken
    return sizes[-1], wrap(text, sizes[-1], width, lines)


def mask_of(lines: Sequence[str], size: int, *, centred: bool = False) -> Bytes:
    """The lines as cover 0..255, with even edges and room for every ascender, descender and overhang."""
    font = font_of(size)
    boxes = [font.getbbox(line) for line in lines] or [(0, 0, 0, 0)]
    pitch = round(size * 1.3)
    pad = 2
    left = int(min(0, *(b[0] for b in boxes), 0)) - pad
    # From the top of the capitals, or higher where an accent is; so lines of one size share a base line.
    over = int(min(font.getbbox("H")[1], *(b[1] for b in boxes))) - pad
    width = int(max(b[2] for b in boxes)) + pad - left
    height = pitch * (len(boxes) - 1) + int(max(b[3] for b in boxes)) + pad - over
    image = Image.new("L", (width + width % 2, height + height % 2))
    draw = ImageDraw.Draw(image)
    for row, (line, box) in enumerate(zip(lines, boxes, strict=False)):
        inset = (width + left - pad - box[2]) / 2 if centred else 0
        draw.text((inset - left, row * pitch - over), line, fill=255, font=font)
    return np.asarray(image, np.uint8)


def _length(text: str, size: int) -> float:
    return float(font_of(size).getbbox(text)[2])


def _pieces(words: list[str], size: int, width: int) -> list[str]:
    pieces: list[str] = []
    for word in words:
        rest = word
        while rest and _length(rest, size) > width:
            end = max(1, next(i for i in range(1, len(rest) + 1) if _length(rest[:i], size) > width) - 1)
            pieces.append(rest[:end])
            rest = rest[end:]
        if rest:
            pieces.append(rest)
    return pieces


def _shortened(line: str, size: int, width: int) -> str:
    while line and _length(line + ELLIPSIS, size) > width:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS


def _words_whole(text: str, lines: list[str]) -> bool:
    """Whether no word was broken or left out; dots of the author's own are words like others."""
    return settable_text(text).split() == " ".join(lines).split()


@cache
def _sign(sign: str) -> str:
    if _has_glyph(sign):
        return sign
    plain = _PLAIN.get(sign) or "".join(c for c in normalize("NFKD", sign) if not combining(c))
    return plain if plain and all(_has_glyph(c) for c in plain) else sign


def _has_glyph(sign: str) -> bool:
    font = font_of(_PROBE)
    return sign.isspace() or bytes(font.getmask(sign)) != bytes(font.getmask("\uffff"))
