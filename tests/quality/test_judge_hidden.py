"""From numbers to findings: lightning, captions, held drawings and ticks neither hide nor feign a fault."""

from __future__ import annotations

import numpy as np
import pytest

from tests.quality.test_judge import FRAMES, PLANNED, codes, measured, picture, sound
from veo_story.quality.judge import judge
from veo_story.quality.planned import Part, Planned

SEAM = 120
SEAM_MS = 5000
THREE = tuple(Part(str(n), 80 * n, 80 * n + 80, continuous=n > 0) for n in range(3))


def test_lightning_at_a_seam_is_no_step_and_one_step_is_no_drift() -> None:
    planned = PLANNED.__class__(THREE, FRAMES, known=True)
    seen = picture()
    light = np.zeros(FRAMES, np.float32)
    light[77:90] = [9, 19, 16, 11, 8, 8, 4, 4, 2, 2, 1, 1, 0]
    for stage in (seen.level, seen.low, seen.middle, seen.high):
        stage[:, 0] += light
    seen.lift[1:] = np.diff(light)
    assert judge(measured(seen), planned) == ()
    # The same fall alone is a step, which is told as one; nothing drifts.
    seen = picture()
    for stage in (seen.level, seen.low, seen.middle, seen.high):
        stage[80:, 0] -= 5
    seen.lift[80] = -5
    assert codes(judge(measured(seen), planned)) == [("step", "warning", 80)]


def test_a_step_stands_out_where_light_flickers_only_a_second_later() -> None:
    seen = picture()
    for stage in (seen.level, seen.low, seen.middle, seen.high):
        stage[SEAM:, 0] += 6
        stage[SEAM + 10 : SEAM + 24 : 2, 0] += 12
    seen.lift[SEAM] = 6
    assert ("step", "warning", SEAM) in codes(judge(measured(seen), PLANNED))


def jumping(later: float) -> list[tuple[str, str, int]]:
    """A seam at which everything changes, and by how much it still differs when lightning there is over."""
    seen = picture()
    seen.shape[SEAM] = seen.change[SEAM] = 20
    seen.tiles[SEAM] = 20
    seen.fit[SEAM] = 0.1
    seen.later[SEAM : SEAM + 7] = 20
    seen.later[SEAM + 7] = later
    return codes(judge(measured(seen), PLANNED))


def test_lightning_at_a_seam_does_not_hide_a_jump() -> None:
    assert jumping(5) == []
    assert jumping(9) == [("jump", "error", SEAM)]


def test_a_caption_that_goes_at_a_seam_is_no_jump() -> None:
    seen = picture()
    seen.shape[SEAM] = seen.change[SEAM] = 3.5
    seen.fit[SEAM] = 0.3
    seen.tiles[SEAM, 5:7] = 4
    assert judge(measured(seen), PLANNED) == ()
    seen.tiles[SEAM] = 4
    assert codes(judge(measured(seen), PLANNED)) == [("jump", "error", SEAM)]


def test_a_repeated_frame_that_coding_mends_is_found_amid_even_motion() -> None:
    seen = picture()
    seen.change[60], seen.most[60] = 0.25, 3
    assert codes(judge(measured(seen), PLANNED)) == [("repeated", "warning", 60)]
    seen.most[60] = 6
    assert judge(measured(seen), PLANNED) == ()


def test_a_held_drawing_that_hardly_trembles_is_no_repeat() -> None:
    seen = picture()
    seen.change[56:65] = [0.9, 1.5, 0.8, 1.5, 0.05, 1.5, 0.8, 1.5, 0.9]
    seen.most[60] = 1
    assert judge(measured(seen), PLANNED) == ()


BROKEN = PLANNED.__class__(
    (Part("a", 0, SEAM, sounds=True), Part("b", SEAM, FRAMES, sounds=True)), FRAMES, known=True
)
"""A film whose sound breaks off at its cut."""


def clicking(at: int, beside: dict[int, float], planned: Planned = BROKEN) -> list[str]:
    heard = sound()
    heard.edge[at] = 0.2
    for place, size in beside.items():
        heard.edge[at + place] = size
    return [one.code for one in judge(measured(heard=heard), planned) if one.place.start >= SEAM - 1]


RATCHET = dict.fromkeys(range(100, 1000, 50), 0.25)


@pytest.mark.parametrize(
    ("beside", "found"),
    [
        ({}, True),
        (RATCHET, True),
        ({-12: 0.1, 9: 0.05}, True),
        (dict.fromkeys(range(1, 18), 0.1), False),
    ],
    ids=["alone", "a ratchet after it", "ticks beside it", "what is struck rings on"],
)
def test_a_click_at_the_very_cut(beside: dict[int, float], *, found: bool) -> None:
    assert ("click" in clicking(SEAM_MS, beside)) is found


def test_a_click_at_the_very_cut_that_aac_smeared() -> None:
    heard = sound()
    heard.edge[SEAM_MS - 2 : SEAM_MS + 4] = [0.21, 0.16, 0.18, 0.15, 0.09, 0.02]
    heard.edge[SEAM_MS + 100 : SEAM_MS + 1000 : 50] = 0.25
    found = judge(measured(heard=heard), BROKEN)
    assert ("click", "error") in [(code, severity) for code, severity, _ in codes(found)]


def test_where_sound_goes_on_a_clock_may_tick_on_the_seam() -> None:
    assert "click" not in clicking(SEAM_MS, dict.fromkeys(range(500, 1000, 500), 0.2), PLANNED)
    assert "click" in clicking(SEAM_MS, {}, PLANNED)


def test_a_tick_that_is_not_at_the_very_cut_is_one_of_many() -> None:
    assert clicking(SEAM_MS + 6, RATCHET) == []
