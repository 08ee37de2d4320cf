"""The files that are made of a finished film."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.media.shaped import WIDE, film, numbers, sound_packets
from veo_story.errors import MediaError
from veo_story.film.edit import HARD, Cut, Edit, Join
from veo_story.film.outputs import RECORD, Output, write_outputs
from veo_story.film.variants import shots_of, titles_of
from veo_story.media.files import sha256_of
from veo_story.media.probe import probe
from veo_story.storyboard.load import load_storyboard
from veo_story.storyboard.model import Storyboard

FRAMES = 48


def board_of(folder: Path, finishing: str) -> Storyboard:
    path = folder / "boat.yaml"
    path.write_text(f"storyboard: 1\ntitle: T\nscenes:\n  - {{id: a, action: A boat}}\n{finishing}\n")
    loaded = load_storyboard(path)
    assert loaded.storyboard is not None
    return loaded.storyboard


def an_edit() -> Edit:
    cuts = (
        Cut(scene, name, Path("c.mp4"), "0", 0, 24, 24 * index, take_id="t")
        for index, (scene, name) in enumerate((("a", "one"), ("b", "two")))
    )
    return Edit("T", WIDE, tuple(cuts))


class Folder:
    """A film's folder, and what was made in it."""

    def __init__(self, path: Path, finishing: str, seed: int = 1) -> None:
        self.path, self.film = path, film(path / "film.mp4", FRAMES, seed=seed)
        self.board = board_of(path, finishing)

    def write(self, finishing: str | None = None) -> tuple[Output, ...]:
        board = self.board if finishing is None else board_of(self.path, finishing)
        return write_outputs(self.film, sha256_of(self.film), an_edit(), board)

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.path.iterdir() if path.suffix == ".mp4")


VARIANTS = """
variants:
  - {id: wide}
  - {id: tall, aspect: 9:16, focus: left}
  - {id: off, aspect: 1:1, enabled: false}
  - {id: anew, aspect: 9:16, method: regenerate}
"""


def test_each_variant_of_another_shape_is_a_file(tmp_path: Path) -> None:
    folder = Folder(tmp_path, VARIANTS)
    [made] = folder.write()
    assert (made.path, made.made) == (tmp_path / "boat-tall.mp4", True)
    assert folder.names == ["boat-tall.mp4", "film.mp4"]
    found = probe(made.path)
    assert (found.width, found.height, made.size_bytes) == (180, 320, made.path.stat().st_size)
    assert numbers(made.path) == list(range(FRAMES))
    assert sound_packets(made.path) == sound_packets(folder.film)


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path, VARIANTS)
    [first] = folder.write()
    before = first.path.stat()
    [again] = folder.write()
    assert not again.made
    assert again.path.stat().st_mtime_ns == before.st_mtime_ns
    [other] = folder.write(VARIANTS.replace("focus: left", "focus: right"))
    assert other.made


@pytest.mark.parametrize("harm", ["gone", "changed", "record"])
def test_what_is_not_as_it_was_made_is_made_again(tmp_path: Path, harm: str) -> None:
    folder = Folder(tmp_path, VARIANTS)
    [first] = folder.write()
    digest = sha256_of(first.path)
    if harm == "gone":
        first.path.unlink()
    elif harm == "changed":
        first.path.write_bytes(b"?" * first.size_bytes)
    else:
        (tmp_path / RECORD).write_text("no record")
    [again] = folder.write()
    assert again.made
    assert sha256_of(first.path) == digest


@pytest.mark.parametrize(
    "record",
    [
        '{"version": 1, "files": {"\\u0000": {}, "tall.mp4": 3}}',
        '{"version": 1, "files": ["ab"]}',
        '{"version": 1, "files": {"film.mp4": {"of": "x", "bytes": "many"}}}',
        "[" * 100_000,
    ],
)
def test_a_record_of_nonsense_makes_no_difference(tmp_path: Path, record: str) -> None:
    folder = Folder(tmp_path, VARIANTS)
    (tmp_path / RECORD).write_text(record, "utf-8")
    assert [output.made for output in folder.write()] == [True]
    assert [output.made for output in folder.write()] == [False]


def test_another_film_makes_other_files(tmp_path: Path) -> None:
    folder = Folder(tmp_path, VARIANTS)
    folder.write()
    film(folder.film, FRAMES, seed=2)
    [again] = folder.write()
    assert again.made
    assert sound_packets(again.path) == sound_packets(folder.film)


def test_names_kinds_and_sizes(tmp_path: Path) -> None:
    outputs = """
locales: {default: en}
outputs:
  - {name: film.mp4}
  - {name: "{film}-{variant}-{locale}.mp4", max_mb: 0.03}
  - {name: "copy of {film}.mp4"}
  - {name: "{film}-{variant}.mp4"}
  - {name: "{film}.otio", kind: otio}
"""
    made = Folder(tmp_path, VARIANTS + outputs).write()
    assert [output.path.name for output in made] == [
        *("boat-wide-en.mp4", "boat-tall-en.mp4", "copy of boat.mp4", "boat-wide.mp4", "boat-tall.mp4"),
    ]
    assert all(output.size_bytes <= 30_000 for output in made[:2])
    assert sha256_of(made[2].path) == sha256_of(tmp_path / "film.mp4")
    assert probe(made[1].path).width < probe(made[1].path).height
    assert [numbers(output.path) for output in made] == [list(range(FRAMES))] * 5


def test_a_size_that_cannot_be_is_told_when_all_else_is_made(tmp_path: Path) -> None:
    outputs = """
outputs:
  - {name: tiny.mp4, max_mb: 0.001}
  - {name: "{film}-{variant}.mp4"}
"""
    folder = Folder(tmp_path, VARIANTS + outputs)
    with pytest.raises(MediaError, match=r"tiny\.mp4: 2\.0 s do not fit into 0\.001 MB"):
        folder.write()
    assert folder.names == ["boat-tall.mp4", "boat-wide.mp4", "film.mp4"]
    assert set(json.loads((tmp_path / RECORD).read_text())["files"]) == {"boat-wide.mp4", "boat-tall.mp4"}


def test_shots_begin_where_the_film_cuts_and_not_amid_a_dissolve() -> None:
    def cut(start: int, join: Join = HARD, *, continuous: bool = False) -> Cut:
        return Cut(
            "s", "s", Path("c"), "0", 0, 24, start, continuous=continuous, cost_usd=Decimal(0), join=join
        )

    joins = (
        cut(0),
        cut(24, continuous=True),
        cut(48),
        cut(60, Join("dissolve", 12)),
        cut(84, Join("fade", 8)),
    )
    assert shots_of(Edit("T", WIDE, joins)) == (0, 48, 84)


def test_titles_are_cards(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(
        "storyboard: 1\ntitle: T\nscenes:\n  - {id: t, card: Words}\n  - {id: a, action: A boat}\n"
    )
    board = load_storyboard(path).storyboard
    assert board is not None
    assert titles_of(board) == {"t"}
