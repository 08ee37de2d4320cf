"""How long a line takes to say."""

from __future__ import annotations

import re
from decimal import Decimal

WORDS_PER_S = Decimal("2.5")
"""An unhurried actor. Veo rushes or cuts what does not fit."""

SIGNS_PER_S = Decimal(5)
"""Chinese, Japanese and Korean are counted by characters, because they are written without spaces."""

_SIGN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+(?:['’\-.][^\W_]+)*")


def count_words(text: str) -> int:
    """Spoken words, without the characters that :func:`count_signs` counts."""
    return len(_WORD.findall(_SIGN.sub(" ", text)))


def count_signs(text: str) -> int:
    """Characters of scripts that write a syllable or a word with each."""
    return len(_SIGN.findall(text))


def speech_s(text: str) -> Decimal:
    """Seconds that ``text`` takes to say."""
    return count_words(text) / WORDS_PER_S + count_signs(text) / SIGNS_PER_S
