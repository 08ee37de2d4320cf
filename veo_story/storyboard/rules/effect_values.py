"""Values of an effect's parameters: what may stand there, and what to say where something else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_WHITE = 255
_WEIGHTS = ("CRT_phosphor",)
_PARTS = ("mask",)

_WORDS = {
    "number": "a number",
    "whole": "a whole number",
    "boolean": "true or false",
    "text": "a text",
    "colour": "a colour: [red, green, blue], whole numbers from 0 to 255",
    "weights": "three numbers, the weights of red, green and blue, or CRT_phosphor",
    "moment": "a number of seconds, or end",
    "region": "four numbers: [left, top, right, bottom] in pixels",
    "point": "two numbers: [x, y]",
    "size": "a factor up to 8, or [width, height] in pixels",
    "parts": "mask, or a list with mask in it",
}
_LEAST_PIXELS, _MOST_PIXELS = 2, 8192


def misfit(entry: Mapping[str, Any], value: Any) -> str | None:
    """What a parameter is, as words for a message, when ``value`` does not fit its entry in the table."""
    kind = str(entry["kind"])
    if "choice" in entry:
        return None if value in entry["choice"] else f"one of {', '.join(entry['choice'])}"
    if _fits(kind, value) and _within(entry, value):
        return None
    return _WORDS[kind] + _bounds(entry)


def crop_fault(given: Mapping[str, Any]) -> str | None:
    """What is wrong with the edges of a Crop, whose parameters fit each on its own."""
    for first, last, extent, middle in (
        ("x1", "x2", "width", "x_center"),
        ("y1", "y2", "height", "y_center"),
    ):
        if middle in given and extent not in given:
            return f"{middle} needs {extent}"
        if extent in given and not any(key in given for key in (first, last, middle)):
            return f"{extent} needs {first}, {last} or {middle}"
        low, high = _edges(*(given.get(key) for key in (first, last, extent, middle)))
        if low < 0:
            return f"{extent} reaches beyond the picture's edge"
        if high is not None and high - low < _LEAST_PIXELS:
            return f"nothing is left between {first} and {last}"
    return None


def _edges(
    first: float | None, last: float | None, extent: float | None, middle: float | None
) -> tuple[float, float | None]:
    """First and last pixel of one direction as moviepy takes them, the last None for the picture's edge."""
    if extent and middle:
        return middle - extent / 2, middle + extent / 2
    if extent and first is not None:
        return first, first + extent
    if extent and last is not None:
        return last - extent, last
    return first or 0, last


def _fits(kind: str, value: Any) -> bool:
    match kind:
        case "boolean":
            return isinstance(value, bool)
        case "text":
            return isinstance(value, str)
        case "number":
            return _is_number(value)
        case "whole":
            return isinstance(value, int) and not isinstance(value, bool)
        case "moment":
            return value == "end" or _is_number(value)
        case "colour":
            return _numbers(value, 3) and all(isinstance(v, int) and 0 <= v <= _WHITE for v in value)
        case "weights":
            return value in _WEIGHTS if isinstance(value, str) else _numbers(value, 3) and sum(value) > 0
        case "region":
            return _numbers(value, 4) and 0 <= value[0] < value[2] and 0 <= value[1] < value[3]
        case "point":
            return _numbers(value, 2)
        case "size":
            return _is_number(value) or (
                _numbers(value, 2) and all(_LEAST_PIXELS <= v <= _MOST_PIXELS for v in value)
            )
        case "parts":
            return value in _PARTS if isinstance(value, str) else _is_list_of(value, _PARTS)
    return False


def _within(entry: Mapping[str, Any], value: Any) -> bool:
    if not _is_number(value):
        return True
    over = value > entry["above"] if "above" in entry else value >= entry.get("least", value)
    return bool(over and value <= entry.get("most", value))


def _bounds(entry: Mapping[str, Any]) -> str:
    if entry["kind"] == "size":
        return ""
    least, above, most = (entry.get(key) for key in ("least", "above", "most"))
    if least is not None and most is not None:
        return f" from {least} to {most}"
    below = f" above {above}" if above is not None else ""
    below = f" of at least {least}" if least is not None else below
    return below + ("" if most is None else f", at most {most}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _numbers(value: Any, count: int) -> bool:
    return isinstance(value, list) and len(value) == count and all(map(_is_number, value))


def _is_list_of(value: Any, known: tuple[str, ...]) -> bool:
    return isinstance(value, list) and all(part in known for part in value)
