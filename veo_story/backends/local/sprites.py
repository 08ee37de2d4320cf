"""Things and people: outlines from the vocabulary as small layers of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.colour import mix
from veo_story.backends.local.layers import Canvas, Layer, make_layer
from veo_story.backends.local.words import vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from veo_story.backends.local.colour import Palette
    from veo_story.backends.local.words import WorldWords

    Floats = NDArray[np.float32]

_SMOOTH = 3
_LAMP = (225.0, 92.0, 152.0)


def sprites_of(words: WorldWords, canvas: Canvas, palette: Palette, rng: np.random.Generator) -> list[Layer]:
    """The layers of all things and people of a world, far to near."""
    table = vocabulary()
    layers = [_sprite(table["prop"][name], canvas, palette, ()) for name in words.props]
    if words.people:
        person = table["person"]
        middle = 0.56
        spread = 0.17 * min(1.0, canvas.width / canvas.height)
        places = [middle + spread * (i - (words.people - 1) / 2) for i in range(words.people)]
        heights = tuple(0.9 + 0.16 * float(rng.random()) for _ in places)
        layers.append(_sprite(person, canvas, palette, tuple(zip(places, heights, strict=True))))
    return sorted(layers, key=lambda layer: layer.depth)


def _sprite(
    spec: Mapping[str, Any], canvas: Canvas, palette: Palette, places: tuple[tuple[float, float], ...]
) -> Layer:
    """One strip with the outline at every place (share of the width, scale)."""
    places = places or ((float(spec["at"]), 1.0),)
    tall = canvas.height * float(spec["height"]) * min(1.0, canvas.width / canvas.height + 0.35)
    top = int(canvas.height * float(spec["foot"]) - tall * max(s for _, s in places)) // 2 * 2
    rows = (int(canvas.height * float(spec["foot"])) - top + 1) // 2 * 2
    colour = palette.tone(float(spec["tone"]))
    cover = np.zeros((rows, canvas.period), np.float32)
    luma = np.full(cover.shape, colour[0], np.float32)
    lamp = None
    for place, scale in places:
        outline = _outline(spec, tall * scale)
        left = int(canvas.width * place - outline.shape[1] / 2)
        columns = np.arange(left, left + outline.shape[1]) % canvas.period
        above = rows - outline.shape[0]
        cover[max(0, above) :, columns] = outline[max(0, -above) :]
        lamp = (above, left, tall * scale)
    chroma = tuple(np.full((rows // 2, canvas.period // 2), c, np.float32) for c in colour[1:])
    if "lamp" in spec and lamp and palette.dark > 0.2:
        x, y = lamp[1] + lamp[2] * spec["lamp"][0], lamp[0] + lamp[2] * spec["lamp"][1]
        _light(cover, luma, (chroma[0], chroma[1]), (x, y), tall * 0.07)
    return make_layer(canvas, top, cover, luma, (chroma[0], chroma[1]), float(spec["depth"]))


def _outline(spec: Mapping[str, Any], tall: float) -> Floats:
    """The cover of the shapes, ``tall`` rows high, with smooth edges."""
    from PIL import Image, ImageDraw

    rows, columns = max(2, round(tall)), max(2, round(tall * float(spec["width"])))
    image = Image.new("L", (columns * _SMOOTH, rows * _SMOOTH))
    draw = ImageDraw.Draw(image)
    for shape in spec["shapes"]:
        draw.polygon([(x * tall * _SMOOTH, y * tall * _SMOOTH) for x, y in shape], fill=255)
    small = image.resize((columns, rows), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / np.float32(255)


def _light(
    cover: Floats, luma: Floats, chroma: tuple[Floats, Floats], at: tuple[float, float], radius: float
) -> None:
    rows, columns = cover.shape
    y, x = np.ogrid[:rows, :columns]
    glow = np.exp(-(((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * radius * radius))).astype(np.float32)
    np.maximum(cover, glow * 0.9, out=cover)
    luma += (_LAMP[0] - luma) * glow
    half = glow[::2, ::2]
    for plane, value in zip(chroma, mix(_LAMP, _LAMP, 0)[1:], strict=True):
        plane += (value - plane) * half
