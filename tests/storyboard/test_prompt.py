from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.storyboard.films import EXAMPLES, film
from veo_story.storyboard.load import load_storyboard
from veo_story.storyboard.model import Camera, DialogueLine, Handoff, Mode, Scene, Shot
from veo_story.storyboard.prompt import compile_prompt

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.storyboard.model import Storyboard

MIRA = (
    "Mira is a woman in her early sixties, silver hair in a short braid, weathered freckled face, "
    "wearing navy wool pea coat with tarnished brass buttons."
)
TOMAS = (
    "Tomas is a man of about thirty, cropped black hair, broken nose, "
    "wearing oil-stained canvas work jacket, red neckerchief."
)
PLACE = (
    "The setting is the cramped glass lamp room of a stone lighthouse, brass clockwork, "
    "salt-streaked panes, dusk in a rising storm."
)
LOOK = (
    "Naturalistic period drama, 1970s 35mm colour film, fine grain, one warm paraffin lamp, "
    "cold blue dusk through the windows, palette of amber, slate blue and tarnished brass."
)
AMBIENT = "Ambient noise: wind against glass, slow clockwork ticking."
HOLD = "In the last second, everything holds still."
SAME = "The same continuous shot."

GOLDEN = {
    "s01": [
        "Close-up, eye-level, slow push-in, 50mm lens.",
        MIRA,
        "Mira winds the brass clockwork, counting under her breath.",
        PLACE,
        LOOK,
        "SFX: ratchet clicking.",
        AMBIENT,
        HOLD,
    ],
    "s02": [
        SAME,
        "Medium two-shot, static camera.",
        MIRA,
        TOMAS,
        "Tomas climbs through the floor hatch and shakes rain from his jacket.",
        PLACE,
        LOOK,
        "Mira (low, unhurried Irish alto) says: You are late. The sea is not.",
        AMBIENT,
        HOLD,
    ],
    "s03": [
        SAME,
        "Medium shot, pan right.",
        TOMAS,
        "Tomas looks at the dark horizon and finds nothing there.",
        PLACE,
        LOOK,
        "Tomas (quiet, slightly hoarse tenor; almost whispering) says: I hear only wind.",
        AMBIENT,
        "In the last second, Tomas keeps still, facing the glass.",
        "Tomas can still be heard in the last second.",
    ],
    "s08": [
        SAME,
        "Wide shot, crane up.",
        "The two figures stand side by side, small against the turning light.",
        PLACE,
        LOOK,
        "Ambient noise: wind only.",
        HOLD,
    ],
}


@pytest.fixture(scope="module")
def keeper() -> Storyboard:
    board = load_storyboard(EXAMPLES / "keeper.yaml").storyboard
    assert board is not None
    return board


def scene_of(board: Storyboard, scene_id: str) -> Scene:
    return next(scene for scene in board.scenes() if scene.id == scene_id)


@pytest.mark.parametrize("scene_id", GOLDEN)
def test_the_keepers_prompts(keeper: Storyboard, scene_id: str) -> None:
    scene = scene_of(keeper, scene_id)
    assert compile_prompt(keeper, scene, scene.mode, extended=True) == " ".join(GOLDEN[scene_id])


def test_the_last_scene_hands_nothing_over(keeper: Storyboard) -> None:
    scene = scene_of(keeper, "s09")
    said = [SAME, "The beam sweeps out over a black sea.", PLACE, LOOK, AMBIENT]
    assert compile_prompt(keeper, scene, scene.mode, extended=False) == " ".join(said)


@pytest.mark.parametrize("mode", [Mode.ANIMATE, Mode.INTERPOLATE])
def test_a_given_picture_is_not_described_again(keeper: Storyboard, mode: Mode) -> None:
    said = [
        "Medium two-shot, static camera.",
        "Tomas climbs through the floor hatch and shakes rain from his jacket.",
        "Maintain the style of the image.",
        "Mira (low, unhurried Irish alto) says: You are late. The sea is not.",
        AMBIENT,
    ]
    assert compile_prompt(keeper, scene_of(keeper, "s02"), mode, extended=False) == " ".join(said)


@pytest.mark.parametrize("mode", [Mode.SLATE, Mode.STILL, Mode.IMPORT])
def test_local_scenes_have_no_prompt(keeper: Storyboard, mode: Mode) -> None:
    scene = replace(scene_of(keeper, "s02"), extra="and more")
    assert compile_prompt(keeper, scene, mode, extended=True) == ""


def test_shots_stand_on_lines_of_their_own() -> None:
    board = load_storyboard(EXAMPLES / "sel-marin.yaml").storyboard
    assert board is not None
    scene = scene_of(board, "h1")
    assert compile_prompt(board, scene, scene.mode, extended=False).splitlines() == [
        "Yann is a man in his fifties, sun-creased face, grey stubble, "
        "wearing faded blue linen shirt, straw hat.",
        "[00:00-00:03] Wide shot, crane down. Yann crosses the pans, late summer light.",
        "[00:03-00:06] Medium shot, tracking left. He draws the rake in one long pull.",
        "[00:06-00:08] Extreme close-up, 100mm macro lens, shallow focus. Crystals lift and glitter. "
        "SFX: rake hiss.",
        "The setting is geometric clay salt pans reflecting the sky, late afternoon. "
        "Warm tactile commercial photography, low side sun. Ambient noise: light wind.",
    ]


def test_a_prompt_of_the_authors_is_sent_as_it_stands(tmp_path: Path) -> None:
    board = film(
        tmp_path,
        "look: drama\nscenes:\n  - {id: a, prompt: ' a kite,  over a beach ', extra: no strings}\n"
        "  - {id: b, action: the kite dips, extra: 'Keep: this'}\n",
    )
    first, second = board.scenes()
    assert compile_prompt(board, first, first.mode, extended=True) == "a kite,  over a beach no strings"
    assert compile_prompt(board, second, second.mode, extended=False) == (
        "The same continuous shot. The kite dips. Drama. Keep: this"
    )


def test_speech_with_quotes_and_times(tmp_path: Path) -> None:
    board = film(
        tmp_path,
        """render: {dialogue_style: quotes}
cast: {ada: {is: a girl, says: the girl}, ben: {is: a man, voice: hoarse}}
scenes:
  - cast: [ada, ben]
    action: $ada waits
    dialogue:
      - ada: (whispers) is it "yours"
      - {who: ben, line: The bench?, manner: smiling, at: 2.50}
      - Radio: Rain.
""",
    )
    (scene,) = board.scenes()
    text = compile_prompt(board, scene, scene.mode, extended=False)
    assert text.endswith(
        "The girl (whispers) says, \"Is it 'yours'.\" "
        'At 2.5 seconds, Ben (hoarse; smiling) says, "The bench?" Radio says, "Rain."'
    )


def test_sounds_are_sentences_of_their_own(keeper: Storyboard) -> None:
    scene = Scene(
        "a", ("scenes", 0), Mode.OPEN, Decimal(8), action="x", sfx=("a bell", "rain."), music="a cello"
    )
    text = compile_prompt(keeper, scene, Mode.OPEN, extended=False)
    assert text == "X. SFX: a bell. SFX: rain. Music: a cello."


def test_a_voice_that_carries_over(keeper: Storyboard) -> None:
    shot = Shot(Decimal(4), Decimal(8), "he nods", Camera(text="close"), (DialogueLine("tomas", "Yes"),))
    scene = Scene("a", ("scenes", 0), Mode.OPEN, Decimal(8), shots=(shot,), handoff=Handoff("through"))
    text = compile_prompt(keeper, scene, Mode.OPEN, extended=True)
    assert text == (
        "[00:04-00:08] Close. He nods. Tomas (quiet, slightly hoarse tenor) says: Yes.\n"
        "Tomas can still be heard in the last second."
    )
    silent = replace(scene, shots=(), action="he nods")
    assert compile_prompt(keeper, silent, Mode.OPEN, extended=True) == (
        "He nods. The voice can still be heard in the last second."
    )
    assert compile_prompt(keeper, silent, Mode.OPEN, extended=False) == "He nods."


TEXTS = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=40)


@given(
    action=TEXTS,
    sfx=st.lists(TEXTS, max_size=2),
    ambient=st.none() | TEXTS,
    camera=TEXTS,
    mode=st.sampled_from([Mode.OPEN, Mode.EXTEND, Mode.ANIMATE, Mode.INTERPOLATE]),
    extended=st.booleans(),
    cast=st.lists(st.sampled_from(["mira", "tomas", "nobody"]), unique=True),
)
def test_a_prompt_has_its_order_and_no_gaps(
    keeper: Storyboard, action: str, sfx: list[str], ambient: str | None, camera: str, mode: Mode,
    extended: bool, cast: list[str],
) -> None:  # fmt: skip
    scene = Scene(
        "a", ("scenes", 0), mode, Decimal(8), cast=tuple(cast), location="lamp_room", action=action,
        sfx=tuple(sfx), ambient=ambient, camera=Camera(text=camera),
    )  # fmt: skip
    text = compile_prompt(keeper, scene, mode, extended=extended)
    assert text == compile_prompt(keeper, scene, mode, extended=extended)
    assert text == text.strip()
    assert not re.search(r" {2}|\n", text)
    assert text.startswith(SAME) == (mode is Mode.EXTEND)
    described = mode in (Mode.OPEN, Mode.EXTEND)
    assert (PLACE in text) == described
    assert (MIRA in text) == (described and "mira" in cast)
    assert ("Maintain the style of the image." in text) != described
    assert text.endswith(HOLD) == extended
