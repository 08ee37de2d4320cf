"""What the rules must not complain of; what they do complain of stands in tests/cases/invalid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.storyboard.films import EXAMPLES, codes, load

if TYPE_CHECKING:
    from pathlib import Path

CAST = "cast: {al: {is: a man, voice: dry}, bo: {is: a dog, voice: deep}}\n"


def scene(body: str) -> str:
    return f"{CAST}scenes:\n  - {{cast: [al, bo], action: $al calls $bo, {body}}}\n"


@pytest.mark.parametrize(
    "avoid",
    [
        "text",
        "on-screen text",
        "nostalgia filters",
        "notes",
        "modern clothing",
        "neverland",
        "electric light",
    ],
)
def test_bare_nouns_may_be_avoided(tmp_path: Path, avoid: str) -> None:
    assert codes(load(tmp_path, scene(f"avoid: [{avoid}]"))) == []


@pytest.mark.parametrize(
    "action",
    [
        "Noor draws an arrow on a whiteboard and steps back, satisfied",
        "She opens the letter, then smiles",
        "He reads a text from his son. He looks up. The sea is calm.",
        "The letters on the table are wet",
        "The sign reads: closed",
        "A screen door slams; the title fight is over",
        "A word of thanks, and the crowd appears",
    ],
)
def test_ordinary_actions(tmp_path: Path, action: str) -> None:
    assert codes(load(tmp_path, f"scenes: [{{action: {action!r}}}]\n")) == []


@pytest.mark.parametrize(
    "action",
    [
        "The title fades in over the sea",
        "The words THE END appear on the wall" + " and appears again",
        "A subtitle explains the scene",
        "White text in the middle of the screen, on screen for two seconds",
    ],
)
def test_writing_is_better_laid_over(tmp_path: Path, action: str) -> None:
    assert codes(load(tmp_path, f"scenes: [{{action: {action!r}}}]\n")) == ["VS207"]


@pytest.mark.parametrize(
    ("dialogue", "found"),
    [
        ("[{al: one two three four five six seven eight nine ten}, {bo: one two three four five six}]", []),
        ("[{al: one two three four five six seven eight nine ten}, {bo: one two three four five six seven "
         "eight nine ten eleven}]", ["VS201"]),
        ("[{who: al, line: one two three, at: 0}, {who: bo, line: one two three, at: 7}]", ["VS201"]),
        ("[{who: al, line: one two three, at: 0}, {who: bo, line: one two, at: 7}]", []),
        ("[{who: al, line: one two three four five six, at: 0}, {who: bo, line: one two, at: 2}]", ["VS201"]),
    ],
)  # fmt: skip
def test_speech_has_its_time(tmp_path: Path, dialogue: str, found: list[str]) -> None:
    assert codes(load(tmp_path, scene(f"dialogue: {dialogue}"))) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("dialogue: [{al: Well.}], handoff: {voice: through}", []),
        ("dialogue: [{who: al, line: Well., at: 7}], handoff: {voice: through}", []),
        ("dialogue: [{who: al, line: Well., at: 2}], handoff: {voice: none}", []),
        ("dialogue: [{who: al, line: Well., at: 2}], handoff: {voice: through}", ["VS206"]),
        ("handoff: {voice: through}", ["VS206"]),
    ],
)
def test_voices_that_carry_over(tmp_path: Path, body: str, found: list[str]) -> None:
    assert codes(load(tmp_path, scene(body))) == found


def test_a_voice_in_the_last_shot_carries_over(tmp_path: Path) -> None:
    text = f"""{CAST}scenes:
  - cast: [al, bo]
    handoff: {{voice: through}}
    shots:
      - {{at: 0-4, action: $al waits}}
      - {{at: 4-8, action: $bo comes, dialogue: [{{bo: Well.}}]}}
"""
    assert codes(load(tmp_path, text)) == []


def test_somebody_not_in_the_cast_may_be_heard(tmp_path: Path) -> None:
    assert codes(load(tmp_path, scene("dialogue: [{Radio voice: Rain.}, {who: The crowd, line: Ah!}]"))) == []
    assert codes(load(tmp_path, "scenes: [{action: x, dialogue: [{man: Well.}]}]\n")) == []


@pytest.mark.parametrize(
    ("scenes", "found"),
    [
        ("[{action: x, transition: fade_in}, {action: y}]", []),
        ("[{action: x}, {action: y, transition: {type: fade_out, duration: 1.5}}]", []),
        ("[{action: x}, {action: y, transition: fade_in}]", ["VS040"]),
        ("[{action: x}, {mode: open, action: y, transition: {type: wipe, duration: 8}}]", []),
        ("[{action: x}, {mode: open, action: y, transition: {type: wipe, duration: 8.5}}]", ["VS040"]),
        ("[{card: x, duration: 1}, {action: y, transition: {type: wipe, duration: 2}}]", ["VS040"]),
        ("[{card: x, duration: 1}, {action: y, transition: {type: fade_in, duration: 2}}]", []),
        ("[{action: x, skip: true}, {action: y, transition: fade}]", ["VS040"]),
    ],
)
def test_transitions_that_can_be(tmp_path: Path, scenes: str, found: list[str]) -> None:
    assert codes(load(tmp_path, f"scenes: {scenes}\n")) == found


def test_a_look_within_a_chain_may_be_said_again(tmp_path: Path) -> None:
    text = """look: warm film
locations: {hall: {is: a hall}}
defaults: {location: hall}
scenes:
  - {action: x}
  - {action: y, look: warm film, location: hall}
  - {mode: open, action: z, look: cold video}
"""
    assert codes(load(tmp_path, text)) == []


def test_the_end_of_a_chain_may_be_trimmed(tmp_path: Path) -> None:
    scenes = "{action: x}, {action: y, trim: {out: 1}}, {mode: open, action: z, trim: {in: 1}}"
    assert codes(load(tmp_path, f"scenes: [{scenes}]\n")) == []


def test_names_used_anywhere_are_used(tmp_path: Path) -> None:
    text = """vars: {a: "${b}", b: c}
cast: {al: {is: a man}, bo: {is: a dog}, cy: {is: a cat, voice: high}}
locations: {hall: {is: a hall}, yard: {is: a yard}}
sequences:
  - location: hall
    scenes:
      - {cast: [al, bo], action: "$bo runs to $yard, ${a}", dialogue: [{Cy: Meow.}]}
      - {cast: [cy], action: x, skip: true}
"""
    assert codes(load(tmp_path, text)) == []


def test_three_inherited_references_are_not_too_many(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.png").write_bytes((EXAMPLES / "refs" / "yann.png").read_bytes())
    text = "cast: {al: {is: a man, refs: [a.png, b.png, c.png]}}\nscenes: [{cast: [al], action: $al waits}]\n"
    assert codes(load(tmp_path, text)) == []


def test_narration_may_begin_with_its_scene(tmp_path: Path) -> None:
    lines = "{id: n, at: a, text: y}, {id: m, at: a+7.9, text: z}"
    text = f"scenes: [{{id: a, action: x}}]\nnarration: {{lines: [{lines}]}}\n"
    assert codes(load(tmp_path, text)) == []


def test_variables_in_variables_have_a_floor(tmp_path: Path) -> None:
    deep = "".join(f"  v{i}: ${{v{i + 1}}}\n" for i in range(30))
    found = load(tmp_path, f"vars:\n{deep}  v30: x\nscenes: [{{action: '${{v0}}'}}]\n").problems
    assert {p.code for p in found} == {"VS027"}
    assert "variables deep" in found[0].message


def test_a_first_frame_in_a_trimmed_part(tmp_path: Path) -> None:
    text = "scenes:\n  - {id: a, action: x, trim: {out: 2}}\n  - {first_frame: a.frame@%s, action: y}\n"
    assert codes(load(tmp_path, text % "5.5")) == []
    assert codes(load(tmp_path, text % "6")) == ["VS205"]


def test_a_still_may_have_what_a_still_has(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes((EXAMPLES / "stills" / "bay-day.png").read_bytes())
    text = """defaults: {camera: wide, avoid: [text], seed: 3, tier: fast, sfx: [rain]}
scenes:
  - {id: a, image: a.png, move: {zoom: 1.1}, overlay: {text: Bay}, effects: [EvenSize], notes: n}
  - {id: b, card: Bay, subtitle: 1912, duration: 2, tags: [x], trim: {in: 0.5}, transition: fade}
"""
    assert codes(load(tmp_path, text)) == []


def test_a_scene_may_be_speech_alone(tmp_path: Path) -> None:
    text = f"{CAST}scenes: [{{cast: [al, bo], dialogue: [{{al: Well.}}, {{bo: Woof.}}]}}]\n"
    assert codes(load(tmp_path, text)) == []


def test_a_variable_without_its_braces_is_offered_with_them(tmp_path: Path) -> None:
    (problem,) = load(
        tmp_path, "vars: {season: winter}\nscenes: [{action: 'In $season, ${season}'}]\n"
    ).problems
    assert (problem.code, problem.hint) == ("VS021", "did you mean '${season}'?")
    assert (problem.where.line, problem.where.column, problem.where.end_column) == (4, 23, 30)
