"""The fonts: which one has the glyphs for a cluster of characters, and the font at a size and weight.

All come as packages (Noto, SIL Open Font License), so pictures look the same on every machine. A file is
opened when a text first needs it; what no font has comes out as an open box.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING
from unicodedata import category

import uharfbuzz as hb

if TYPE_CHECKING:
    from collections.abc import Iterator

UNIT = 64
"""Units of a font's measures in one pixel."""

_PACKAGE, _CJK_PACKAGE = "manimgx_fonts", "manimgx_fonts_cjk"
_CJK_FILE = "NotoSansCJK-VF.otf.ttc"
_FONTS, _CLUSTERS = 96, 4096

# First and last code point of a script's blocks, and the file that has it.
_SCRIPTS = (
    (0x0530, 0x058F, "Armenian"),
    (0x0590, 0x05FF, "Hebrew"),
    (0x0600, 0x06FF, "Arabic"),
    (0x0750, 0x077F, "Arabic"),
    (0x0870, 0x08FF, "Arabic"),
    (0x0900, 0x097F, "Devanagari"),
    (0x0980, 0x09FF, "Bengali"),
    (0x0A00, 0x0A7F, "Gurmukhi"),
    (0x0A80, 0x0AFF, "Gujarati"),
    (0x0B00, 0x0B7F, "Oriya"),
    (0x0B80, 0x0BFF, "Tamil"),
    (0x0C00, 0x0C7F, "Telugu"),
    (0x0C80, 0x0CFF, "Kannada"),
    (0x0D00, 0x0D7F, "Malayalam"),
    (0x0D80, 0x0DFF, "Sinhala"),
    (0x0E00, 0x0E7F, "Thai"),
    (0x0E80, 0x0EFF, "Lao"),
    (0x1000, 0x109F, "Myanmar"),
    (0x10A0, 0x10FF, "Georgian"),
    (0x1200, 0x139F, "Ethiopic"),
    (0x1780, 0x17FF, "Khmer"),
    (0x19E0, 0x19FF, "Khmer"),
    (0x1C90, 0x1CBF, "Georgian"),
    (0x1CD0, 0x1CFF, "Devanagari"),
    (0x2D00, 0x2D2F, "Georgian"),
    (0x2D80, 0x2DDF, "Ethiopic"),
    (0xA8E0, 0xA8FF, "Devanagari"),
    (0xA9E0, 0xA9FF, "Myanmar"),
    (0xAA60, 0xAA7F, "Myanmar"),
    (0xAB00, 0xAB2F, "Ethiopic"),
    (0xFB1D, 0xFB4F, "Hebrew"),
    (0xFB50, 0xFDFF, "Arabic"),
    (0xFE70, 0xFEFE, "Arabic"),
)
_EMOJI_SIGNS = frozenset("\ufe0f\u20e3")


@dataclass(frozen=True, slots=True)
class FontFile:
    """One font: a file of a package, and which of the fonts in it."""

    package: str
    name: str
    index: int = 0


BASE = FontFile(_PACKAGE, "NotoSans[wght].ttf")
_EMOJI = FontFile(_PACKAGE, "NotoEmoji[wght].ttf")
_SYMBOLS = FontFile(_PACKAGE, "NotoSansSymbols[wght].ttf")


@lru_cache(maxsize=_CLUSTERS)
def font_for(cluster: str, language: str = "zh") -> FontFile:
    """The font for a cluster: one that has all its characters, else one that has the first, else the base.

    ``language`` (``ja``, ``ko`` or ``zh``) decides the shapes of signs that these languages share.
    """
    signs = [c for c in cluster if not _unseen(c)]
    if not signs:
        return BASE
    first = ord(signs[0])
    for font in _candidates(cluster, first, language):
        if all(_has(font, ord(c)) for c in signs):
            return font
    return next((font for font in _candidates(cluster, first, language) if _has(font, first)), BASE)


@lru_cache(maxsize=_FONTS)
def font_at(font: FontFile, size: int, weight: int) -> hb.Font:
    """The font at a size in pixels (of the em) and a weight (100..900); its measures are 1/64 pixels."""
    scaled = hb.Font(_face(font))
    scaled.scale = (size * UNIT, size * UNIT)
    scaled.set_variations({"wght": weight})
    return scaled


def _candidates(cluster: str, first: int, language: str) -> Iterator[FontFile]:
    if first >= 0x1F000 or not _EMOJI_SIGNS.isdisjoint(cluster):
        yield _EMOJI
    script = next((name for start, end, name in _SCRIPTS if start <= first <= end), None)
    if script:
        yield FontFile(_PACKAGE, f"NotoSans{script}[wght].ttf")
    yield from (BASE, _EMOJI, _SYMBOLS)
    yield FontFile(_CJK_PACKAGE, _CJK_FILE, {"ja": 0, "ko": 1}.get(language, 2))


@cache
def _face(font: FontFile) -> hb.Face:
    with as_file(files(font.package) / font.name) as path:
        return hb.Face(hb.Blob.from_file_path(str(path)), font.index)


@cache
def _covered(font: FontFile) -> hb.Set:
    return _face(font).unicodes


def _has(font: FontFile, code: int) -> bool:
    return code in _covered(font)


def _unseen(sign: str) -> bool:
    """Joiners, direction marks, variation selectors and the like: they need no glyph."""
    return category(sign) == "Cf" or "\ufe00" <= sign <= "\ufe0f" or 0xE0100 <= ord(sign) <= 0xE01EF
