"""Pieces of an endless sheet look like the whole of it."""

from __future__ import annotations

import numpy as np
import pytest

from veo_story.backends.local.world.paper import Paper
from veo_story.backends.local.world.scattered import Scattered, strip_of
from veo_story.backends.local.world.sheets import Canvas, Element, Eye
from veo_story.backends.local.world.strips import Strip

CANVAS = Canvas(160, 90)


def posts(count: int, thick: float) -> Paper:
    paper = Paper(320, 90, period=320)
    for index in range(count):
        paper.box(index * 320 / count - thick / 2, 20 + index, thick, 50, (200.0, 100.0, 150.0))
    return paper


def seen(element: Element, eye: Eye, frame: int) -> list[np.ndarray]:
    planes = (
        np.full((90, 160), 40, np.uint8),
        np.full((45, 80), 128, np.uint8),
        np.full((45, 80), 128, np.uint8),
    )
    element.paint(planes, eye, frame, 90)
    return [plane.astype(int) for plane in planes]


@pytest.mark.parametrize(
    "eye", [Eye(CANVAS), Eye(CANVAS, x=2.7, y=0.1, zoom=1.3), Eye(CANVAS, x=-5.1, z=0.4)]
)
@pytest.mark.parametrize("frame", [0, 31])
def test_pieces_look_like_the_whole_sheet(eye: Eye, frame: int) -> None:
    sheet = posts(5, 9).sheet()
    whole, pieces = Strip(CANVAS, sheet, 0, 0.8, 1.3), strip_of(CANVAS, sheet, 0, 0.8, 1.3)
    assert isinstance(pieces, Scattered)
    assert pieces.moving
    for one, other in zip(seen(whole, eye, frame), seen(pieces, eye, frame), strict=True):
        assert np.abs(one - other).mean() < 0.6
        assert np.abs(one - other).max() < 90


def test_dense_sheets_stay_whole() -> None:
    assert isinstance(strip_of(CANVAS, posts(6, 50).sheet(), 0, 0.8, 0.0), Strip)


def test_bare_sheets_paint_nothing() -> None:
    element = strip_of(CANVAS, Paper(320, 90, period=320).sheet(), 0, 0.8, 0.0)
    assert (seen(element, Eye(CANVAS), 0)[0] == 40).all()
    assert element.covered(Eye(CANVAS)) == 90
