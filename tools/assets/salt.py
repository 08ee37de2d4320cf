"""The stills and references of the Sel Marin film."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from assets.paint import Picture, arc, blend, scatter

if TYPE_CHECKING:
    from assets.paint import Colour

_WARM: Colour = (255, 214, 150)
_SALT: Colour = (250, 246, 238)
_STONE: Colour = (122, 104, 92)
_WOOD: Colour = (116, 72, 42)


def crystals() -> Picture:
    """Salt crystals close by, side-lit, the far ones out of focus."""
    picture = Picture(1280, 720)
    picture.shade((30, 38, 48), (92, 66, 48))
    picture.glow(1130, 120, 700, _WARM, 0.8)
    for x, y, size, turn in sorted(scatter(3, 46), key=lambda row: row[1]):
        _crystal(picture, x * 1380 - 50, 250 + y * 230, 26 + size * 34, turn)
    picture.soften(5)
    for x, y, size, turn in sorted(scatter(11, 34), key=lambda row: row[1]):
        _crystal(picture, x * 1400 - 60, 430 + y * 300, 50 + size * 70, turn)
    return picture


def bowl() -> Picture:
    """A stoneware bowl heaped with salt on a dark wooden table."""
    picture = Picture(1280, 720)
    picture.shade((58, 46, 40), (88, 62, 46), end=400)
    picture.glow(1080, 60, 760, _WARM, 0.55)
    _planks(picture, 400, (104, 66, 40))
    _stone_bowl(picture, 640, 395, 330, 210)
    for x, y, size, turn in scatter(23, 9):
        _crystal(picture, 120 + x * 1040, 600 + y * 80, 12 + size * 14, turn)
    return picture


def packshot() -> Picture:
    """The product: a paper box on a plain warm ground."""
    picture = Picture(1280, 720)
    picture.shade((236, 222, 200), (206, 180, 148))
    picture.glow(900, 120, 620, (255, 248, 230), 0.9)
    picture.oval(640, 612, 250, 30, (120, 92, 66), 0.55, 14)
    picture.polygon([(510, 150), (730, 150), (730, 610), (510, 610)], (33, 76, 98))
    picture.polygon([(730, 150), (800, 126), (800, 580), (730, 610)], (22, 54, 72))
    picture.polygon([(510, 150), (580, 126), (800, 126), (730, 150)], (70, 120, 142))
    picture.polygon([(510, 236), (730, 236), (730, 420), (510, 420)], (244, 236, 220))
    picture.words("SEL", 620, 290, 52, (33, 76, 98))
    picture.words("MARIN", 620, 348, 52, (33, 76, 98))
    picture.words("flaked salt", 620, 396, 20, (120, 92, 66))
    for row in range(4):
        wave = [(510 + 220 * i / 44, 480 + row * 26 + 6 * ((i + row) % 4 - 1.5) / 1.5) for i in range(45)]
        picture.line(wave, (126, 174, 192), 3)
    return picture


def table() -> Picture:
    """A set wooden table by candle light."""
    picture = Picture(1280, 720)
    picture.shade((26, 20, 22), (58, 38, 28), end=330)
    _planks(picture, 330, (92, 56, 32))
    for x, height in ((360, 150), (470, 110), (930, 135)):
        picture.oval(x, 402, 44, 12, (30, 18, 10), 0.6, 6)
        picture.polygon(
            [(x - 15, 400), (x - 15, 400 - height), (x + 15, 400 - height), (x + 15, 400)], (236, 222, 190)
        )
        picture.glow(x, 376 - height, 300, (255, 178, 84), 0.8)
        picture.oval(x, 380 - height, 8, 20, (255, 226, 150))
        picture.oval(x, 386 - height, 4, 10, (255, 250, 230))
    _stone_bowl(picture, 700, 470, 190, 118)
    for x in (180, 1110):
        picture.oval(x, 590, 170, 56, (40, 26, 18), 0.6, 10)
        picture.oval(x, 580, 165, 52, (214, 202, 184))
        picture.oval(x, 577, 118, 35, (232, 222, 206))
    picture.oval(1010, 440, 92, 34, (150, 92, 44))
    picture.oval(1004, 430, 86, 28, (190, 126, 66))
    return picture


def pan() -> Picture:
    """Salt pans that mirror a late sky."""
    picture = Picture(960, 720)
    picture.shade((112, 150, 186), (250, 206, 150), end=300)
    picture.glow(720, 236, 330, (255, 236, 190), 0.9)
    picture.polygon([(0, 280), (260, 262), (520, 274), (960, 258), (960, 312), (0, 312)], (94, 92, 92))
    picture.shade((120, 96, 74), (150, 112, 82), start=300)
    rows = (300, 340, 400, 490, 620, 780)
    for row, (top, bottom) in enumerate(pairwise(rows)):
        water = blend((244, 208, 164), (118, 152, 184), row / 4)
        edge = 4 + row * 3
        for column in range(-4, 5):
            slant_top, slant_bottom = 90 + row * 40, 90 + (row + 1) * 40
            corners = [
                (480 + column * slant_top + edge, top + edge / 2),
                (480 + (column + 1) * slant_top - edge, top + edge / 2),
                (480 + (column + 1) * slant_bottom - edge, bottom - edge / 2),
                (480 + column * slant_bottom + edge, bottom - edge / 2),
            ]
            picture.polygon(corners, blend(water, _SALT, 0.12 * ((row + column) % 3)))
    return picture


def rake() -> Picture:
    """The long wooden salt rake, laid over a white heap."""
    picture = Picture(960, 720)
    picture.shade((190, 204, 214), (226, 214, 196))
    picture.oval(480, 690, 520, 250, (206, 198, 188))
    picture.oval(470, 680, 500, 240, _SALT)
    for x, y, size, turn in scatter(31, 26):
        _crystal(picture, 140 + x * 680, 540 + y * 170, 8 + size * 10, turn)
    picture.line([(120, 110), (700, 560)], (92, 62, 36), 22)
    picture.line([(120, 106), (700, 556)], (156, 110, 66), 12)
    picture.polygon([(610, 640), (820, 470), (850, 506), (640, 676)], (112, 76, 44))
    picture.polygon([(610, 640), (820, 470), (828, 480), (618, 650)], (170, 124, 78))
    return picture


def _crystal(picture: Picture, x: float, y: float, size: float, turn: float) -> None:
    """A lump of salt: three lit faces of a leaning cube and its shadow."""
    lean = (turn - 0.5) * size * 0.7
    top, right, left, front = (
        (x + lean, y - size),
        (x + size, y - size * 0.42),
        (x - size, y - size * 0.36),
        (x, y),
    )
    drop = size * 0.85
    picture.oval(x, y + drop, size * 1.05, size * 0.26, (24, 16, 12), 0.35, 4)
    picture.polygon([left, front, (front[0], front[1] + drop), (left[0], left[1] + drop)], (168, 150, 140))
    picture.polygon([right, front, (front[0], front[1] + drop), (right[0], right[1] + drop)], (238, 214, 182))
    picture.polygon([top, right, front, left], blend(_SALT, _WARM, turn * 0.3))
    picture.line([left, front, right], (255, 252, 244), 1.5)
    picture.line([front, (front[0], front[1] + drop)], (250, 236, 216), 1.5)


def _stone_bowl(picture: Picture, x: float, y: float, rx: float, depth: float) -> None:
    picture.oval(x, y + depth, rx * 1.02, depth * 0.26, (24, 14, 8), 0.7, 14)
    picture.polygon(arc(x, y, rx, depth * 1.08, 0, 180), _STONE)
    picture.polygon(arc(x + rx * 0.3, y, rx * 0.66, depth * 1.02, 0, 120), (150, 130, 114), 0.6, 18)
    picture.oval(x, y, rx, rx * 0.24, (164, 146, 130))
    picture.oval(x, y + 4, rx * 0.93, rx * 0.2, (84, 70, 62))
    heap = [*arc(x, y + 6, rx * 0.9, rx * 0.34, 180, 360), *arc(x, y + 6, rx * 0.9, rx * 0.18, 0, 180)]
    picture.polygon(heap, (226, 214, 200))
    picture.polygon(arc(x + rx * 0.12, y - rx * 0.05, rx * 0.66, rx * 0.24, 180, 360), _SALT, 0.9, 8)
    for across, down, size, turn in scatter(41, 22):
        height = rx * 0.26 * (1 - (2 * across - 1) ** 2)
        _crystal(picture, x + (across - 0.5) * rx * 1.3, y - height * down, 4 + size * rx * 0.03, turn)


def _planks(picture: Picture, top: float, colour: Colour) -> None:
    picture.shade(blend(colour, (20, 12, 8), 0.45), colour, start=top)
    for plank in range(-5, 6):
        tint = blend(colour, (30, 18, 10), 0.25) if plank % 2 else blend(colour, _WARM, 0.08)
        near, far = 300, 150
        corners = [
            (640 + plank * far, top),
            (640 + (plank + 1) * far, top),
            (640 + (plank + 1) * near, 720),
            (640 + plank * near, 720),
        ]
        picture.polygon(corners, tint, 0.55)
        picture.line([corners[0], corners[3]], (38, 22, 12), 2)
