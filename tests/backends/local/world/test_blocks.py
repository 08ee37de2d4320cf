"""Full, bare and edged blocks of a sheet."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from veo_story.backends.local.window import split_planes
from veo_story.backends.local.world.blocks import Block, blocks_of
from veo_story.backends.local.world.paint import lay
from veo_story.backends.local.world.sheets import Placing, make_sheet

WALL = (400, 900)


def wall_with_window() -> np.ndarray:
    hole = np.zeros(WALL, np.uint8)
    hole[100:240, 400:600] = 190
    return hole


@st.composite
def holes(draw):
    rows, columns = draw(st.integers(1, 200)) * 2, draw(st.integers(1, 300)) * 2
    hole = np.full((rows, columns), draw(st.sampled_from([0, 255])), np.uint8)
    for _ in range(draw(st.integers(0, 4))):
        top, left = draw(st.integers(0, rows)), draw(st.integers(0, columns))
        hole[top : top + draw(st.integers(1, 300)), left : left + draw(st.integers(1, 400))] = draw(
            st.sampled_from([0, 90, 255])
        )
    return hole


@settings(max_examples=60, deadline=None)
@given(holes())
def test_blocks_hold_all_that_is_not_bare_and_are_full_where_they_say_so(hole):
    times = np.zeros(hole.shape, int)
    for block in blocks_of(hole):
        part = np.s_[block.top : block.bottom, block.left : block.right]
        times[part] += 1
        assert not block.full or hole[part].max() == 0
    assert times.max(initial=0) <= 1
    assert (times[hole < 255] == 1).all()


def test_only_the_window_of_a_wall_has_edges():
    blocks = blocks_of(wall_with_window())
    (window,) = (block for block in blocks if not block.full)
    assert window.left <= 392 and window.right >= 608
    assert window.area < 0.3 * 400 * 900
    assert sum(block.area for block in blocks) == 400 * 900


def test_what_is_bare_has_no_blocks():
    assert blocks_of(np.full((200, 300), 255, np.uint8)) == ()


def test_what_is_all_edges_is_one_block():
    assert blocks_of(np.full((200, 300), 90, np.uint8)) == (Block(0, 0, 300, 200, False),)


def test_a_sheet_laid_in_blocks_looks_as_laid_at_once():
    cover = 1 - wall_with_window().astype(np.float32) / 255
    shade = np.linspace(40, 220, WALL[1], dtype=np.float32) * np.ones(WALL, np.float32)
    sheet = make_sheet(cover, shade, (100.0, 150.0)).spared()
    for scale in (0.7, 1.0, 1.31):
        pictures = []
        for blocks in (None, blocks_of(sheet.hole)):
            picture = np.full((540, 640), 77, np.uint8)
            lay(sheet, split_planes(picture), Placing(scale, -31.3, -12.6), 0, 0, blocks=blocks)
            pictures.append(picture.astype(int))
        # Parts of a pixel may differ at the sharp edges of the window.
        away = np.abs(pictures[0] - pictures[1])
        assert np.percentile(away, 98) <= 1
        assert away.max() <= 40
