"""What an editor changed comes back into the storyboard."""

from __future__ import annotations

import shutil
from difflib import ndiff
from pathlib import Path

import opentimelineio as otio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.export.editing import (
    CARDS,
    TALE,
    clip,
    frames,
    handed_over,
    imported,
    picture,
    planned,
    reordered,
    told,
    trimmed,
)
from tests.support.command import ROOT
from tests.support.soak import runs
from veo_story.errors import MediaError, StoryboardError
from veo_story.export.import_edit import write


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    path = tmp_path / "cards.yaml"
    path.write_bytes(CARDS.encode())
    return path


@pytest.fixture
def tale(tmp_path: Path) -> Path:
    path = tmp_path / "tale.yaml"
    path.write_bytes(TALE.encode())
    return path


def lines_changed(before: bytes, after: bytes) -> list[str]:
    pairs = ndiff(before.decode().splitlines(), after.decode().splitlines())
    return [line for line in pairs if line[0] in "+-"]


@pytest.mark.parametrize("name", ["keeper", "sel-marin", "train-journey", "day-to-night", "harbour"])
def test_an_edit_that_nobody_touched_changes_nothing(tmp_path: Path, name: str) -> None:
    shutil.copytree(ROOT / "storyboards", tmp_path / "films")
    path = tmp_path / "films" / f"{name}.yaml"
    found = imported(handed_over(path), path)
    assert (found.changes, found.after) == ((), found.before)


def test_takes_that_came_longer_change_nothing_by_themselves(cards: Path) -> None:
    timeline = handed_over(cards, longer=3)
    assert imported(timeline, cards).changes == ()
    trimmed(timeline, "b", 0, 12)
    assert told(imported(timeline, cards)) == [("b", "trim", "out 0.5")]


def test_the_keeper_comes_back_with_its_trims_and_all_its_comments(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "storyboards", tmp_path / "films")
    path = tmp_path / "films" / "keeper.yaml"
    timeline = handed_over(path)
    for scene_id, head, tail in (("card01", 12, 6), ("s03", 0, 36), ("s04", 24, 0), ("s09", 0, 7)):
        trimmed(timeline, scene_id, head, tail)
    found = imported(timeline, path)
    assert lines_changed(found.before, found.after) == [
        "+     trim: {in: 0.5, out: 0.25}",
        "+     trim: {out: 1.5}",
        "+     trim: {in: 1}",
        "+     trim: {out: 0.292}",
    ]
    before, _ = planned(path)
    write(found)
    after, plan = planned(path)
    trims = {s.id: (s.trim.in_s, s.trim.out_s) for s in after.scenes() if s.trim.in_s or s.trim.out_s}
    assert [[float(end) for end in trim] for trim in trims.values()] == [
        [0.5, 0.25],
        [0, 1.5],
        [1, 0],
        [0, 0.292],
    ]
    assert list(trims) == ["card01", "s03", "s04", "s09"]
    assert [s.id for s in before.scenes()] == [s.id for s in after.scenes()]
    places = {p.scene_id: (p.in_frame, p.out_frame) for p in plan.placements}
    assert (places["card01"], places["s03"], places["s09"]) == ((12, 90), (0, 132), (0, 161))
    assert imported(timeline, path).changes == ()


def test_scenes_of_one_file_are_trimmed_from_where_they_begin(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "storyboards", tmp_path / "films")
    path = tmp_path / "films" / "keeper.yaml"
    timeline = handed_over(path, combined=True)
    assert (
        clip(timeline, "s03").media_reference.target_url == clip(timeline, "s09").media_reference.target_url
    )
    assert clip(timeline, "s03").source_range.start_time.value == (8 + 7) * 24
    assert imported(timeline, path).changes == ()
    trimmed(timeline, "s03", 12, 24)
    found = imported(timeline, path)
    assert told(found) == [("s03", "trim", "in 0.5, out 1")]
    trimmed(timeline, "s09", 0, -1)
    with pytest.raises(MediaError, match="s09: frames 1368 to 1537 are shown"):
        imported(timeline, path)


def test_what_is_there_keeps_its_style_and_its_comment(cards: Path) -> None:
    timeline = handed_over(cards)
    trimmed(timeline, "c", -6, 3)
    trimmed(timeline, "d", 24, 0)
    found = imported(timeline, cards)
    assert lines_changed(found.before, found.after) == [
        "-       in: 0.5           # half a second",
        "+       in: 0.25           # half a second",
        "+       out: 0.125",
        "-   - {id: d, card: Four, hold: 0.5}",
        "+   - {id: d, card: Four, hold: 0.5, trim: {in: 1}}",
    ]


@settings(
    max_examples=runs(500, in_suite=25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(st.integers(-12, 35), st.integers(-12, 35)), min_size=4, max_size=4),
    st.integers(0, 30),
)
def test_the_film_shows_what_the_timeline_showed(
    cards: Path, moves: list[tuple[int, int]], length: int
) -> None:
    cards.write_bytes(CARDS.encode())
    timeline = handed_over(cards)
    wanted = {}
    dissolve = next(e for e in picture(timeline) if isinstance(e, otio.schema.Transition))
    dissolve.out_offset = frames(length)
    if not length:
        picture(timeline).remove(dissolve)
    for name, (head, tail) in zip("abcd", moves, strict=True):
        there = clip(timeline, name)
        start, end = (
            int(t.value) for t in (there.source_range.start_time, there.source_range.end_time_exclusive())
        )
        shared = length if name == "a" else 0
        head, tail = max(head, -start), max(tail, end + shared - 96)
        trimmed(timeline, name, head, tail)
        wanted[name] = (start + head, end - tail + shared)
    write(imported(timeline, cards))
    assert {p.scene_id: (p.in_frame, p.out_frame) for p in planned(cards)[1].placements} == wanted
    assert imported(timeline, cards).changes == ()
    assert "# the handle" in cards.read_text("utf-8")


def test_joins_gaps_and_holds(cards: Path) -> None:
    timeline = handed_over(cards)
    track = picture(timeline)
    dissolve = next(e for e in track if isinstance(e, otio.schema.Transition))
    track.remove(dissolve)
    gap = next(e for e in track if isinstance(e, otio.schema.Gap))
    gap.source_range = otio.opentime.TimeRange(frames(0), frames(30))
    held = track[-1]
    held.source_range = otio.opentime.TimeRange(held.source_range.start_time, frames(6))
    wipe = otio.schema.Transition("", "SMPTE_Wipe", frames(4), frames(8))
    track.insert(list(track).index(clip(timeline, "d")), wipe)
    trimmed(timeline, "c", 0, 8)
    trimmed(timeline, "d", 4, 0)
    assert told(imported(timeline, cards)) == [
        ("b", "transition", "type cut"),
        ("c", "gap", "1.25"),
        ("d", "transition", "type wipe, duration 0.5"),
        ("d", "hold", "0.25"),
    ]


def test_a_dissolve_beside_black_is_a_fade_and_is_left_out(cards: Path) -> None:
    timeline = handed_over(cards)
    track = picture(timeline)
    gap = next(n for n, entry in enumerate(track) if isinstance(entry, otio.schema.Gap))
    for place in (gap + 1, gap, 0):
        track.insert(place, otio.schema.Transition("", "SMPTE_Dissolve", frames(0), frames(6)))
    assert imported(timeline, cards).changes == ()


def test_what_the_editor_calls_a_wipe_is_one(cards: Path) -> None:
    timeline = handed_over(cards)
    next(e for e in picture(timeline) if isinstance(e, otio.schema.Transition)).transition_type = "SMPTE_Wipe"
    assert told(imported(timeline, cards)) == [("b", "transition", "type wipe, duration 0.75")]


def test_a_track_that_is_switched_off_is_not_the_picture(cards: Path) -> None:
    timeline = handed_over(cards)
    other = picture(timeline).clone()
    other.enabled = False
    timeline.tracks.append(other)
    assert imported(timeline, cards).changes == ()


def test_the_file_keeps_its_permissions(cards: Path) -> None:
    timeline = handed_over(cards)
    trimmed(timeline, "b", 0, 12)
    cards.chmod(0o640)
    found = imported(timeline, cards)
    write(found)
    assert (cards.read_bytes(), cards.stat().st_mode & 0o777) == (found.after, 0o640)
    cards.write_bytes(found.before)
    cards.chmod(0o440)
    with pytest.raises(StoryboardError, match="may not be written to"):
        write(found)
    assert cards.read_bytes() == found.before


def test_scenes_change_places_with_their_comments(cards: Path) -> None:
    head = "storyboard: 1\ntitle: T\nscenes:\n"
    first, second = "  # on a\n  - {id: a, card: A}\n", "  - id: b  # B\n    card: B\n"
    skipped, last = "  - {id: c, card: C, skip: true}\n", "  - {id: d, card: D}\n"
    cards.write_text(f"{head}{first}\n{second}{skipped}{last}", "utf-8")
    timeline = handed_over(cards)
    reordered(timeline, "d", "a", "b")
    found = imported(timeline, cards)
    assert told(found) == [("", "order", "d, a, b")]
    assert found.after.decode() == f"{head}{last}\n{first}{skipped}{second}"


@pytest.mark.parametrize(
    ("order", "changes"),
    [
        ("dabcefg", [("", "order", "d, a, b, c, e, f, g")]),
        ("efgabcd", [("", "order", "e, f, g, a, b, c, d")]),
        ("cdabefg", [("", "order", "c, d, a, b, e, f, g")]),
        ("abcdfeg", [("", "order", "a, b, c, d, f, e, g")]),
        ("abdefg", [("c", "skip", "true")]),
        ("abc", [("d", "skip", "true"), ("e", "skip", "true"), ("f", "skip", "true"), ("g", "skip", "true")]),
    ],
)
def test_orders_that_cost_no_take(tale: Path, order: str, changes: list[tuple[str, str, str]]) -> None:
    timeline = handed_over(tale)
    reordered(timeline, *order)
    before = {step.scene_id: step.fingerprint for step in planned(tale)[1].steps()}
    found = imported(timeline, tale)
    assert told(found) == changes
    write(found)
    _, plan = planned(tale)
    assert [placed.scene_id for placed in plan.placements] == list(order)
    assert {step.scene_id: step.fingerprint for step in plan.steps()}.items() <= before.items()
