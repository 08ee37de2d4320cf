"""Modes, ids, lengths and what is inherited."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.storyboard.films import EXAMPLES, film, scenes
from veo_story.storyboard.model import (
    Camera,
    Reference,
    Transition,
)


def modes(folder: Path, text: str) -> list[tuple[str, str]]:
    return [(scene.id, scene.mode.value) for scene in scenes(folder, text)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("first.png", "last.png"):
        (tmp_path / name).write_bytes((EXAMPLES / "stills" / "bay-day.png").read_bytes())
    return tmp_path


def test_modes_are_inferred(folder: Path) -> None:
    text = """scenes:
  - card: One
  - action: the first generated scene opens
  - action: then it is extended
  - {action: skipped, skip: true}
  - action: extended across the skipped one
  - {first_frame: first.png, action: animated}
  - action: extends the animation
  - {first_frame: first.png, last_frame: last.png, action: interpolated}
  - image: first.png
  - action: nothing can extend a still
  - {mode: open, action: told so}
"""
    assert modes(folder, text) == [
        ("card01", "slate"),
        ("s01", "open"),
        ("s02", "extend"),
        ("s04", "extend"),
        ("s05", "animate"),
        ("s06", "extend"),
        ("s07", "interpolate"),
        ("still01", "still"),
        ("s08", "open"),
        ("s09", "open"),
    ]


def test_a_sequence_starts_a_new_chain(tmp_path: Path) -> None:
    text = """sequences:
  - id: one
    scenes: [{action: a door opens}, {action: a door closes}]
  - scenes: [{action: a window opens}, {action: a window closes}]
"""
    assert [mode for _, mode in modes(tmp_path, text)] == ["open", "extend", "open", "extend"]
    assert [sequence.id for sequence in film(tmp_path, text).sequences] == ["one", "sequence02"]


def test_ids_go_by_position_and_pass_over_what_is_taken(folder: Path) -> None:
    text = """scenes:
  - action: one
  - {id: s03, action: two}
  - action: three
  - {card: A}
  - action: four
  - {id: card02, action: five}
  - {card: B}
  - {image: first.png}
"""
    assert [scene.id for scene in scenes(folder, text)] == [
        "s01", "s03", "s04", "card01", "s05", "card02", "card03", "still01",
    ]  # fmt: skip


def test_naming_a_scene_leaves_the_others_ids_alone(tmp_path: Path) -> None:
    before = [s.id for s in scenes(tmp_path, "scenes: [{action: a}, {action: b}, {action: c}]\n")]
    after = [s.id for s in scenes(tmp_path, "scenes: [{action: a}, {id: x, action: b}, {action: c}]\n")]
    assert (before, after) == (["s01", "s02", "s03"], ["s01", "x", "s03"])


def test_lengths(folder: Path) -> None:
    text = """defaults: {duration: 6}
scenes:
  - action: the default is for this one
  - action: an extension keeps its own
  - {action: unless it says so itself, duration: 7.25}
  - card: One
  - {image: first.png, duration: 2.50}
  - {first_frame: first.png, action: animated}
"""
    found = [(s.duration_s, s.duration_is_written) for s in scenes(folder, text)]
    assert found == [
        (Decimal(6), True),
        (Decimal(7), False),
        (Decimal("7.25"), True),
        (Decimal(4), False),
        (Decimal("2.5"), True),
        (Decimal(6), True),
    ]


def test_what_is_nearest_wins(tmp_path: Path) -> None:
    board = film(
        tmp_path,
        """look: film look
locations:
  quay: {is: a quay, ambient: gulls}
  hall: {is: a hall, ambient: steps}
  yard: {is: a yard}
defaults: {location: quay, camera: {lens: 50mm, move: static}, avoid: [text]}
sequences:
  - look: sequence look
    location: hall
    transition: {type: dissolve, duration: 0.5}
    scenes:
      - {id: zero, action: nothing, skip: true}
      - {id: a, action: one, transition: fade_in}
      - {id: b, action: two}
  - transition: wipe
    location: hall
    scenes:
      - {id: c, action: three, look: scene look, camera: handheld}
      - {id: d, mode: open, action: four, location: yard, ambient: rain, avoid: [cars]}
  - scenes:
      - {id: e, action: five}
""",
    )
    a, b, c, d, e = board.scenes()
    assert [s.look.text for s in (a, b, c, d, e) if s.look] == [
        "sequence look", "sequence look", "scene look", "film look", "film look",
    ]  # fmt: skip
    assert [s.location for s in (a, b, c, d, e)] == ["hall", "hall", "hall", "yard", "quay"]
    assert [s.ambient for s in (a, b, c, d, e)] == ["steps", "steps", "steps", "rain", "gulls"]
    assert [s.transition.type for s in (a, b, c, d, e)] == ["fade_in", "cut", "wipe", "cut", "cut"]
    assert c.transition == Transition("wipe", Decimal(1))
    assert c.camera == Camera(text="handheld")
    assert b.camera == Camera(move="static", lens="50mm")
    assert (b.avoid, d.avoid) == (("text",), ("cars",))


def test_places_of_inherited_values(tmp_path: Path) -> None:
    board = film(
        tmp_path,
        """look: film look
locations: {hall: {is: a hall, ambient: steps}}
defaults:
  avoid: [text]
sequences:
  - location: hall
    scenes:
      - id: a
        action: one
""",
    )
    (scene,) = board.scenes()
    lines = {key: board.where(scene, key).line for key in ("look", "ambient", "avoid", "location", "action")}
    assert lines == {"look": 3, "ambient": 4, "avoid": 6, "location": 8, "action": 11}
    assert board.where(scene).line == 10
    assert board.where(scene, "camera").line == 10


def test_a_default_transition_goes_only_where_one_can_be(tmp_path: Path) -> None:
    text = """defaults: {transition: {type: fade, duration: 0.5}}
scenes:
  - {action: x, skip: true}
  - {card: One}
  - {action: a door opens}
  - {action: a door closes}
  - {card: Two}
"""
    assert [s.transition.type for s in scenes(tmp_path, text)] == ["cut", "fade", "cut", "fade"]


def test_references_are_for_openings(folder: Path) -> None:
    text = """cast: {al: {is: a man, refs: [first.png, {path: last.png, role: character}]}}
locations: {hall: {is: a hall, refs: [first.png]}}
defaults: {cast: [al], location: hall}
scenes:
  - {action: one}
  - {action: two}
  - {mode: open, action: three, refs: [{path: last.png, role: style}]}
  - {first_frame: first.png, action: four}
"""
    one, two, three, four = scenes(folder, text)
    first, last = folder / "first.png", folder / "last.png"
    assert one.refs == (Reference(first), Reference(last, "character"))
    assert (two.refs, four.refs) == ((), ())
    assert three.refs == (Reference(last, "style"),)


def test_default_references_leave_extensions_alone(folder: Path) -> None:
    text = "defaults: {refs: [first.png]}\nscenes: [{action: one}, {action: two}]\n"
    assert [len(scene.refs) for scene in scenes(folder, text)] == [1, 0]
