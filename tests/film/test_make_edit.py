from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.boards import scene
from veo_story.errors import MediaError
from veo_story.film.edit import Cut, Edit
from veo_story.film.make_edit import make_edit
from veo_story.film.picture import stretches_of
from veo_story.media.spans import Span, merged
from veo_story.plan.model import Chain, FrameInput, Parameters, Placement, Plan, Step
from veo_story.plan.takes import Take
from veo_story.storyboard.model import FrameOf, Mode

_PARAMETERS = Parameters("16:9", "720p", Decimal(8))


def _step(scene_id: str, frames: int, parent: str | None = None, starts_on: FrameOf | None = None) -> Step:
    return Step(
        scene_id=scene_id,
        mode=Mode.EXTEND if parent else Mode.ANIMATE if starts_on else Mode.OPEN,
        backend="local",
        model="local-animatic",
        prompt="",
        parameters=_PARAMETERS,
        new_frames=frames,
        fingerprint=f"{scene_id}0123456789",
        parts={},
        inputs=(FrameInput("first_frame", starts_on),) if starts_on else (),
        parent=parent,
    )


def _plan(*chains: tuple[Step, ...], placements: tuple[Placement, ...] = ()) -> Plan:
    if not placements:
        placed = []
        at = 0
        for chain in chains:
            for step in chain:
                placed.append(Placement(step.scene_id, at, 0, step.new_frames))
                at += step.new_frames
        placements = tuple(placed)
    return Plan(
        film="film",
        title="A film",
        backend="local",
        chains=tuple(Chain(f"c{number}", steps) for number, steps in enumerate(chains)),
        placements=placements,
        capabilities={},
        expected_usd=Decimal(0),
        worst_usd=Decimal(0),
        other_basis_usd=Decimal(0),
        basis="new",
    )


def _take(step: Step, before: int = 0, parent: Take | None = None, *, faithful: bool = False) -> Take:
    """A take whose clip repeats ``before`` frames of its parent."""
    return Take(
        scene_id=step.scene_id,
        fingerprint=step.fingerprint,
        number=1,
        clip=Path(f"{step.scene_id}.mp4"),
        sha256=f"sha-{step.scene_id}",
        frames=before + step.new_frames,
        new_start=before,
        new_end=before + step.new_frames,
        faithful=faithful,
        backend="local",
        model="local-animatic",
        cost_usd=Decimal("0.10"),
        stored_at=datetime(2026, 1, 1, tzinfo=UTC),
        parts={},
        parents=() if parent is None else (parent.id,),
    )


def _spans(edit: Edit) -> list[Span]:
    return [stretch for stretch in stretches_of(edit) if isinstance(stretch, Span)]


def _ranges(edit: Edit) -> list[tuple[str, int, int, bool]]:
    return [(cut.clip.stem, cut.in_frame, cut.out_frame, cut.continuous) for cut in edit.cuts]


def _chain_of_three() -> tuple[Step, Step, Step]:
    return _step("a", 192), _step("b", 168, "a"), _step("c", 168, "b")


def test_tails_are_cut_from_their_own_files_without_a_break() -> None:
    a, b, c = _chain_of_three()
    ta = _take(a)
    tb = _take(b, 0, ta, faithful=True)
    tc = _take(c, 0, tb, faithful=True)
    edit = make_edit(_plan((a, b, c)), {"a": ta, "b": tb, "c": tc}, {"b": scene("b", title="Second")})
    assert _ranges(edit) == [("a", 0, 192, False), ("b", 0, 168, True), ("c", 0, 168, True)]
    assert (edit.frames, edit.size, edit.title) == (528, (1280, 720), "A film")
    assert [(ch.title, ch.start, ch.end) for ch in edit.chapters] == [
        ("a", 0, 192),
        ("Second", 192, 360),
        ("c", 360, 528),
    ]


def test_a_faithful_chain_is_one_piece_of_its_last_file() -> None:
    a, b, c = _chain_of_three()
    ta = _take(a)
    tb = _take(b, 192, ta, faithful=True)
    tc = _take(c, 360, tb, faithful=True)
    edit = make_edit(_plan((a, b, c)), {"a": ta, "b": tb, "c": tc})
    assert _ranges(edit) == [("c", 0, 192, False), ("c", 192, 360, True), ("c", 360, 528, True)]
    assert [cut.take_id for cut in edit.cuts] == [ta.id, tb.id, tc.id]
    assert {cut.clip_sha256 for cut in edit.cuts} == {"sha-c"}
    assert len(merged(_spans(edit))) == 1


def test_an_unfaithful_repeat_serves_nobody_else() -> None:
    a, b, c = _chain_of_three()
    ta = _take(a)
    tb = _take(b, 192, ta, faithful=True)
    tc = _take(c, 360, tb, faithful=False)
    edit = make_edit(_plan((a, b, c)), {"a": ta, "b": tb, "c": tc})
    assert _ranges(edit) == [("b", 0, 192, False), ("b", 192, 360, True), ("c", 360, 528, True)]


def test_a_take_of_another_parent_is_no_continuation() -> None:
    a, b, _ = _chain_of_three()
    ta = _take(a)
    tb = _take(b, 192, replace(ta, number=2), faithful=True)
    edit = make_edit(_plan((a, b)), {"a": ta, "b": tb})
    assert _ranges(edit) == [("a", 0, 192, False), ("b", 192, 360, False)]


def test_a_window_serves_as_far_as_it_reaches_back() -> None:
    a, b, c = _chain_of_three()
    ta = _take(a)
    tb = _take(b, 192, ta, faithful=True)
    tc = _take(c, 200, tb, faithful=True)  # made from the last 200 frames of b's file
    edit = make_edit(_plan((a, b, c)), {"a": ta, "b": tb, "c": tc})
    assert _ranges(edit) == [("b", 0, 192, False), ("c", 32, 200, True), ("c", 200, 368, True)]


def test_trims_break_the_sound_and_keep_the_source() -> None:
    a, b, _ = _chain_of_three()
    ta = _take(a)
    tb = _take(b, 192, ta, faithful=True)
    placements = (Placement("a", 0, 12, 180), Placement("b", 168, 6, 168))
    edit = make_edit(_plan((a, b), placements=placements), {"a": ta, "b": tb})
    assert _ranges(edit) == [("b", 12, 180, False), ("b", 198, 360, False)]


def _split(at_s: Decimal | None = None) -> tuple[Plan, dict[str, Take]]:
    """``b`` starts on a frame of ``a``; the plan shows the shared last frame once."""
    a, b = _step("a", 192), _step("b", 192, starts_on=FrameOf("a", at_s))
    placements = (Placement("a", 0, 0, 191), Placement("b", 191, 0, 192))
    return _plan((a,), (b,), placements=placements), {"a": _take(a), "b": _take(b)}


@pytest.mark.parametrize(("picked", "out"), [(191, 191), (180, 180), (0, 1)])
def test_the_film_leaves_where_the_next_scene_begins(picked: int, out: int) -> None:
    plan, takes = _split()
    takes["b"] = replace(takes["b"], picked_frames={"first_frame": picked})
    edit = make_edit(plan, takes)
    assert _ranges(edit) == [("a", 0, out, False), ("b", 0, 192, False)]
    assert edit.frames == plan.frames - (191 - out)


def test_a_frame_chosen_by_the_author_moves_no_cut() -> None:
    plan, takes = _split(Decimal(3))
    takes["b"] = replace(takes["b"], picked_frames={"first_frame": 72})
    assert make_edit(plan, takes).frames == plan.frames


def test_a_trim_parts_scenes_where_the_author_says() -> None:
    plan, takes = _split()
    takes["b"] = replace(takes["b"], picked_frames={"first_frame": 180})
    placements = (Placement("a", 0, 0, 150), Placement("b", 150, 0, 192))
    assert make_edit(replace(plan, placements=placements), takes).frames == 342


def test_scenes_without_takes_are_listed() -> None:
    a, b, c = _chain_of_three()
    with pytest.raises(MediaError, match="no take of a, c") as caught:
        make_edit(_plan((a, b, c)), {"b": _take(b)})
    assert "render" in (caught.value.hint or "")
    with pytest.raises(MediaError, match="no scenes"):
        make_edit(_plan(), {})


def test_a_take_that_is_too_short_is_refused() -> None:
    a, _, _ = _chain_of_three()
    with pytest.raises(MediaError, match="has 100 new frames, the film wants 192"):
        make_edit(_plan((a,)), {"a": replace(_take(a), frames=100, new_end=100)})


@given(
    st.lists(st.tuples(st.integers(4, 60), st.booleans(), st.booleans()), min_size=1, max_size=8), st.data()
)
def test_every_planned_frame_is_cut_from_footage_that_shows_it(
    scenes: list[tuple[int, bool, bool]], data: st.DataObject
) -> None:
    """Any chain of tails, whole repeats and windows: each cut shows the frame of its own take."""
    steps: list[Step] = []
    takes: dict[str, Take] = {}
    # By clip, the (scene, frame) that each of its frames shows.
    shows: dict[str, list[tuple[str, int]]] = {}
    placed: list[Placement] = []
    start = 0
    for number, (frames, combined, faithful) in enumerate(scenes):
        step = _step(f"s{number}", frames, steps[-1].scene_id if steps else None)
        before = takes[steps[-1].scene_id] if steps else None
        repeat: list[tuple[str, int]] = []
        if before is not None and combined:
            whole = shows[before.clip.stem]
            repeat = whole[data.draw(st.integers(0, len(whole) - 1)) :]
        takes[step.scene_id] = _take(step, len(repeat), before, faithful=faithful)
        own = [(step.scene_id, frame) for frame in range(frames)]
        # What an unfaithful file shows before its own footage is worth nothing.
        shows[step.scene_id] = [*(repeat if faithful else [("", -1)] * len(repeat)), *own]
        first = data.draw(st.integers(0, frames - 1))
        last = data.draw(st.integers(first + 1, frames))
        placed.append(Placement(step.scene_id, start, first, last))
        start = placed[-1].end_frame
        steps.append(step)
    plan = _plan(tuple(steps), placements=tuple(placed))
    edit = make_edit(plan, takes)
    assert edit.frames == plan.frames
    shown = [shows[cut.clip.stem][frame] for cut in edit.cuts for frame in range(cut.in_frame, cut.out_frame)]
    assert shown == [(p.scene_id, frame) for p in placed for frame in range(p.in_frame, p.out_frame)]
    for cut, chapter, p in zip(edit.cuts, edit.chapters, placed, strict=True):
        assert (cut.frames, chapter.start, chapter.end) == (
            p.out_frame - p.in_frame,
            p.start_frame,
            p.end_frame,
        )


def _cut(**changes: object) -> Cut:
    whole = Cut("a", "A", Path("x"), "sha", 0, 10, 0, False, "a/1-1", "local", "m", Decimal(0))
    return replace(whole, **changes)


def test_the_digest_is_of_what_is_seen_and_heard() -> None:
    edit = Edit("A film", (1280, 720), (_cut(),))
    for same in ({"clip": Path("y")}, {"cost_usd": Decimal(5)}, {"take_id": "a/2-2"}):
        assert replace(edit, cuts=(_cut(**same),)).digest == edit.digest
    others = [
        replace(edit, title="Another"),
        replace(edit, size=(1920, 1080)),
        replace(edit, cuts=(_cut(), _cut())),
        *(
            replace(edit, cuts=(_cut(**change),))
            for change in (
                {"title": "B"},
                {"clip_sha256": "other"},
                {"in_frame": 1},
                {"out_frame": 9},
                {"continuous": True},
            )
        ),
    ]
    assert len({edit.digest, *(other.digest for other in others)}) == len(others) + 1
