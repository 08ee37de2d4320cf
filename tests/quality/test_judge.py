"""From numbers to findings, without a film."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from veo_story.quality.figures import TILES, Container, Measured, Picture, Slip, Sound
from veo_story.quality.finding import Finding, Severity, timecode
from veo_story.quality.judge import judge
from veo_story.quality.planned import Part, Planned, planned_of
from veo_story.quality.report import read_planned
from veo_story.quality.stretches import footage_of, parts_by_sight

FRAMES = 240
CHAIN = (Part("a", 0, 120, sounds=True), Part("b", 120, 240, continuous=True, sounds=True))
PLANNED = Planned(CHAIN, FRAMES, (320, 180), -16.0, known=True)


def picture(**changed: np.ndarray) -> Picture:
    """A picture that moves evenly."""
    level = np.tile(np.array([100.0, 128.0, 128.0], np.float32), (FRAMES, 1))
    told: dict[str, Any] = {
        "level": level,
        "low": level - 20,
        "middle": level.copy(),
        "high": level + 20,
        "top": np.full(FRAMES, 180, np.float32),
        "change": np.full(FRAMES, 1.5, np.float32),
        "most": np.full(FRAMES, 20, np.float32),
        "shape": np.full(FRAMES, 1.5, np.float32),
        "likeness": np.full(FRAMES, 0.98, np.float32),
        "later": np.full(FRAMES, 5.0, np.float32),
        "tiles": np.full((FRAMES, TILES), 1.5, np.float32),
        "shift": np.zeros((FRAMES, 2), np.float32),
        "fit": np.full(FRAMES, 0.8, np.float32),
        "lift": np.zeros(FRAMES, np.float32),
        "lost": np.zeros(FRAMES, bool),
        "damaged": np.zeros(FRAMES, bool),
    }
    return Picture(**{**told, **changed})


def sound(**changed: Any) -> Sound:
    """Ten seconds of even noise."""
    told: dict[str, Any] = {
        "peak": np.full(10_000, 0.1, np.float32),
        "power": np.full(10_000, 1e-3, np.float32),
        "edge": np.full(10_000, 1e-3, np.float32),
        "over": np.zeros(10_000, np.int32),
        "samples": 480_000,
        "loudness_lufs": -16.0,
        "true_peak_dbtp": -3.0,
    }
    return Sound(**{**told, **changed})


def measured(seen: Picture | None = None, heard: Sound | None = None, **changed: Any) -> Measured:
    container = Container(FRAMES, Fraction(24), (320, 180), None, 0.0)
    return Measured(replace(container, **changed), seen or picture(), heard or sound())


def codes(found: tuple[Finding, ...]) -> list[tuple[str, str, int]]:
    return [(one.code, str(one.severity), one.place.start) for one in found]


def test_an_even_film_is_clean() -> None:
    assert judge(measured(), PLANNED) == ()


def test_a_repeated_frame_at_the_seam_is_an_error() -> None:
    seen = picture()
    seen.change[120] = seen.most[120] = 0
    assert codes(judge(measured(seen), PLANNED)) == [("repeated", "error", 120)]


def test_drawing_on_twos_repeats_nothing() -> None:
    seen = picture()
    seen.change[1::2] = seen.most[1::2] = 0
    assert judge(measured(seen), PLANNED) == ()


def test_a_card_may_stand_still_and_a_scene_may_not() -> None:
    seen = picture()
    seen.change[40:70] = seen.most[40:70] = 0
    assert codes(judge(measured(seen), PLANNED)) == [("frozen", "error", 39)]
    card = replace(PLANNED, parts=(replace(CHAIN[0], rests=True), replace(CHAIN[1], continuous=False)))
    assert judge(measured(seen), card) == ()


def test_a_jump_stays_and_lightning_does_not() -> None:
    seen = picture()
    seen.shape[60] = seen.change[60] = 9
    seen.tiles[60] = 9
    seen.later[67] = 1
    assert judge(measured(seen), PLANNED) == ()
    seen.later[67] = 9
    assert codes(judge(measured(seen), PLANNED)) == [("jump", "warning", 60)]


def test_a_caption_that_pops_up_is_no_jump() -> None:
    seen = picture()
    seen.shape[60] = seen.change[60] = seen.later[67] = 9
    seen.tiles[60, 6:] = 20
    assert judge(measured(seen), PLANNED) == ()


def test_black_frames_and_fades() -> None:
    seen = picture()
    seen.top[50:53] = 16
    assert codes(judge(measured(seen), PLANNED)) == [("black", "error", 50)]
    seen = picture()
    seen.top[40:50] = np.linspace(180, 16, 10)
    seen.top[50:60] = 16
    seen.top[60:70] = np.linspace(16, 180, 10)
    assert judge(measured(seen), PLANNED) == ()


def test_a_step_takes_the_whole_picture() -> None:
    seen = picture()
    for stage in (seen.level, seen.low, seen.middle, seen.high):
        stage[120:, 0] += 6
    seen.lift[120] = 6
    assert codes(judge(measured(seen), PLANNED)) == [("step", "warning", 120)]
    seen.shape[120] = 8
    assert ("step", "warning", 120) not in codes(judge(measured(seen), PLANNED))


def test_small_steps_of_one_way_are_drift() -> None:
    parts = tuple(Part(str(n), 60 * n, 60 * n + 60, continuous=n > 0) for n in range(4))
    seen = picture()
    for stage in (seen.level, seen.low, seen.middle, seen.high):
        stage[:, 1] += np.repeat([0, 1, 2, 3], 60)
    assert codes(judge(measured(seen), replace(PLANNED, parts=parts))) == [("drift", "warning", 0)]


@pytest.mark.parametrize(("at", "severity"), [(5000, "error"), (3000, "warning")])
def test_clicks(at: int, severity: str) -> None:
    heard = sound()
    heard.edge[at] = 0.2
    [found] = judge(measured(heard=heard), PLANNED)
    assert (found.code, str(found.severity)) == ("click", severity)


def test_a_clock_that_ticks_does_not_click() -> None:
    heard = sound()
    heard.edge[500:10_000:500] = 0.2
    assert judge(measured(heard=replace(heard)), replace(PLANNED, parts=(CHAIN[0],))) == ()


def test_sound_that_breaks_off_and_sound_that_dies_away() -> None:
    heard = sound()
    heard.power[3000:3080] = 0
    assert codes(judge(measured(heard=heard), PLANNED)) == [("dropout", "error", 72)]
    heard = sound()
    heard.power[3000:4000] *= np.logspace(0, -8, 1000)
    heard.power[4000:4100] = 0
    assert judge(measured(heard=heard), PLANNED) == ()


@pytest.mark.parametrize(
    ("lufs", "severity"), [(-16.4, None), (-17.0, "warning"), (-15.0, "warning"), (-20.0, "error")]
)
def test_loudness(lufs: float, severity: str | None) -> None:
    found = judge(measured(heard=sound(loudness_lufs=lufs)), PLANNED)
    assert [str(one.severity) for one in found if one.code == "loudness"] == ([severity] if severity else [])


def test_peaks_are_a_note_where_nothing_was_promised() -> None:
    heard = sound(true_peak_dbtp=-0.4)
    assert codes(judge(measured(heard=heard), PLANNED)) == [("peak", "warning", 0)]
    [found] = judge(measured(heard=heard), replace(PLANNED, loudness_lufs=None))
    assert found.severity is Severity.NOTE


def test_a_silent_scene_whose_model_makes_sound() -> None:
    heard = sound()
    heard.power[5000:] = 0
    assert ("silent", "error", 120) in codes(judge(measured(heard=heard), PLANNED))
    asked = replace(PLANNED, parts=(CHAIN[0], replace(CHAIN[1], sounds=False)))
    assert judge(measured(heard=heard), asked) == ()


def test_sound_that_is_off_everywhere_is_told_once() -> None:
    slips = (Slip("a", 4800, 0.9), Slip("b", 4800, 0.9))
    [found] = judge(replace(measured(), slips=slips), PLANNED)
    assert (found.code, found.place.scene_id, found.message) == (
        "offset",
        "",
        "the sound is 100 ms late against the picture",
    )
    [found] = judge(replace(measured(), slips=(slips[0], Slip("b", 10, 0.9))), PLANNED)
    assert found.place.scene_id == "a"


def test_the_file() -> None:
    seen = picture()
    seen.damaged[7] = True
    found = judge(measured(seen, frames=239, size=(640, 360), fps=Fraction(25), sound_s=0.1), PLANNED)
    assert {one.code for one in found} >= {"length", "size", "rate", "offset", "damaged"}


def test_only_what_is_at_full_light_is_judged() -> None:
    parts = (
        Part("a", 0, 100, fade_in=10, hold=12),
        Part("b", 88, 200, join="dissolve", join_frames=12, fade_out=8),
        Part("c", 208, 240, gap=8),
    )
    pieces = [(piece.first, piece.last) for piece in footage_of(parts, 240)]
    assert pieces == [(10, 76), (100, 192), (208, 240)]


def test_shots_of_an_unknown_film() -> None:
    seen = picture()
    seen.likeness[100], seen.shape[100] = 0.1, 30
    assert [(part.start, part.end) for part in parts_by_sight(seen)] == [(0, 100), (100, 240)]


def test_a_record_of_another_kind_is_refused(tmp_path: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        planned_of({"film": {"frames": 1}}, tmp_path)
    film = {"frames": 1, "width": 9, "height": 9, "sha256": ""}
    with pytest.raises(ValueError, match="no scenes"):
        planned_of({"film": film, "cuts": []}, tmp_path)


@pytest.mark.parametrize(
    "written", ["[" * 100_000, '{"film": {"file": "a.mp4", "frames": 1e999}, "cuts": [1]}']
)
def test_a_damaged_record_is_none(tmp_path: Any, written: str) -> None:
    (tmp_path / "film.json").write_text(written, "utf-8")
    assert read_planned(tmp_path / "a.mp4") is None


def test_timecode() -> None:
    assert timecode(24 * 67 + 13) == "1:07:13"
