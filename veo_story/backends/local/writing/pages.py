"""Long texts turned over like pages: every word is shown, and each page stands for its share of the time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.lettering.rows import set_level, set_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.lettering.shaping import Row, Style

_READABLE_S = 2.5
"""A page that is gone sooner cannot be found again by the eye."""


@dataclass(frozen=True, slots=True)
class Page:
    """Lines that stand together from ``start_s`` to ``end_s``."""

    rows: tuple[Row, ...]
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to set a text: a style, a width in pixels, and how many lines may stand on a page."""

    style: Style
    width: int
    lines: int
    even: bool = False
    """Whether the lines are made about equally long."""


def pages_of(text: str, start_s: float, end_s: float, settings: Sequence[Setting]) -> list[Page]:
    """All of ``text`` as pages in the first setting that gives each enough time, or in the last."""
    length = max(0.0, end_s - start_s)
    rows: list[Row] = []
    count = 1
    for setting in settings:
        rows = _set(text, setting)
        count = math.ceil(len(rows) / setting.lines)
        if count <= 1 or length / count >= _READABLE_S:
            break
    if not rows:
        return []
    # Evenly: a page is not left with one line of the next.
    each = math.ceil(len(rows) / count)
    sheets = [tuple(rows[i : i + each]) for i in range(0, len(rows), each)]
    weights = [sum(len(row.text) for row in sheet) + 1 for sheet in sheets]
    pages, at = [], start_s
    for sheet, weight in zip(sheets, weights, strict=True):
        until = at + length * weight / sum(weights)
        pages.append(Page(sheet, at, until))
        at = until
    return pages


def _set(text: str, setting: Setting) -> list[Row]:
    rows = set_rows(text, setting.style, setting.width)
    return (
        set_level(text, setting.style, setting.width) if setting.even and len(rows) <= setting.lines else rows
    )
