"""The drawn world before it is encoded: a pure function of camera and frame number, smooth over seams."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.backends.rendering import SIZE, TALL, steps
from veo_story.backends.local.camera import CLOSEST, WIDEST, Camera, Move, image_move, next_move, opening_move
from veo_story.backends.local.window import Scratch, look_through, split_planes
from veo_story.backends.local.words import read_world, vocabulary
from veo_story.backends.local.world import World

FIRST, SECOND = 48, 42
PROMPTS = [
    "A boat at sea at dawn",
    "City at night in the rain",
    "Dusk in a small room",
    "Snowfall over a forest",
]


def drawn(
    world: World, move: Move, first: int, frames: range, size: tuple[int, int] = SIZE
) -> list[np.ndarray]:
    """Whole pictures (all planes) of some frames of a clip that begins at the chain's frame ``first``."""
    scratch = Scratch(*size)
    pictures = []
    for frame in frames:
        picture = np.zeros((size[1] * 3 // 2, size[0]), np.uint8)
        world.draw(move.at(frame), first + frame, split_planes(picture), scratch)
        pictures.append(picture)
    return pictures


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize(
    "moves", [("pan right", "slow push-in"), ("push-in", "crane up"), ("tracking left", "static")]
)
def test_a_seam_moves_like_any_other_frame(prompt: str, moves: tuple[str, str]) -> None:
    world = World(read_world(prompt, {}), 5, SIZE)
    one = opening_move({"camera.move": moves[0]}, prompt, FIRST)
    two = next_move(one.end, {"camera.move": moves[1]}, prompt, SECOND)
    before = drawn(world, one, 0, range(FIRST - 12, FIRST))
    after = drawn(world, two, FIRST, range(12))
    difference = steps([picture[: SIZE[1]] for picture in (*before, *after)])
    assert difference[11] <= 1.5 * np.median(difference) + 0.05


def test_frames_do_not_depend_on_the_order_they_are_drawn_in() -> None:
    world = World(read_world(PROMPTS[1], {}), 5, SIZE)
    move = opening_move({}, "", FIRST)
    forwards = drawn(world, move, 0, range(6))
    backwards = drawn(world, move, 0, range(5, -1, -1))[::-1]
    again = drawn(World(read_world(PROMPTS[1], {}), 5, SIZE), move, 0, range(6))
    for a, b, c in zip(forwards, backwards, again, strict=True):
        assert np.array_equal(a, b)
        assert np.array_equal(a, c)


@pytest.mark.parametrize("place", sorted(vocabulary()["place"]))
@pytest.mark.parametrize("size", [SIZE, TALL])
def test_every_place_is_drawn_at_every_edge_of_the_camera(place: str, size: tuple[int, int]) -> None:
    words = read_world(
        "storm at night, a boat, a train, a man", {"place": vocabulary()["place"][place]["words"][0]}
    )
    assert words.place == place
    world = World(words, 3, size)
    for y in (-0.12, 0.0, 0.12):
        for x in (-7.3, 0.0, 400.1):
            camera = Camera((x, y, 0.06, 1.0))
            (picture,) = drawn(world, Move(camera, camera, 24), 0, range(1), size)
            luma = picture[: size[1]]
            assert luma.min() >= 15
            assert luma.std() > 3


def test_day_is_brighter_than_night_and_snow_than_forest() -> None:
    def level(prompt: str) -> float:
        world = World(read_world(prompt, {}), 1, SIZE)
        return float(drawn(world, opening_move({}, "static", 24), 0, range(1))[0][: SIZE[1]].mean())

    assert level("hills at noon") > level("hills at dusk") > level("hills at midnight")
    assert level("tundra at noon") > level("forest at noon")


@pytest.mark.parametrize(
    "move", ["push-in", "pull out", "pan left", "crane up", "tilt down", "arc right", "handheld"]
)
def test_a_long_chain_stays_in_bounds_and_never_jerks(move: str) -> None:
    hints = {"camera.move": move, "camera.size": "close-up"}
    moves = [opening_move(hints, "", 192)]
    for _ in range(20):
        moves.append(next_move(moves[-1].end, {"camera.move": move}, "", 168))
    for before, after in pairwise(moves):
        assert after.at(0).place == pytest.approx(before.at(before.frames).place)
    zooms = [m.at(frame).zoom for m in moves for frame in range(0, m.frames, 7)]
    assert min(zooms) >= WIDEST * 0.97
    assert max(zooms) <= CLOSEST * 1.03
    path = np.array([m.at(frame).place[:3] for m in moves for frame in range(m.frames)])
    jerk = np.abs(np.diff(path, n=2, axis=0)).max()
    assert jerk < 0.0012


def test_directions_are_the_authors() -> None:
    def end(words: str) -> tuple[float, ...]:
        move = opening_move({"camera.move": words}, "", 192)
        return tuple(b - a for a, b in zip(move.start.place, move.end.place, strict=True))

    assert end("pan right")[0] > 0 > end("pan left")[0]
    assert end("tilt up")[1] > 0 > end("crane down")[1]
    assert end("slow push-in")[2] > 0 > end("pull out")[2]
    assert 0 < end("slow dolly in")[2] < end("fast dolly in")[2]
    assert end("static") == (0, 0, 0, 0)


def test_the_camera_field_beats_the_prompt_and_the_prompt_serves_without_one() -> None:
    said = opening_move({"camera.move": "static"}, "pan right", 192)
    assert said.start.place == said.end.place
    prompted = opening_move({}, "Wide shot. Pan right.", 192)
    assert prompted.end.place[0] > prompted.start.place[0]


def test_a_still_is_seen_whole_at_first_and_never_beyond_its_edge() -> None:
    for words in ("pan left", "crane up", "push in", "pull out", "static"):
        move = image_move(None, {"camera.move": words}, "", 96)
        assert move.at(0).place[:3] == (0, 0, 0)
        for frame in range(97):
            camera = move.at(frame)
            room = (1 - 1 / camera.zoom) / 2 + 1e-9
            assert abs(camera.place[0]) <= room
            assert abs(camera.place[1]) <= room


@pytest.mark.parametrize("zoom", [1.0, 1.004, 1.03, 1.06, 1.1, 1.3, 1.77])
def test_a_window_shows_the_asked_part(zoom: float) -> None:
    """On a steep ramp, a tenth of a pixel is a step of brightness that can be measured."""
    across = np.arange(340, dtype=float)
    saw = (np.abs((across % 64) - 32) * 7 + 16).astype(np.uint8)
    plane = np.tile(saw, (200, 1))
    small = np.ascontiguousarray(plane[::2, ::2])
    into = split_planes(np.zeros((270, 320), np.uint8))
    for offset in (-3.4, 0.0, 0.25, 0.6, 3.0):
        if zoom == 1 and offset != int(offset):
            continue
        look_through((plane, small, small), into, zoom, (offset, 0.0))
        places = 339 / 2 + offset + (np.arange(320) - 159.5) / zoom
        places += max(0.0, -places[0]) - max(0.0, places[-1] - 339)
        if zoom == 1:
            places = np.floor(places)
        wanted = np.interp(places, across, saw.astype(float))
        assert np.abs(into[0][90].astype(float) - wanted)[4:-4].mean() < 7 / 16
