"""The animatic against what bounds it: the encoder alone, and moviepy making the same move."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import ROOT, run, veo_story
from benchmarks.report import Table
from veo_story.backends.local.order import RenderOrder
from veo_story.backends.local.render import frame_of, render
from veo_story.backends.local.writer import Clip, write_clip
from veo_story.media.probe import probe
from veo_story.storyboard.model import FPS, Mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes, Scratch

_SIZE = (1280, 720)
_SHOT = "Slow push-in. Two old friends talk in the lamp room of a lighthouse at dusk, rain on the panes"
_KEPT, _CEILING_FRAMES = 48, 480
_MOVE_FRAMES, _ZOOM = 96, 1.3


def table(runs: int) -> Table:
    """keeper.yaml, the encoder alone and one move over a still, in turn, ``runs`` times each."""
    film_fps, ceiling_fps, ours, theirs = [], [], [], []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        image = _image(folder / "still.png")
        kept = [_kept(number) for number in range(0, 2 * _KEPT, 2)]
        for number in range(runs):
            film_fps.append(_keeper(folder / str(number)))
            ceiling_fps.append(_ceiling(kept, folder))
            ours.append(_our_move(image, folder / "ours.mp4"))
            theirs.append(_moviepy_move(image, folder / "theirs.mp4"))
    shares = [film / ceiling for film, ceiling in zip(film_fps, ceiling_fps, strict=True)]
    faster = [one / other for one, other in zip(ours, theirs, strict=True)]
    rows = [
        _row(
            "`render keeper.yaml`: start, drawing, sound, joining, proof",
            median(film_fps),
            "6 x, better 10 x",
        ),
        _row("the encoder alone, its frames ready, a clip for every core", median(ceiling_fps), ""),
        ("keeper.yaml as a share of that", f"{median(shares):.2f}", "", "0.5 or more"),
        _row("a zoom over a still, with its encoding", median(ours), ""),
        _row("the same with moviepy", median(theirs), ""),
        ("faster than moviepy", f"{median(faster):.0f} x", "", "12 x or more"),
    ]
    return Table(
        "animatic", "The animatic (720p)", ("what", "frames a second", "times realtime", "aim"), rows
    )


def _row(name: str, fps: float, aim: str) -> tuple[str, ...]:
    return (name, f"{fps:.0f}", f"{fps / FPS:.1f} x", aim)


def _keeper(folder: Path) -> float:
    folder.mkdir()
    board = ROOT / "storyboards" / "keeper.yaml"
    cost = run(veo_story("render", board, "--renders", folder, "--quiet"), folder, watched=False)
    return probe(folder / "keeper" / "film.mp4").frames / cost.wall_s


def _kept(number: int) -> Planes:
    order = RenderOrder("s01", Mode.OPEN, _SIZE, 2 * _KEPT, Path("none.mp4"), prompt=_SHOT)
    return frame_of(order, number)


class _Silence:
    def samples(self, start: int, end: int) -> NDArray[np.float32]:
        return np.zeros((2, end - start), np.float32)


def _ceiling(kept: list[Planes], folder: Path) -> float:
    """Frames a second when pictures only have to be handed over: there and back through those kept.

    As many clips at once as there are cores, as in the render of a film.
    """
    turn = [*kept, *kept[-2:0:-1]]

    def hand_over(frame: int, planes: Planes, _scratch: Scratch) -> None:
        for plane, ready in zip(planes, turn[frame % len(turn)], strict=True):
            np.copyto(plane, ready)

    def encode(number: int) -> None:
        clip = Clip(_SIZE, _CEILING_FRAMES, 0, hand_over, _Silence())
        write_clip(clip, folder / f"ceiling-{number}.mp4")

    cores = os.cpu_count() or 1
    start = time.perf_counter()
    with ThreadPoolExecutor(cores) as encoders:
        list(encoders.map(encode, range(cores)))
    return cores * _CEILING_FRAMES / (time.perf_counter() - start)


def _image(path: Path) -> Path:
    from PIL import Image

    y, u, v = _kept(0)
    Image.fromarray(
        np.dstack([y, np.kron(u, np.ones((2, 2), np.uint8)), np.kron(v, np.ones((2, 2), np.uint8))])
    ).save(path)
    return path


def _our_move(image: Path, into: Path) -> float:
    order = RenderOrder(
        "s01", Mode.STILL, _SIZE, _MOVE_FRAMES, into, image=image, hints={"zoom": str(_ZOOM)}, overlay=()
    )
    start = time.perf_counter()
    render(order)
    return _MOVE_FRAMES / (time.perf_counter() - start)


def _moviepy_move(image: Path, into: Path) -> float:
    from moviepy import CompositeVideoClip, ImageClip

    length = _MOVE_FRAMES / FPS
    still = ImageClip(str(image)).with_duration(length)
    closer = still.resized(lambda t: 1 + (_ZOOM - 1) * t / length).with_position("center")
    start = time.perf_counter()
    CompositeVideoClip([closer], size=_SIZE).write_videofile(
        str(into), fps=FPS, codec="libx264", preset="ultrafast", audio=False, threads=2, logger=None
    )
    return _MOVE_FRAMES / (time.perf_counter() - start)
