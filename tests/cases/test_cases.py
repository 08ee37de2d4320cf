"""Files in ``valid/`` are fine; files in ``invalid/`` have exactly the problems of their ``.expect``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.running import CASES, lines_of, problems_of
from veo_story.errors import Severity

VALID = sorted([*(CASES / "valid").glob("*.yaml"), *(CASES / "valid").glob("*/film.yaml")])
INVALID = sorted((CASES / "invalid").glob("*.yaml"))

# What jsonschema and PyYAML say in their own words.
FOREIGN = (
    "is not of type",
    "is a required property",
    "is not valid under",
    "is valid under each of",
    "were unexpected",
    "was unexpected",
    "does not match",
    "is too short",
    "is too long",
    "was expected",
    "should be non-empty",
    "less than the minimum",
    "greater than the maximum",
    "while parsing",
    "while scanning",
    "not allowed in this context",
    "did not find",
    "could not find",
    "Traceback",
)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_case_has_neither_errors_nor_warnings(path: Path) -> None:
    assert [p for p in problems_of(path) if p.severity is not Severity.NOTE] == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_case_has_exactly_the_expected_problems(path: Path) -> None:
    expected = path.with_suffix(".expect").read_text("utf-8").splitlines()
    assert expected, "an invalid case expects at least one problem"
    assert lines_of(path) == expected


def test_there_are_enough_cases_and_each_expectation_has_its_file() -> None:
    assert len(INVALID) >= 80
    assert {path.stem for path in INVALID} == {path.stem for path in (CASES / "invalid").glob("*.expect")}
    assert VALID


def test_no_message_is_in_the_words_of_a_library() -> None:
    found = [
        f"{path.name}: {line}"
        for path in sorted((CASES / "invalid").glob("*.expect"))
        for line in path.read_text("utf-8").splitlines()
        if any(words in line for words in FOREIGN)
    ]
    assert found == []


def test_every_line_says_where_and_no_two_are_alike() -> None:
    for path in sorted((CASES / "invalid").glob("*.expect")):
        lines = path.read_text("utf-8").splitlines()
        assert len(set(lines)) == len(lines), path.name
