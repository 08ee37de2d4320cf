"""Where scenes go in the film."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.plan.boards import board, compiled, plan_of, run, scene
from veo_story.plan.model import Placement
from veo_story.storyboard.model import FrameOf, Mode, Scene, Trim


def lengths(*scenes: Scene) -> list[int]:
    return [p.out_frame - p.in_frame for p in plan_of(board(*scenes)).placements]


def test_scenes_follow_one_another() -> None:
    assert plan_of(board(*run(3))).placements == (
        Placement("s01", 0, 0, 192),
        Placement("s02", 192, 0, 168),
        Placement("s03", 360, 0, 168),
    )


def test_a_trim_is_left_out_of_the_film() -> None:
    plan = plan_of(board(scene("a", trim=Trim(Decimal("0.5"), Decimal("1.25"))), scene("b")))
    assert plan.placements == (Placement("a", 0, 12, 162), Placement("b", 150, 0, 192))
    assert plan.step("a").new_frames == 192


def after(first: FrameOf | Path, **given: object) -> Scene:
    return scene("b", Mode.ANIMATE, first_frame=first, **given)


@pytest.mark.parametrize(
    ("a", "b", "kept"),
    [
        (scene("a"), after(FrameOf("a")), 191),
        (scene("a"), after(FrameOf("a", Decimal("7.96"))), 191),
        (scene("a"), after(FrameOf("a", Decimal(4))), 192),
        (scene("a"), after(Path("a.png")), 192),
        (scene("a", trim=Trim(out_s=Decimal(1))), after(FrameOf("a")), 168),
        (scene("a"), after(FrameOf("a"), trim=Trim(in_s=Decimal(1))), 192),
        (scene("a", trim=Trim(in_s=Decimal(1))), after(FrameOf("a")), 167),
        (scene("a", trim=Trim(in_s=Decimal("7.917"))), after(FrameOf("a")), 1),
        (scene("a", trim=Trim(in_s=Decimal("7.958"))), after(FrameOf("a")), 1),
    ],
)
def test_a_frame_that_two_scenes_share_is_shown_once(a: Scene, b: Scene, kept: int) -> None:
    assert lengths(a, b)[0] == kept


def test_only_the_scene_right_before_gives_its_frame_away() -> None:
    far = scene("c", Mode.ANIMATE, first_frame=FrameOf("a"))
    assert lengths(scene("a"), scene("b"), far) == [192, 192, 192]


def test_an_empty_film_has_no_frames() -> None:
    assert plan_of(board()).frames == 0


def test_a_clip_as_long_as_its_file() -> None:
    clip = scene("x", Mode.IMPORT, clip=Path("x.mp4"), duration=Decimal(80) / 24)
    assert lengths(clip) == [80]


def test_a_clip_that_could_not_be_measured_is_told_of_elsewhere() -> None:
    assert compiled(board(scene("x", Mode.IMPORT, clip=Path("x.mp4"), duration=0))).problems == ()
