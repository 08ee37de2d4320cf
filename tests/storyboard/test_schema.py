"""What does not fit the schema is said once, at its place, in our words, with a fix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from veo_story.errors import ConfigError
from veo_story.storyboard import schema_files
from veo_story.storyboard.known_keys import RESERVED, did_you_mean, home_of, meant_key
from veo_story.storyboard.schema import check_schema
from veo_story.storyboard.schema_files import Kind, load_schema, schema_path
from veo_story.storyboard.shape_messages import _EXPLAIN
from veo_story.storyboard.shape_values import about_type, flow
from veo_story.storyboard.source import Source, parse_source

HEAD = "storyboard: 1\ntitle: T\n"
SCENES = "scenes: [{action: A ferry}]\n"


def source_of(text: str) -> Source:
    source = parse_source(text, Path("f.yaml"), "f.yaml").source
    assert source is not None
    return source


def found(text: str, kind: Kind = "storyboard") -> list[str]:
    problems = check_schema(source_of(text), kind)
    return [f"{p.where.line}:{p.where.column} {p.code} {p.message} | {p.hint}" for p in problems]


def scene(line: str) -> list[str]:
    return found(f"{HEAD}scenes:\n- {line}\n")


def told() -> list[tuple[str, str]]:
    """The pairs of ``messages.txt``."""
    text = Path(__file__).with_name("messages.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line, f"4:{expected.strip()}") for line, expected in zip(lines[::2], lines[1::2], strict=True)]


@pytest.mark.parametrize(("line", "expected"), told(), ids=[line for line, _ in told()])
def test_a_mistake_is_one_problem_in_our_words(line: str, expected: str) -> None:
    assert scene(line) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "dialogue: [{mira: Hello}, {mira: 42}, {who: mira, line: Hello, manner: soft, at: 2.5, x-old: 1}]",
        "transition: cut",
        "transition: {type: dissolve, duration: 0.75}",
        "look: dusk",
        "look: {style: dusk, palette: [red], x-why: mood}",
        "camera: slow push-in",
        "refs: [a.png, {path: b.png, role: style}]",
        "effects: [BlackAndWhite, {name: FadeIn, duration: 1, anything: [1, 2]}]",
        "card: 1984",
        "tags: [night, 7]",
        "x-anything: [1, {2: 3}]".replace("2:", "two:"),
        "shots: [{at: 0-3, action: A}, {at: 3.5-6.25, action: B, camera: {move: static}}]",
    ],
)
def test_both_ways_of_writing_are_fine(line: str) -> None:
    assert scene(line) == []


def test_a_missing_key_that_was_misspelt_is_told_once() -> None:
    assert found("storyboard: 1\ntitel: T\nscens: []\n") == [
        "2:1 VS010 the key 'titel' is not known here | did you mean 'title'?",
        "3:1 VS010 the key 'scens' is not known here | did you mean 'scenes'?",
    ]


def test_scenes_or_sequences() -> None:
    both = f"{HEAD}sequences: [{{{SCENES.strip()}}}]\n{SCENES}"
    assert [line.split(" |")[0] for line in found(both)] == [
        "4:1 VS014 both 'scenes' and 'sequences' are there; a film has one of the two"
    ]
    assert [line.split(" |")[0] for line in found(HEAD)] == [
        "1:1 VS014 the storyboard has neither 'scenes' nor 'sequences'"
    ]


def test_the_version_says_what_the_file_is() -> None:
    bible = "storyboard_bible: 1\ncast: {mira: {is: a woman}}\n"
    assert found(bible, "bible") == []
    assert found(bible)[0].startswith("1:1 VS019 this is a bible, not a storyboard")
    assert found(HEAD + SCENES, "bible")[0].startswith("1:1 VS019 this is a storyboard, not a bible")
    assert found("storyboard: 3\ntitle: T\n" + SCENES) == [
        "1:13 VS019 storyboard: 3 is not a version of the format | write 'storyboard: 1'"
    ]
    assert found("storyboard:\ntitle: T\n" + SCENES) == [
        "1:1 VS019 storyboard: has no value | write 'storyboard: 1'"
    ]
    assert found("cast: {}\n", "bible") == [
        "1:1 VS013 the bible has no 'storyboard_bible' | add 'storyboard_bible: 1'"
    ]


def test_what_is_already_told_is_not_told_again() -> None:
    text = f"{HEAD}x-cam: &cam {{wide: 1}}\nscenes: [{{camera: *cam}}, {{camera: *cam}}]\n"
    assert [line.split(" |")[0] for line in found(text)] == ["3:14 VS010 the key 'wide' is not known here"]
    assert found(f"{HEAD}scenes: [{{action: *gone, duration: .inf, tier: !!int x}}]\n") == []


def test_many_mistakes_are_cut_at_a_thousand() -> None:
    text = f"{HEAD}scenes:\n" + "- {action: 1, duration: x}\n" * 2000
    assert len(check_schema(source_of(text))) == 1000


def test_what_an_alias_repeats_does_not_crowd_out_the_rest() -> None:
    text = f"{HEAD}x-cam: &cam {{wide: 1}}\nscenes:\n" + "- camera: *cam\n" * 2000 + "wibble: 1\n"
    assert [line.split(":")[0] for line in found(text)] == ["3", "2005"]


def test_a_film_has_a_bound() -> None:
    assert found(f"{HEAD}scenes:\n" + "- {}\n" * 5001) == [
        "4:1 VS018 scenes: 5001 entries, but at most 5000 are taken | remove some"
    ]


def test_long_examples_are_left_out() -> None:
    long, short = {"examples": ["word " * 30]}, {"examples": ["word " * 30, "word"]}
    assert about_type(None, "string", long, "", ("a",))[2] == "write text, or remove the key"
    assert about_type(None, "string", short, "", ("a",))[2] == "write text, such as word, or remove the key"


def test_problems_come_in_file_order() -> None:
    problems = check_schema(source_of(f"{HEAD}scenes: [{{b: 1, a: 2}}]\nrender: {{tier: x}}\nzoom: 1\n"))
    places = [(p.where.line, p.where.column) for p in problems]
    assert places == sorted(places)
    assert len(places) == 4


def test_a_missing_schema_is_a_broken_installation(tmp_path: Path) -> None:
    assert schema_path("bible").name == "storyboard-bible.v1.schema.json"
    with pytest.raises(ConfigError, match="is missing from this installation"):
        schema_path("storyboard", package=tmp_path)
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "storyboard.v1.schema.json").write_text("{}")
    assert schema_path("storyboard", package=tmp_path).parent == tmp_path / "schemas"


def test_every_keyword_of_the_schemas_has_words() -> None:
    silent = {
        "if",
        "then",
        "else",
        "properties",
        "patternProperties",
        "items",
        "$ref",
        "definitions",
        "propertyNames",
    }
    notes = {"$schema", "$id", "title", "description", "default", "examples", "patternErrorMessage"}
    used: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            used.update(node)
            for key, value in node.items():
                for child in (
                    value.values() if key in ("properties", "patternProperties", "definitions") else [value]
                ):
                    if key not in ("examples", "default", "enum", "required"):
                        walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    for kind in schema_files.KINDS:
        walk(load_schema(kind))
    assert used - silent - notes == set(_EXPLAIN)


def test_reserved_keys_are_no_keys_of_this_version() -> None:
    schema = load_schema()
    known = {*schema["properties"], *schema["definitions"]["scene"]["properties"]}
    assert not RESERVED & known
    assert found(f"{HEAD}{SCENES}chapters: []\n")[0].startswith("4:1 VS017")


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("titel", ["title", "id"], "title"),
        ("First Frame", ["first_frame"], "first_frame"),
        ("characters", ["cast", "scenes"], "cast"),
        ("characters", ["scenes"], None),
        ("tier", ["title"], None),
        ("qqq", ["title"], None),
    ],
)
def test_the_meant_key(word: str, known: list[str], meant: str | None) -> None:
    assert meant_key(word, known) == meant


def test_where_keys_belong() -> None:
    assert home_of("tier", ["x"]) == "'render:'"
    assert home_of("wears", ["x"]) == "an entry of 'cast:'"
    assert home_of("budget", ["x"]) == "the top of the file"
    assert home_of("wibble", ["x"]) is None
    assert did_you_mean("x" * 100_000, ["title"]) is None
    assert scene("variants: []")[0].endswith("| 'variants' belongs at the top of the file")


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "16:9",
        "0-3",
        "a, b",
        "{x}",
        "$mira walks",
        "-1",
        "",
        "#1",
        {"a": [1, 2.5, True, None]},
        ["x: y"],
    ],
)
def test_examples_are_written_so_that_they_mean_what_they_say(value: Any) -> None:
    assert source_of(f"key: {flow(value)}\n").data["key"] == value
    assert source_of(f"key: [{flow(value)}]\n").data["key"] == [value]
