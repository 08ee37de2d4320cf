"""Small films of the local renderer: chains, other places, cards, stills, transitions, and their records."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np
import yaml

from tests.backends.rendering import SIZE, image
from veo_story.backends.base import ClipRange, Inputs, ParentClip
from veo_story.backends.local.order import order_of
from veo_story.backends.local.render import render
from veo_story.catalog.catalog import load_catalog
from veo_story.film.cut_film import cut_film
from veo_story.film.edit import HARD, Cut, Edit, Join
from veo_story.media.files import sha256_of
from veo_story.plan.check import check_storyboard
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from veo_story.plan.model import Step

PLACES = (
    "a stormy sea at night",
    "a harbour in thick fog at dawn",
    "a city street in the rain",
    "a sunny meadow with a farm",
    "a small kitchen in the evening",
    "a forest in falling snow",
    "a desert at noon",
    "a cafe with big windows at dusk",
    "a lamp room of a lighthouse in a storm at night",
    "a library",
    "under water",
    "a mountain road in the golden hour",
)
MOVES = ("static", "pan left", "slow push-in", "crane up", "handheld", "tracking right", "orbit", "pull out")
SHOTS = ("wide", "medium", "close-up", "medium two-shot", "extreme wide")
ACTIONS = ("walks to the window", "waits", "turns and points", "sits down", "looks up", "blows out the lamp")
SOUNDS = ("a bell far off", "footsteps", "a door slams", "thunder", "glass breaks", "ratchet clicking")
AMBIENTS = (
    "wind and waves",
    "a crackling fire",
    "distant traffic",
    "slow clockwork ticking",
    "rain on the roof",
)
LOOKS = ("black and white", "warm 35mm colour film, fine grain", "cold teal night", "bright pastel")


LENGTHS = {"card": 20, "a1": 56, "a2": 44, "a3": 44, "b1": 52, "still": 20}
"""Frames of each scene: few, since a film is drawn for every trial."""


JOINS = (("cut", 0), ("cut", 0), ("dissolve", 12), ("wipe", 10), ("fade", 12))


@dataclass(frozen=True)
class Shot:
    """A scene's clip."""

    scene_id: str
    mode: Mode
    clip: Path
    frames: int


def storyboard_of(draw: random.Random, still: Path) -> dict[str, Any]:
    """A chain of three scenes, one somewhere else, a card and a still."""
    here, there = draw.sample(PLACES, 2)
    return {
        "storyboard": 1,
        "title": "A small film",
        "look": draw.choice(LOOKS),
        "cast": {
            "ann": {"is": "an old woman with a white braid", "wears": "a red coat", "voice": "low, warm"},
            "bo": {"is": "a young man with black curls", "wears": "a green jacket", "voice": "bright tenor"},
        },
        "locations": {
            "here": {"is": here, "ambient": draw.choice(AMBIENTS)},
            "there": {"is": there, "ambient": draw.choice(AMBIENTS)},
        },
        "scenes": [
            {"id": "card", "card": "A small film", "duration": 2},
            {"id": "a1", **_scene(draw), "location": "here", "duration": 4},
            {"id": "a2", **_scene(draw), "location": "here"},
            {"id": "a3", **_scene(draw), "location": "here"},
            {"id": "b1", **_scene(draw), "location": "there", "duration": 4, "mode": "open"},
            {"id": "still", "image": str(still), "move": {"zoom": 1.2, "to": "center"}, "duration": 2},
        ],
    }


def _scene(draw: random.Random) -> dict[str, Any]:
    cast = draw.choice([[], ["ann"], ["bo"], ["ann", "bo"]])
    who = f"${cast[0]}" if cast else "The light"
    scene: dict[str, Any] = {"cast": cast, "action": f"{who} {draw.choice(ACTIONS)}"}
    scene["camera"] = {"size": draw.choice(SHOTS), "move": draw.choice(MOVES)}
    if cast and draw.random() < 0.5:
        scene["dialogue"] = [{cast[-1]: "The sea is never late."}]
    if draw.random() < 0.5:
        scene["sfx"] = [draw.choice(SOUNDS)]
    if draw.random() < 0.3:
        scene["music"] = "a sad piano"
    return scene


def shots_of(seed: int, folder: Path) -> list[Shot]:
    """The clips of a random film, as they would lie below its folder. Half of the films show no writing."""
    draw = random.Random(seed)
    still = image(folder / "still.png", (90, 120, 160))
    file = folder / "film.yaml"
    file.write_text(yaml.safe_dump(storyboard_of(draw, Path(still.name))), "utf-8")
    checked = check_storyboard(file, load_catalog(), today=date(2026, 11, 22))
    assert checked.plan is not None, checked.problems
    plan, shots, overlay = checked.plan, {}, draw.choice([None, ()])
    for step in plan.steps():
        shots[step.scene_id] = _shot(step, shots, folder, overlay)
    if overlay is not None:
        number = 0
        for shot in shots.values():
            if shot.mode.is_generated:
                number = number if shot.mode is Mode.EXTEND else 0
                filmed(shot.clip, number, seed)
                number += shot.frames
    return [shots[placed.scene_id] for placed in plan.placements]


def _shot(step: Step, before: dict[str, Shot], folder: Path, overlay: tuple[str, ...] | None) -> Shot:
    into = folder / "takes" / step.scene_id / "1" / "clip.mp4"
    into.parent.mkdir(parents=True)
    frames = LENGTHS[step.scene_id]
    inputs = Inputs(image=folder / "still.png" if step.mode is Mode.STILL else None)
    if step.parent is not None:
        lineage = [shot for shot in before.values() if shot.scene_id.startswith("a")]
        ranges = tuple(ClipRange(shot.clip, 0, shot.frames) for shot in lineage)
        inputs = Inputs(parent=ParentClip(lineage[-1].clip, lineage[-1].frames, lineage=ranges))
    order = order_of(step, inputs, into, "tail")
    shorter = replace(order, size=SIZE, frames=frames, voice="murmur", overlay=overlay)
    render(shorter)
    asked = {"mode": str(step.mode), "parameters": {"audio": step.parameters.audio}}
    (into.parent / "request.json").write_text(json.dumps(asked), "utf-8")
    return Shot(step.scene_id, step.mode, into, frames)


def filmed(clip: Path, first: int, seed: int) -> None:
    """Let a drawing look as if a camera in somebody's hand had filmed it: it sways a little, and has grain.

    ``first`` is the chain's number of the clip's first frame, so that the hand goes on over a seam.
    """
    noise, other = np.random.default_rng([seed, first]), clip.with_name("filmed.mp4")
    with av.open(str(clip)) as source, av.open(str(other), "w") as into:
        video, audio = source.streams.video[0], source.streams.audio[0]
        picture = into.add_stream("libx264", rate=24)
        picture.width, picture.height, picture.pix_fmt = *SIZE, "yuv420p"
        picture.options = {"preset": "veryfast", "crf": "20", "bf": "0"}
        sound = into.add_stream_from_template(audio)
        number = first
        for packet in source.demux(video, audio):
            if packet.stream is audio:
                if packet.size:
                    packet.stream = sound
                    into.mux(packet)
                continue
            for frame in packet.decode():
                planes = frame.to_ndarray(format="yuv420p").copy()
                shown = av.VideoFrame.from_ndarray(_swayed(planes, number, noise), "yuv420p")
                shown.pts, shown.time_base = number - first, Fraction(1, 24)
                into.mux(picture.encode(shown))
                number += 1
        into.mux(picture.encode(None))
    other.replace(clip)


def _swayed(planes: np.ndarray, number: int, noise: np.random.Generator) -> np.ndarray:
    """A frame as a hand-held camera sees it, with grain."""
    time = number / 24
    x = 2.5 * np.sin(5.1 * time) + 1.2 * np.sin(11.3 * time + 1)
    y = 2.0 * np.sin(4.3 * time + 2) + 1.0 * np.sin(9.7 * time)
    # A hand trembles: no frame stands where the one before did.
    x += (number % 2 - 0.5) * noise.uniform(0.8, 1.2)
    width, height = SIZE
    shapes = [(height, width), (height // 2, width // 2), (height // 2, width // 2)]
    flat, at = planes.ravel(), 0
    for index, (rows, columns) in enumerate(shapes):
        plane = flat[at : at + rows * columns].reshape(rows, columns)
        scale = 1.0 if index == 0 else 0.5
        move = np.array([[1, 0, x * scale], [0, 1, y * scale]], np.float32)
        moved = cv2.warpAffine(plane, move, (columns, rows), borderMode=cv2.BORDER_REFLECT).astype(np.float32)
        if index == 0:
            moved += noise.normal(0, 2, moved.shape).astype(np.float32)
        plane[:] = np.clip(moved + 0.5, 0, 255).astype(np.uint8)
        at += rows * columns
    return planes


def edit_of(shots: list[Shot], draw: random.Random) -> Edit:
    """A cut list with a chain, transitions, a gap, holds and fades."""
    goes_on = [shot.mode is Mode.EXTEND for shot in shots]
    joins = [HARD if on or not index else Join(*draw.choice(JOINS)) for index, on in enumerate(goes_on)]
    cuts: list[Cut] = []
    at = 0
    for index, shot in enumerate(shots):
        join, after = joins[index], (*joins, HARD)[index + 1]
        is_hard = join is HARD or join.kind == "cut"
        stands_alone = is_hard and not goes_on[index]
        breaks_off = not (*goes_on, False)[index + 1] and after.kind == "cut"
        gap = draw.choice([0, 0, 8]) if index and stands_alone else 0
        start = at - join.overlap + gap
        cut = Cut(
            *(shot.scene_id, shot.scene_id, shot.clip, sha256_of(shot.clip), 0, shot.frames, start),
            continuous=goes_on[index],
            take_id=f"{shot.scene_id}/1",
            backend="local",
            model="animatic-1",
            cost_usd=Decimal(0),
            join=join,
            fade_in=join.frames - join.frames // 2 if join.kind == "fade" else 0,
            fade_out=after.frames // 2 if after.kind == "fade" else 0,
            gap=gap,
            hold=draw.choice([0, 0, 14]) if breaks_off else 0,
        )
        if stands_alone:
            cut = replace(cut, fade_in=draw.choice([0, 8]))
        cuts.append(cut)
        at = cut.end_frame
    return Edit("A small film", SIZE, tuple(cuts))


def film_of(seed: int, folder: Path) -> Path:
    """Draw and cut a random film; its record lies beside it."""
    shots = shots_of(seed, folder)
    return cut_film(edit_of(shots, random.Random(seed)), folder).path
