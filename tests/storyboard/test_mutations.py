"""However a good file is broken: problems, never an exception, and never over two seconds.

Every mutation follows from its number, so a failure names what to run again. ``VEO_STORY_MUTATIONS``
changes how many there are.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from veo_story.catalog.catalog import load_catalog
from veo_story.plan.check import check_storyboard

ROOT = Path(__file__).parents[2]
COUNT = int(os.environ.get("VEO_STORY_MUTATIONS", "10000"))
PARTS = 4
LIMIT_S = 2.0
"""Of processor time, so that a busy machine does not matter."""

_KEYS = (
    *("storyboard", "title", "scenes", "sequences", "render", "budget", "cast", "locations", "look", "vars"),
    *("id", "mode", "duration", "action", "dialogue", "camera", "shots", "refs", "first_frame", "last_frame"),
    *("image", "clip", "card", "move", "trim", "transition", "handoff", "effects", "sound", "narration"),
    *("subtitles", "variants", "locales", "outputs", "defaults", "bible", "x-note", "who", "wibble", "<<"),
)
_VALUES = (
    *(
        "",
        "~",
        "true",
        "no",
        "-1",
        "0",
        "8",
        "1e9",
        "1e400",
        ".nan",
        "010",
        "16:9",
        "'",
        '"',
        "[",
        "{",
        "[]",
        "{}",
    ),
    *(
        "[[[[]]]]",
        "{a: {b: {c: d}}}",
        "&a",
        "*a",
        "!!int x",
        "!foo",
        "| x",
        ">",
        "- x",
        "a: b",
        "# x",
        "x #7",
        "@x",
    ),
    *(
        "s01.last_frame",
        "s01.frame@99",
        "s99.last_frame",
        "$mira",
        "${x}",
        "${",
        "$$",
        "../../etc/passwd",
        "/dev/zero",
    ),
    *(
        "9" * 20,
        "9" * 400,
        "x" * 3000,
        "é",
        "\u2028",
        "\U0001f30a",
        "\x00",
        "\x1b",
        "\t",
        "0-3",
        "3-1",
        "s01+1",
    ),
)


def drop_line(rng: random.Random, lines: list[str]) -> None:
    del lines[rng.randrange(len(lines))]


def drop_lines(rng: random.Random, lines: list[str]) -> None:
    start = rng.randrange(len(lines))
    del lines[start : start + rng.randint(1, 12)]


def swap_lines(rng: random.Random, lines: list[str]) -> None:
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]


def repeat_block(rng: random.Random, lines: list[str]) -> None:
    start = rng.randrange(len(lines))
    block = lines[start : start + rng.randint(1, 10)]
    lines[start:start] = block * rng.choice((1, 1, 2, 30))


def move_block(rng: random.Random, lines: list[str]) -> None:
    start = rng.randrange(len(lines))
    block = lines[start : start + rng.randint(1, 6)]
    del lines[start : start + len(block)]
    at = rng.randrange(len(lines) + 1)
    lines[at:at] = block


def indent(rng: random.Random, lines: list[str]) -> None:
    at = rng.randrange(len(lines))
    shift = rng.choice((1, 2, 4, -1, -2))
    for i in range(at, min(len(lines), at + rng.choice((1, 1, 5)))):
        lines[i] = " " * shift + lines[i] if shift > 0 else lines[i][-shift:]


def rename_key(rng: random.Random, lines: list[str]) -> None:
    at = _line_with(rng, lines, ":")
    before, _, after = lines[at].partition(":")
    lead = before[: len(before) - len(before.lstrip(" -"))]
    word = before[len(lead) :]
    cut = rng.randrange(len(word) + 1)
    new = rng.choice(
        (rng.choice(_KEYS), word[:cut] + word[cut + 1 :], word.upper(), word + rng.choice("aexs_- "))
    )
    lines[at] = f"{lead}{new}:{after}"


def swap_value(rng: random.Random, lines: list[str]) -> None:
    at = _line_with(rng, lines, ":")
    before, _, _ = lines[at].partition(":")
    lines[at] = f"{before}: {rng.choice(_VALUES)}"


def swap_values(rng: random.Random, lines: list[str]) -> None:
    a, b = _line_with(rng, lines, ":"), _line_with(rng, lines, ":")
    (key_a, _, value_a), (key_b, _, value_b) = lines[a].partition(":"), lines[b].partition(":")
    lines[a], lines[b] = f"{key_a}:{value_b}", f"{key_b}:{value_a}"


def flip_character(rng: random.Random, lines: list[str]) -> None:
    at = rng.randrange(len(lines))
    if lines[at]:
        i = rng.randrange(len(lines[at]))
        new = rng.choice((chr(rng.randrange(32, 127)), rng.choice(":,#[]{}'\"&*!|>%@`-?$ \t")))
        lines[at] = lines[at][:i] + new + lines[at][i + rng.choice((0, 1)) :]


def drop_character(rng: random.Random, lines: list[str]) -> None:
    at = rng.randrange(len(lines))
    if lines[at]:
        i = rng.randrange(len(lines[at]))
        lines[at] = lines[at][:i] + lines[at][i + 1 :]


def truncate(rng: random.Random, lines: list[str]) -> None:
    at = rng.randrange(len(lines))
    lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
    del lines[at + 1 :]


def _line_with(rng: random.Random, lines: list[str], sign: str) -> int:
    found = [i for i, line in enumerate(lines) if sign in line]
    return rng.choice(found) if found else rng.randrange(len(lines))


MUTATORS: tuple[Callable[[random.Random, list[str]], None], ...] = (
    *(
        drop_line,
        drop_lines,
        swap_lines,
        repeat_block,
        move_block,
        indent,
        rename_key,
        swap_value,
        swap_values,
    ),
    *(flip_character, drop_character, truncate),
)


def mutate(text: str, rng: random.Random) -> bytes:
    lines = text.split("\n")
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if lines:
            rng.choice(MUTATORS)(rng, lines)
    raw = bytearray("\n".join(lines).encode())
    if raw and rng.random() < 0.06:
        for _ in range(rng.randint(1, 6)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
    return bytes(raw)


def originals() -> list[Path]:
    """Small files more often than large ones, which have little that is new."""
    cases = sorted((ROOT / "tests" / "cases" / "valid").glob("*.yaml"))
    examples = sorted(path for path in (ROOT / "storyboards").glob("*.yaml") if ".bible." not in path.name)
    found = [*cases, *examples]
    return [path for path in found for _ in range(3 if path.stat().st_size < 2000 else 1)]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_mutation_is_an_exception_or_slow(part: int, tmp_path: Path) -> None:
    folders = {path: tmp_path / path.name for path in {original.parent for original in originals()}}
    for folder, copy in folders.items():
        shutil.copytree(folder, copy)
    paths, catalog = originals(), load_catalog()
    texts = {path: path.read_text("utf-8") for path in paths}
    slowest, refused = (0.0, -1), 0
    for number in range(part, COUNT, PARTS):
        rng = random.Random(number)
        original = rng.choice(paths)
        mutant = folders[original.parent] / "mutant.yaml"
        mutant.write_bytes(mutate(texts[original], rng))
        start = time.process_time()
        try:
            checked = check_storyboard(mutant, catalog, today=date(2026, 6, 1))
        except Exception as error:
            raise AssertionError(
                f"mutation {number} of {original.name}: {error!r}\n{mutant.read_bytes()!r}"
            ) from error
        slowest = max(slowest, (time.process_time() - start, number))
        refused += not checked.ok
        for problem in checked.problems:
            assert problem.message, f"mutation {number} of {original.name}"
            assert problem.where.line >= 0, f"mutation {number} of {original.name}"
    print(f"{COUNT // PARTS} mutations, {refused} refused, slowest {slowest[0]:.3f} s (number {slowest[1]})")
    assert slowest[0] < LIMIT_S, f"mutation {slowest[1]} took {slowest[0]:.2f} s"
    assert refused > COUNT // PARTS // 3, "mutations that do no harm test nothing"
