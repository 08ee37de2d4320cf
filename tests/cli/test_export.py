"""``veo-story export`` and ``veo-story explain FILM@TIME``."""

from __future__ import annotations

import csv
import io
import json
import shutil
from contextlib import chdir
from pathlib import Path
from urllib.parse import unquote, urlsplit

import opentimelineio as otio
import pytest

from tests.support.cli import CARDS, FakeBackend, run, write
from veo_story.export.formats import FORMATS

DISSOLVED = CARDS.replace("title: The end}", "title: The end, transition: {type: dissolve, duration: 0.25}}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    write(folder / "cards.yaml", DISSOLVED)
    with chdir(folder):
        ran = run("render", "cards.yaml", backend=FakeBackend())
    assert ran.code == 0, ran.err
    return folder


@pytest.fixture
def cut(made: Path, folder: Path) -> Path:
    """Two cards that are rendered and cut, seen together for six frames."""
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return folder / "renders" / "cards"


def test_everything_is_written_beside_the_film(cut: Path) -> None:
    ran = run("export", "cards.yaml", "--format", ",".join(FORMATS))
    assert ran.code == 0, ran.err
    assert ran.out.splitlines() == [f"renders/cards/cards.{name}" for name in FORMATS]
    assert "cards.edl does not hold sound, music and narration" in ran.err
    assert "cards.srt does not hold anything" in ran.err
    first = {path.name: path.read_bytes() for path in cut.glob("cards.*")}
    assert len(first) == len(FORMATS)
    assert run("export", "cards.yaml", "-q", "--format", ",".join(FORMATS)).err == ""
    assert {path.name: path.read_bytes() for path in cut.glob("cards.*")} == first
    picture = otio.adapters.read_from_file(str(cut / "cards.otio")).tracks[0]
    media = [cut / unquote(c.media_reference.target_url) for c in picture.find_clips()]
    assert [path.is_file() for path in media] == [True, True]
    assert [(c.source_range.start_time.value, c.duration().value) for c in picture.find_clips()] == [
        (0, 18),
        (0, 12),
    ]
    available = [c.media_reference.available_range.duration.value for c in picture.find_clips()]
    assert available == [24, 12]
    rows = list(csv.DictReader(io.StringIO((cut / "cards.csv").read_text("utf-8-sig"), newline="")))
    assert [(row["scene"], row["in"], row["out"]) for row in rows] == [
        ("hello", "00:00:00:00", "00:00:01:00"),
        ("bye", "00:00:00:18", "00:00:01:06"),
    ]
    assert (cut / "cards.html").read_text("utf-8").count("data:image/jpeg;base64,") == 2


def test_elsewhere_media_are_named_from_the_root(cut: Path, folder: Path) -> None:
    ran = run("export", "cards.yaml", "--json", "-f", "otio,edl", "-o", "for-anna")
    assert [one["path"] for one in ran.json] == ["for-anna/cards.otio", "for-anna/cards.edl"]
    assert [one["lost"] for one in ran.json] == [[], ["sound, music and narration"]]
    timeline = otio.adapters.read_from_file(str(folder / "for-anna" / "cards.otio"))
    urls = [clip.media_reference.target_url for clip in timeline.find_clips()]
    assert all(url.startswith("file:///") and Path(unquote(urlsplit(url).path)).is_file() for url in urls)


def test_one_file(cut: Path, folder: Path) -> None:
    assert run("export", "cards.yaml", "-f", "csv", "-o", "list.csv").out == "list.csv\n"
    assert (folder / "list.csv").is_file()
    both = run("export", "cards.yaml", "-f", "csv,html", "-o", "list.csv")
    assert (both.code, "give a folder" in both.err) == (2, True)


@pytest.mark.parametrize(
    ("written", "code", "message"),
    [("pdf", 2, "there is no format 'pdf'"), (" ,", 2, "no format; there are")],
)
def test_what_cannot_be_written(cards: Path, written: str, code: int, message: str) -> None:
    ran = run("export", "cards.yaml", "-f", written)
    assert (ran.code, message in ran.err) == (code, True), ran.err


def test_a_film_without_takes(cards: Path) -> None:
    ran = run("export", "cards.yaml")
    assert (ran.code, "no take of hello, bye" in ran.err) == (11, True), ran.err
    assert not Path("renders/cards").exists()


def test_who_made_a_moment(cut: Path) -> None:
    ran = run("explain", "renders/cards/film.mp4@0:00.8")
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0] == "film.mp4 at 00:00:00:19, second 0.792, frame 19: dissolve from hello to bye"
    assert [line for line in lines if line[:1] not in (" ", "")] == [lines[0], "hello  Hello", "bye  The end"]
    record = json.loads((cut / "film.json").read_text("utf-8"))
    [hello, bye] = run("explain", "renders/cards/film.mp4@00:00:00:19", "--json").json[0]["seen"]
    assert (hello["clip_frame"], bye["clip_frame"]) == (19, 1)
    assert {key: hello[key] for key in record["cuts"][0]} == record["cuts"][0]
    assert hello["mode"] == "slate"
    assert (cut / hello["clip"]).is_file()
    both = run("explain", "VS011", "renders/cards/film.mp4@0")
    assert (both.out.startswith("VS011"), "frame 0" in both.out) == (True, True)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("renders/cards/film.mp4@9", "ends at 1.25 s"),
        ("renders/cards/film.mp4@soon", "'soon' is no time"),
        ("renders/other/film.mp4@0", "there is no such film"),
    ],
)
def test_moments_that_nobody_made(cut: Path, asked: str, message: str) -> None:
    ran = run("explain", asked)
    assert (ran.code, message in ran.err, ran.out) == (11, True, "")


def test_a_film_that_was_changed(cut: Path) -> None:
    (cut / "film.mp4").write_bytes(b"another")
    ran = run("explain", "renders/cards/film.mp4@0")
    assert (ran.code, "changed after its record" in ran.err) == (11, True)
    (cut / "film.json").unlink()
    ran = run("explain", "renders/cards/film.mp4@0")
    assert (ran.code, "no film.json beside it" in ran.err) == (11, True)
