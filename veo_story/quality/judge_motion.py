"""What is wrong with how a film's picture moves: repeated and frozen frames, jumps. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.quality import limits
from veo_story.quality.figures import LATER
from veo_story.quality.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from veo_story.quality.figures import Numbers, Picture
    from veo_story.quality.stretches import Footage

_AROUND = 12
"""Frames on each side that say what is usual."""
_NEAR = 8
"""Frames on each side that a jump has to stand out from."""
_SIDE = 6
"""Runs of equal frames on each side of which one is longer."""
_TWOS = 6
"""Frames on each side that show whether every other one is held."""
_STEADY = 25
"""Percentile of what new frames change: motion is steady when even this one is considerable."""


def motion_findings(picture: Picture, footage: Footage) -> Iterator[Finding]:
    """Repeated frames, frozen stretches and jumps of scenes that go on from each other."""
    if footage.rests or footage.last - footage.first < _AROUND:
        return
    jumps = list(_jumps(picture, footage))
    runs = _runs(picture, footage)
    yield from _frozen(picture, footage, runs)
    yield from _repeated(picture, footage, runs)
    yield from jumps


def _runs(picture: Picture, footage: Footage) -> NDArray[np.intp]:
    """Where runs of the same picture begin, and the end of the footage after the last."""
    first, last = footage.first, footage.last
    change, most = picture.change[first:last], picture.most[first:last]
    usual = _percentile_around(change, 75) * limits.SAME_SHARE
    usual_most = _percentile_around(most, 75) * limits.SAME_SHARE
    same = (change <= np.maximum(usual, limits.SAME_MEAN)) & (
        most <= np.maximum(usual_most, limits.SAME_LEVELS)
    )
    same[0] = False
    return np.append(np.flatnonzero(~same), last - first) + first


def _percentile_around(values: Numbers, percent: float) -> Numbers:
    padded = np.pad(values, _AROUND, mode="reflect") if len(values) > _AROUND else values
    if padded is values:
        return np.full_like(values, np.percentile(values, percent))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1)
    return np.asarray(np.percentile(windows, percent, axis=1), np.float32)


def _repeated(picture: Picture, footage: Footage, runs: NDArray[np.intp]) -> Iterator[Finding]:
    """A frame stands for longer than its neighbours do while everything moves. Animation on twos is no fault."""
    lengths = np.diff(runs)
    for index in np.flatnonzero((lengths > 1) & (lengths < limits.FROZEN_FRAMES)):
        length, start = int(lengths[index]), int(runs[index])
        sides = lengths[max(index - _SIDE, 0) : index], lengths[index + 1 : index + 1 + _SIDE]
        if min(map(len, sides)) < 2:
            continue
        usual = max(int(np.median(side)) for side in sides)
        most_else = max(int(np.sort(side)[-2:].min()) for side in sides)
        moves = picture.change[runs[max(index - _SIDE, 0) : index + 1 + _SIDE]]
        if length <= max(usual, most_else) or np.percentile(moves, _STEADY) < limits.REPEAT_MOTION:
            continue
        extra = length - usual
        where = start + usual
        beside = min(float(picture.change[start]), float(picture.change[runs[index + 1]]))
        if beside < limits.REPEAT_BESIDE * np.median(moves) or picture.top[where] < limits.BLACK_TOP:
            continue
        if _on_twos(picture, footage, where):
            continue
        measured = float(picture.change[where : start + length].max() / max(np.median(moves), 1e-6))
        yield _finding(
            footage,
            "repeated",
            Severity.ERROR if where in footage.seams else Severity.WARNING,
            (where, start + length),
            f"{_count(extra)} shown again" + (" at the seam" if where in footage.seams else ""),
            "cut the film again; if it stays, the take itself stutters: retake the scene",
            measured,
            limits.SAME_SHARE,
            "of the usual change",
        )


def _on_twos(picture: Picture, footage: Footage, where: int) -> bool:
    """Whether every other picture around, this one among them, changes clearly less: it is drawn on twos."""
    change = picture.change
    first, last = footage.first + 1, footage.last

    def pace(frames: list[int]) -> float:
        shown = [float(change[frame]) for frame in frames if first <= frame < last]
        return float(np.median(shown)) if len(shown) >= 2 else 0.0

    before, after = range(where - _TWOS, where), range(where + 1, where + 1 + _TWOS)
    for frames, share in (([*before, *after], limits.TWOS_SHARE), (before, 0.5), (after, 0.5)):
        held = [frame for frame in frames if (frame - where) % 2 == 0]
        new = [frame for frame in frames if (frame - where) % 2]
        if pace(held) < share * pace(new):
            return True
    return False


def _frozen(picture: Picture, footage: Footage, runs: NDArray[np.intp]) -> Iterator[Finding]:
    """The picture stops dead amid motion, for half a second or longer."""
    lengths = np.diff(runs)
    for index in np.flatnonzero(lengths >= limits.FROZEN_FRAMES):
        start, end = int(runs[index]), int(runs[index + 1])
        before = picture.change[max(start - _NEAR, footage.first + 1) : start + 1]
        after = picture.change[end : min(end + _NEAR, footage.last)]
        halts = _speed(before) >= limits.FROZEN_MOTION
        goes_on = _speed(after) >= limits.FROZEN_MOTION or end >= footage.last - 1
        if halts and goes_on:
            yield _finding(
                footage,
                "frozen",
                Severity.ERROR,
                (start, end),
                f"the picture stands still for {(end - start) / 24:.1f} s amid motion",
                "retake the scene, or trim it before it stops",
                end - start,
                limits.FROZEN_FRAMES,
                "frames",
            )


def _speed(changes: Numbers) -> float:
    """What a frame changes on average, twos counted as what they are: half as much a frame."""
    return float(changes.mean()) if len(changes) >= 4 else 0.0


def _jumps(picture: Picture, footage: Footage) -> Iterator[Finding]:
    first, last = footage.first, footage.last
    shape = picture.shape
    for frame in range(first + 1, last):
        size = float(shape[frame])
        if size < limits.JUMP_LEVELS:
            continue
        near = np.concatenate(
            [shape[max(frame - _NEAR, first + 1) : frame], shape[frame + 1 : min(frame + 1 + _NEAR, last)]]
        )
        if len(near) < _NEAR:
            continue
        # Of pictures drawn on twos only the new ones count.
        moving = near[near > limits.SAME_SHARE * np.percentile(near, 75)]
        usual = float(np.median(moving)) if len(moving) else 0.0
        if size < limits.JUMP_SHARE * usual or size < limits.JUMP_PEAK * near.max():
            continue
        if _risen(picture.tiles, frame, first, last) < limits.JUMP_TILES:
            continue
        stays = picture.later[min(frame + LATER - 1, last - 1)] >= limits.JUMP_STAYS * size
        if not stays and frame + LATER <= last:
            continue
        seam = frame in footage.seams
        whole = picture.likeness[frame] < limits.CUT_LIKENESS
        message = (
            "the picture jumps where the scene goes on" if seam else "the picture jumps inside the scene"
        )
        if whole and not seam:
            if footage.part_at(frame).shots:
                continue
            message = "a cut inside the scene"
        severity = Severity.ERROR if seam else (Severity.NOTE if whole else Severity.WARNING)
        fix = (
            "cut the film again; if it stays, retake the scene after the seam"
            if seam
            else "look whether it is meant; else retake the scene"
        )
        yield _finding(
            footage,
            "cut-inside" if whole and not seam else "jump",
            severity,
            (frame, frame + 1),
            message,
            fix,
            size / max(usual, 0.05),
            limits.JUMP_SHARE,
            "times the usual change",
        )


def _risen(tiles: Numbers, frame: int, first: int, last: int) -> int:
    """In how many tiles a frame changes far more than those around it."""
    near = np.concatenate(
        [tiles[max(frame - _NEAR, first + 1) : frame], tiles[frame + 1 : min(frame + 1 + _NEAR, last)]]
    )
    usual = np.maximum(np.percentile(near, 75, axis=0), limits.JUMP_LEVELS / 4)
    return int((tiles[frame] >= limits.JUMP_SHARE / 2 * usual).sum())


def _finding(
    footage: Footage,
    code: str,
    severity: Severity,
    place: tuple[int, int],
    message: str,
    fix: str,
    measured: float,
    limit: float,
    unit: str,
) -> Finding:
    seam = place[0] in footage.seams
    return Finding(
        code, severity, footage.scene_at(place[0]), *place, message, fix, measured, limit, unit, seam=seam
    )


def _count(frames: int) -> str:
    return "a frame is" if frames == 1 else f"{frames} frames are"
