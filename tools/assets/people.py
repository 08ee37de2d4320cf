"""Reference pictures of the people: Yann of the salt pans, Noor of the office."""

from __future__ import annotations

from assets.paint import Colour, Picture, arc, blend, scatter

_SKIN_YANN: Colour = (206, 150, 112)
_SKIN_NOOR: Colour = (190, 134, 98)
_HAIR_NOOR: Colour = (46, 30, 28)
_MUSTARD: Colour = (208, 158, 44)


def yann() -> Picture:
    """Straw hat, grey stubble, faded blue linen; the light from the side."""
    picture = Picture(720, 720)
    picture.shade((206, 214, 212), (176, 168, 152))
    picture.glow(640, 120, 480, (255, 240, 206), 0.7)
    _shoulders(picture, 360, 560, 270, (112, 142, 168))
    picture.polygon(
        [(306, 520), (414, 520), (424, 610), (360, 660), (296, 610)], blend(_SKIN_YANN, (90, 50, 30), 0.25)
    )
    picture.polygon([(296, 596), (360, 668), (330, 720), (262, 640)], (136, 164, 188))
    picture.polygon([(424, 596), (360, 668), (390, 720), (458, 640)], (90, 120, 148))
    _head(picture, 360, 400, 118, 158, _SKIN_YANN)
    picture.polygon([*arc(360, 430, 112, 132, 8, 172)], (150, 138, 130), 0.65, 9)
    picture.oval(360, 482, 46, 16, blend(_SKIN_YANN, (120, 60, 44), 0.4))
    picture.line(arc(360, 466, 42, 22, 25, 155), (112, 56, 44), 5)
    _eyes(picture, 360, 384, 50, (70, 92, 96), (130, 122, 116))
    picture.line([(362, 388), (374, 436), (352, 442)], blend(_SKIN_YANN, (90, 44, 24), 0.5), 5)
    for side in (-1, 1):
        for crease in range(3):
            start = (360 + side * 96, 372 + crease * 12)
            picture.line(
                [start, (360 + side * 112, 366 + crease * 18)], blend(_SKIN_YANN, (90, 44, 24), 0.45), 2.5
            )
    picture.oval(360, 296, 250, 54, (170, 132, 74))
    picture.oval(360, 288, 246, 48, (222, 186, 118))
    picture.polygon([(236, 286), *arc(360, 250, 124, 126, 180, 360), (484, 286)], (232, 198, 132))
    picture.polygon([(236, 286), (238, 250), (482, 250), (484, 286), (360, 304)], (94, 74, 58))
    return picture


def noor_front() -> Picture:
    """Noor, facing us."""
    picture = _wall(720, 720)
    _curls(picture, 360, 330, 176, 47)
    _shoulders(picture, 360, 580, 240, _MUSTARD)
    _collar(picture, 360, 560, 1)
    _head(picture, 360, 364, 104, 142, _SKIN_NOOR)
    _fringe(picture, 360, 252, 130)
    _eyes(picture, 360, 362, 46, (64, 42, 30), _HAIR_NOOR)
    for side in (-1, 1):
        picture.line(arc(360 + side * 47, 364, 40, 38, 0, 360), (40, 40, 46), 6)
    picture.line([(352, 358), (368, 358)], (40, 40, 46), 6)
    picture.line([(360, 372), (370, 410), (352, 414)], blend(_SKIN_NOOR, (80, 40, 24), 0.45), 4)
    picture.line(arc(360, 430, 38, 26, 20, 160), (150, 62, 58), 8)
    return picture


def noor_side() -> Picture:
    """Noor, in profile, looking to the right."""
    picture = _wall(720, 720)
    _curls(picture, 318, 330, 170, 53)
    _shoulders(picture, 350, 590, 200, _MUSTARD)
    picture.polygon([(300, 480), (400, 480), (410, 600), (296, 600)], blend(_SKIN_NOOR, (80, 40, 24), 0.2))
    face = [
        (300, 250),
        (420, 262),
        (446, 330),
        (452, 358),
        (484, 406),
        (456, 420),
        (462, 444),
        (450, 460),
        (448, 494),
        (404, 516),
        (300, 480),
    ]
    picture.polygon(face, _SKIN_NOOR)
    picture.oval(330, 372, 100, 130, _SKIN_NOOR)
    _fringe(picture, 334, 252, 112)
    picture.oval(266, 350, 74, 110, _HAIR_NOOR)
    picture.oval(306, 388, 20, 30, blend(_SKIN_NOOR, (80, 40, 24), 0.25))
    picture.oval(426, 358, 9, 8, (40, 26, 20))
    picture.line([(404, 336), (444, 332)], _HAIR_NOOR, 6)
    picture.line(arc(430, 362, 26, 36, 0, 360), (40, 40, 46), 6)
    picture.line([(404, 358), (310, 352)], (40, 40, 46), 5)
    picture.line([(456, 440), (420, 446)], (150, 62, 58), 6)
    _collar(picture, 372, 580, 0.7)
    return picture


def noor_full() -> Picture:
    """Noor from head to foot, upright format."""
    picture = _wall(720, 1280)
    picture.shade((176, 156, 132), (150, 128, 104), start=1080)
    picture.oval(360, 1200, 170, 26, (70, 54, 40), 0.5, 10)
    for side in (-1, 1):
        leg = [
            (360 + side * 4, 780),
            (360 + side * 82, 780),
            (360 + side * 74, 1180),
            (360 + side * 22, 1180),
        ]
        picture.polygon(leg, (52, 64, 92))
        picture.oval(360 + side * 56, 1190, 48, 18, (238, 234, 226))
        sleeve = [
            (360 + side * 96, 410),
            (360 + side * 140, 450),
            (360 + side * 150, 740),
            (360 + side * 106, 740),
        ]
        picture.polygon(sleeve, blend(_MUSTARD, (90, 60, 10), 0.2))
        picture.oval(360 + side * 128, 756, 24, 32, _SKIN_NOOR)
    picture.polygon([(250, 420), (470, 420), (462, 800), (258, 800)], _MUSTARD)
    picture.polygon([(322, 400), (398, 400), (384, 800), (336, 800)], (246, 244, 240))
    picture.line([(330, 404), (360, 600), (390, 404)], (60, 140, 92), 7)
    picture.polygon([(338, 600), (382, 600), (382, 660), (338, 660)], (244, 244, 244))
    picture.polygon([(346, 612), (374, 612), (374, 634), (346, 634)], (60, 140, 92))
    _curls(picture, 360, 250, 108, 47)
    picture.polygon([(332, 340), (388, 340), (394, 410), (326, 410)], blend(_SKIN_NOOR, (80, 40, 24), 0.2))
    picture.oval(360, 278, 62, 84, _SKIN_NOOR)
    _fringe(picture, 360, 210, 76)
    for side in (-1, 1):
        picture.oval(360 + side * 26, 278, 6, 6, (40, 26, 20))
        picture.line(arc(360 + side * 28, 279, 23, 22, 0, 360), (40, 40, 46), 4)
    picture.line(arc(360, 316, 22, 15, 20, 160), (150, 62, 58), 5)
    return picture


def _wall(width: int, height: int) -> Picture:
    picture = Picture(width, height)
    picture.shade((222, 228, 228), (198, 204, 200))
    picture.glow(120, 160, 520, (255, 255, 250), 0.6)
    return picture


def _head(picture: Picture, x: float, y: float, rx: float, ry: float, skin: Colour) -> None:
    """A head with neck, ears and a shaded side."""
    dark = blend(skin, (80, 40, 24), 0.25)
    picture.polygon(
        [
            (x - rx * 0.45, y + ry * 0.6),
            (x + rx * 0.45, y + ry * 0.6),
            (x + rx * 0.5, y + ry * 1.5),
            (x - rx * 0.5, y + ry * 1.5),
        ],
        dark,
    )
    for side in (-1, 1):
        picture.oval(x + side * rx, y + ry * 0.05, rx * 0.16, ry * 0.2, dark)
    picture.oval(x, y, rx, ry, skin)
    picture.oval(x - rx * 0.62, y + ry * 0.1, rx * 0.3, ry * 0.7, dark, 0.35, 18)


def _eyes(picture: Picture, x: float, y: float, apart: float, iris: Colour, brow: Colour) -> None:
    for side in (-1, 1):
        centre = x + side * apart
        picture.oval(centre, y, 19, 11, (246, 240, 232))
        picture.oval(centre, y, 9, 9, iris)
        picture.oval(centre, y, 4, 4, (16, 12, 12))
        picture.line([(centre - 28, y - 26), (centre, y - 34), (centre + 28, y - 27)], brow, 8)


def _shoulders(picture: Picture, x: float, y: float, width: float, cloth: Colour) -> None:
    bottom = picture.height + 10
    picture.polygon([(x - width, bottom), *arc(x, y + 150, width, 160, 180, 360), (x + width, bottom)], cloth)


def _collar(picture: Picture, x: float, y: float, share: float) -> None:
    picture.polygon(
        [(x - 52 * share, y - 30), (x + 52 * share, y - 30), (x + 34 * share, 720), (x - 34 * share, 720)],
        (246, 244, 240),
    )
    picture.line([(x - 44 * share, y - 20), (x, 716), (x + 44 * share, y - 20)], (60, 140, 92), 8)
    picture.polygon(
        [(x - 40 * share, y - 44), (x, y - 30), (x + 40 * share, y - 44), (x, y + 10)], _SKIN_NOOR
    )


def _curls(picture: Picture, x: float, y: float, radius: float, seed: int) -> None:
    picture.oval(x, y, radius, radius * 1.02, _HAIR_NOOR)
    for turn, away, size, tint in scatter(seed, 40):
        curl = arc(
            x, y, radius * (0.86 + away * 0.2), radius * (0.86 + away * 0.2), turn * 360, turn * 360 + 1
        )[0]
        shade = blend(_HAIR_NOOR, (96, 66, 56), tint * 0.5)
        picture.oval(
            curl[0],
            min(curl[1], y + radius * 0.95),
            radius * (0.12 + size * 0.08),
            radius * (0.12 + size * 0.08),
            shade,
        )


def _fringe(picture: Picture, x: float, y: float, width: float) -> None:
    for step in range(7):
        left = x - width * 0.8 + step * width * 0.267
        lift = abs(step - 3) * width * 0.07
        picture.oval(
            left, y + lift, width * 0.24, width * 0.2, blend(_HAIR_NOOR, (96, 66, 56), (step % 3) * 0.14)
        )
