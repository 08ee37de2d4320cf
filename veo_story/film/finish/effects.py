"""Effects of moviepy over footage: the only place that imports it, and only when a scene asks for one."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from veo_story.errors import MediaError
from veo_story.film.finish.colour import to_rgb
from veo_story.media.sound import RATE
from veo_story.storyboard.model import FPS
from veo_story.storyboard.rules.effects import effects_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from veo_story.film.finish.footage import Footage
    from veo_story.film.finish.tape import Tape

    Picture = NDArray[np.uint8]
    Samples = NDArray[np.float32]

Effect = tuple[str, str]
"""An effect's name, and its parameters as JSON."""

_TIMED = frozenset(
    {"AccelDecel", "Freeze", "Loop", "MakeLoopable", "MultiplySpeed", "TimeMirror", "TimeSymmetrize"}
)
"""Effects of the picture that also change when its sound is heard."""
_SLIDES = frozenset({"SlideIn", "SlideOut"})
_COMPOSED = frozenset({"FreezeRegion", "MakeLoopable"})
_CHUNK = 24_000
_NO_FPS = 1e9
_SLIP = 1e-6
"""Frames that a time may be off by arithmetic."""
_ERRORS = (
    *(ValueError, TypeError, IndexError, KeyError, AttributeError),
    *(ArithmeticError, MemoryError, NotImplementedError, cv2.error),
)


def changes_picture(effects: Sequence[Effect]) -> bool:
    """Whether one of them does anything to the picture."""
    return any(effects_table()[name]["kind"] == "video" for name, _ in effects)


def changes_sound(effects: Sequence[Effect]) -> bool:
    """Whether the scene sounds otherwise after them, or its picture goes by in another time."""
    return any(name in _TIMED or effects_table()[name]["kind"] == "audio" for name, _ in effects)


def reach_of(effects: Sequence[Effect]) -> int:
    """How many neighbours of a frame are wanted again and again."""
    spans = [json.loads(parameters)["d"] for name, parameters in effects if name == "SuperSample"]
    return round(2 * FPS * sum(spans)) + 4 if spans else 0


@dataclass(frozen=True)
class Changed:
    """A scene after its effects: a moviepy clip, and of which scene, for messages."""

    clip: Any
    scene_id: str

    def pictures(self, frames: int, size: tuple[int, int]) -> Iterator[Picture]:
        """The pictures of so many frames: RGB, ``(height, width, 3)``, fitted into ``size``."""
        box: _Box | None = None
        for frame in range(frames):
            with _told(self.scene_id, "its effects"):
                shown = _bytes(self.clip.get_frame(self._time((frame + 0.5) / FPS)))
            if not shown.size:
                raise MediaError(f"scene {self.scene_id}: its effects leave nothing of the picture")
            box = box or _Box.of(shown, size)
            yield box.fitted(shown)

    def sound(self, samples: int) -> Iterator[Samples]:
        """So many samples of its sound as ``(2, n)`` chunks, silent where there is none."""
        for start in range(0, samples, _CHUNK):
            count = min(_CHUNK, samples - start)
            chunk = np.zeros((count, 2))
            if self.clip.audio is not None:
                times = (np.arange(start, start + count) + 0.5) / RATE
                with _told(self.scene_id, "its effects"):
                    heard = np.nan_to_num(np.asarray(self.clip.audio.get_frame(times), np.float64))
                chunk += heard * (times < self.clip.duration)[:, None]
            yield np.ascontiguousarray(chunk.T, np.float32)

    def _time(self, time_s: float) -> float:
        # The last of the frames, where their number was rounded up, begins within the scene all the same.
        return min(time_s, float(self.clip.duration) - _SLIP)


def changed(effects: Sequence[Effect], footage: Footage, tape: Tape | None, scene_id: str) -> Changed:
    """Put effects over footage, and over its sound where there is a ``tape``. Raises MediaError.

    moviepy works with times. Each frame is asked for at its middle, so that one played backwards or at half
    its speed is that frame and no neighbour.
    """
    from moviepy import AudioClip, VideoClip

    length_s = len(footage) / FPS

    def picture(time_s: float) -> Picture:
        return to_rgb(footage.frame(int(np.floor(time_s * FPS + _SLIP))), footage.colour)

    clip = VideoClip(picture, duration=length_s)
    # moviepy plays backwards from 1/fps before the end: at the middles of frames that is too early.
    clip.fps = _NO_FPS
    if tape is not None:
        clip = clip.with_audio(AudioClip(tape.at, duration=length_s, fps=RATE))
    for name, parameters in effects:
        with _told(scene_id, name):
            clip = _with(clip, name, json.loads(parameters))
            if clip.duration is None or clip.duration <= 0:
                raise ValueError("nothing is left of the scene")
    return Changed(_on_black(clip, effects), scene_id)


def _with(clip: Any, name: str, parameters: dict[str, Any]) -> Any:
    from moviepy import afx, vfx

    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in parameters.items()
        if not key.startswith("x-")
    }
    if name == "SuperSample":
        return supersampled(clip, **given)
    is_sound = effects_table()[name]["kind"] == "audio"
    if is_sound and clip.audio is None:
        return clip
    made = clip.with_effects([getattr(afx if is_sound else vfx, name)(**given)])
    if name in _COMPOSED and clip.mask is None:
        # They give a mask to what has no holes: nobody needs that, and some effects do not take it.
        made = made.without_mask()
    # Some leave fractions behind, which others do not take.
    return made if is_sound else made.image_transform(_bytes)


def supersampled(clip: Any, d: float, n_frames: int) -> Any:
    """moviepy's SuperSample to the byte, without holding ``n_frames`` pictures of eight bytes a colour.

    Nor does it look for pictures before the scene and after it.
    """
    last_s = float(clip.duration) - _SLIP

    def mean(get_frame: Any, time_s: float) -> Picture:
        total: NDArray[np.float32] | None = None
        for moment in np.linspace(time_s - d, time_s + d, n_frames):
            picture = _bytes(get_frame(min(max(float(moment), 0.0), last_s)))
            if total is None:
                total = np.zeros(picture.shape, np.float32)
            cv2.accumulate(picture, total)
        assert total is not None
        return (total / n_frames).astype(np.uint8)

    return clip.transform(mean)


def _on_black(clip: Any, effects: Sequence[Effect]) -> Any:
    """What is transparent, or has been moved, over black."""
    if clip.mask is None and not any(name in _SLIDES for name, _ in effects):
        return clip
    from moviepy import CompositeVideoClip

    return CompositeVideoClip([clip], size=tuple(clip.size), bg_color=(0, 0, 0))


@contextmanager
def _told(scene_id: str, what: str) -> Iterator[None]:
    """What goes wrong inside of moviepy, as an error that names the scene."""
    try:
        yield
    except _ERRORS as error:
        raise MediaError(
            f"scene {scene_id}: {what} cannot be applied: {error}",
            hint="Correct its parameters in 'effects:'.",
        ) from error


def _bytes(picture: Any) -> Picture:
    found = np.asarray(picture)
    if found.dtype != np.uint8:
        found = np.rint(found).clip(0, 255).astype(np.uint8)
    return np.ascontiguousarray(found[:, :, :3])


@dataclass(frozen=True, slots=True)
class _Box:
    """Where pictures of some size stand in a frame: as large as fits, in the middle, black around them."""

    size: tuple[int, int]
    scale: float
    left: int
    top: int

    @classmethod
    def of(cls, picture: Picture, size: tuple[int, int]) -> _Box:
        """The box for pictures as large as this one."""
        rows, columns = picture.shape[:2]
        scale = min(size[0] / columns, size[1] / rows)
        left, top = (size[0] - round(columns * scale)) // 2, (size[1] - round(rows * scale)) // 2
        return cls(size, scale, left, top)

    def fitted(self, picture: Picture) -> Picture:
        """A picture in its frame. Scroll makes pictures smaller from one to the next: they keep the scale."""
        width, height = self.size
        rows, columns = picture.shape[:2]
        if (columns, rows) == self.size:
            return picture
        wide = min(max(round(columns * self.scale), 1), width - self.left)
        high = min(max(round(rows * self.scale), 1), height - self.top)
        way = cv2.INTER_AREA if self.scale < 1 else cv2.INTER_CUBIC
        whole = np.zeros((height, width, 3), np.uint8)
        whole[self.top : self.top + high, self.left : self.left + wide] = cv2.resize(
            picture, (wide, high), interpolation=way
        )
        return whole
