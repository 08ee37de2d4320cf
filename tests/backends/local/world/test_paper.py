"""Paper: what is laid on is there, with smooth edges, and comes in again on the other side."""

from __future__ import annotations

import numpy as np

from veo_story.backends.local.world.paper import Paper
from veo_story.backends.local.world.shapes import box, points

RED = (81.0, 90.0, 240.0)


def test_box_covers_its_pixels_only() -> None:
    paper = Paper(20, 10)
    paper.box(4, 2, 8, 4, RED)
    sheet = paper.sheet()
    assert sheet.y.shape == (10, 20)
    assert sheet.hole[3:5, 5:11].max() == 0
    assert sheet.hole[8, 16] == 255
    assert sheet.y[4, 8] == 81
    assert (sheet.u[2, 4], sheet.v[2, 4]) == (90, 240)


def test_slanted_edges_are_smooth() -> None:
    paper = Paper(20, 20)
    paper.cut(points((2, 2), (18, 8), (2, 18)), RED)
    edges = set(np.unique(paper.sheet().hole)) - {0, 255}
    assert len(edges) > 5


def test_endless_paper_wraps() -> None:
    paper = Paper(40, 10, period=40)
    paper.box(36, 2, 8, 4, RED)
    cover = 255 - paper.sheet().hole[4].astype(int)
    assert cover[38] == 255
    assert cover[1] == 255
    assert cover[20] == 0


def test_ratio_and_corner_are_canvas_measures() -> None:
    paper = Paper(10, 10, left=100, top=50, ratio=3)
    paper.box(102, 52, 4, 4, RED)
    sheet = paper.sheet()
    assert sheet.y.shape == (30, 30)
    assert sheet.hole[9, 9] == 0
    assert sheet.hole[27, 27] == 255


def test_wash_and_hole() -> None:
    paper = Paper(20, 20)
    paper.box(0, 0, 20, 20, (200.0, 128.0, 128.0))
    paper.cut(box(5, 5, 6, 6), (100.0, 128.0, 128.0), 0.5)
    paper.open(box(13, 13, 4, 4))
    sheet = paper.sheet()
    assert abs(int(sheet.y[8, 8]) - 150) <= 1
    assert sheet.hole[15, 15] == 255
    assert sheet.y[15, 15] == 0


def test_shade_lights_only_what_is_covered() -> None:
    paper = Paper(20, 20)
    paper.box(0, 0, 10, 20, (100.0, 128.0, 128.0))
    paper.shade(np.full((20, 1), 20, np.float32))
    sheet = paper.sheet()
    assert sheet.y[10, 5] == 120
    assert sheet.y[10, 15] == 0


def test_what_lies_outside_is_cut_off() -> None:
    paper = Paper(20, 20)
    paper.box(-50, -50, 40, 40, RED, 0.5)
    paper.glow((-100, -100), 5, RED, 1.0)
    paper.line(box(5, 5, 0, 0), RED, 2)
    assert paper.sheet().hole.min() == 255
