"""What is wrong with how a film's picture moves: repeated and frozen frames, jumps. Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from veo_story.quality import limits
from veo_story.quality.figures import LATER
from veo_story.quality.finding import Against, Finding, Severity
from veo_story.quality.twos import on_twos

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from veo_story.quality.figures import Numbers, Picture
    from veo_story.quality.stretches import Footage

_AROUND = 12
"""Frames on each side that say what is usual."""
_NEAR = 8
"""Frames on each side that a jump has to stand out from."""
_BESIDE = 4
"""The same at a seam, where a jump is looked for anyway."""
_SIDE = 6
"""Runs of equal frames on each side of which one is longer."""
_JUMPS_AT_SEAM = "the picture jumps where the scene goes on"
_FIX_SEAM = "cut the film again; if it stays, retake the scene after the seam"
_STEADY = 25
"""Percentile of what new frames change: motion is steady when even this one is considerable."""


def motion_findings(picture: Picture, footage: Footage) -> Iterator[Finding]:
    """Repeated frames, frozen stretches and jumps of scenes that go on from each other."""
    if footage.rests or footage.last - footage.first < _AROUND:
        return
    runs = _runs(picture, footage)
    frozen = list(_frozen(picture, footage))
    yield from frozen
    yield from _repeated(picture, footage, runs)
    # Where a frozen picture goes on it jumps, of course.
    known = {found.place.end for found in frozen}
    for found in (*_jumps(picture, footage), *_out_of_step(picture, footage)):
        if found.place.start not in known:
            known.add(found.place.start)
            yield found


def _runs(picture: Picture, footage: Footage) -> NDArray[np.intp]:
    """Where runs of the same picture begin, and the end of the footage after the last."""
    first, last = footage.first, footage.last
    change, most = picture.change[first:last], picture.most[first:last]
    usual, usual_most = _percentile_around(change, 75), _percentile_around(most, 75)
    share = limits.SAME_SHARE
    same = (change <= np.maximum(usual * share, limits.SAME_MEAN)) & (
        most <= np.maximum(usual_most * share, limits.SAME_LEVELS)
    )
    # What coding mends of rain and grain is spread thin: no place of it moves.
    lively = np.pad(change >= usual / 2, 2)
    amid = lively[:-4] & lively[1:-3] & lively[3:-1] & lively[4:]
    same |= amid & (change <= usual * limits.SAME_MENDED) & (most <= limits.SAME_LEVELS)
    same[0] = False
    return np.append(np.flatnonzero(~same), last - first) + first


def _percentile_around(values: Numbers, percent: float) -> Numbers:
    padded = np.pad(values, _AROUND, mode="reflect") if len(values) > _AROUND else values
    if padded is values:
        return np.full_like(values, np.percentile(values, percent))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1)
    return np.asarray(np.percentile(windows, percent, axis=1), np.float32)


def _repeated(picture: Picture, footage: Footage, runs: NDArray[np.intp]) -> Iterator[Finding]:
    """A frame stands for longer than its neighbours while everything moves. Drawing on twos is no fault."""
    lengths = np.diff(runs)
    for index in np.flatnonzero((lengths > 1) & (lengths < limits.FROZEN_FRAMES)):
        length, start = int(lengths[index]), int(runs[index])
        sides = lengths[max(index - _SIDE, 0) : index], lengths[index + 1 : index + 1 + _SIDE]
        if min(map(len, sides)) < 2:
            continue
        usual = max(int(np.median(side)) for side in sides)
        most_else = max(int(np.sort(side)[-2:].min()) for side in sides)
        moves = picture.change[runs[:-1][max(index - _SIDE, 0) : index + 1 + _SIDE]]
        if length <= max(usual, most_else) or np.percentile(moves, _STEADY) < limits.REPEAT_MOTION:
            continue
        extra = length - usual
        where = start + usual
        after = int(runs[index + 1])
        # Of two neighbours one may be held: they may be drawn on twos.
        sides_pace = (
            picture.change[max(start - 1, 0) : start + 1].max(),
            picture.change[after : after + 2].max(),
        )
        beside = float(min(sides_pace))
        if beside < limits.REPEAT_BESIDE * np.median(moves) or picture.top[where] < limits.BLACK_TOP:
            continue
        if length == 2 and on_twos(picture.change, where, footage.first + 1, footage.last):
            continue
        measured = float(picture.change[where : start + length].max() / max(np.median(moves), 1e-6))
        yield Finding(
            "repeated",
            Severity.ERROR if where in footage.seams else Severity.WARNING,
            footage.place(where, start + length),
            f"{_count(extra)} shown again" + (" at the seam" if where in footage.seams else ""),
            "cut the film again; if it stays, the take itself stutters: retake the scene",
            Against(measured, limits.SAME_SHARE, "of the usual change"),
        )


def _frozen(picture: Picture, footage: Footage) -> Iterator[Finding]:
    """The picture stops dead amid motion, for half a second or longer."""
    first, last = footage.first, footage.last
    rests = (picture.change[first:last] <= limits.FROZEN_MEAN) & (
        picture.most[first:last] <= limits.FROZEN_LEVELS
    )
    rests[0] = False
    borders = np.append(np.flatnonzero(~rests), last - first) + first
    for start, end in pairwise(borders.tolist()):
        if end - start < limits.FROZEN_FRAMES:
            continue
        before = picture.change[max(start - _NEAR, footage.first + 1) : start + 1]
        after = picture.change[end : min(end + _NEAR, footage.last)]
        halts = _speed(before) >= limits.FROZEN_MOTION
        goes_on = _speed(after) >= limits.FROZEN_MOTION or end >= footage.last - 1
        if halts and goes_on:
            yield Finding(
                "frozen",
                Severity.ERROR,
                footage.place(start, end),
                f"the picture stands still for {(end - start) / 24:.1f} s amid motion",
                "retake the scene, or trim it before it stops",
                Against(end - start, limits.FROZEN_FRAMES, "frames"),
            )


def _speed(changes: Numbers) -> float:
    """What a frame changes on average, twos counted as what they are: half as much a frame."""
    return float(changes.mean()) if len(changes) >= 4 else 0.0


def _out_of_step(picture: Picture, footage: Footage) -> Iterator[Finding]:
    """Seams at which frames are missing, or too many: the picture is not where it would be by then."""
    first, last = footage.first, footage.last
    for seam in footage.seams:
        near = np.array(
            [f for f in range(max(seam - _NEAR, first + 1), min(seam + _NEAR + 1, last)) if f != seam]
        )
        if len(near) < _NEAR:
            continue
        shape, fit, shift = picture.shape, picture.fit, picture.shift
        moving = shape[near][shape[near] > limits.SAME_SHARE * np.percentile(shape[near], 75)]
        if not len(moving) or shape[seam] < max(limits.JUMP_LEVELS / 2, float(np.median(moving))):
            continue
        if not (_stays(picture, footage, seam) or _outlasts(picture, footage, seam)):
            continue
        jumps = (
            shape[seam] >= limits.JUMP_SHARE_SEAM * np.median(moving)
            and shape[seam] >= limits.JUMP_PEAK * shape[near[np.abs(near - seam) <= _BESIDE]].max()
            and _risen(picture.tiles, seam, first, last) >= limits.JUMP_TILES
        )
        worse = (
            fit[seam] < limits.JUMP_FIT * np.median(fit[near])
            and fit[seam] < limits.JUMP_WORST * fit[near].min()
        )
        usual = np.median(shift[near], axis=0)
        off = float(np.hypot(*(shift[seam] - usual)))
        restless = float(np.hypot(*(shift[near] - usual).T).max())
        moved = off > max(limits.JUMP_SHIFT, limits.JUMP_SHIFT_SHARE * restless)
        if jumps or ((worse or moved) and _takes_most(picture.tiles, near, seam)):
            against = Against(off, limits.JUMP_SHIFT, "places of 64 moved")
            if worse:
                against = Against(
                    float(fit[seam] / np.median(fit[near])), limits.JUMP_FIT, "of the usual fit"
                )
            elif jumps:
                share = float(shape[seam] / np.median(moving))
                against = Against(share, limits.JUMP_SHARE_SEAM, "times the usual change")
            yield Finding(
                "jump",
                Severity.ERROR,
                footage.place(seam, seam + 1),
                _JUMPS_AT_SEAM,
                _FIX_SEAM,
                against,
            )


def _stays(picture: Picture, footage: Footage, frame: int) -> bool:
    """Whether a change is still there after a while: lightning is not."""
    after = min(frame + LATER - 1, footage.last - 1)
    return bool(picture.later[after] >= limits.JUMP_STAYS * picture.shape[frame])


def _outlasts(picture: Picture, footage: Footage, seam: int) -> bool:
    """Whether what is left of a change after a while is more than the same while has made of the picture
    before: then lightning at the seam only covers a jump.
    """
    before = picture.later[max(seam - _NEAR, footage.first + LATER) : seam]
    after = min(seam + LATER - 1, footage.last - 1)
    return len(before) > 0 and bool(picture.later[after] >= limits.JUMP_OUTLASTS * before.max())


def _takes_most(tiles: Numbers, near: NDArray[np.intp], frame: int) -> bool:
    """Whether most of the tiles change more than usual: a caption that goes has a few, rain all as usual."""
    usual = np.percentile(tiles[near], 75, axis=0)
    return int((tiles[frame] > limits.JUMP_TILE_SHARE * usual).sum()) >= limits.JUMP_MOST


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
        if frame + LATER <= last and not _stays(picture, footage, frame):
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
        fix = _FIX_SEAM if seam else "look whether it is meant; else retake the scene"
        yield Finding(
            "cut-inside" if whole and not seam else "jump",
            severity,
            footage.place(frame, frame + 1),
            message,
            fix,
            Against(size / max(usual, 0.05), limits.JUMP_SHARE, "times the usual change"),
        )


def _risen(tiles: Numbers, frame: int, first: int, last: int) -> int:
    """In how many tiles a frame changes far more than those around it."""
    near = np.concatenate(
        [tiles[max(frame - _NEAR, first + 1) : frame], tiles[frame + 1 : min(frame + 1 + _NEAR, last)]]
    )
    usual = np.maximum(np.percentile(near, 75, axis=0), limits.JUMP_LEVELS / 4)
    return int((tiles[frame] >= limits.JUMP_SHARE / 2 * usual).sum())


def _count(frames: int) -> str:
    return "a frame is" if frames == 1 else f"{frames} frames are"
