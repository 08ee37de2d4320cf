"""What draws the eye: where it stands out, and where it moves."""

from __future__ import annotations

import numpy as np

from veo_story.media.saliency import Looks, saliency


def plain(level: int = 90) -> np.ndarray:
    planes = np.full((3, 54, 96), 128, np.uint8)
    planes[0] = level
    return planes


def column(shown: np.ndarray) -> float:
    """The middle of what is seen, in cells."""
    line = shown.sum(axis=0)
    return float((line * np.arange(len(line))).sum() / line.sum())


def test_what_stands_out_is_seen_where_it_is() -> None:
    for at in (16, 48, 76):
        planes = plain()
        planes[0, 20:32, at - 4 : at + 4] = 210
        assert abs(column(saliency(planes)) - at) < 6


def test_colour_alone_stands_out_too() -> None:
    planes = plain()
    planes[2, 20:32, 68:76] = 190
    assert abs(column(saliency(planes)) - 72) < 6


def test_of_two_the_one_that_moves_is_seen_more() -> None:
    before, now = plain(), plain()
    for planes, right in ((before, 70), (now, 73)):
        planes[0, 20:34, 18:28] = 160
        planes[0, 20:34, right : right + 10] = 160
    assert abs(column(saliency(now)) - 47) < 6
    assert column(saliency(now, before)) > column(saliency(now)) + 3


def test_nothing_is_seen_where_there_is_nothing() -> None:
    assert saliency(plain()).sum() == 0


def test_words_at_the_edges_are_not_what_one_looks_at() -> None:
    planes = plain()
    planes[0, 1:4, 2:20] = 235
    planes[0, 20:32, 60:70] = 170
    assert column(saliency(planes)) > 55


def test_a_cut_that_is_known_is_not_seen_again() -> None:
    looks = Looks((0, 2, 5, 8), np.zeros((4, 96), np.float32), ((2, 5), (5, 8)))
    assert looks.breaks_but([4]) == [8]
    assert looks.breaks_but([0, 2]) == [5, 8]
    assert looks.within(2, 6) == [1, 2]
    assert looks.within(6, 8) == [2]
