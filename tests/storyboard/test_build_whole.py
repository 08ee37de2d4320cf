"""Every key of a scene and of a film arrives where it should."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.storyboard.films import EXAMPLES, film, scenes
from veo_story.storyboard.finish import Overlay
from veo_story.storyboard.load import load_storyboard
from veo_story.storyboard.model import (
    Camera,
    DialogueLine,
    FrameOf,
    Handoff,
    Look,
    Mode,
    Reference,
    Shot,
    StillMove,
    Transition,
    Trim,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("first.png", "last.png"):
        (tmp_path / name).write_bytes((EXAMPLES / "stills" / "bay-day.png").read_bytes())
    return tmp_path


def test_every_key_of_a_scene(folder: Path) -> None:
    text = """cast: {al: {is: a man, voice: dry}}
vars: {what: hat}
scenes:
  - {id: z, action: before}
  - id: a
    title: The ${what}
    cast: [al]
    first_frame: z.frame@2.5
    last_frame: last.png
    dialogue:
      - al: (softly) Well.
      - {who: al, line: "(no manner) Now", manner: loudly, at: 1.5}
    sfx: ["a ${what} falls"]
    music: a cello
    shots:
      - {at: 0-2.5, action: $al nods, camera: wide, sfx: [rain], dialogue: [{al: Yes.}]}
    handoff: {voice: none, hold: "the ${what} stays"}
    transition: {type: wipe}
    trim: {in: 0.25, out: 0.5}
    effects: [BlackAndWhite, {name: FadeIn, duration: 1}]
    overlay: {text: "${what}", at: top}
    takes: 2
    pick: 1
    seed: 7
    tier: lite
    extra: no ${what}
    notes: keep
    tags: [x]
  - {id: b, image: first.png, move: {zoom: 1.08, to: left}}
  - {id: c, card: "${what}", subtitle: $al}
"""
    _, a, b, c = scenes(folder, text)
    assert a.mode is Mode.INTERPOLATE
    assert (a.title, a.music, a.extra, a.notes, a.tags) == ("The hat", "a cello", "no hat", "keep", ("x",))
    assert (a.first_frame, a.last_frame) == (FrameOf("z", Decimal("2.5")), folder / "last.png")
    assert a.dialogue == (
        DialogueLine("al", "Well.", "softly"),
        DialogueLine("al", "(no manner) Now", "loudly", Decimal("1.5")),
    )
    assert a.shots == (
        Shot(
            Decimal(0),
            Decimal("2.5"),
            "Al nods",
            Camera(text="wide"),
            (DialogueLine("al", "Yes."),),
            ("rain",),
        ),
    )
    assert a.handoff == Handoff("none", "the hat stays")
    assert a.transition == Transition("wipe", Decimal(1))
    assert a.trim == Trim(Decimal("0.25"), Decimal("0.5"))
    assert a.effects == ({"name": "BlackAndWhite"}, {"name": "FadeIn", "duration": 1})
    assert a.overlays == (Overlay("hat", at="top"),)
    assert (a.takes, a.pick, a.seed, a.tier, a.sfx) == (2, 1, 7, "lite", ("a hat falls",))
    assert (b.image, b.move) == (folder / "first.png", StillMove(Decimal("1.08"), "left"))
    assert (c.card, c.subtitle) == ("hat", "Al")


def test_the_whole_films_settings(tmp_path: Path) -> None:
    board = film(
        tmp_path,
        """logline: A ${what} in ${when}, ${yes}
vars: {what: lamp, when: 007, yes: on}
render:
  {tier: standard, aspect: 9:16, resolution: 1080p, people: adults, audio: false, seed: 3, concurrency: 1,
   dialogue_style: quotes, chain: {over_limit: error}, vertex: {resize: pad, compression: lossless}}
budget: {max_usd: 12.50, per_scene_usd: 0.1, confirm_over_usd: 0, max_takes: 5, basis: assembled}
look: {style: drama, lighting: low, palette: [red, blue], grade: faded}
scenes: [{action: a door opens}]
""",
    )
    assert board.logline == "A lamp in 007, on"
    assert (board.title, board.name) == ("T", "film")
    render, budget = board.render, board.budget
    assert (render.tier, render.aspect, render.resolution, render.people) == (
        "standard",
        "9:16",
        "1080p",
        "adults",
    )
    assert (render.audio, render.seed, render.concurrency, render.over_limit) == (False, 3, 1, "error")
    assert (render.resize, render.compression) == ("pad", "lossless")
    assert (render.backend, render.model, render.dialogue_style) == ("local", None, "quotes")
    assert (str(budget.max_usd), str(budget.per_scene_usd), str(budget.confirm_over_usd)) == (
        "12.5",
        "0.1",
        "0",
    )
    assert (budget.max_takes, budget.basis) == (5, "assembled")
    (scene,) = board.scenes()
    assert scene.look == Look(style="drama", lighting="low", palette=("red", "blue"), grade="faded")
    assert board.later == {}


def test_local_names_win_over_the_bible(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "face.png").write_bytes((EXAMPLES / "refs" / "yann.png").read_bytes())
    (tmp_path / "b" / "family.yaml").write_text(
        "storyboard_bible: 1\nlook: bible look in ${season}\n"
        "cast: {al: {is: a man}, bo: {is: a dog, refs: [face.png]}}\n"
        "locations: {hall: {is: a hall, ambient: steps}}\n"
    )
    text = "bible: b/family.yaml\nvars: {season: winter}\ncast: {al: {is: this al}}\n"
    scene = "scenes: [{cast: [al, bo], location: hall, action: $al calls $bo}]\n"
    board = film(tmp_path, text + scene)
    assert [member.is_ for member in board.cast.values()] == ["this al", "a dog"]
    (opening,) = board.scenes()
    assert opening.look == Look(text="bible look in winter")
    assert opening.refs == (Reference(tmp_path / "b" / "face.png"),)
    # The bible's place cannot be named with the storyboard's line numbers: the scene stands in for it.
    assert board.where(opening, "ambient").line == board.where(opening).line
    own = film(tmp_path, text + "look: own look\n" + scene)
    assert next(own.scenes()).look == Look(text="own look")


def test_the_examples_keep_their_promises() -> None:
    keeper = load_storyboard(EXAMPLES / "keeper.yaml")
    assert keeper.problems == ()
    assert keeper.storyboard is not None
    found = [(s.id, s.mode.value, s.duration_s) for s in keeper.storyboard.scenes()]
    assert found == [
        ("card01", "slate", 4),
        ("s01", "open", 8),
        *((f"s{n:02}", "extend", 7) for n in range(2, 10)),
    ]


# Anything at all in the places where authors write something: building must not fail.
