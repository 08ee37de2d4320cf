"""Effects and overlays against the length that a scene has in the film. Pure."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from veo_story.plan.effects import faults, outside
from veo_story.plan.frames import frames_of
from veo_story.plan.model import Parameters
from veo_story.plan.placement import place
from veo_story.storyboard.codes import problem
from veo_story.storyboard.model import FPS
from veo_story.storyboard.rules.common import origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from veo_story.errors import Problem
    from veo_story.plan.draft import Draft
    from veo_story.storyboard.finish import Overlay
    from veo_story.storyboard.model import Scene, Storyboard

_LETTERS_A_SECOND = 15
_LETTERS_A_SIGN = 3
"""What a Chinese or Japanese sign takes as long to read as."""
_LEAST_S = 1.0


def check_finishing(storyboard: Storyboard, drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Effects that do not fit, overlays outside of their scene, too short, or on each other."""
    for draft, placed in zip(drafts, place(drafts), strict=True):
        scene, shown = draft.scene, placed.out_frame - placed.in_frame
        if shown < 1:
            continue
        broken = [*faults(scene.effects, shown), *outside(scene.effects, _size(storyboard))]
        for number, message, hint in broken:
            where = storyboard.source.where((*origin(scene, "effects"), number))
            yield problem("VS049", where, message, hint)
        if scene.overlays and not broken:
            yield from _overlays(storyboard, scene, placed.frames + placed.hold)


def _size(storyboard: Storyboard) -> tuple[int, int]:
    render = storyboard.render
    return Parameters(render.aspect, render.resolution, Decimal(0)).size


def _overlays(storyboard: Storyboard, scene: Scene, frames: int) -> Iterator[Problem]:
    paths = [overlay.path for overlay in scene.overlays]
    times = [_frames(overlay, frames) for overlay in scene.overlays]
    for overlay, path, (start, end) in zip(scene.overlays, paths, times, strict=True):
        stands, needed = (end - start) / FPS, _reading_s(overlay)
        if start >= frames:
            where = storyboard.source.where((*path, "start"))
            message = f"the overlay begins at {overlay.start_s:g} s, the scene is {_seconds(frames)} long"
            yield problem("VS037", where, message, "times count from what the film shows of the scene")
        elif stands < needed:
            message = f"the overlay stands for {_seconds(end - start)}; reading it takes about {needed:.1f} s"
            yield problem("VS216", storyboard.source.where((*path, "text")), message)
    for first, second in combinations(range(len(times)), 2):
        overlap = min(times[first][1], times[second][1]) - max(times[first][0], times[second][0])
        if scene.overlays[first].at == scene.overlays[second].at and overlap > 0:
            at, seconds = scene.overlays[first].at, _seconds(overlap)
            message = f"two overlays stand at {at} together for {seconds}"
            yield problem("VS217", storyboard.source.where(paths[second]), message)


def _frames(overlay: Overlay, frames: int) -> tuple[int, int]:
    """First frame of an overlay and the one after its last, within the scene."""
    start = frames_of(overlay.start_s)
    end = frames if overlay.duration_s is None else start + frames_of(overlay.duration_s)
    return start, min(end, frames)


def _reading_s(overlay: Overlay) -> float:
    words = f"{overlay.text or ''} {overlay.subtitle or ''}".strip()
    wide = sum(1 for sign in words if east_asian_width(sign) in "WF")
    letters = len(words) + wide * (_LETTERS_A_SIGN - 1)
    return max(letters / _LETTERS_A_SECOND, _LEAST_S) if words else 0.0


def _seconds(frames: int) -> str:
    return f"{round(frames / FPS, 2):g} s"
