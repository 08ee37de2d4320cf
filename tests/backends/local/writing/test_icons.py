"""Each move has its own small picture."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from veo_story.backends.local.writing.icons import icon

LABELS = (
    *("pan left", "pan right", "tilt up", "tilt down", "push in", "pull out", "zoom in", "zoom out"),
    *("crane up", "crane down", "orbit left", "orbit right", "track left", "track right"),
    *("handheld", "hold", "something else"),
)


def test_no_two_are_alike() -> None:
    masks = [icon(label, 22).astype(int) for label in LABELS]
    for one, other in itertools.combinations(masks, 2):
        assert np.abs(one - other).mean() > 4


@pytest.mark.parametrize("size", [9, 22, 40])
def test_nothing_is_cut_off(size: int) -> None:
    for label in LABELS:
        mask = icon(label, size)
        assert mask.shape == (size, size)
        assert mask.max() > 140
        if size > 20:
            assert not np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).any()


def test_words_around_it_do_not_matter() -> None:
    assert (icon("slow Pan, to the LEFT", 20) == icon("pan left", 20)).all()
    assert (icon("dolly back", 20) == icon("pull out", 20)).all()
