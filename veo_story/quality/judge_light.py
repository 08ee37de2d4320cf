"""What is wrong with a film's light and colour: black frames, flashes and steps at seams, drift. Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from veo_story.quality import limits
from veo_story.quality.finding import Against, Finding, Place, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from veo_story.quality.figures import Picture
    from veo_story.quality.stretches import Footage

_NAMES = ("brightness", "blue", "red")
_STEP_LIMITS = (limits.STEP_LUMA, limits.STEP_CHROMA, limits.STEP_CHROMA)
_DRIFT_LIMITS = (limits.DRIFT_LUMA, limits.DRIFT_CHROMA, limits.DRIFT_CHROMA)
_AROUND = 24
_NEAR = 8
"""Frames on each side that a step has to stand out from. What flickers does so again within them."""
_ONE_WAY = 0.75
"""Steps go one way when their sum is at least this share of what they come to without their signs."""


def light_findings(picture: Picture, footage: Footage) -> Iterator[Finding]:
    """Black frames, flashes and steps at seams, and drift of scenes that go on from each other."""
    if not footage.parts[0].rests:
        yield from _black(picture, footage)
    seams = [seam for seam in footage.seams if picture.top[seam - 2 : seam + 2].min() >= limits.BLACK_TOP]
    steps = [(seam, _step(picture, footage, seam)) for seam in seams if seam - footage.first >= 2]
    flashed = set()
    for seam in seams:
        found = _flash(picture, footage, seam)
        if found is not None:
            flashed.add(seam)
            yield found
    steps = [(seam, step) for seam, step in steps if seam not in flashed]
    stepped = [found for seam, step in steps for found in _stepped(picture, footage, seam, step)]
    yield from stepped
    yield from _drifts(picture, footage, steps, bool(stepped))


def _black(picture: Picture, footage: Footage) -> Iterator[Finding]:
    """Black frames in a scene that is lit, where the light goes or comes at once."""
    first, last = footage.first, footage.last
    top = picture.top[first:last]
    for part_first, part_last in pairwise((first, *footage.seams, last)):
        if np.median(picture.top[part_first:part_last]) < limits.BLACK_TOP:
            yield Finding(
                "black",
                Severity.WARNING,
                footage.place(part_first, part_last),
                "the whole scene is black",
                "look at its take; retake it",
                Against(float(np.median(picture.top[part_first:part_last])), limits.BLACK_TOP, "levels"),
            )
    edges = np.flatnonzero(np.diff(np.concatenate([[0], top < limits.BLACK_TOP, [0]]).astype(int)))
    for start, end in edges.reshape(-1, 2):
        # What goes black bit by bit fades.
        before, after = top[max(start - 1, 0) : start], top[end : end + 1]
        lit = max((float(side.max()) for side in (before, after) if len(side)), default=0.0)
        if lit < limits.LIT_TOP:
            continue
        place = footage.place(int(start) + first, int(end) + first)
        count = "a black frame" if end - start == 1 else f"{end - start} black frames"
        yield Finding(
            "black",
            Severity.ERROR,
            place,
            count,
            "cut the film again; if they stay, trim the scene or retake it",
            Against(float(top[start:end].max()), limits.BLACK_TOP, "levels"),
        )


def _step(picture: Picture, footage: Footage, seam: int) -> NDArray[np.float64]:
    """By how much the whole picture gets brighter and changes its colour at a seam, beyond the usual.

    Zeros where the change is content: a step takes all of the picture.
    """
    first, last = max(footage.first, seam - _AROUND), min(footage.last, seam + _AROUND)
    diffs = np.diff(picture.level[first:last].astype(np.float64), axis=0)
    at = seam - 1 - first
    usual = np.median(np.delete(diffs, at, axis=0), axis=0) if len(diffs) > 2 else np.zeros(3)
    step: NDArray[np.float64] = diffs[at] - usual
    spread = [
        [
            float(stage[seam, plane] - stage[seam - 1, plane])
            for stage in (picture.low, picture.middle, picture.high)
        ]
        for plane in range(3)
    ]
    for plane in range(3):
        one_way = all(value * step[plane] >= 0 for value in spread[plane][1:])
        if not one_way:
            step[plane] = 0.0
    lift = float(picture.lift[seam] - np.median(picture.lift[first + 1 : last]))
    if lift * step[0] < 0 or abs(lift) < limits.STEP_MOST * abs(step[0]):
        step[0] = 0.0
    if picture.shape[seam] - _usual_shape(picture, footage, seam) > limits.STEP_UNEVEN * abs(step[0]):
        step[0] = 0.0
    return step


def _usual_shape(picture: Picture, footage: Footage, seam: int) -> float:
    around = picture.shape[max(footage.first + 1, seam - 8) : min(seam + 9, footage.last)]
    return float(np.percentile(around, 75))


def _restless(picture: Picture, footage: Footage, seam: int) -> NDArray[np.float64]:
    """By how much brightness and colour change near a seam, where things flicker: lightning, fire.

    The second largest change: one alone may be a caption, or a lamp.
    """
    first, last = max(footage.first + 1, seam - _NEAR), min(footage.last, seam + _NEAR + 1)
    around = np.abs(np.delete(np.diff(picture.level[first - 1 : last], axis=0), seam - first, axis=0))
    return np.asarray(np.sort(around, axis=0)[-2:].min(axis=0, initial=np.inf), np.float64)


def _stepped(picture: Picture, footage: Footage, seam: int, step: NDArray[np.float64]) -> Iterator[Finding]:
    usual = _restless(picture, footage, seam)
    over = [
        abs(step[plane]) / max(_STEP_LIMITS[plane], limits.STEP_SHARE * float(usual[plane]))
        for plane in range(3)
    ]
    plane = int(np.argmax(over))
    if over[plane] >= 1:
        what = "gets brighter" if step[0] > 0 else "gets darker"
        yield Finding(
            "step",
            Severity.WARNING,
            footage.place(seam, seam + 1),
            f"the picture {what if plane == 0 else 'changes its colour'} at once where the scene goes on",
            "match it with effects (LumContrast, MultiplyColor), or retake the scene after the seam",
            Against(abs(float(step[plane])), _STEP_LIMITS[plane], f"levels of {_NAMES[plane]}"),
        )


def _flash(picture: Picture, footage: Footage, seam: int) -> Finding | None:
    """Some frames at a seam that are brighter or darker as a whole than what is on both sides."""
    level = picture.level[:, 0].astype(np.float64)
    for start in range(max(seam - limits.FLASH_FRAMES, footage.first + 2), seam + 2):
        for end in range(start + 1, min(start + limits.FLASH_FRAMES, footage.last - 2) + 1):
            if not start <= seam <= end:
                continue
            before, after = level[start - 2 : start].mean(), level[end : end + 2].mean()
            inside = level[start:end]
            # What lights up and stays is no flash, nor what flickers all the time.
            rise = min(inside.min() - max(before, after), 1e9)
            fall = min(before, after) - inside.max()
            size = max(rise, fall)
            if size < limits.FLASH_LEVELS or abs(before - after) > size / 2:
                continue
            if picture.top[start:end].max() < limits.BLACK_TOP:
                continue  # black frames are told as such
            near = level[max(start - _AROUND, footage.first) : min(end + _AROUND, footage.last)]
            if size < limits.FLASH_SHARE * np.percentile(np.abs(np.diff(near)), 90):
                continue
            return Finding(
                "flash",
                Severity.WARNING,
                Place(footage.scene_at(seam), start, end, seam=True),
                f"the picture {'flashes' if rise > fall else 'dips'} at the seam",
                "trim those frames, or retake the scene after the seam",
                Against(float(size), limits.FLASH_LEVELS, "levels"),
            )
    return None


def _drifts(
    picture: Picture, footage: Footage, steps: list[tuple[int, NDArray[np.float64]]], told: bool
) -> Iterator[Finding]:
    """Brightness or colour that goes one way along a chain."""
    if len(footage.parts) < 3:
        return
    found = []
    # Where lightning dies away at a seam, nothing can be said of a step there.
    calm = [
        np.where(np.abs(step) >= limits.DRIFT_SHARE * _restless(picture, footage, seam), step, 0.0)
        for seam, step in steps
    ]
    for plane in range(3):
        values = np.array([step[plane] for step in calm])
        total, whole = abs(float(values.sum())), float(np.abs(values).sum())
        if np.abs(values).max(initial=0.0) > limits.DRIFT_LARGEST * total:
            continue  # one step alone is no drift
        if total >= _DRIFT_LIMITS[plane] and total >= _ONE_WAY * whole:
            found.append((total / _DRIFT_LIMITS[plane], total, _DRIFT_LIMITS[plane], _NAMES[plane]))
    if not found:
        found = [ramp for plane in (1, 2) for ramp in _ramp(picture, footage, plane)]
    if not found:
        return
    _, total, limit, name = max(found)
    yield Finding(
        "drift",
        Severity.NOTE if told else Severity.WARNING,
        Place(footage.parts[0].scene_id, footage.first, footage.last),
        f"{name} drifts along the chain of {len(footage.parts)} scenes",
        "match the later scenes with effects, or begin a new chain (mode: open, transition: dissolve)",
        Against(total, limit, f"levels of {name}"),
    )


def _ramp(picture: Picture, footage: Footage, plane: int) -> Iterator[tuple[float, float, float, str]]:
    """Shadows, middle and lights that take on the same colour bit by bit: no content does that."""
    shifts = []
    borders = np.linspace(footage.first, footage.last, limits.RAMP_STEPS + 1).astype(int)
    for stage in (picture.low, picture.middle, picture.high):
        means = np.array([stage[one:two, plane].mean() for one, two in pairwise(borders)])
        shift, parts = float(means[-1] - means[0]), np.diff(means)
        if (parts * np.sign(shift)).min() < 0 or np.abs(parts).max() > limits.RAMP_LARGEST * abs(shift):
            return
        shifts.append(shift)
    least = min(map(abs, shifts))
    if len({shift > 0 for shift in shifts}) == 1 and least >= limits.RAMP_CHROMA:
        yield least / limits.RAMP_CHROMA, least, limits.RAMP_CHROMA, _NAMES[plane]
