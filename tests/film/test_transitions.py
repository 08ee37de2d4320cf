"""Transitions, handles, gaps, holds and split sound in the cut list, and the stretches it is joined from."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.film.cutting import edit_of_scenes
from tests.plan.boards import board, compiled, scene
from veo_story.film.edit import Cut
from veo_story.film.picture import stretches_of
from veo_story.media.spans import Black, Blend, Hold, Shade, Span
from veo_story.plan.model import Join
from veo_story.storyboard.finish import SceneMix
from veo_story.storyboard.model import Mode, Scene, Transition, Trim


def into(kind: str, seconds: str) -> Transition:
    return Transition(kind, Decimal(seconds))


def shape(*scenes: Scene) -> list[tuple[str, int, int, int]]:
    return [(c.scene_id, c.in_frame, c.out_frame, c.start_frame) for c in edit_of_scenes(*scenes).cuts]


def test_a_dissolve_uses_the_handle_that_a_trim_left() -> None:
    a, b = scene("a", trim=Trim(out_s=Decimal("1.5"))), scene("b", transition=into("dissolve", "0.75"))
    assert shape(a, b) == [("a", 0, 174, 0), ("b", 0, 192, 156)]
    assert edit_of_scenes(a, b).frames == 156 + 192


def test_without_a_handle_the_film_is_shorter_by_the_overlap() -> None:
    a, b = scene("a"), scene("b", transition=into("wipe", "0.5"))
    assert shape(a, b) == [("a", 0, 192, 0), ("b", 0, 192, 180)]
    edit = edit_of_scenes(a, b)
    assert edit.cuts[1].join == Join("wipe", 12)
    first, blend, second = stretches_of(edit)
    clip_a, clip_b = edit.cuts[0].clip, edit.cuts[1].clip
    assert (first, second) == (Span(clip_a, 0, 180), Span(clip_b, 12, 192))
    assert blend == Blend(Span(clip_a, 180, 192), Span(clip_b, 0, 12), "wipe", 0, 12)


def test_a_short_handle_is_used_up_first() -> None:
    a, b = scene("a", trim=Trim(out_s=Decimal("0.25"))), scene("b", transition=into("dissolve", "0.5"))
    assert shape(a, b) == [("a", 0, 192, 0), ("b", 0, 192, 180)]


def test_a_fade_goes_through_black_without_taking_frames() -> None:
    edit = edit_of_scenes(scene("a"), scene("b", transition=into("fade", "0.625")))
    a, b = (cut.clip for cut in edit.cuts)
    assert edit.frames == 384
    assert stretches_of(edit) == (
        Span(a, 0, 185),
        Shade(Span(a, 185, 192), 0, 7, darkens=True),
        Shade(Span(b, 0, 8), 0, 8),
        Span(b, 8, 192),
    )


def test_fades_at_the_ends_of_the_film() -> None:
    edit = edit_of_scenes(
        scene("a", transition=into("fade_in", "1")), scene("b", transition=into("fade_out", "0.5"))
    )
    kinds = [(type(s).__name__, s.frames) for s in stretches_of(edit)]
    assert kinds == [("Shade", 24), ("Span", 168), ("Span", 180), ("Shade", 12)]


def test_gaps_and_holds_take_time() -> None:
    edit = edit_of_scenes(scene("a", hold_s=Decimal("0.5")), scene("b", gap_s=Decimal(1)))
    a, b = edit.cuts
    assert (a.end_frame, b.start_frame, edit.frames) == (204, 228, 420)
    assert stretches_of(edit) == (
        Span(a.clip, 0, 192),
        Hold(a.clip, 191, 12),
        Black(24),
        Span(b.clip, 0, 192),
    )
    assert [(chapter.start, chapter.end) for chapter in edit.chapters] == [(0, 204), (204, 420)]


def test_a_transition_begins_in_what_stands_still() -> None:
    edit = edit_of_scenes(
        scene("a", hold_s=Decimal("0.25")), scene("b", transition=into("dissolve", "0.5"), hold_s=Decimal(1))
    )
    a, b = (cut.clip for cut in edit.cuts)
    assert (edit.frames, edit.cuts[1].start_frame) == (192 + 6 - 12 + 192 + 24, 186)
    assert stretches_of(edit) == (
        Span(a, 0, 186),
        Blend(Span(a, 186, 192), Span(b, 0, 6), "dissolve", 0, 12),
        Blend(Hold(a, 191, 6), Span(b, 6, 12), "dissolve", 6, 12),
        Span(b, 12, 192),
        Hold(b, 191, 24),
    )


def test_what_stands_still_at_the_end_goes_dark_last() -> None:
    last = scene("a", transition=into("fade_out", "0.5"), hold_s=Decimal("0.25"))
    clip = edit_of_scenes(last).cuts[0].clip
    assert stretches_of(edit_of_scenes(last)) == (
        Span(clip, 0, 186),
        Shade(Span(clip, 186, 192), 0, 12, darkens=True),
        Shade(Hold(clip, 191, 6), 6, 12, darkens=True),
    )


def test_split_sound_reaches_into_the_handles_only() -> None:
    mix = SceneMix(lead_s=Decimal("0.5"), tail_s=Decimal(2))
    trim = Trim(Decimal(1), Decimal("0.5"))
    cut = edit_of_scenes(scene("a"), scene("b", mix=mix, trim=trim), scene("c")).cuts[1]
    assert (cut.lead, cut.tail, cut.head, cut.rest) == (12, 12, 24, 12)


def test_nothing_put_between_them_keeps_a_chain_continuous() -> None:
    chain = [scene("a"), scene("b", Mode.EXTEND)]
    assert [cut.continuous for cut in edit_of_scenes(*chain).cuts] == [False, True]
    held = [scene("a", hold_s=Decimal(1)), scene("b", Mode.EXTEND)]
    assert [cut.continuous for cut in edit_of_scenes(*held).cuts] == [False, False]


def test_transitions_that_do_not_fit_side_by_side_are_found_before_the_film_is_made() -> None:
    short = {"duration": 4, "trim": Trim(out_s=Decimal(3))}
    found = compiled(
        board(
            scene("a"),
            scene("b", transition=into("dissolve", "0.75"), **short),
            scene("c", transition=into("fade", "1")),
        )
    )
    assert [p.code for p in found.problems] == ["VS040"]
    assert "take 30 frames of it, the scene has 24" in found.problems[0].message


_KINDS = ["cut", "dissolve", "wipe", "fade", "fade_in", "fade_out"]


@st.composite
def films(draw: st.DrawFn) -> list[Scene]:
    quarters = st.integers(0, 7).map(lambda n: Decimal(n) / 4)
    scenes = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(_KINDS if number else ["cut", "fade_in", "fade_out"]))
        scenes.append(
            scene(
                f"s{number}",
                transition=into(kind, str(draw(st.integers(1, 8)) / 8)) if kind != "cut" else Transition(),
                trim=Trim(draw(quarters), draw(quarters)),
                gap_s=draw(quarters),
                hold_s=draw(quarters),
                mix=SceneMix(Decimal(0), draw(quarters), draw(quarters)),
            )
        )
    return scenes


@given(films())
def test_the_stretches_are_the_edit_frame_by_frame(scenes: list[Scene]) -> None:
    edit = edit_of_scenes(*scenes)
    stretches = stretches_of(edit)
    assert sum(stretch.frames for stretch in stretches) == edit.frames
    assert all(stretch.frames > 0 for stretch in stretches)
    assert edit.chapters[-1].end == edit.frames
    for before, cut in zip(edit.cuts, edit.cuts[1:], strict=False):
        assert cut.start_frame == before.end_frame - cut.join.overlap + cut.gap
    for cut in edit.cuts:
        _is_inside(cut)


def _is_inside(cut: Cut) -> None:
    assert 0 <= cut.in_frame - cut.head <= cut.in_frame < cut.out_frame <= cut.out_frame + cut.rest <= 192
    assert cut.lead <= cut.head
    assert cut.tail <= cut.rest


@pytest.mark.parametrize("seconds", ["0.5", "4"])
def test_the_plan_and_the_edit_agree_about_time(seconds: str) -> None:
    scenes = (scene("a", trim=Trim(out_s=Decimal("0.25"))), scene("b", transition=into("dissolve", seconds)))
    made = compiled(board(*scenes))
    assert made.plan is not None
    edit = edit_of_scenes(*scenes)
    assert [placed.start_frame for placed in made.plan.placements] == [cut.start_frame for cut in edit.cuts]
    assert made.plan.frames == edit.frames
