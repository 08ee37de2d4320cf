"""The files that a storyboard wants at the end: made with the film, and left alone while nothing changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.support.cli import CARDS, FakeBackend, run, write
from tests.support.recordings import wav

WANTED = f"""{CARDS}outputs:
  - {{name: film.mp4}}
  - {{name: list.csv, kind: csv}}
  - {{name: "{{film}}.otio", kind: otio}}
"""
SPOKEN = f"""{CARDS}narration: {{lines: [{{id: n1, at: hello, text: Hello., file: said.wav}}]}}
subtitles: {{from: narration, formats: [srt, vtt]}}
"""
FILES = {"list.csv", "cards.otio"}


@pytest.fixture
def film(folder: Path) -> Path:
    """The folder of a film that was rendered and delivered."""
    write(folder / "cards.yaml", WANTED)
    ran = run("render", "cards.yaml", backend=FakeBackend())
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[1:] == ["renders/cards/list.csv", "renders/cards/cards.otio"]
    return folder / "renders" / "cards"


def cut_again(film: Path) -> set[str]:
    """Which files of the film are others after it was to be cut again."""
    before = {path: path.stat().st_ino for path in film.iterdir() if path.is_file()}
    ran = run("film", "cards.yaml", "--json")
    assert ran.code == 0, ran.err
    assert {Path(name).name for name in ran.json["beside"]} == FILES
    return {path.name for path in film.iterdir() if path.is_file() and before.get(path) != path.stat().st_ino}


def test_what_is_there_is_left_alone(film: Path) -> None:
    assert cut_again(film) == set()


def test_what_is_gone_is_made_again(film: Path) -> None:
    (film / "list.csv").unlink()
    assert cut_again(film) == {"list.csv", "delivered.json"}
    assert "The end" in (film / "list.csv").read_text("utf-8-sig")


def test_a_word_of_the_author_makes_other_files_but_no_other_film(film: Path, folder: Path) -> None:
    write(folder / "cards.yaml", WANTED.replace("title: The end}", "title: The end, notes: Longer?}"))
    assert cut_again(film) == {*FILES, "delivered.json"}
    assert "Longer?" in (film / "list.csv").read_text("utf-8-sig")


def test_without_a_record_all_is_made_again(film: Path) -> None:
    (film / "delivered.json").write_bytes(b'{"version": 1}')
    assert cut_again(film) == {*FILES, "delivered.json"}


def test_a_poster_needs_no_line_in_outputs(folder: Path) -> None:
    write(folder / "cards.yaml", CARDS + "poster: bye\n")
    assert run("render", "cards.yaml", backend=FakeBackend()).code == 0
    assert Image.open(folder / "renders" / "cards" / "film.png").format == "PNG"


def test_the_ffmpeg_that_was_chosen_presses_the_film(film: Path, folder: Path) -> None:
    most = (film / "film.mp4").stat().st_size * 9 // 10 / 1_000_000
    write(folder / "cards.yaml", f"{CARDS}outputs:\n  - {{name: small.mp4, max_mb: {most:f}}}\n")
    ran = run("film", "cards.yaml", environ={"FFMPEG_BINARY": "no/such/ffmpeg"})
    assert (ran.code, "no/such/ffmpeg" in ran.err) == (6, True)
    assert not (film / "small.mp4").exists()


def test_subtitles_of_an_earlier_film_do_not_stay(folder: Path) -> None:
    wav(folder / "said.wav")
    write(folder / "cards.yaml", SPOKEN)
    assert run("render", "cards.yaml", backend=FakeBackend()).code == 0
    film = folder / "renders" / "cards"
    (film / "film.de.srt").write_text("an author's own")
    assert {path.name for path in film.glob("*.[sv]*t")} == {"film.srt", "film.vtt", "film.de.srt"}
    write(folder / "cards.yaml", SPOKEN.replace("[srt, vtt]", "[vtt]"))
    assert run("film", "cards.yaml").code == 0
    assert {path.name for path in film.glob("*.[sv]*t")} == {"film.vtt", "film.de.srt"}


def test_a_film_of_an_impossible_size_keeps_nothing_else_away(folder: Path) -> None:
    text = WANTED.replace("outputs:\n", "outputs:\n  - {name: small.mp4, max_mb: 0.0001}\n")
    write(folder / "cards.yaml", text)
    ran = run("render", "cards.yaml", backend=FakeBackend())
    assert ran.code == 11
    assert "small.mp4" in ran.err
    there = {path.name for path in (folder / "renders" / "cards").iterdir()}
    assert there >= {"film.mp4", *FILES}
    assert "small.mp4" not in there
