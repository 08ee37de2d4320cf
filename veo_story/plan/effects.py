"""How long a scene is after its effects, in whole frames, and whether they fit into it. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.model import FPS
from veo_story.storyboard.rules.effects import parameters_of, slips_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_FRAMES = 3600 * FPS
"""An hour: nobody wants a scene that is longer."""

Fault = tuple[int, str, str]
"""The number of an effect, what is wrong with it, and what to do."""

_MOMENTS = ("Freeze", "FreezeRegion")
_RESIZING = ("Crop", "EvenSize", "Margin", "Resize", "Rotate", "Scroll")


def frames_after(effects: Sequence[Mapping[str, Any]], frames: int) -> int:
    """Frames of a scene of ``frames`` after its effects, in their order; at least one.

    Effects that are not what moviepy takes count as absent: others report them.
    """
    length_s = Fraction(frames, FPS)
    for effect in effects:
        length_s = _after(effect, length_s)
    return max(whole_frames(length_s), 1)


def whole_frames(length_s: Fraction) -> int:
    """The whole frames nearest to a length, half a one up."""
    return int(length_s * FPS + Fraction(1, 2))


def faults(effects: Sequence[Mapping[str, Any]], frames: int) -> Iterator[Fault]:
    """Effects that do not fit into a scene of so many frames. After the first of them nothing is known."""
    length_s = Fraction(frames, FPS)
    for number, effect in enumerate(effects):
        fault = _fault(effect, length_s)
        length_s = _after(effect, length_s)
        if fault is None and whole_frames(length_s) < 1:
            fault = f"{effect['name']} leaves nothing of the scene", "make it longer"
        if fault is None and length_s * FPS > MOST_FRAMES:
            minutes = float(length_s) / 60
            fault = f"{effect['name']} makes the scene {minutes:.0f} minutes long", "an hour is the limit"
        if fault is not None:
            yield number, *fault
            return


def outside(effects: Sequence[Mapping[str, Any]], size: tuple[int, int]) -> Iterator[Fault]:
    """The first effect that wants a part of the picture where there is none; ``size`` is the film's.

    After an effect that changes the picture's size nothing is known.
    """
    for number, effect in enumerate(effects):
        given = {} if any(True for _ in slips_of(effect)) else parameters_of(effect)
        region = given.get("region") or given.get("outside_region") or (given.get("x1"), given.get("y1"))
        for name, start, extent in zip(("wide", "high"), region, size, strict=False):
            if effect.get("name") in ("Crop", "FreezeRegion") and start is not None and start >= extent:
                message = f"{effect['name']} begins at {start:g}, but the picture is {extent} pixels {name}"
                yield number, message, f"the film is {size[0]} x {size[1]}"
                return
        if effect.get("name") in _RESIZING:
            return


def _after(effect: Mapping[str, Any], length_s: Fraction) -> Fraction:
    """The length of a scene after one more effect."""
    if any(True for _ in slips_of(effect)):
        return length_s
    given = parameters_of(effect)
    match effect["name"]:
        case "MultiplySpeed":
            wanted = given.get("final_duration")
            return _exact(wanted) if wanted is not None else length_s / _exact(given["factor"])
        case "AccelDecel":
            return _exact(given.get("new_duration", length_s))
        case "Freeze":
            if "freeze_duration" in given:
                return length_s + _exact(given["freeze_duration"])
            return _exact(given["total_duration"])
        case "Loop":
            return length_s * _exact(given["n"]) if "n" in given else _exact(given["duration"])
        case "MakeLoopable":
            return length_s - _exact(given["overlap_duration"])
        case "TimeSymmetrize":
            return length_s * 2
    return length_s


def _fault(effect: Mapping[str, Any], length_s: Fraction) -> tuple[str, str] | None:
    if any(True for _ in slips_of(effect)):
        return None
    name, given = effect["name"], parameters_of(effect)
    told = f"{round(float(length_s), 3):g} s long"
    if name in _MOMENTS and given.get("t", 0) != "end" and _exact(given.get("t", 0)) >= length_s:
        return f"{name}: t is {given['t']:g} s, but the scene is then {told}", "use an earlier t"
    if name == "Freeze" and _freezes_backwards(given, length_s):
        return f"Freeze: total_duration is not longer than the scene, which is then {told}", "make it longer"
    if name == "Freeze" and given.get("t") == "end" and _exact(given.get("padding_end", 0)) >= length_s:
        return f"Freeze: padding_end is longer than the scene, which is then {told}", "make it shorter"
    if name == "MakeLoopable" and _exact(given["overlap_duration"]) >= length_s:
        return f"MakeLoopable: the overlap is as long as the scene, which is then {told}", "make it shorter"
    return None


def _freezes_backwards(given: Mapping[str, Any], length_s: Fraction) -> bool:
    return "freeze_duration" not in given and _exact(given["total_duration"]) <= length_s


def _exact(value: Any) -> Fraction:
    """A number as it was written: 0.1 is a tenth."""
    return value if isinstance(value, Fraction) else Fraction(str(value))
