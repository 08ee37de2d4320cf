"""Files that are none, too much, or broken: one clear problem each, in bounded time and memory."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from veo_story.storyboard.builder import MAX_DEPTH, MAX_VALUES
from veo_story.storyboard.reading import MAX_BYTES
from veo_story.storyboard.source import parse_source, read_source

if TYPE_CHECKING:
    from veo_story.errors import Problem

ROOT = Path(__file__).parents[2]


def only_problem(path: Path) -> Problem:
    result = read_source(path, display="film.yaml")
    assert result.source is None
    assert len(result.problems) == 1
    return result.problems[0]


def problems(text: str) -> list[tuple[str, int, int]]:
    return [(p.code, p.where.line, p.where.column) for p in parse_source(text, Path("f"), "f").problems]


def test_a_missing_file_is_named_and_a_similar_one_offered(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    assert only_problem(path).message == "film.yaml: there is no such file"
    assert "give the path" in str(only_problem(path).hint)
    (tmp_path / "film.yml").write_text("a: 1\n")
    assert only_problem(path).hint == f"did you mean '{tmp_path / 'film.yml'}'?"


def test_a_missing_folder_and_a_file_as_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    for path in (tmp_path / "b" / "film.yaml", tmp_path / "a" / "film.yaml"):
        assert only_problem(path).message == "film.yaml: there is no such file"


def test_a_directory_a_pipe_a_socket_and_a_device_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(tmp_path)  # the path of a socket must be short
        try:
            listener.bind("socket")
        finally:
            os.chdir(here)
        kinds = {tmp_path: "directory", tmp_path / "pipe": "pipe", tmp_path / "socket": "socket"}
        for path, kind in {**kinds, Path("/dev/zero"): "device"}.items():
            found = only_problem(path)
            assert (found.code, found.message) == ("VS001", f"film.yaml is a {kind}, not a file")


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "gone").symlink_to("away")
    assert only_problem(tmp_path / "loop").message == "film.yaml is a link that leads back to itself"
    assert only_problem(tmp_path / "gone").message == "film.yaml: there is no such file"


def test_names_that_no_file_can_have(tmp_path: Path) -> None:
    assert only_problem(tmp_path / ("n" * 300)).message == "film.yaml has a name that is too long"
    assert only_problem(tmp_path / "nul\0").message == "film.yaml cannot be read"


def test_an_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_text("a: 1\n")
    path.chmod(0)
    tmp_path.chmod(0o755)
    # The superuser may read everything, so somebody else asks.
    code = (
        "import os, pathlib, sys\n"
        "from veo_story.storyboard import source, parsing, codes\n"
        "codes.all_codes()\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "r = source.read_source(pathlib.Path(sys.argv[1]), display='film.yaml')\n"
        "print(*[p.code + ' ' + p.message for p in r.problems])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "VS001 film.yaml may not be read (no permission)\n", done.stderr


def test_a_file_that_fails_while_it_is_read() -> None:
    assert only_problem(Path("/proc/self/mem")).message == "film.yaml cannot be read"


def test_100_mb_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    tracemalloc.start()
    found = only_problem(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.code, found.message) == ("VS002", "the file is larger than 4 MB")
    assert peak < 1024 * 1024


def test_a_file_that_hides_its_size() -> None:
    # Files of /proc say that they hold nothing, and hold something: here the names of the kernel's symbols.
    path = Path("/proc/kallsyms")
    if path.stat().st_size == 0 and len(path.read_bytes()) > MAX_BYTES:
        assert only_problem(path).code == "VS002"
    else:  # not every machine has them
        assert only_problem(Path("/proc/cpuinfo")).code in ("VS003", "VS004", "VS005")


def test_a_whole_file_below_the_limit_stays_in_bounds(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_text("a: [" + "0," * (MAX_BYTES // 2 - 10) + "0]\n")
    tracemalloc.start()
    found = only_problem(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.code == "VS050"
    assert peak < 100 * 1024 * 1024


def test_one_text_of_four_megabytes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_text("a: " + "word " * 800_000 + "\n")
    source = read_source(path).source
    assert source is not None
    assert len(source.data["a"]) == 3_999_999


def test_aliases_that_explode_are_counted_before_they_do() -> None:
    laughs = ["a0: &a0 [" + ", ".join(["lol"] * 10) + "]"]
    laughs += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    tracemalloc.start()
    found = problems("\n".join(laughs) + "\n")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [code for code, _, _ in found] == ["VS050"]
    assert peak < 10 * 1024 * 1024


def test_a_long_text_repeated_by_aliases_counts_by_its_length() -> None:
    text = f"a: &a {'word ' * 10_000}\nb: [{', '.join(['*a'] * 1000)}]\n"
    assert [code for code, _, _ in problems(text)] == ["VS050"]


def test_merges_that_double_are_counted_too() -> None:
    lines = ["a0: &a0 {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}"]
    lines += [f"a{n}: &a{n} {{<<: *a{n - 1}}}" for n in range(1, 300)]
    assert [code for code, _, _ in problems("\n".join(lines) + "\n")] == ["VS050"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_depth_is_bounded(opening: str) -> None:
    prefix = "\n" if opening in ("- ", "? ") else ""
    assert [code for code, _, _ in problems("a: " + prefix + opening * 100_000)] == ["VS050"]


def test_depth_is_bounded_through_aliases() -> None:
    half = "[" * 30 + "x" + "]" * 30
    assert problems(f"a: &a {half}\nb: {'[' * 10}*a{']' * 10}\n") == []
    assert problems(f"a: &a {half}\nb: {'[' * 30}*a{']' * 30}\n") == [("VS050", 2, 34)]


def test_the_bounds_leave_room_for_a_thousand_scenes() -> None:
    scenes = "  - {id: s, cast: [a, b], action: x, camera: {size: wide}, sfx: [x], notes: y}\n" * 1000
    result = parse_source("scenes:\n" + scenes, Path("f"), "f")
    assert result.problems == ()
    assert MAX_VALUES >= 100_000
    assert MAX_DEPTH >= 20


@pytest.mark.parametrize(
    ("raw", "line", "words"),
    [
        ("a: 1\n".encode("utf-16"), 0, "UTF-16"),
        ("a: 1\n".encode("utf-32"), 0, "UTF-32"),
        (b"\x00\x00\xfe\xff\x00\x00\x00a", 0, "UTF-32"),
        (b"\xfe\xff\x00a", 0, "UTF-16"),
        ("a: 1\n".encode("utf-16-be"), 1, "UTF-16"),
        ("a: 1\nb: küste\n".encode("latin-1"), 2, "0xFC"),
        (b"\xef\xbb\xbfa: 1\r\nb: \x80\n", 2, "0x80"),
        (b"a: 1\n\nb: \0\n", 3, "NUL"),
        (b"a: 1\nb: \x07\n", 2, "U+0007"),
        ("a: 1\nb: x\ufeffy\n".encode(), 2, "U+FEFF"),
        (b"\x1f\x8b\x08\x00" + bytes(range(128, 256)), 1, "0x8B"),
        (b"a: \xed\xa0\x80\n", 1, "0xED"),
    ],
)
def test_other_encodings_and_invisible_characters(tmp_path: Path, raw: bytes, line: int, words: str) -> None:
    path = tmp_path / "film.yaml"
    path.write_bytes(raw)
    found = only_problem(path)
    assert found.code == "VS003"
    assert words in found.message
    assert found.where.line == line
    assert found.hint


def test_problems_of_values_are_all_told_and_the_rest_is_read() -> None:
    text = "a: .inf\nb: !!int x\nc: *gone\nd: 1\nd: 2\n1: e\n~: f\n[g]: h\ni: {<<: 3}\nj: !set {k}\nl: fine\n"
    result = parse_source(text, Path("f"), "f")
    codes = [(p.code, p.where.line) for p in result.problems]
    assert codes == [
        ("VS051", 1),
        ("VS053", 2),
        ("VS055", 3),
        ("VS006", 5),
        ("VS052", 6),
        ("VS052", 7),
        ("VS052", 8),
        ("VS056", 9),
        ("VS053", 10),
    ]
    assert result.source is not None
    assert {key: result.source.data[key] for key in ("d", "l")} == {"d": 1, "l": "fine"}
    assert [repr(result.source.data[key]) for key in ("a", "b", "c", "j")] == ["BROKEN"] * 4


def test_broken_keys_and_merges_of_nothing_are_told_once() -> None:
    assert problems("*gone : 1\n") == [("VS055", 1, 1)]
    assert problems("<<: *gone\na: 1\n") == [("VS055", 1, 5)]
    assert problems("<<: [*gone, 1]\na: 1\n") == [("VS055", 1, 6), ("VS056", 1, 13)]


def test_a_thousand_problems_are_enough() -> None:
    assert len(problems("a: 1\n" * 5000)) == 1000


def test_private_blocks_may_hold_what_looks_odd_elsewhere() -> None:
    assert (
        problems("x-note: {a: one, two}\nx-list: [{action: b #2\n}]\nx-deep: {title: {notes: c, d}}\n") == []
    )


@pytest.mark.parametrize(
    "line",
    [
        "card: Take 1        # slate: free",
        "voice: through                  # the last second must carry his voice",
        "action: He walks # TODO shorten",
        "duration: 8 #seconds",
        "id: s01 #first",
        "action: 'He boards the #7 tram' #7",
        "action: He boards tram#7",
        "action: He boards  #7",
    ],
)
def test_ordinary_comments_do_not_warn(line: str) -> None:
    assert problems(f"{line}\n") == []


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("action: Tram #7 stops\n", 14),
        ("sfx:\n  - bell #2\n", 10),
        ("sfx: [\n  bell #2\n  ]\n", 8),
        ("dialogue:\n  - mira: Take the #7\n", 20),
        ("cast: {mira: {is: number #6\n  }}\n", 26),
    ],
)
def test_a_text_that_goes_on_behind_a_hash_warns(text: str, column: int) -> None:
    result = parse_source(text, Path("f"), "f")
    assert [(p.code, p.severity, p.where.column) for p in result.problems] == [("VS054", "warning", column)]
    assert result.source is not None
