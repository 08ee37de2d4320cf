"""Title cards: the words in the middle, whole, in any script and of any length."""

from __future__ import annotations

import numpy as np
import pytest

from tests.lettering.samples import LONG, PANGRAMS
from veo_story.backends.local.writing.cards import card_picture

SIZES = ((320, 180), (180, 320), (640, 360))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", [*PANGRAMS.values(), LONG, "x" * 300], ids=lambda text: text[:6])
def test_words_stand_inside_the_picture(size: tuple[int, int], text: str) -> None:
    y, u, v = card_picture(size, text, text[:60])
    assert y.shape == (size[1], size[0])
    assert u.shape == v.shape == (size[1] // 2, size[0] // 2)
    ink = y > 110
    assert ink.any()
    edge_x, edge_y = size[0] // 20, size[1] // 40
    assert not ink[:edge_y].any()
    assert not ink[-edge_y:].any()
    assert not ink[:, :edge_x].any()
    assert not ink[:, -edge_x:].any()


def test_words_stand_in_the_middle() -> None:
    y, _, _ = card_picture((640, 360), "Dawn", "A film")
    columns = np.flatnonzero((y > 110).any(axis=0))
    assert abs((columns[0] + columns[-1]) / 2 - 320) < 6


def test_a_card_is_the_same_every_time_and_may_be_empty() -> None:
    a, b = (card_picture((320, 180), "Dawn", "") for _ in range(2))
    assert all((x == y).all() for x, y in zip(a, b, strict=True))
    assert card_picture((320, 180), "", "")[0].max() < 62


def test_a_rule_parts_title_and_subtitle() -> None:
    def coloured(subtitle: str) -> int:
        u = card_picture((640, 360), "Dawn", subtitle)[1]
        return int((u < 122).sum())

    assert coloured("") == 0
    assert coloured("A film") > 10
