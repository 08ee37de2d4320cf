from __future__ import annotations

from typing import TYPE_CHECKING

from tests.storyboard.films import codes, load

if TYPE_CHECKING:
    from pathlib import Path

BIBLE = "storyboard_bible: 1\ncast: {al: {is: a man}}\n"
SCENES = "scenes: [{cast: [al], action: $al waits}]\n"


def test_a_bible_in_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "family.yaml").write_text(BIBLE)
    assert load(tmp_path, f"bible: shared/family.yaml\n{SCENES}").ok


def test_a_bible_outside_needs_leave(tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.mkdir()
    (tmp_path / "family.yaml").write_text(BIBLE)
    text = f"bible: ../family.yaml\n{SCENES}"
    assert codes(load(film, text)) == ["VS061"]
    assert load(film, text, allow_outside=True).ok


def test_a_link_that_leads_outside_is_outside(tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.mkdir()
    (tmp_path / "family.yaml").write_text(BIBLE)
    (film / "family.yaml").symlink_to("../family.yaml")
    assert codes(load(film, f"bible: family.yaml\n{SCENES}")) == ["VS061"]


def test_a_bible_that_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "family.yaml").mkdir()
    assert codes(load(tmp_path, f"bible: family.yaml\n{SCENES}")) == ["VS062"]


def test_a_storyboard_is_not_its_own_bible_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "family.yaml").symlink_to("film.yaml")
    assert codes(load(tmp_path, f"bible: family.yaml\n{SCENES}")) == ["VS030"]


def test_a_bible_that_cannot_be_read_leaves_its_names_in_peace(tmp_path: Path) -> None:
    (tmp_path / "family.yaml").write_text("storyboard_bible: 1\ncast: [\n")
    found = load(tmp_path, f"bible: family.yaml\n{SCENES}")
    assert {p.where.file for p in found.problems} == {str(tmp_path / "family.yaml")}
    assert found.storyboard is None


def test_a_storyboard_is_no_bible(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("storyboard: 1\ntitle: T\nscenes: [{action: x}]\n")
    found = load(tmp_path, f"bible: other.yaml\n{SCENES}")
    assert found.storyboard is None
    assert {p.where.file for p in found.problems} == {str(tmp_path / "other.yaml")}


def test_a_bibles_names_are_checked_in_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(BIBLE + "look: in ${light}\nlocations: {al: {is: a wood}}\n")
    found = load(tmp_path, f"bible: b.yaml\n{SCENES}").problems
    assert [(p.code, p.where.file.rpartition("/")[2]) for p in found] == [
        ("VS020", "b.yaml"),
        ("VS029", "film.yaml"),
    ]
