"""The order of letters where scripts of both directions meet (Unicode's annex 9).

Signs that embed or isolate by hand count for nothing: directions come from the letters, and from the two
direction marks, which are letters without a shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import bidirectional

if TYPE_CHECKING:
    from collections.abc import Sequence

_BRACKETS = {")": "(", "]": "[", "}": "{", "」": "「", "』": "『", "）": "（", "】": "【"}
_IGNORED = frozenset({"BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_RIGHTWARD = {"L": "L", "R": "R", "EN": "R", "AN": "R"}


def base_level(text: str) -> int:
    """0 where the first letter runs to the right, 1 where it runs to the left."""
    for sign in text:
        kind = bidirectional(sign)
        if kind in ("L", "R", "AL"):
            return int(kind != "L")
    return 0


def levels_of(text: str, base: int | None = None) -> list[int]:
    """The level of each character of a paragraph: even ones run to the right, odd ones to the left."""
    base = base_level(text) if base is None else base
    around = "R" if base % 2 else "L"
    kinds = [_kind(sign) for sign in text]
    at = [i for i, kind in enumerate(kinds) if kind not in _IGNORED]
    strong = _weak([kinds[i] for i in at], around)
    strong = _paired([text[i] for i in at], strong, around)
    solved = _neutral(strong, around)
    levels = [base] * len(text)
    for i, kind in zip(at, solved, strict=True):
        levels[i] = base + _rise(kind, base)
    # What counts for nothing stays with what is before it.
    for i, kind in enumerate(kinds):
        if kind in _IGNORED and i:
            levels[i] = levels[i - 1]
    return levels


def line_levels(text: str, levels: Sequence[int], base: int) -> list[int]:
    """The levels of one line of a paragraph: the white space at its end goes with the paragraph."""
    ends = len(text.rstrip())
    return [*levels[:ends], *[base] * (len(text) - ends)]


def visual_order(levels: Sequence[int]) -> list[int]:
    """The indices of pieces with these levels from left to right."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = max(end, start + 1)
    return order


def _kind(sign: str) -> str:
    # Characters that are not assigned have no class: they are drawn as boxes, like letters.
    return bidirectional(sign) or "L"


def _weak(kinds: list[str], around: str) -> list[str]:
    """Numbers and what belongs to them (rules W1 to W7)."""
    last, strong = around, around
    for i, kind in enumerate(kinds):
        if kind == "NSM":
            kind = kinds[i] = last
        last = kind
        if kind == "EN" and strong == "AL":
            kinds[i] = "AN"
        if kind in ("L", "R", "AL"):
            strong = kind
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for i in range(1, len(kinds) - 1):
        before, kind, after = kinds[i - 1 : i + 2]
        if before == after and (
            (kind == "ES" and before == "EN") or (kind == "CS" and before in ("EN", "AN"))
        ):
            kinds[i] = before
    _terminators(kinds)
    kinds = ["ON" if kind in ("ES", "CS", "ET") else kind for kind in kinds]
    strong = around
    for i, kind in enumerate(kinds):
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[i] = "L"
    return kinds


def _terminators(kinds: list[str]) -> None:
    """Signs of currency and per cent become part of the number they touch."""
    for order in (range(1, len(kinds)), range(len(kinds) - 2, -1, -1)):
        step = -1 if order.step > 0 else 1
        for i in order:
            if kinds[i] == "ET" and kinds[i + step] == "EN":
                kinds[i] = "EN"


def _paired(signs: list[str], kinds: list[str], around: str) -> list[str]:
    """Brackets run as what is in them does, or as what is before them (rule N0)."""
    for start, end in _pairs(signs, kinds):
        inside = {_RIGHTWARD[kind] for kind in kinds[start + 1 : end] if kind in _RIGHTWARD}
        if around in inside:
            kinds[start] = kinds[end] = around
        elif inside:
            other = next(iter(inside))
            before = next((_RIGHTWARD[k] for k in reversed(kinds[:start]) if k in _RIGHTWARD), around)
            kinds[start] = kinds[end] = other if before == other else around
    return kinds


def _pairs(signs: list[str], kinds: list[str]) -> list[tuple[int, int]]:
    opened: list[int] = []
    found = []
    for i, (sign, kind) in enumerate(zip(signs, kinds, strict=True)):
        if kind != "ON":
            continue
        if sign in _BRACKETS.values():
            opened.append(i)
        elif sign in _BRACKETS:
            match = next((n for n in reversed(opened) if signs[n] == _BRACKETS[sign]), None)
            if match is not None:
                found.append((match, i))
                del opened[opened.index(match) :]
    return sorted(found)


def _neutral(kinds: list[str], around: str) -> list[str]:
    """Spaces and punctuation go with what is on both sides, or with the paragraph (rules N1 and N2)."""
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        if end > start:
            before = _RIGHTWARD[kinds[start - 1]] if start else around
            after = _RIGHTWARD[kinds[end]] if end < len(kinds) else around
            kinds[start:end] = [before if before == after else around] * (end - start)
        start = end + 1
    return kinds


def _rise(kind: str, base: int) -> int:
    if base % 2:
        return 0 if kind == "R" else 1
    return {"L": 0, "R": 1}.get(kind, 2)
