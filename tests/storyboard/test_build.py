from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.storyboard.films import EXAMPLES, film, load, scenes, write
from veo_story.storyboard.build import build
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
from veo_story.storyboard.rules import run_rules
from veo_story.storyboard.source import parse_source


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
    assert a.overlay == {"text": "hat", "at": "top"}
    assert (a.takes, a.pick, a.seed, a.tier, a.sfx) == (2, 1, 7, "lite", ("a hat falls",))
    assert (b.image, b.move) == (folder / "first.png", StillMove(Decimal("1.08"), "left"))
    assert (c.card, c.subtitle) == ("hat", "Al")


def test_the_whole_films_settings(tmp_path: Path) -> None:
    (tmp_path / "song.wav").write_bytes(b"sound")
    board = film(
        tmp_path,
        """logline: A ${what} in ${when}, ${yes}
vars: {what: lamp, when: 007, yes: on}
render:
  {tier: standard, aspect: 9:16, resolution: 1080p, people: adults, audio: false, seed: 3, concurrency: 1,
   dialogue_style: quotes, chain: {over_limit: error}}
budget: {max_usd: 12.50, per_scene_usd: 0.1, confirm_over_usd: 0, max_takes: 5, basis: assembled}
look: {style: drama, lighting: low, palette: [red, blue], grade: faded}
scenes: [{action: a door opens}]
sound: {music: {file: song.wav}}
narration: {lines: [{id: n, at: s01+1, text: "the ${what}"}]}
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
    assert (render.backend, render.model, render.dialogue_style) == ("local", None, "quotes")
    assert (str(budget.max_usd), str(budget.per_scene_usd), str(budget.confirm_over_usd)) == (
        "12.5",
        "0.1",
        "0",
    )
    assert (budget.max_takes, budget.basis) == (5, "assembled")
    (scene,) = board.scenes()
    assert scene.look == Look(style="drama", lighting="low", palette=("red", "blue"), grade="faded")
    assert board.later == {
        "sound": {"music": {"file": "song.wav"}},
        "narration": {"lines": [{"id": "n", "at": "s01+1", "text": "the lamp"}]},
    }


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
LEAVES = (
    st.none() | st.booleans() | st.integers(-5, 99) | st.floats(-9, 99)
    | st.sampled_from(["", "$mira", "${x", "a.last_frame", "0-3", "x.png", "open", "cut", "says \0"])
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "is", "who", "line", "at", "path", "name", "mira", "refs"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
SCENE_KEYS = [
    *("id", "mode", "duration", "cast", "location", "camera", "look", "action", "dialogue", "sfx", "ambient"),
    *("shots", "avoid", "first_frame", "last_frame", "refs", "image", "move", "clip", "card", "handoff"),
    *("transition", "trim", "effects", "overlay", "takes", "pick", "skip", "tags", "prompt"),
]
SCENES = st.lists(st.dictionaries(st.sampled_from(SCENE_KEYS), VALUES, max_size=6) | VALUES, max_size=4)
SEQUENCE = st.fixed_dictionaries({}, optional={"id": VALUES, "look": VALUES, "scenes": SCENES})
FILM_KEYS = [
    *("vars", "render", "budget", "look", "cast", "locations", "defaults", "sound", "narration", "locales"),
    *("outputs", "variants"),
]
FILMS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(FILM_KEYS, VALUES) | {"scenes": SCENES | VALUES, "sequences": st.lists(SEQUENCE)},
)


@settings(max_examples=150)
@given(data=FILMS)
def test_building_takes_whatever_stands_in_the_file(data: dict[str, object]) -> None:
    result = parse_source("storyboard: 1\ntitle: T\n", Path("film.yaml"), "film.yaml")
    assert result.source is not None
    result.source.data.update(data)
    draft = build(result.source)
    assert all(problem.message for problem in (*draft.problems, *run_rules(draft)))


def test_a_film_on_paper_needs_no_disk(tmp_path: Path) -> None:
    path = write(tmp_path, "scenes: [{first_frame: nowhere.png, action: x}]\n")
    source = parse_source(path.read_text(), Path("/nowhere/film.yaml"), "film.yaml").source
    assert source is not None
    draft = build(source)
    assert next(draft.storyboard.scenes()).first_frame == Path("/nowhere/nowhere.png")
    assert [(asset.path, asset.kind) for asset in draft.assets] == [(Path("/nowhere/nowhere.png"), "frame")]


def test_a_skipped_scene_is_not_held_to_anything(tmp_path: Path) -> None:
    loaded = load(tmp_path, "scenes: [{action: x}, {skip: true, cast: [nobody], transition: wipe}]\n")
    assert loaded.problems == ()
