"""What YAML cannot read is said in our words, at the right place, the same with both parsers."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from veo_story.storyboard.faults import explain_fault
from veo_story.storyboard.source import parse_source

CASES = [
    ("action: The sign reads: closed\n", "VS009", 1, 23, "colon"),
    ("a:\n  - mira: Wait: stop\n", "VS009", 2, 15, "colon"),
    ("a: {b: c: d}\n", "VS009", 1, 9, "colon"),
    ("a: b:", "VS009", 1, 5, "colon"),
    ("a: @b\n", "VS009", 1, 4, "'@'"),
    ("a: {b: @c}\n", "VS009", 1, 8, "'@'"),
    ("a: [b, `c`]\n", "VS009", 1, 8, "'`'"),
    ("a: %b\n", "VS009", 1, 4, "'%'"),
    ("%b: a\n", "VS009", 1, 1, "'%'"),
    ("a: ,b\n", "VS009", 1, 4, "','"),
    ("a: ]b\n", "VS009", 1, 4, "']'"),
    ("a: *b c\nd: e\n", "VS009", 1, 4, "'*'"),
    ("a: * b\n", "VS009", 1, 4, "'*'"),
    ("a: & b\n", "VS009", 1, 4, "'&'"),
    ("a: {b} c\n", "VS009", 1, 4, "'{'"),
    ("a: [b] c\n", "VS009", 1, 4, "'['"),
    ("a: | b\n", "VS009", 1, 4, "'|'"),
    ("a: > b\n", "VS009", 1, 4, "'>'"),
    ("a: - b\n", "VS009", 1, 4, "'- '"),
    ("a: ? b\n", "VS009", 1, 4, "'? '"),
    ('a: "b" c\nd: e\n', "VS009", 1, 8, '"'),
    ("a: 'it's late'\nb: 1\n", "VS009", 1, 8, "'"),
    ('a: {b: "c" d}\n', "VS009", 1, 12, '"'),
    ('a: ["b" c]\n', "VS009", 1, 9, '"'),
    ("a: b #7\n  c\nd: e\n", "VS009", 1, 6, "'#'"),
    ("a: [b #2, c]\nd: e\n", "VS009", 1, 7, "'#'"),
    ('a: "b\nc: d\n', "VS004", 1, 4, "quote"),
    ("a: 'b\nc: d\n", "VS004", 1, 4, "quote"),
    ('a: "C:\\path"\n', "VS004", 1, 7, "\\p"),
    ('a: "\\xZZ"\n', "VS004", 1, 5, "\\x"),
    ("a: [b, c\nd: e\n", "VS004", 1, 4, "never closed"),
    ("a: {b: c\nd: e\n", "VS004", 1, 4, "never closed"),
    ("a: [b, c", "VS004", 1, 4, "never closed"),
    ("a: {b: *c d}\n", "VS004", 1, 11, "comma"),
    ("a: [{b: c} d]\n", "VS004", 1, 12, "comma"),
    ("a: {", "VS004", 1, 4, "never closed"),
    ("a: [b,\n", "VS004", 1, 4, "never closed"),
    ("a: b\n\n  c: d: e\n", "VS004", 3, 3, "indented below 'a'"),
    ("!b\na: 1\n", "VS053", 1, 1, "!b"),
    ("!b {a: 1}\n", "VS053", 1, 1, "!b"),
    ("%YAML 3.0\n---\na: 1\n", "VS009", 1, 1, "'%'"),
    ("? a\n- b\n", "VS004", 2, 1, "'- '"),
    ("a: {b: [c}\n", "VS004", 1, 8, "never closed"),
    ("title:Ferry\nb: c\n", "VS004", 1, 6, "space is missing"),
    ("a: 1\ntitle:Ferry\nb: c\n", "VS004", 2, 6, "space is missing"),
    ("title Ferry\nb: c\n", "VS004", 1, 1, "no colon"),
    ("a: 1\ntitle Ferry\nb: c\n", "VS004", 2, 1, "no colon"),
    ("a: 1\ntitle Ferry\n", "VS004", 2, 1, "no colon"),
    ("a: b\n  c: d\n", "VS004", 2, 3, "indented below 'a'"),
    ("a: b\n# remark\n\n  c: d\n", "VS004", 4, 3, "indented below 'a'"),
    ("a:\n  b: 1\n c: 2\n", "VS004", 3, 2, "column 2"),
    ("a: 1\n- b\n", "VS004", 2, 1, "'- '"),
    ("- a\nb: c\n", "VS004", 2, 1, "column 1"),
    ("a: 1\n...\nb\n", "VS004", 3, 1, "column 1"),
    ("a: !b!c d\n", "VS053", 1, 4, "'!'"),
    ("a: !<> d\n", "VS053", 1, 4, "'!'"),
    ("a: 1\n--- b\n", "VS005", 2, 1, "second document"),
    ("a:\n\tb: 1\n", "VS008", 2, 1, "tab"),
    ("a: 1\n<<<<<<< HEAD\nb: 1\n", "VS007", 2, 1, "conflict"),
    ("a: 1\n>>>>>>> other\n", "VS007", 2, 1, "conflict"),
    ("", "VS005", 0, 0, "empty"),
    ("# a\n", "VS005", 0, 0, "no keys"),
    ("---\n", "VS005", 0, 0, "no keys"),
    ("a\n", "VS005", 1, 1, "one text"),
    ("- a\n", "VS005", 1, 1, "a list"),
    ("8\n", "VS005", 1, 1, "single value"),
]


@pytest.mark.parametrize(("text", "code", "line", "column", "words"), CASES, ids=[case[0] for case in CASES])
@pytest.mark.parametrize("loader", [yaml.CLoader, yaml.Loader])
def test_a_fault_is_one_problem(
    loader: type, text: str, code: str, line: int, column: int, words: str
) -> None:
    result = parse_source(text, Path("f"), "f", loader=loader)
    assert result.source is None
    assert [(p.code, p.where.line, p.where.column) for p in result.problems] == [(code, line, column)]
    assert words in result.problems[0].message
    assert result.problems[0].hint


def test_a_comma_in_braces_is_told_once_a_text() -> None:
    result = parse_source("a: {action: One, two, and three, duration: 7}\n", Path("f"), "f")
    assert [(p.code, p.where.column) for p in result.problems] == [("VS009", 18)]
    assert result.source is not None
    assert result.source.data == {"a": {"action": "One", "duration": 7}}


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: {b, c: 1}\n", {"b": None, "c": 1}),
        ("a: {b: 1, c}\n", {"b": 1, "c": None}),
        ("a: {b: x, c: , d: 1}\n", {"b": "x", "c": None, "d": 1}),
        ("a: {b: 'x', c}\n", {"b": "x", "c": None}),
    ],
)
def test_other_keys_without_a_value_are_just_empty(text: str, data: dict[str, object]) -> None:
    result = parse_source(text, Path("f"), "f")
    assert result.problems == ()
    assert result.source is not None
    assert result.source.data["a"] == data


def test_an_error_without_a_place_is_told_too() -> None:
    found = explain_fault(yaml.YAMLError("unheard of"), ["a: 1", ""], "f")
    assert (found.code, found.where.line, found.message) == ("VS004", 1, "this is not YAML")
