"""The way of a camera through one clip: the courses of its beats, and how it comes from one to the next."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from veo_story.backends.local.camerawork.framing import frame_beat
from veo_story.backends.local.camerawork.moves import course_of, walks
from veo_story.backends.local.camerawork.view import FPS, WIDEST, Moving, View, view_of
from veo_story.backends.local.camerawork.words import Asked, read_camera

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from veo_story.backends.local.camerawork.framing import Framing
    from veo_story.backends.local.camerawork.moves import Course
    from veo_story.backends.local.camerawork.view import Numbers
    from veo_story.backends.local.script import Beat, Script
    from veo_story.backends.local.world.stage import Mark, Stage

    Where = Callable[[str, int], Mark | None]

_EASE_S = 1.3
_LONGEST_EASE_S = 5.5
_SHARE = 0.76
"""Share of a beat that a camera may take to come into its framing."""
_COMFORT = 1.1
"""Picture heights that a camera may cross at a time before it draws back to do so."""
_MOST_BACK = 0.85
_STROLL = 0.08
"""Picture heights from which on a walk is one to keep beside."""
_LAG = 9
"""Frames before and after, over which such a walk is evened out."""
_STEP_S = 1e-3


@dataclass(frozen=True, slots=True)
class Ease:
    """What a camera keeps of where it was: an offset and a speed, which die away."""

    offset: Numbers
    speed: Numbers
    seconds: float
    back: tuple[float, float] = (0.0, 0.0)
    """How far it draws back on its way, in ``near`` and ``lens``."""

    def at(self, seconds: float) -> Numbers:
        """The rest at that time; nothing from ``seconds`` on. Smooth in place, speed and acceleration."""
        u = seconds / self.seconds
        if u >= 1:
            return (0.0,) * len(self.offset)
        v = 1 - u
        stay = v**3 * (1 + 3 * u + 6 * u * u)
        run = self.seconds * u * v**3 * (1 + 3 * u)
        aside = self._aside(stay)
        stays = (aside, aside, stay, stay, stay, stay)
        x, y, near, lens, blur, shake = (
            a * share + b * run for a, b, share in zip(self.offset, self.speed, stays, strict=True)
        )
        wider = 64 * max(0.0, u * v) ** 3
        return (x, y, near - self.back[0] * wider, lens - self.back[1] * wider, blur, shake)

    def _aside(self, stay: float) -> float:
        """The share of the way aside that is left, so that it is even on screen.

        A camera that comes closer turns to what it comes to first; one that draws back turns away last.
        """
        closer = -(self.offset[2] + self.offset[3])
        if closer > 0:
            return stay * math.exp(-closer * (1 - stay))
        return 1 - (1 - stay) * math.exp(closer * stay)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One or more beats under the same camera, from ``start_s`` on; without ``ease`` it begins with a cut."""

    start_s: float
    course: Course
    ease: Ease | None

    def numbers_at(self, seconds: float) -> Numbers:
        """The view's numbers at a second of the clip."""
        own = self.course.at(seconds - self.start_s)
        if self.ease is None:
            return own
        rest = self.ease.at(seconds - self.start_s)
        return tuple(a + b for a, b in zip(own, rest, strict=True))


@dataclass(frozen=True, slots=True)
class Path:
    """A clip's camera. Frames count from the clip's first; ``frames`` itself is where an extension begins."""

    stretches: tuple[Stretch, ...]
    frames: int

    def at(self, frame: float) -> View:
        """The camera at a frame, as the way goes: :meth:`View.eye` keeps it inside of the world."""
        seconds = frame / FPS
        return view_of(self._stretch(seconds).numbers_at(seconds))

    @property
    def end(self) -> Moving:
        """Where the camera is, and how fast it goes, when an extension takes it over."""
        return _moving(self.stretches[-1], self.frames / FPS)

    def label_at(self, frame: float) -> str:
        """What the camera does then, in a word or two: ``push in``, ``pan left``, ``hold``."""
        seconds = frame / FPS
        stretch = self._stretch(seconds)
        return stretch.course.label_at(seconds - stretch.start_s)

    def _stretch(self, seconds: float) -> Stretch:
        begun = [s for s in self.stretches if round(s.start_s * FPS) <= round(seconds * FPS, 3)]
        return begun[-1] if begun else self.stretches[0]


def plan_path(
    script: Script, stage: Stage, before: Moving | None, frames: int, where: Where | None = None
) -> Path:
    """The camera of a clip of ``frames`` frames: of an opening, or going on from ``before``.

    ``where`` tells where somebody of the cast stands at a frame of the clip, None while they are not there;
    without it they stand on their marks of ``stage``.
    """
    stretches: list[Stretch] = []
    last: Asked | None = None
    runs = _runs(script.beats)
    for i, (beat, until) in enumerate(runs):
        asked = read_camera(beat.camera)
        end = frames / FPS if i + 1 == len(runs) else until
        if stretches:
            before = _moving(stretches[-1], beat.start_s)
        cut = before is None or (last is not None and _is_cut(last, asked))
        seconds = max(1 / FPS, end - beat.start_s)
        span = (round(beat.start_s * FPS), round(end * FPS))
        seen = replace(stage, people=_marks(stage, where, span)) if where else stage
        framing = frame_beat(script, beat, seen, asked, before.view if before else None)
        walk = _walk(framing, seen, where, span) if where and walks(asked) else ()
        if before is not None and framing.is_place and asked.size is None:
            # Nothing to look at but the place: the camera comes to rest where it was going.
            framing = replace(framing, view=_rest(framing.view, before.speed))
        course = course_of(framing, asked, beat.action, stage.aspect, seconds, walk)
        ease = None if cut or before is None else _ease(before, course, seconds)
        stretches.append(Stretch(beat.start_s, course, ease))
        last = asked
    return Path(tuple(stretches), frames)


def _runs(beats: Sequence[Beat]) -> list[tuple[Beat, float]]:
    """Beats with the end of the camera that begins with them: the same words again go on."""
    runs: list[tuple[Beat, float]] = []
    for beat in beats:
        if runs and beat.camera and beat.camera == runs[-1][0].camera:
            runs[-1] = (runs[-1][0], beat.end_s)
        else:
            runs.append((beat, beat.end_s))
    return runs


def _is_cut(last: Asked, asked: Asked) -> bool:
    return asked.is_framed and (asked.size, asked.angle) != (last.size, last.angle)


def _marks(stage: Stage, where: Where, span: tuple[int, int]) -> Mapping[str, Mark]:
    """Where everybody stands where a beat ends; those who have left it, where they stood before."""
    first, end = span
    found: dict[str, Mark] = {}
    for who in stage.people:
        marks = (where(who, first + (end - first) * quarter // 4) for quarter in (4, 0, 1, 2, 3))
        mark = next((mark for mark in marks if mark is not None), None)
        if mark is not None:
            found[who] = mark
    return found


def _walk(framing: Framing, stage: Stage, where: Where, span: tuple[int, int]) -> tuple[float, ...]:
    """How far from the mark that is framed its owner is, frame by frame; nothing when they hardly walk."""
    if not framing.who:
        return ()
    home = stage.people[framing.who].x
    frames = range(span[0], span[1] + 1)
    marks = [where(framing.who, frame) for frame in frames]
    there = [mark.x - home for mark in marks if mark is not None]
    if len(there) < len(marks) or max(there) - min(there) < _STROLL:
        return ()
    # A camera does not take every step with them.
    ends = [there[0]] * _LAG, [there[-1]] * _LAG
    padded = [*ends[0], *there, *ends[1]]
    width = 2 * _LAG + 1
    return tuple(sum(padded[i : i + width]) / width for i in range(len(there)))


def _rest(view: View, speed: View) -> View:
    return replace(view, x=view.x + 0.4 * speed.x, near=max(0.0, view.near + 0.3 * speed.near), shake=0.0)


def _ease(before: Moving, course: Course, seconds: float) -> Ease:
    own, later, earlier = course.at(0.0), course.at(_STEP_S), course.at(-_STEP_S)
    place, speed = before.view.numbers(), before.speed.numbers()
    offset = tuple(a - b for a, b in zip(place, own, strict=True))
    rest = tuple(v - (b - a) / (2 * _STEP_S) for v, a, b in zip(speed, earlier, later, strict=True))
    wider = math.exp(min(before.view.near + before.view.lens, own[2] + own[3]))
    across = math.hypot(offset[0], offset[1]) * wider
    closer = abs(offset[2] + offset[3])
    back = _back(before.view, course, seconds, math.log(max(across / _COMFORT, 1.0)))
    longest = max(2 / FPS, min(_LONGEST_EASE_S, _SHARE * seconds))
    wanted = _EASE_S + 1.2 * across * math.exp(-sum(back)) + 1.1 * closer + 2.2 * sum(back)
    return Ease(offset, rest, min(longest, wanted), back)


def _back(view: View, course: Course, seconds: float, wanted: float) -> tuple[float, float]:
    """How far to draw back: by the camera's own way as long as there is one, then by zoom."""
    ends = [view, view_of(course.at(0.0)), view_of(course.at(seconds))]
    near = min(wanted, _MOST_BACK * min(end.near for end in ends))
    return near, min(wanted - near, _MOST_BACK * max(0.0, min(end.lens for end in ends) - WIDEST))


def _moving(stretch: Stretch, seconds: float) -> Moving:
    """Place and speed at a second, both as the way goes."""
    here = stretch.numbers_at(seconds)
    later, earlier = stretch.numbers_at(seconds + _STEP_S), stretch.numbers_at(seconds - _STEP_S)
    speed = (round((a - b) / (2 * _STEP_S), 9) for a, b in zip(later, earlier, strict=True))
    return Moving(view_of(here), View(*speed))
