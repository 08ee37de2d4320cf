"""Data and places: YAML means what it looks like, and every value knows where it stands."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from veo_story.storyboard.scalars import decimal_of
from veo_story.storyboard.source import Source, SourceResult, parse_source, read_source

ROOT = Path(__file__).parents[2]
FILM = """\
storyboard: 1
title: Night Ferry
x-cam: &cam
  size: wide
scenes:
  - id: s01
    camera: *cam
    action: >
      The ferry turns

      slowly
    notes:
  - {id: s02, cast: [mira, tomas], action: "Gulls
     wheel"}
"""


def parsed(text: str, loader: Any = None) -> SourceResult:
    return parse_source(text, Path("film.yaml"), "film.yaml", loader=loader)


def source_of(text: str) -> Source:
    result = parsed(text)
    assert result.problems == ()
    assert result.source is not None
    return result.source


def place(source: Source, *path: str | int, key: bool = False) -> tuple[int, int, int, int]:
    where = source.where(path, key=key)
    assert where.file == "film.yaml"
    return (where.line, where.column, where.end_line, where.end_column)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[(text, text) for text in ("16:9", "1:30", "no", "on", "yes", "off", "y", "NO", "2026-11-22")],
        *[
            (text, text)
            for text in ("1_000", "0b1", "12:30:45", "1,5", "0x", "0o9", "+", ".", "1e", "infinity")
        ],
        ("010", 10),
        ("-7", -7),
        ("+7", 7),
        ("0o10", 8),
        ("0x1F", 31),
        ("7.50", 7.5),
        (".5", 0.5),
        ("8.", 8.0),
        ("1e3", 1000.0),
        ("-1.5E-3", -0.0015),
        *[(text, True) for text in ("true", "True", "TRUE")],
        *[(text, False) for text in ("false", "False", "FALSE")],
        *[(text, None) for text in ("null", "Null", "NULL", "~", "")],
        ("'8'", "8"),
        ('"true"', "true"),
        ("!!str 8", "8"),
        ("! 8", "8"),
        ("!!str", ""),
        ("!!int '8'", 8),
        ("!!float 8", 8),
        ("!!float 8.5", 8.5),
        ("!!bool true", True),
        ("!!null ~", None),
        ("!!map {a: 1}", {"a": 1}),
        ("!!seq [1]", [1]),
        ("|\n  one\n  two\n", "one\ntwo\n"),
        (">-\n  one\n  two\n", "one two"),
        ("one\ttwo", "one two"),
        ("one\u2028two", "one two"),
    ],
)
def test_scalars_mean_what_yaml_1_2_says(written: str, value: Any) -> None:
    found = source_of(f"key: {written}\n").data["key"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "number", ["7.1", "0.10", "123456789012.345", "0.000001", "15", "1e3", "99999999999999.9"]
)
def test_numbers_come_out_exactly_as_written(number: str) -> None:
    assert decimal_of(source_of(f"n: {number}\n").data["n"]) == Decimal(number)


@pytest.mark.parametrize(
    "number", [".inf", "-.INF", ".nan", "1e400", "-1e400", "1e-400", "0.12345678901234567", "9" * 41]
)
def test_numbers_that_cannot_be_kept_are_refused(number: str) -> None:
    result = parsed(f"n: {number}\n")
    assert [p.code for p in result.problems] == ["VS051"]
    assert result.problems[0].where.line == 1
    assert result.problems[0].where.column == 4


def test_every_value_and_key_has_its_place() -> None:
    source = source_of(FILM)
    assert place(source, "title") == (2, 8, 2, 19)
    assert place(source, "title", key=True) == (2, 1, 2, 6)
    assert place(source, "scenes", 0) == (6, 5, 12, 10)
    assert place(source, "scenes", 0, "id") == (6, 9, 6, 12)
    assert place(source, "scenes", 0, "action") == (8, 13, 11, 13)
    assert place(source, "scenes", 1) == (13, 5, 14, 13)
    assert place(source, "scenes", 1, "cast", 1) == (13, 28, 13, 33)
    assert place(source, "scenes", 1, "action") == (13, 44, 14, 12)


def test_nothing_stands_at_its_key() -> None:
    assert place(source_of(FILM), "scenes", 0, "notes") == (12, 5, 12, 10)


def test_an_alias_stands_where_it_is_used_and_its_parts_at_the_anchor() -> None:
    source = source_of(FILM)
    assert source.data["scenes"][0]["camera"] == {"size": "wide"}
    assert place(source, "scenes", 0, "camera") == (7, 13, 7, 17)
    assert place(source, "scenes", 0, "camera", "size") == (4, 9, 4, 13)


def test_a_missing_value_stands_at_its_nearest_ancestor() -> None:
    source = source_of(FILM)
    assert place(source, "scenes", 0, "camera", "lens") == place(source, "scenes", 0, "camera")
    assert place(source, "scenes", 9, "id") == place(source, "scenes")
    assert place(source, "scenes", "id") == place(source, "scenes")
    assert place(source, "title", "id", 3) == place(source, "title")
    assert place(source, "render", "tier", key=True) == place(source)
    assert place(source) == (1, 1, 14, 13)


def test_scalars_are_known_as_written() -> None:
    source = source_of("a: 007\nb: {c: [2.50]}\nd: &d 1e3\ne: *d\n")
    assert [source.written(p) for p in [("a",), ("b", "c", 0), ("e",), ("b",)]] == ["007", "2.50", "1e3", ""]


def test_merge_keys_take_what_is_not_there() -> None:
    text = (
        "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: *a\n  y: 5\nd: {<<: [*a, *b], w: 6}\n'<<': text\n"
    )
    source = source_of(text)
    assert source.data["c"] == {"x": 1, "y": 5}
    assert source.data["d"] == {"x": 1, "y": 2, "z": 4, "w": 6}
    assert source.data["<<"] == "text"
    assert place(source, "c", "x") == (1, 11, 1, 12)
    assert place(source, "c", "y") == (5, 6, 5, 7)
    assert place(source, "d", "z", key=True) == (2, 14, 2, 15)


def test_a_merge_of_merges_keeps_the_nearest() -> None:
    source = source_of("a: &a {x: 1, y: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b}\n")
    assert source.data["c"] == {"x": 1, "y": 2}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path, ending: str, mark: str) -> None:
    path = tmp_path / "film.yaml"
    path.write_bytes((mark + FILM.replace("\n", ending)).encode())
    source = read_source(path).source
    assert source is not None
    assert source.data == source_of(FILM).data
    assert source.text == FILM
    assert source.lines == tuple(FILM.split("\n"))
    assert source.where(("scenes", 1, "id")).line == 13
    assert source.where(("storyboard",)).column == 13


def test_the_display_name_is_the_one_given(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_text(FILM)
    given, default = read_source(path, display="films/film.yaml").source, read_source(path).source
    assert given is not None
    assert default is not None
    assert (given.display, default.display) == ("films/film.yaml", str(path))
    assert given.where(("title",)).file == "films/film.yaml"
    assert given.path == path


def test_a_byte_order_mark_and_document_marks_are_fine() -> None:
    assert source_of("%YAML 1.2\n---\na: 1\n...\n").data == {"a": 1}


def corpus() -> list[Path]:
    cases = ROOT / "tests" / "cases"
    return sorted([*cases.glob("*/*.yaml"), *(ROOT / "storyboards").glob("*.yaml")])


@pytest.mark.parametrize("path", corpus(), ids=lambda path: path.stem)
def test_both_yaml_parsers_give_the_same(path: Path) -> None:
    fast, slow = (read_source(path, loader=loader) for loader in (yaml.CLoader, yaml.Loader))
    assert fast.problems == slow.problems
    assert (fast.source is None) == (slow.source is None)
    if fast.source is not None and slow.source is not None:
        assert fast.source.root == slow.source.root


@pytest.mark.parametrize(
    "text", ["a: {b:, c: 1}\n", "a: {b:}\n", "a: {b :, c: 1}\n", "a:\tb\n", "a: [\tb]\n", "-\ta\n"]
)
def test_the_parsers_agree_where_they_differ_by_themselves(text: str) -> None:
    fast, slow = (parsed(text, loader) for loader in (yaml.CLoader, yaml.Loader))
    assert fast.problems == slow.problems
    assert (fast.source and fast.source.data) == (slow.source and slow.source.data)
