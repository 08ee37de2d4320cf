"""Over the seams of random chains picture and sound go on: 100 chains by ``make soak``, some in the suite."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
import yaml

from tests.backends.rendering import lumas, samples
from tests.support.soak import runs
from veo_story.backends.base import ClipRange, Inputs, ParentClip
from veo_story.backends.local.direction import direct
from veo_story.backends.local.drawing import picture_of
from veo_story.backends.local.order import order_of
from veo_story.backends.local.render import render
from veo_story.backends.local.window import Scratch, split_planes
from veo_story.catalog.catalog import load_catalog
from veo_story.plan.check import check_storyboard

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.backends.local.direction import Direction
    from veo_story.backends.local.order import RenderOrder

SIZE, TALL = (320, 180), (180, 320)
RATE, WINDOW = 48_000, 240
UNSEEN = 0.5
"""Mean levels of 256 on thumbnails: what a key frame's rounding makes, and nobody sees."""
UNHEARD_DB = -78.0

PLACES = (
    "a stormy sea at night",
    "a harbour in thick fog at dawn",
    "a city street in the rain",
    "a sunny meadow with a farm",
    "a small kitchen in the evening",
    "a forest in falling snow",
    "a desert at noon",
    "a cafe with big windows at dusk",
    "a lamp room of a lighthouse in a storm",
    "a library",
    "under water",
    "a mountain road in the golden hour",
)
MOVES = [
    "static",
    "pan left",
    "slow push-in",
    "crane up",
    "handheld",
    "tracking right",
    "orbit",
    "pull out",
    "tilt down",
]
SIZES = ["wide", "medium", "close-up", "medium two-shot", "extreme wide", "medium close-up"]
ACTIONS = ["walks to the window", "waits", "turns and points", "sits down", "looks up", "lifts a bottle"]
SOUNDS = ["a bell far off", "footsteps", "a door slams", "thunder", "glass breaks", "a gull cries"]
AMBIENTS = [
    "wind and waves",
    "a crackling fire",
    "distant traffic",
    "the wind drops to a hum",
    "rain on the roof",
]
LOOKS = ("black and white", "warm 35mm colour film, fine grain", "cold teal night", "bright pastel")


def storyboard_of(seed: int) -> dict[str, Any]:
    draw = random.Random(seed)
    return {
        "storyboard": 1,
        "title": f"Chain {seed}",
        "render": {"aspect": draw.choice(["16:9", "16:9", "9:16"])},
        "look": draw.choice(LOOKS),
        "cast": {
            "ann": {"is": "an old woman with a white braid", "wears": "a red coat", "voice": "low, warm"},
            "bo": {"is": "a young man with black curls", "wears": "a green jacket", "voice": "bright tenor"},
        },
        "locations": {"here": {"is": draw.choice(PLACES), "ambient": draw.choice(AMBIENTS)}},
        "defaults": {"location": "here"},
        "scenes": [scene_of(draw, 4), scene_of(draw, None)],
    }


def scene_of(draw: random.Random, duration: int | None) -> dict[str, Any]:
    cast = draw.choice([[], ["ann"], ["bo"], ["ann", "bo"]])
    who = f"${cast[0]}" if cast else "The light"
    scene: dict[str, Any] = {"cast": cast, "action": f"{who} {draw.choice(ACTIONS)}"}
    if duration:
        scene["duration"] = duration
    if draw.random() < 0.8:
        scene["camera"] = {"size": draw.choice(SIZES), "move": draw.choice(MOVES)}
    if cast and draw.random() < 0.5:
        scene["dialogue"] = [{cast[-1]: "The sea is never late."}]
    if draw.random() < 0.5:
        scene["sfx"] = [draw.choice(SOUNDS)]
    if draw.random() < 0.3:
        scene["ambient"] = draw.choice(AMBIENTS)
    if draw.random() < 0.3:
        scene["music"] = "a sad piano"
    return scene


def chain(seed: int, folder: Path) -> tuple[list[Path], RenderOrder, Direction]:
    """Both clips of a random chain, rendered small, and the first one's order and direction."""
    file = folder / "film.yaml"
    file.write_text(yaml.safe_dump(storyboard_of(seed)), encoding="utf-8")
    checked = check_storyboard(file, load_catalog(), today=date(2026, 11, 22))
    assert checked.plan is not None, checked.problems
    paths: list[Path] = []
    first: list[tuple[RenderOrder, Direction]] = []
    for number, step in enumerate(checked.plan.steps()):
        parent = None
        if paths:
            frames = checked.plan.step(step.parent or "").new_frames
            parent = ParentClip(paths[-1], frames, lineage=(ClipRange(paths[-1], 0, frames),))
        order = order_of(step, Inputs(parent=parent), folder / f"{number}.mp4", "tail")
        size = SIZE if order.size[0] > order.size[1] else TALL
        order = replace(order, size=size, voice="murmur")
        render(order)
        paths.append(order.into)
        if not first:
            first.append((order, direct(order, None)))
    return paths, *first[0]


def thumb(luma: np.ndarray) -> np.ndarray:
    """An area-averaged picture without the timecode above and the frame's number below."""
    return cv2.resize(luma[30:-12], (64, 36), interpolation=cv2.INTER_AREA).astype(np.float32)


def thumbs(path: Path) -> np.ndarray:
    return np.array([thumb(luma) for luma in lumas(path)])


def played_on(order: RenderOrder, direction: Direction) -> float:
    """How much the picture would change at the seam if the first clip went on: lightning may strike."""
    picture, (width, height) = picture_of(order, direction), order.size
    shown = []
    for frame in (order.frames - 1, order.frames):
        planes = split_planes(np.zeros((height * 3 // 2, width), np.uint8))
        picture.draw(frame, frame, planes, Scratch(width, height))
        shown.append(thumb(planes[0]))
    return float(np.abs(shown[0] - shown[1]).mean())


def high_band_db(sound: np.ndarray) -> np.ndarray:
    """Level above 6 kHz of every 5 ms, both channels together."""
    mono = sound.mean(axis=0)
    windows = mono[: len(mono) // WINDOW * WINDOW].reshape(-1, WINDOW) * np.hanning(WINDOW)
    power = np.abs(np.fft.rfft(windows, axis=1)) ** 2
    high = power[:, np.fft.rfftfreq(WINDOW, 1 / RATE) > 6000].sum(axis=1) / WINDOW**2
    return np.asarray(10 * np.log10(high + 1e-12))


@pytest.mark.parametrize("seed", range(runs(100, in_suite=8)))
def test_a_seam_is_neither_seen_nor_heard(seed: int, tmp_path: Path) -> None:
    (one, two), order, direction = chain(seed, tmp_path)
    before, after = thumbs(one), thumbs(two)
    steps = np.abs(np.diff(np.concatenate([before[-48:], after[:48]]), axis=0)).mean(axis=(1, 2))
    # A calm camera is drawn on twos: new pictures come at even frames, and a seam is one.
    inside = np.concatenate([steps[1:47:2], steps[49::2]])
    meant = played_on(order, direction)
    assert steps[47] <= 1.5 * max(np.median(inside), meant, UNSEEN / 1.5), f"{steps[47]:.2f}, {meant:.2f}"

    sound_1, sound_2 = samples(one), samples(two)
    seam = len(before) * 2000
    whole = np.concatenate([sound_1[:, :seam], sound_2], axis=1)
    around = whole[:, seam - RATE - WINDOW // 2 : seam + RATE]
    levels = high_band_db(around)
    middle = RATE // WINDOW
    at_seam = levels[middle - 1 : middle + 2].max()
    usual = np.percentile(np.delete(levels, range(middle - 4, middle + 5)), 97)
    # What would be heard there if the first clip simply went on: a bell may well be struck at a seam.
    heard_on = direction.track.samples(seam - RATE // 20, seam + RATE // 20)
    struck = high_band_db(heard_on[:, : RATE // 10])[8:12].max()
    assert at_seam <= max(usual + 3, struck + 3, UNHEARD_DB), f"{at_seam:.1f} dB over {usual:.1f} dB"
