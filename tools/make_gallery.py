"""Draw the gallery of docs/gallery.md: ``python tools/make_gallery.py [FOLDER]``.

One frame of the animatic for each of two dozen one-line prompts, nothing written on it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import av
import numpy as np
from PIL import Image

from veo_story.backends.local.order import RenderOrder
from veo_story.backends.local.render import frame_of
from veo_story.storyboard.model import Mode

SIZE, SHOWN, AT_FRAME = (1280, 720), (640, 360), 60
PROMPTS = {
    "ferry": "An old ferry noses out of thick harbour fog at dawn",
    "desert": "A lone rider crosses red desert dunes at noon",
    "neon": "A woman with an umbrella waits in a neon city street, heavy rain at night",
    "village": "Snow falls on a mountain village at dusk",
    "lighthouse": "A lighthouse beam sweeps over a black stormy sea",
    "kite": "Two children fly a kite on a sunny meadow",
    "candle": "A candle burns on a table in a dark room",
    "train": "A steam train crosses autumn hills in the golden hour",
    "planet": "A spaceship drifts past a ringed planet",
    "whale": "A whale glides through blue underwater light",
    "fox": "A red fox trots through a snowy birch forest",
    "kitchen": "A chef chops vegetables in a bright kitchen, medium shot",
    "cafe": "Two old friends talk at a cafe window, rain outside",
    "highway": "A car drives along an empty highway into the sunset",
    "robot": "A robot works in a dark factory, sparks fly",
    "peak": "A hiker stands on a mountain peak above the clouds, extreme wide shot",
    "noir": "A detective in a trench coat under a street lamp, black and white film noir, night",
    "perfume": "Extreme close-up of a perfume bottle on a studio backdrop, product shot",
    "pianist": "A pianist plays on a theatre stage",
    "castle": "A knight walks towards a castle in the moonlight",
    "fireflies": "Fireflies over a still lake in the blue hour",
    "jungle": "A river winds through a misty jungle, birds rise",
    "library": "A girl reads a book in an old library, close-up",
    "market": "A crowded market in the bright morning",
}


def make_gallery(folder: Path) -> None:
    """Write a WebP picture for every prompt into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, prompt in PROMPTS.items():
        order = RenderOrder(name, Mode.OPEN, SIZE, 96, folder / "none.mp4", prompt=prompt, overlay=())
        picture = np.concatenate([plane.reshape(-1) for plane in frame_of(order, AT_FRAME)])
        frame = av.VideoFrame.from_ndarray(picture.reshape(SIZE[1] * 3 // 2, SIZE[0]), "yuv420p")
        frame.colorspace, frame.color_range = 1, 1
        image: Image.Image = frame.to_image()
        image.resize(SHOWN, Image.Resampling.LANCZOS).save(folder / f"{name}.webp", quality=80, method=6)


if __name__ == "__main__":
    root = Path(__file__).resolve().parent.parent
    make_gallery(Path(sys.argv[1]) if len(sys.argv) > 1 else root / "docs/gallery")
