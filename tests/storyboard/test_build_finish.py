"""What an author wants of the finished film arrives as types; odd values count as absent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.storyboard.films import EXAMPLES, film, load, scenes, write
from veo_story.storyboard.build_finish import build_finish, build_mix, moment_of
from veo_story.storyboard.finish import (
    Finish,
    Moment,
    Music,
    Narration,
    NarrationLine,
    Output,
    Overlay,
    SceneMix,
    Sound,
    Subtitles,
    Variant,
)
from veo_story.storyboard.manuscript import Manuscript
from veo_story.storyboard.source import Source, read_source
from veo_story.storyboard.variables import Words

if TYPE_CHECKING:
    from veo_story.storyboard.load import Loaded


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "song.wav").write_bytes(b"sound")
    (tmp_path / "logo.png").write_bytes((EXAMPLES / "stills" / "bay-day.png").read_bytes())
    return tmp_path


def test_a_film_that_says_nothing_wants_nothing(folder: Path) -> None:
    board = film(folder, "scenes: [{action: a door opens}]\n")
    assert board.finish == Finish()
    (scene,) = board.scenes()
    assert (scene.overlays, scene.mix) == ((), SceneMix())
    assert scene.gap_s == scene.hold_s == 0


def test_every_key_of_the_finish(folder: Path) -> None:
    board = film(
        folder,
        """vars: {what: lamp}
scenes: [{id: a, card: A}, {id: b, card: B}]
poster: b+1.5
sound:
  music: {file: song.wav, gain_db: -20.5, duck_db: 8, fade: 2}
  native_gain_db: -3
  loudness_lufs: -14
narration:
  voice: the ${what}
  gain_db: 2
  lines:
    - {id: first, at: a+1, text: "The ${what}"}
    - {at: b, file: song.wav}
subtitles: {from: both, deliver: burn, formats: [vtt, srt]}
variants:
  - {id: wide}
  - {id: tall, aspect: 9:16, method: regenerate, focus: follow, enabled: false}
outputs:
  - {name: "{film}.mp4", max_mb: 12.5}
  - {name: shots.csv, kind: csv}
""",
    )
    song = folder / "song.wav"
    assert board.finish == Finish(
        sound=Sound(
            Music(song, Decimal("-20.5"), Decimal(8), Decimal(2)),
            native_gain_db=Decimal(-3),
            loudness_lufs=Decimal(-14),
        ),
        narration=Narration(
            (
                NarrationLine("first", "a", Decimal(1), "The lamp", None, ("narration", "lines", 0)),
                NarrationLine("n2", "b", Decimal(0), None, song, ("narration", "lines", 1)),
            ),
            voice="the lamp",
            gain_db=Decimal(2),
        ),
        subtitles=Subtitles("both", "burn", ("vtt", "srt")),
        variants=(
            Variant("wide", path=("variants", 0)),
            Variant("tall", "9:16", "regenerate", "follow", enabled=False, path=("variants", 1)),
        ),
        outputs=(
            Output("{film}.mp4", "mp4", Decimal("12.5"), ("outputs", 0)),
            Output("shots.csv", "csv", path=("outputs", 1)),
        ),
        poster=Moment("b", Decimal("1.5")),
    )


def test_what_is_left_out_has_its_usual_value(folder: Path) -> None:
    finish = film(
        folder,
        "scenes: [{id: a, card: A}]\nsound: {music: {file: song.wav}}\nsubtitles: {from: dialogue}\n",
    ).finish
    assert finish.sound == Sound(Music(folder / "song.wav"))
    assert finish.sound.loudness_lufs == -16
    assert finish.subtitles == Subtitles("dialogue", "sidecar", ("srt",))


@pytest.mark.parametrize(
    ("deliver", "burnt", "beside"),
    [("sidecar", False, True), ("burn", True, False), ("both", True, True)],
)
def test_how_subtitles_are_delivered(folder: Path, deliver: str, burnt: bool, beside: bool) -> None:
    found = film(folder, f"scenes: [{{card: A}}]\nsubtitles: {{deliver: {deliver}}}\n").finish.subtitles
    assert found is not None
    assert (found.burnt, found.beside) == (burnt, beside)


def test_the_finishing_keys_of_a_scene(folder: Path) -> None:
    one, several = scenes(
        folder,
        """vars: {place: Ardmore}
scenes:
  - id: a
    card: A
    hold: 0.5
    trim: {out: 1}
    mix: {gain_db: -3.5, tail: 0.75}
    overlay: {text: "${place}", at: top}
  - id: b
    card: B
    gap: 1.25
    trim: {in: 1}
    mix: {lead: 0.5}
    overlay:
      - {text: One, subtitle: and its place, start: 0.5, duration: 2, fade: 0}
      - {image: logo.png, at: top-right, height: 0.2}
""",
    )
    assert (one.hold_s, one.mix) == (Decimal("0.5"), SceneMix(Decimal("-3.5"), Decimal(0), Decimal("0.75")))
    assert one.overlays == (Overlay("Ardmore", at="top"),)
    assert (several.gap_s, several.mix.lead_s) == (Decimal("1.25"), Decimal("0.5"))
    assert several.overlays == (
        Overlay("One", "and its place", start_s=Decimal("0.5"), duration_s=Decimal(2), fade_s=Decimal(0)),
        Overlay(image=folder / "logo.png", at="top-right", height=Decimal("0.2")),
    )


def missing(loaded: Loaded) -> list[tuple[str, int]]:
    return [(p.code, p.where.line) for p in loaded.problems]


def test_files_of_the_finish_must_be_there(folder: Path) -> None:
    text = """scenes:
  - {id: a, card: A, overlay: [{image: logo.png}, {image: none.png}]}
sound: {music: {file: none.wav}}
narration: {lines: [{at: a, file: none.wav}]}
"""
    assert missing(load(folder, text)) == [("VS060", 4), ("VS060", 5), ("VS060", 6)]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("s03", Moment("s03", Decimal(0))),
        ("s-3+1.25", Moment("s-3", Decimal("1.25"))),
        ("s03+", None),
        ("S03", None),
        (3, None),
        (None, None),
    ],
)
def test_a_moment_of_the_film(written: object, moment: Moment | None) -> None:
    assert moment_of(written) == moment


def test_odd_values_count_as_absent(folder: Path) -> None:
    text = """scenes: [{card: A}]
subtitles: {deliver: [burn], formats: srt}
variants: [{id: q, method: crop, aspect: 3, enabled: 1}, {aspect: 1:1}]
outputs: [{kind: mp4}, {name: x.mp4, max_mb: big}]
narration: {lines: [{at: nowhere+x, text: Hm}, {at: s01}]}
"""
    path = write(folder, text)
    finish = build_finish(Manuscript(source_of(path), Words({}, {})))
    assert finish.subtitles == Subtitles()
    assert finish.variants == (Variant("q", path=("variants", 0)),)
    assert finish.outputs == (Output("x.mp4", path=("outputs", 1)),)
    assert finish.narration == Narration(())
    (folder / "film.yaml").write_text(text.replace("{deliver", "{from: all, deliver"), "utf-8")
    assert build_finish(Manuscript(source_of(path), Words({}, {}))).subtitles is None


def source_of(path: Path) -> Source:
    source = read_source(path).source
    assert source is not None
    return source


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-5, 5) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["gain_db", "lead", "tail", "x"]), inner)
    ),
    max_leaves=8,
)


@given(anything)
def test_a_mix_is_built_of_whatever_stands_there(value: Any) -> None:
    mix = build_mix(value)
    given_lead = value.get("lead") if isinstance(value, dict) else None
    number = isinstance(given_lead, (int, float)) and not isinstance(given_lead, bool)
    assert float(mix.lead_s) == (given_lead if number else 0)
