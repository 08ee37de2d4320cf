"""From words to pictures, whole: nothing depends on the order of drawing, or on what was in memory before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from veo_story.backends.local.direction import Crossing, DrawnShow, direct, end_state
from veo_story.backends.local.drawing import picture_of
from veo_story.backends.local.order import RenderOrder
from veo_story.backends.local.state import ChainState, state_of, write_state
from veo_story.backends.local.window import Scratch, split_planes
from veo_story.errors import MediaError
from veo_story.storyboard.model import Mode

SIZE = (320, 180)
PROMPTS = (
    "Slow push-in. A ferry noses out of thick harbour fog at dawn",
    "Pan left. A lone rider crosses red desert dunes at noon",
    "Static camera. A woman with an umbrella in a neon city street, heavy rain at night",
    "Handheld close-up. A chef chops vegetables in a bright kitchen",
    "Crane up, wide shot. Fireflies over a still lake in the blue hour",
    "Medium shot, pan right. Two friends talk at a cafe window, rain outside",
    "Close-up. A candle burns on a table in a dark room; an old man blows it out",
)


def order(prompt: str, mode: Mode = Mode.OPEN, frames: int = 48) -> RenderOrder:
    return RenderOrder("s01", mode, SIZE, frames, Path("none.mp4"), prompt=prompt, voice="murmur")


def drawn(wanted: RenderOrder, frames: list[int], fill: int) -> dict[int, list[np.ndarray]]:
    direction = direct(wanted, None)
    picture, scratch = picture_of(wanted, direction), Scratch(*SIZE)
    shown = {}
    for frame in frames:
        into = split_planes(np.full((SIZE[1] * 3 // 2, SIZE[0]), fill, np.uint8))
        picture.draw(frame, frame, into, scratch)
        shown[frame] = [plane.copy() for plane in into]
    return shown


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_frame_is_the_same_whatever_was_drawn_before(prompt: str) -> None:
    frames = [0, 7, 21, 46, 47]
    one, two = drawn(order(prompt), frames, 3), drawn(order(prompt), frames[::-1], 251)
    for frame in frames:
        for first, second in zip(one[frame], two[frame], strict=True):
            assert np.array_equal(first, second), f"frame {frame}"


def test_the_end_of_a_clip_is_known_without_drawing_it() -> None:
    before = end_state(order(PROMPTS[0]), None)
    assert (before.first, before.next) == (0, 48)
    after = end_state(order("She turns. Wide shot.", Mode.EXTEND), state_of(write_state(before)))
    assert (after.first, after.next, after.seed) == (48, 96, before.seed)
    assert after.rooms["setting"] == before.rooms["setting"]


def test_how_a_framed_scene_ends_does_not_depend_on_what_came_before() -> None:
    ends = []
    for prompt in (PROMPTS[0], PROMPTS[4]):
        before = end_state(order(prompt), None)
        before = replace(
            before, rooms={**before.rooms, "setting": end_state(order(PROMPTS[0]), None).rooms["setting"]}
        )
        ends.append(end_state(order("Wide shot. Static camera. Waves roll in.", Mode.EXTEND, 168), before))
    assert ends[0].rooms["camera"] == ends[1].rooms["camera"]


def test_a_place_looks_the_same_whenever_it_is_seen() -> None:
    one = direct(order("A man waits in a small kitchen"), None)
    two = direct(order("Close-up. A woman laughs in a small kitchen"), None)
    assert (one.seed, one.setting.place) == (two.seed, two.setting.place)


def test_what_is_in_a_hand_does_not_stand_there_too() -> None:
    held = direct(order("A child opens a red umbrella in a park"), None)
    assert isinstance(held.show, DrawnShow)
    assert [part.held_at(0) for part in held.show.acting.parts.values()] == ["umbrella"]
    assert "umbrella" not in (*held.setting.props, *held.show.acting.stage.things)
    assert "umbrella" in direct(order("A red umbrella lies in a park"), None).setting.props


def test_a_scene_that_gets_somewhere_else_begins_where_the_chain_was() -> None:
    before = end_state(order("A white van stands in a village square"), None)
    there = replace(order("Static camera. The van reaches a beach", Mode.EXTEND, 168), overlay=())
    stays = replace(there, prompt="Static camera. The van waits")
    direction = direct(there, before)
    crossing = direction.show
    assert isinstance(crossing, Crossing)
    assert (direction.setting.place, direction.end.rooms["setting"]["place"]) == ("beach", "beach")
    first, last = crossing.start, crossing.start + crossing.frames
    shown = {frame: luma_of(there, before, frame) for frame in (0, first, (first + last) // 2, last, 167)}
    kept = {frame: luma_of(stays, before, frame) for frame in shown}
    # The seam is seamless whatever comes later.
    assert np.array_equal(shown[0], kept[0])
    assert np.array_equal(shown[first], kept[first])
    assert np.abs(shown[last].astype(int) - kept[last]).mean() > 8
    half = np.abs(shown[(first + last) // 2].astype(int) - kept[(first + last) // 2]).mean()
    assert 0.25 < half / np.abs(shown[last].astype(int) - kept[last]).mean() < 0.75
    # And the next scene goes on from there.
    after = replace(order("Static camera. The van waits", Mode.EXTEND, 168), overlay=())
    assert np.abs(shown[167].astype(int) - luma_of(after, direction.end, 0)).mean() < 3


def test_on_the_way_frames_do_not_depend_on_what_was_drawn_before() -> None:
    before = end_state(order("A white van stands in a village square"), None)
    there = order("Static camera. The van reaches a beach", Mode.EXTEND, 168)
    direction = direct(there, before)
    assert isinstance(direction.show, Crossing)
    begin = direction.show.start
    frames = [begin, begin + 7, begin + 8, begin + 15, begin + 30]
    picture, scratch = picture_of(there, direction), Scratch(*SIZE)
    for frame in (*frames, *frames[::-1]):
        into = split_planes(np.empty((SIZE[1] * 3 // 2, SIZE[0]), np.uint8))
        picture.draw(frame, direction.first + frame, into, scratch)
        assert np.array_equal(into[0], luma_of(there, before, frame)), frame


def luma_of(wanted: RenderOrder, before: ChainState, frame: int) -> np.ndarray:
    direction = direct(wanted, before)
    into = split_planes(np.empty((SIZE[1] * 3 // 2, SIZE[0]), np.uint8))
    picture_of(wanted, direction).draw(frame, direction.first + frame, into, Scratch(*SIZE))
    return into[0].copy()


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_one_gets_there_early_enough_to_see_it(share: float) -> None:
    before = end_state(order("A man waits in a village"), None)
    prompt = f"{'He waits. ' * round(9 * share)}He walks to a beach. {'He waits. ' * round(9 * (1 - share))}"
    crossing = direct(order(prompt, Mode.EXTEND, 168), before).show
    assert isinstance(crossing, Crossing)
    assert (crossing.share(0), crossing.share(168 - 48)) == (0.0, 1.0)


@pytest.mark.parametrize("damage", ["camera", "cast", "sound", "lights", "setting"])
def test_a_state_that_lacks_something_is_said(damage: str) -> None:
    before = end_state(order(PROMPTS[0]), None)
    torn = replace(before, rooms={name: room for name, room in before.rooms.items() if name != damage})
    with pytest.raises(MediaError, match="s01"):
        direct(order("It goes on.", Mode.EXTEND), torn)


def test_an_extension_of_nothing_is_refused() -> None:
    with pytest.raises(MediaError, match="s01"):
        direct(order("It goes on.", Mode.EXTEND), None)


_DAMAGES = [
    {"camera": {"view": [0.0] * 6, "speed": [0.0, 0.0, 0.0, -1e9, 0.0, 0.0]}},
    {"lights": {"ramp": {"begin": 1.0, "end": "nan", "start": 0, "frames": 1}, "flicker": 0.0}},
    {"sound": {"seed": 1, "sample": 0, "gains": 0.5, "music": {}, "chord": 0, "hits": [], "lines": []}},
    {
        "sound": {
            "seed": 1,
            "sample": 0,
            "gains": {"rain": "nan"},
            "music": {},
            "chord": 0,
            "hits": [],
            "lines": [],
        }
    },
    {
        "setting": {
            "place": "sea",
            "time": "noon",
            "weather": "clear",
            "props": [],
            "look": "x",
            "palette": [],
        }
    },
    {"setting": {"place": "sea", "time": "x", "weather": "clear", "props": [], "look": [], "palette": []}},
    {"cast": {"standing": [None], "crowd": False}},
]


@pytest.mark.parametrize("damage", _DAMAGES, ids=lambda damage: next(iter(damage)))
def test_a_damaged_state_is_said(damage: dict[str, object]) -> None:
    before = end_state(order(PROMPTS[0]), None)
    with pytest.raises(MediaError, match="s01") as caught:
        direct(order("It goes on.", Mode.EXTEND), replace(before, rooms={**before.rooms, **damage}))
    assert caught.value.hint


_REPLACED = [
    ('"seed":', '"seed":1e400,"s":'),
    ('"seed":', '"seed":-1,"s":'),
    ('"next":', '"next":0,"n":'),
    ('"next":', '"next":"' + "9" * 2**21 + '","n":'),
    ('"props":', '"props":[' + '"lamp",' * 5000 + '"lamp"],"p":'),
]


@pytest.mark.parametrize(("old", "new"), _REPLACED, ids=range(len(_REPLACED)))
def test_a_state_that_no_clip_leaves_is_no_state(old: str, new: str) -> None:
    text = write_state(end_state(order(PROMPTS[0]), None))
    assert old in text
    with pytest.raises(ValueError, match=r"\w"):
        state_of(text.replace(old, new, 1))


def test_a_camera_at_rest_is_drawn_on_twos_and_a_fast_one_on_ones() -> None:
    rest, fast = order(PROMPTS[2]), order("Whip pan right. Waves at sea in the storm")
    frames = list(range(20, 28))
    for wanted, stands in ((rest, True), (fast, False)):
        shown = drawn(wanted, [19, *frames], 0)
        again = [np.array_equal(shown[frame][0], shown[frame - 1][0]) for frame in frames]
        assert again == [stands and frame % 2 == 1 for frame in frames]
