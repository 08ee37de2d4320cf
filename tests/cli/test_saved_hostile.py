"""Saved plans that anybody may have written: one clear message each, and never a crash."""

from __future__ import annotations

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from tests.cli.test_saving import CHAIN
from tests.support.cli import FakeBackend, run, write
from tests.support.command import ROOT
from veo_story.plan.document import NotADocument
from veo_story.plan.saved_document import MARK, as_data, from_data

SCHEMA = json.loads((ROOT / "schemas" / "plan.v1.schema.json").read_text("utf-8"))
SHA = "0123456789abcdef" * 4
DOCUMENT: dict[str, Any] = {
    MARK: 1,
    "storyboard": {"path": "chain.yaml", "sha256": SHA},
    "film": "chain",
    "made_at": "2026-12-01T12:00:00+00:00",
    "options": {"backend": None, "tier": "fast", "local_result": None},
    "basis": "new",
    "caps": {"max_usd": "50", "per_scene_usd": None},
    "counted_usd": "0.80",
    "to_pay": {"expected_usd": "1.60", "worst_usd": "3.20"},
    "models": [{"backend": "x", "model": "m", "prices_from": "2026-01-01", "sources": {"prices": "page"}}],
    "scenes": [
        {
            "scene": scene, "mode": "open", "backend": "vertex", "model": "m", "expected_usd": "0.80",
            "worst_usd": "1.60", "takes": 2, "missing_takes": 1, "take": f"{scene}/01234567-1",
            "made_from": [], "pinned": None, "fingerprint": SHA, "parts": {"prompt": SHA},
        }
        for scene in ("s01", "s02")
    ],
}  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to every value in a document."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in below for place in places(inner, (*path, key)))]


def put(path: tuple[Any, ...], new: Any) -> Any:
    """The document with one value changed."""
    if not path:
        return new
    changed = deepcopy(DOCUMENT)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return changed


WORDS = st.sampled_from(
    [
        *("", "s01", "-1", "1e9", "1.60", "00", "0." + "1" * 13, "NaN", "Infinity", "٣", "new", "tail"),
        *("\x00", "a\nb", "\ud800", "x" * 2001, SHA, SHA[:-1], "../x", "/etc/passwd", "2026-13-45"),
        *("2026-12-01T12:00:00", "2026-99-01T12:00:00Z"),
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    WORDS,
    st.text(max_size=20),
    st.builds(pow, st.just(10), st.just(5000)),
)
VALUES = st.recursive(LEAVES, lambda v: st.lists(v, max_size=3) | st.dictionaries(WORDS, v, max_size=3))


def test_the_schema_is_one_and_fits_what_is_written() -> None:
    Draft7Validator.check_schema(SCHEMA)
    Draft7Validator(SCHEMA).validate(DOCUMENT)
    assert as_data(from_data(DOCUMENT)) == DOCUMENT


@given(st.sampled_from(places(DOCUMENT)), VALUES)
def test_the_reader_takes_nothing_that_the_schema_refuses(path: tuple[Any, ...], new: Any) -> None:
    """Or it says why not, in one line that is not long; what it takes it gives back as it was."""
    data = put(path, new)
    try:
        saved = from_data(data)
    except NotADocument as error:
        assert str(error).isprintable()
        assert 0 < len(str(error)) < 400
    else:
        assert Draft7Validator(SCHEMA).is_valid(data)
        assert Draft7Validator(SCHEMA).is_valid(as_data(saved))
        assert from_data(as_data(saved)) == saved


@pytest.mark.parametrize("path", places(DOCUMENT)[1:])
def test_no_key_is_optional_and_none_is_ignored(path: tuple[Any, ...]) -> None:
    data = deepcopy(DOCUMENT)
    inner: Any = data
    for key in path[:-1]:
        inner = inner[key]
    free = "sources" in path or "parts" in path
    if isinstance(inner, dict) and not (free and path[-1] not in ("sources", "parts")):
        del inner[path[-1]]
        with pytest.raises(NotADocument, match="is missing"):
            from_data(data)
        inner |= {path[-1]: None, "surplus": 1}
        with pytest.raises(NotADocument):
            from_data(data)


TEXTS = {
    "cut off": json.dumps(DOCUMENT)[:500],
    "deep": '{"veo_story_plan": ' + "[" * 200_000,
    "another version": json.dumps({**DOCUMENT, MARK: 2}),
    "true for one": json.dumps({**DOCUMENT, MARK: True}),
    "a key twice": json.dumps(DOCUMENT)[:-1] + ', "film": "x"}',
    "NaN": json.dumps({**DOCUMENT, "counted_usd": float("nan")}),
    "a long number": json.dumps(DOCUMENT).replace('"takes": 2', '"takes": ' + "9" * 9000),
    "sums that do not add up": json.dumps(
        {**DOCUMENT, "to_pay": {"expected_usd": "1.61", "worst_usd": "3.20"}}
    ),
    "a scene twice": json.dumps({**DOCUMENT, "scenes": [DOCUMENT["scenes"][0]] * 2}),
    "an absolute path": json.dumps(put(("storyboard", "path"), "/etc/passwd")),
    "a way out": json.dumps(put(("storyboard", "path"), "../../etc/passwd")),
    "a link out": json.dumps(put(("storyboard", "path"), "link/chain.yaml")),
    "letters that are none": json.dumps(DOCUMENT) + "\udcff",
    "not alone": json.dumps(DOCUMENT) + "{}",
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_no_saved_plan_ends_with_one_message(name: str, folder: Path, backend: FakeBackend) -> None:
    write(folder / "chain.yaml", CHAIN)
    (folder / "link").symlink_to("/etc")
    (folder / "plan.json").write_bytes(TEXTS[name].encode("utf-8", "surrogateescape"))
    ran = run("render", "plan.json", "--yes", backend=backend)
    assert (ran.code, ran.out, backend.sent) == (3, "", [])
    assert ran.err.count("error:") == 1
    assert "plan.json" in ran.err.splitlines()[0]
    assert len(ran.err) < 1000
    assert "Traceback" not in ran.err


def test_a_plan_that_is_far_too_large_is_not_read(folder: Path) -> None:
    with (folder / "plan.json").open("wb") as file:
        file.write(b'{"veo_story_plan": 1')
        file.truncate(3_000_000_000)
    ran = run("render", "plan.json", "--yes")
    assert ran.code == 3
    assert "it is far too large" in ran.err


@pytest.mark.parametrize("kind", ["missing", "empty", "pipe", "folder", "list"])
def test_other_files_are_read_as_storyboards(kind: str, folder: Path) -> None:
    plan = folder / "plan.json"
    {
        "missing": lambda: None,
        "empty": lambda: write(plan, ""),
        "pipe": lambda: os.mkfifo(plan),
        "folder": plan.mkdir,
        "list": lambda: write(plan, "[]"),
    }[kind]()
    ran = run("render", "plan.json", "--yes")
    assert ran.code == 3
    assert "Traceback" not in ran.err


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_no_bytes_crash_the_reader(tail: bytes) -> None:
    """Whatever comes after the mark: an exit code of ours, and no traceback."""
    plan = Path("plan.json")
    plan.write_bytes(b'{"veo_story_plan": 1, ' + tail)
    ran = run("render", "plan.json", "--yes")
    assert ran.code == 3
    assert "Traceback" not in ran.err


@given(st.sampled_from(places(DOCUMENT)), VALUES)
@settings(max_examples=200)
def test_no_document_pays_for_what_it_does_not_show(path: tuple[Any, ...], new: Any) -> None:
    """A document that was tampered with: refused as none (3), as another plan (4), or harmless."""
    board = Path("chain.yaml")
    if not board.exists():
        write(board, CHAIN)
        assert run("plan", "chain.yaml", "-o", "true.json").code == 0
    data = json.loads(Path("true.json").read_text())
    inner = data
    for key in path[:-1]:
        inner = inner[key] if not isinstance(inner, dict) or key in inner else {}
    if path and isinstance(inner, dict | list):
        inner[path[-1]] = new
    try:
        Path("plan.json").write_text(json.dumps(data if path else new), "utf-8")
    except ValueError:  # more digits than Python writes
        return
    backend = FakeBackend()
    ran = run("render", "plan.json", backend=backend)
    # 4 is also how a run ends that nobody says yes to: nothing is ever sent here.
    assert ran.code in (3, 4, 6), ran.err
    assert backend.sent == []
    assert "Traceback" not in ran.err
