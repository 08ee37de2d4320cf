"""Building takes whatever stands in a file, and needs no disk."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.storyboard.films import load, write
from veo_story.storyboard.build import build
from veo_story.storyboard.rules import run_rules
from veo_story.storyboard.source import parse_source

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
