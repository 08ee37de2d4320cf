from __future__ import annotations

import os
import socket
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.storyboard.films import EXAMPLES, ROOT, codes, film, load, scenes

if TYPE_CHECKING:
    from pathlib import Path

VALID = ROOT / "tests" / "cases" / "valid" / "media"
STILL = EXAMPLES / "stills" / "bay-day.png"


def frame(folder: Path, written: str, **options: bool) -> list[str]:
    return codes(load(folder, f"scenes: [{{first_frame: {written!r}, action: x}}]\n", **options))


def test_a_picture_beside_the_storyboard(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(STILL.read_bytes())
    assert frame(tmp_path, "a.png") == []
    assert frame(tmp_path, "./x/../a.png") == ["VS060"]
    assert frame(tmp_path, str(tmp_path / "a.png")) == []


@pytest.mark.parametrize("how", ["absolute", "upwards", "link", "linked folder"])
def test_a_picture_outside_needs_leave(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "film"
    folder.mkdir()
    outside = tmp_path / "a.png"
    outside.write_bytes(STILL.read_bytes())
    (folder / "link.png").symlink_to("../a.png")
    (folder / "up").symlink_to("..")
    written = {
        "absolute": str(outside),
        "upwards": "../a.png",
        "link": "link.png",
        "linked folder": "up/a.png",
    }
    assert frame(folder, written[how]) == ["VS061"]
    assert frame(folder, written[how], allow_outside=True) == []


def test_a_folder_whose_name_begins_alike_is_outside(tmp_path: Path) -> None:
    for name in ("film", "film-2"):
        (tmp_path / name).mkdir()
    (tmp_path / "film-2" / "a.png").write_bytes(STILL.read_bytes())
    assert frame(tmp_path / "film", "../film-2/a.png") == ["VS061"]


def test_a_storyboard_reached_by_a_link_has_the_files_beside_the_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.png").write_bytes(STILL.read_bytes())
    (tmp_path / "film").symlink_to("real")
    assert frame(tmp_path / "film", "a.png") == []


def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.png"))
        for name, kind in (("pipe.png", "a pipe"), ("folder.png", "a directory"), ("socket.png", "a socket")):
            (problem,) = load(tmp_path, f"scenes: [{{first_frame: {name}, action: x}}]\n").problems
            assert (problem.code, problem.message) == ("VS062", f"'{name}' is {kind}, not a file")
    (problem,) = load(tmp_path, "scenes: [{image: /dev/zero}]\n", allow_outside=True).problems
    assert problem.message == "'/dev/zero' is a device, not a file"


@pytest.mark.parametrize(
    "written", ["no.png", "no/folder/x.png", "a.png/x.png", "x" * 5000, "loop.png", "~/x.png"]
)
def test_what_is_not_there(tmp_path: Path, written: str) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "loop.png").symlink_to("loop.png")
    assert frame(tmp_path, written) == ["VS060"]


def test_a_similar_name_is_offered(tmp_path: Path) -> None:
    (tmp_path / "harbour.png").write_bytes(STILL.read_bytes())
    (problem,) = load(tmp_path, "scenes: [{image: harbor.png}]\n").problems
    assert problem.hint == "did you mean 'harbour.png'?"


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(STILL.read_bytes())
    path.chmod(0)
    # Root may read everything.
    assert frame(tmp_path, "a.png") == ([] if os.access(path, os.R_OK) else ["VS062"])


def test_a_service_takes_no_picture_over_20_mb(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(STILL.read_bytes())
    with path.open("ab") as file:
        file.truncate(21_000_000)
    assert frame(tmp_path, "a.png") == ["VS064"]
    assert codes(load(tmp_path, "scenes: [{image: a.png}]\n")) == []
    with path.open("ab") as file:
        file.truncate(101_000_000)
    assert codes(load(tmp_path, "scenes: [{image: a.png}]\n")) == ["VS064"]


def test_references_may_have_any_shape(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes((VALID / "upright.png").read_bytes())
    assert codes(load(tmp_path, "scenes: [{refs: [a.png], action: x}]\n")) == []
    assert frame(tmp_path, "a.png") == ["VS213"]


def test_one_bad_file_is_told_at_each_place_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    found = load(tmp_path, "scenes:\n  - {image: a.png}\n  - {image: a.png}\n").problems
    assert [(p.code, p.where.line) for p in found] == [("VS063", 4), ("VS063", 5)]


def test_a_clip_is_as_long_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes((VALID / "clip.mp4").read_bytes())
    text = """scenes:
  - {id: a, clip: clip.mp4}
  - {id: b, clip: clip.mp4, duration: 0.5}
  - {id: c, action: x}
"""
    a, b, c = scenes(tmp_path, text)
    frames = a.duration_s * 24
    assert frames == frames.to_integral_value() > 12
    assert (b.duration_s, c.duration_s) == (Decimal("0.5"), Decimal(8))
    assert not a.duration_is_written
    (problem,) = load(tmp_path, "scenes: [{clip: clip.mp4, duration: 60}]\n").problems
    assert problem.code == "VS067"


def test_a_clip_without_a_picture(tmp_path: Path) -> None:
    (tmp_path / "clip.wav").write_bytes((VALID / "voice.wav").read_bytes())
    loaded = load(tmp_path, "scenes: [{clip: clip.wav}, {clip: clip.wav}]\n")
    assert codes(loaded) == ["VS066", "VS066"]
    assert loaded.storyboard is None


def test_the_clip_of_a_skipped_scene_is_not_measured(tmp_path: Path) -> None:
    (tmp_path / "clip.wav").write_bytes((VALID / "voice.wav").read_bytes())
    loaded = load(tmp_path, "scenes: [{action: x}, {clip: clip.wav, skip: true}]\n")
    assert (codes(loaded), loaded.ok) == ([], True)


def test_a_clip_that_is_missing_leaves_no_film(tmp_path: Path) -> None:
    loaded = load(tmp_path, "scenes: [{clip: no.mp4}, {clip: also-no.mp4, skip: true}]\n")
    assert codes(loaded) == ["VS060", "VS060"]
    assert loaded.storyboard is None


def test_sounds_and_translations_must_be_there(tmp_path: Path) -> None:
    text = """scenes: [{id: a, action: x}]
sound: {music: {file: no.wav}}
narration: {lines: [{id: n, at: a, text: x, file: nor-this.wav}]}
locales: {default: en, fr: {strings: fr.yaml}}
"""
    assert [(p.code, p.where.line) for p in load(tmp_path, text).problems] == [
        ("VS060", 4), ("VS060", 5), ("VS060", 6),
    ]  # fmt: skip


def test_nothing_is_measured_that_nobody_imports(tmp_path: Path) -> None:
    assert film(tmp_path, "scenes: [{action: x}]\n").sequences[0].scenes[0].duration_s == 8
