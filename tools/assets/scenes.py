"""The bay by day and by night, and the mug."""

from __future__ import annotations

from dataclasses import dataclass

from assets.paint import Colour, Picture, arc, blend, ridge, scatter


@dataclass(frozen=True)
class _Hour:
    """The colours of the bay at one hour of the day."""

    sky: tuple[Colour, Colour]
    far: Colour
    near: Colour
    water: tuple[Colour, Colour]
    house: Colour
    window: Colour
    lit_share: float


_DAY = _Hour(
    ((86, 152, 214), (214, 232, 240)),
    (126, 158, 172),
    (86, 124, 112),
    ((150, 190, 208), (52, 112, 148)),
    (226, 214, 198),
    (120, 146, 164),
    0,
)
_NIGHT = _Hour(
    ((10, 14, 40), (62, 50, 92)),
    (34, 38, 68),
    (20, 26, 44),
    ((44, 44, 84), (8, 16, 36)),
    (40, 42, 62),
    (26, 30, 50),
    0.62,
)
_LAMP: Colour = (255, 206, 120)


def bay_day() -> Picture:
    """The bay at noon."""
    return _bay(_DAY)


def bay_night() -> Picture:
    """The same bay, stone for stone, at night."""
    return _bay(_NIGHT)


def mug() -> Picture:
    """A blue mug on a wooden disc, upright format."""
    picture = Picture(720, 1280)
    picture.shade((232, 224, 214), (196, 178, 158), end=900)
    picture.glow(180, 240, 620, (255, 250, 238), 0.9)
    picture.shade((176, 150, 122), (132, 104, 78), start=900)
    picture.oval(360, 962, 290, 66, (70, 48, 30), 0.6, 14)
    picture.oval(360, 940, 280, 62, (122, 80, 46))
    picture.oval(360, 926, 280, 62, (184, 132, 84))
    for ring in range(1, 5):
        picture.line(arc(360, 926, 280 - ring * 52, 62 - ring * 11, 0, 360), (160, 110, 68), 1.5)
    picture.oval(360, 922, 168, 36, (70, 44, 26), 0.7, 8)
    picture.line(arc(524, 720, 84, 104, -100, 100), (24, 66, 106), 36)
    picture.line(arc(522, 718, 84, 104, -95, 60), (58, 112, 158), 14)
    side = [(200, 560), *arc(360, 900, 150, 34, 180, 0), (520, 560)]
    picture.polygon(side, (34, 86, 132))
    picture.polygon([(215, 570), (290, 574), (300, 920), (228, 906)], (112, 164, 204), 0.6, 18)
    picture.polygon([(440, 574), (518, 570), (506, 906), (440, 920)], (12, 44, 78), 0.6, 20)
    picture.oval(360, 560, 160, 40, (84, 136, 178))
    picture.oval(360, 564, 146, 33, (52, 32, 22))
    picture.oval(340, 570, 90, 18, (92, 58, 36), 0.8, 6)
    for row in range(3):
        wave = [
            (206 + 8 * row + (308 - 16 * row) * i / 40, 690 + row * 44 + 9 * (i % 4 - 1.5) / 1.5)
            for i in range(41)
        ]
        picture.line(wave, (190, 218, 234), 4)
    for x, lean in ((310, 26), (390, -22)):
        wisp = [(x + lean * ((i % 14) / 7 - 1) ** 2, 530 - i * 9) for i in range(30)]
        left = [(px - 9, py) for px, py in wisp]
        right = [(px + 9, py) for px, py in reversed(wisp)]
        picture.polygon([*left, *right], (255, 255, 255), 0.5, 9)
    return picture


def _bay(hour: _Hour) -> Picture:
    picture = Picture(1280, 720)
    picture.shade(*hour.sky, end=360)
    if hour.lit_share:
        for x, y, size, _ in scatter(5, 90):
            picture.oval(x * 1280, y * 250, 0.8 + size, 0.8 + size, (230, 232, 255))
        picture.oval(980, 110, 40, 40, (240, 238, 222))
        picture.oval(964, 102, 36, 36, (20, 22, 52))
    else:
        picture.glow(300, 120, 420, (255, 248, 214), 0.9)
        picture.oval(300, 120, 46, 46, (255, 250, 226))
        for x, y in ((620, 130), (980, 90), (1120, 190)):
            for dx, r in ((-60, 24), (-20, 36), (30, 32), (70, 20)):
                picture.oval(x + dx, y, r * 1.7, r * 0.7, (250, 252, 255))
    picture.polygon(
        ridge([(0, 270), (170, 200), (380, 262), (610, 170), (860, 256), (1080, 190), (1280, 250)], 380),
        hour.far,
    )
    picture.polygon(
        ridge([(0, 330), (240, 280), (520, 340), (800, 290), (1040, 336), (1280, 300)], 400), hour.near
    )
    picture.shade(*hour.water, start=396)
    for x, y, size, _ in scatter(17, 60):
        depth = y * y
        glint = blend(hour.water[0], _LAMP if hour.lit_share else (255, 255, 255), 0.5)
        picture.line(
            [(x * 1280, 410 + depth * 300), (x * 1280 + 14 + size * 60 * (0.3 + depth), 410 + depth * 300)],
            glint,
            1.5,
        )
    _town(picture, hour)
    _boat(picture, hour, 860, 560)
    return picture


def _town(picture: Picture, hour: _Hour) -> None:
    left = 30.0
    for index, (width, height, tint, lit) in enumerate(scatter(29, 17)):
        right, top = left + 46 + width * 34, 396 - 52 - height * 130
        wall = blend(hour.house, hour.near, tint * 0.5)
        picture.polygon([(left, 400), (left, top), (right, top), (right, 400)], wall)
        picture.polygon(
            [(left - 4, top), ((left + right) / 2, top - 22), (right + 4, top)],
            blend(wall, (140, 60, 44), 0.5),
        )
        for row in range(int((400 - top) // 26)):
            for column in range(int((right - left) // 20)):
                chance = (index * 7 + row * 5 + column * 3 + lit * 9) % 10 / 10
                glass = _LAMP if chance < hour.lit_share else hour.window
                x, y = left + 8 + column * 20, top + 10 + row * 26
                picture.polygon([(x, y), (x + 9, y), (x + 9, y + 13), (x, y + 13)], glass)
        left = right + 4 + tint * 10
    picture.polygon([(0, 396), (1280, 396), (1280, 408), (0, 408)], blend(hour.near, (70, 62, 56), 0.5))
    if hour.lit_share:
        for x in range(60, 1280, 120):
            picture.oval(x, 392, 3, 3, (255, 236, 190))
            picture.polygon([(x - 3, 410), (x + 3, 410), (x + 9, 520), (x - 9, 520)], _LAMP, 0.4, 5)


def _boat(picture: Picture, hour: _Hour, x: float, y: float) -> None:
    hull = blend((164, 56, 44), hour.near, 0.7 if hour.lit_share else 0)
    picture.oval(x, y + 34, 130, 10, blend(hour.water[1], (0, 0, 0), 0.4), 0.7, 5)
    picture.polygon([(x - 120, y), (x + 130, y), (x + 96, y + 34), (x - 96, y + 34)], hull)
    picture.polygon([(x - 50, y), (x - 50, y - 40), (x + 30, y - 40), (x + 30, y)], hour.house)
    for column in range(3):
        glass = _LAMP if hour.lit_share else hour.window
        left = x - 42 + column * 24
        picture.polygon([(left, y - 30), (left + 14, y - 30), (left + 14, y - 14), (left, y - 14)], glass)
    picture.line([(x + 60, y), (x + 60, y - 90)], blend(hour.house, (60, 50, 40), 0.6), 4)
