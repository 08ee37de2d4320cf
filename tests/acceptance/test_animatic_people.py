"""keeper.yaml as an animatic: the same two people in all their scenes, captions exactly while they speak."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.support.command import ROOT
from veo_story.backends.local.direction import Direction, DrawnShow, direct
from veo_story.backends.local.drawing import picture_of, writing_on
from veo_story.backends.local.figures.person import look_of
from veo_story.backends.local.order import RenderOrder
from veo_story.backends.local.window import Scratch, split_planes
from veo_story.backends.local.world.sheets import Canvas
from veo_story.backends.local.writing.captions import HOLD_S
from veo_story.catalog.catalog import load_catalog
from veo_story.plan.check import check_storyboard
from veo_story.storyboard.model import FPS, Mode

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.writing.overlay import Overlay

SIZES = [(1280, 720), (1920, 1080), (720, 1280)]
SMALL = (320, 180)
SCENES = [f"s{number:02}" for number in range(1, 10)]


@cache
def scenes(size: tuple[int, int]) -> dict[str, tuple[RenderOrder, Direction]]:
    board = ROOT / "storyboards" / "keeper.yaml"
    checked = check_storyboard(board, load_catalog(), today=date(2026, 11, 22), backend="local")
    assert checked.plan is not None
    found: dict[str, tuple[RenderOrder, Direction]] = {}
    before = None
    for step in checked.plan.steps():
        if not step.mode.is_generated:
            continue
        order = RenderOrder(
            step.scene_id,
            step.mode,
            size,
            step.new_frames,
            Path("none.mp4"),
            prompt=step.prompt,
            hints=dict(step.hints or {}),
        )
        direction = direct(order, before if step.mode is Mode.EXTEND else None)
        before = direction.end
        found[step.scene_id] = order, direction
    assert list(found) == SCENES
    return found


def shown(scene: str) -> DrawnShow:
    show = scenes(SMALL)[scene][1].show
    assert isinstance(show, DrawnShow)
    return show


def drawn(scene: str, frame: int) -> Planes:
    order, direction = scenes(SMALL)[scene]
    into = split_planes(np.zeros((SMALL[1] * 3 // 2, SMALL[0]), np.uint8))
    picture_of(order, direction).draw(frame, direction.first + frame, into, Scratch(*SMALL))
    return into


def box_of(scene: str, who: str, frame: int) -> tuple[int, int, int, int] | None:
    """Left, right, top and bottom pixels between which somebody stands, None when they are not seen."""
    show, first = shown(scene), scenes(SMALL)[scene][1].first
    mark = show.acting.where(who, first + frame)
    canvas = Canvas(*SMALL)
    placing = show.path.at(frame).eye(canvas, first + frame).placing(1.0)
    if mark is None or placing is None:
        return None

    def across(x: float) -> float:
        return (canvas.width / 2 + x * canvas.height) * placing.scale + placing.left

    def down(y: float) -> float:
        return y * canvas.height * placing.scale + placing.top

    left, right = across(mark.x - 0.16 * mark.tall), across(mark.x + 0.16 * mark.tall)
    top, bottom = down(mark.foot - mark.tall), down(mark.foot - 0.55 * mark.tall)
    left, right = max(0, left), min(canvas.width, right)
    top, bottom = max(0, top), min(canvas.height, bottom)
    return (round(left), round(right), round(top), round(bottom)) if right - left > 8 < bottom - top else None


def share_of(planes: Planes, box: tuple[int, int, int, int], who: str) -> float:
    """How much of a box has a person's colour: bluer than grey for Mira, redder for Tomas."""
    left, right, top, bottom = (edge // 2 for edge in box)
    blue, red = (plane[top:bottom, left:right].astype(int) - 128 for plane in planes[1:])
    return float(np.mean((blue - red > 12) if who == "mira" else (red - blue > 14)))


@pytest.mark.parametrize("who", ["mira", "tomas"])
def test_one_looks_the_same_in_every_scene(who: str) -> None:
    there = [scene for scene in SCENES if who in shown(scene).acting.parts]
    assert there == (SCENES if who == "mira" else SCENES[1:])
    looks = {shown(scene).acting.parts[who].look for scene in there}
    assert len(looks) == 1
    other = look_of(scenes(SMALL)["s02"][1].script.people[0 if who == "tomas" else 1])
    assert looks != {other}


@pytest.mark.parametrize("who", ["mira", "tomas"])
def test_their_colours_are_where_they_stand(who: str) -> None:
    seen = []
    for scene in SCENES:
        frame = scenes(SMALL)[scene][0].frames - 30
        box = box_of(scene, who, frame)
        if box is not None:
            seen.append(scene)
            assert share_of(drawn(scene, frame), box, who) > 0.04, f"{scene}: {who} is not there"
    assert len(seen) >= 5


def test_nobody_stands_before_the_sea() -> None:
    frame = scenes(SMALL)["s09"][0].frames - 30
    assert box_of("s08", "mira", frame) is not None
    assert box_of("s09", "mira", frame) is None
    assert box_of("s09", "tomas", frame) is None


def spoken(overlay: Overlay, frames: int) -> list[bool]:
    return [any(step for _, step in overlay.shown(frame)) for frame in range(frames)]


@pytest.mark.parametrize("size", SIZES)
def test_captions_stand_exactly_while_their_lines_are_said(size: tuple[int, int]) -> None:
    lines = 0
    for order, direction in scenes(size).values():
        overlay = writing_on(replace(order, overlay=("captions",)), direction)
        asked = [
            any(line.start_s <= frame / FPS < line.end_s + HOLD_S for line in direction.script.lines)
            for frame in range(order.frames)
        ]
        stands = spoken(overlay, order.frames)
        lines += len(direction.script.lines)
        assert stands == asked, (order.scene_id, stands.index(True), asked.index(True))
    assert lines == 3
