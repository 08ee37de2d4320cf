"""What a filter's reasons mean: a category by support code, and whether it is only about the sound."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SOUND = "audio"
"""The category of a block that names the sound and carries no support code."""

_CODE = re.compile(r"(?<!\d)\d{8}(?!\d)")


def category_of(reasons: Iterable[str]) -> str | None:
    """The category of the first support code that is known; :data:`SOUND` for blocks of the sound only."""
    told = tuple(reasons)
    for reason in told:
        for code in _CODE.findall(reason):
            if category := _categories().get(code):
                return category
    return SOUND if is_about_sound(told) else None


def is_about_sound(reasons: Iterable[str]) -> bool:
    """Whether every reason names the sound and none carries a support code.

    Such a block often passes when the same is asked again; a policy block does not.
    """
    told = tuple(reasons)
    return bool(told) and all(_names_sound(r) and not _CODE.search(r) for r in told)


def _names_sound(reason: str) -> bool:
    return _sound_words().search(reason) is not None


@cache
def _table() -> dict[str, dict[str, list[int | str]]]:
    text = files(__package__).joinpath("filters.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _categories() -> Mapping[str, str]:
    return {str(code): name for name, codes in _table()["codes"].items() for code in codes}


@cache
def _sound_words() -> re.Pattern[str]:
    words = "|".join(re.escape(str(word)) for word in _table()["sound"]["words"])
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
