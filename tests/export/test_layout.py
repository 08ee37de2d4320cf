from __future__ import annotations

import pytest

from tests.export.handed import BLACK, dark, seen, shifts
from tests.support.edits import random_edit
from tests.support.soak import runs
from veo_story.export.layout import Passage, Piece, lane_of, pieces
from veo_story.export.spine import spine_of

SEEDS = range(runs(1000, in_suite=40))


def shown(piece: Piece, frame: int) -> object:
    if piece.cut is None:
        return BLACK
    return piece.clip, piece.start + (0 if piece.held else frame - piece.at)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_lane_shows_what_the_film_shows(seed: int) -> None:
    edit = random_edit(seed)
    lane, shifting = lane_of(edit), shifts(edit)
    at = 0
    for piece in pieces(lane):
        assert (piece.at, piece.frames >= 0) == (at, True)
        for frame in range(piece.at, piece.end):
            assert shown(piece, frame) == seen(edit, frame)[-1]
        at = piece.end
    assert at == edit.frames
    for before, passage, after in zip((None, *lane), lane, (*lane[1:], None), strict=False):
        assert not (isinstance(passage, Passage) and isinstance(after, Passage))
        if isinstance(passage, Passage) and passage.kind != "fade":
            assert isinstance(before, Piece)
            assert isinstance(after, Piece)
            for frame in range(after.at, after.at + passage.after):
                assert frame in shifting
                if before.held or not (before.cut and before.cut.hold):
                    # A hold shorter than what two scenes share has no piece of its own to go on in.
                    assert shown(before, frame) == seen(edit, frame)[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_spine_shows_what_the_film_shows(seed: int) -> None:
    edit = random_edit(seed)
    spine = spine_of(lane_of(edit))
    crossed = {f for c in spine.crossings for f in range(c.at, c.at + c.frames)}
    assert crossed == shifts(edit) | {f for f in range(edit.frames) if dark(edit, f)}
    at = 0
    for index, piece in enumerate(spine.pieces):
        assert (piece.at, piece.frames > 0) == (at, True)
        for frame in range(piece.at, piece.end):
            if frame in crossed:
                own = shown(piece, frame) in (*seen(edit, frame), BLACK)
                assert own or (piece.cut and piece.cut.hold and not piece.held)
            else:
                assert (shown(piece, frame),) == seen(edit, frame)
        at = piece.end
        for crossing in spine.crossings:
            if crossing.left == index and index + 1 < len(spine.pieces):
                assert crossing.at <= piece.end <= crossing.at + crossing.frames
    assert at == edit.frames
