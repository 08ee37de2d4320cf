"""The table of ``make conformance`` asks enough, and its environments are pinned."""

from __future__ import annotations

import json
import re

import pytest

from tests.conformance import expected
from tests.conformance.environments import REQUIREMENTS
from tests.conformance.expected import Made, Outcome

TABLES = (expected.GEMINI_PYTHON, expected.GEMINI_JAVASCRIPT, expected.VERTEX_PYTHON)
PINNED = re.compile(r"[A-Za-z0-9_.-]+==[0-9][0-9.]*")


@pytest.mark.parametrize("table", TABLES)
def test_every_mode_and_twelve_wrong_requests(table: dict[str, Outcome]) -> None:
    assert {"text", "image", "first and last", "references", "chain"} <= set(table)
    made = [name for name, outcome in table.items() if isinstance(outcome, Made)]
    assert len(table) - len(made) >= 12


@pytest.mark.parametrize(("name", "sdk"), [("gemini", "2.34.0"), ("vertex", "3.4.0")])
def test_python_packages_are_pinned(name: str, sdk: str) -> None:
    lines = (REQUIREMENTS / f"{name}-python.txt").read_text().splitlines()
    assert f"google-genai=={sdk}" in lines
    assert all(PINNED.fullmatch(line) for line in lines)


def test_node_packages_are_pinned_without_an_index() -> None:
    lock = json.loads((REQUIREMENTS / "gemini-javascript" / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages["node_modules/@google/genai"]["version"] == "2.32.0"
    assert all("resolved" not in entry and entry["integrity"] for entry in packages.values())
