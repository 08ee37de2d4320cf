"""How long a prompt is for a model, estimated without the model's own tokenizer."""

from __future__ import annotations

import math
import re

_WIDE = re.compile(
    "[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U0001f000-\U0003ffff]"
)


def estimate_tokens(text: str) -> int:
    """Tokens that ``text`` most likely takes; never less for a text with more appended.

    Chinese, Japanese, Korean and emoji count one a character. All else counts four thirds of a token a word
    or one for four characters, whichever is more: plain English lies between the two.
    """
    narrow = _WIDE.sub(" ", text)
    wide = len(text) - len(_WIDE.sub("", text))
    words = len(narrow.split())
    characters = len(narrow) - narrow.count(" ")
    return wide + math.ceil(max(words * 4 / 3, (characters + words) / 4))
