"""The shot list: what a spreadsheet and a browser read of it."""

from __future__ import annotations

import base64
import csv
import io
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.export.handed import handed
from tests.support.edits import FOLDER, TITLES, random_edit
from veo_story.export.shotlist import COLUMNS, write_csv, write_html
from veo_story.film.edit import Edit
from veo_story.storyboard.model import Camera, DialogueLine, Mode, Shot

_EMPTY = {"meta", "img", "br"}


class Page(HTMLParser):
    """The tags of a page, all of which have to be closed, and the texts of its cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _EMPTY:
            self.open.append(tag)
        if tag in ("td", "h1"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "h1"} & set(self.open):
            self.cells[-1] += data


def table(data: bytes) -> list[dict[str, str]]:
    text = data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def two_scenes() -> Edit:
    base = replace(random_edit(3).cuts[0], in_frame=0, out_frame=36, gap=0, hold=0, take_id="s00/x-1")
    cut = replace(base, start_frame=0, join=replace(base.join, kind="cut"), title="The keeper")
    second = replace(
        cut, scene_id="s01", start_frame=36, title="s01", take_id="", hold=6, cost_usd=Decimal(0)
    )
    return Edit("A film", (1280, 720), (cut, second))


SCENE = {
    "camera": Camera(size="wide", move="slow pan"),
    "action": "A boat.",
    "notes": "Two\nlines",
    "dialogue": (DialogueLine("mira", 'Late, "as ever"; no?'),),
    "shots": (Shot(Decimal(0), Decimal("1.5"), "It leaves", Camera(text="close-up")),),
}


def test_a_row_for_each_scene() -> None:
    given = handed(two_scenes(), scene=SCENE, asked={"s00/x-1": {"mode": "extend"}})
    data = write_csv(given, FOLDER)
    assert data.startswith(b"\xef\xbb\xbfno,scene,title")
    assert data.count(b"\r\n") == 3
    first, second = table(data)
    assert first == {
        "no": "1",
        "scene": "s00",
        "title": "The keeper",
        "in": "00:00:00:00",
        "out": "00:00:01:12",
        "seconds": "1.5",
        "mode": "extend",
        "camera": "wide shot, slow pan\nclose-up",
        "action": "A boat.\n0–1.5 s: It leaves",
        "dialogue": 'mira: Late, "as ever"; no?',
        "take": "s00/x-1",
        "model": "veo (vertex)",
        "cost_usd": "0.80",
        "notes": "Two\nlines",
    }
    assert (second["title"], second["take"], second["mode"], second["seconds"]) == (
        "",
        "none yet",
        "open",
        "1.75",
    )
    assert write_csv(given, FOLDER) == data


@pytest.mark.parametrize("title", [*TITLES, "+49", "-x", "@a", "\ttab"])
def test_titles_survive(title: str) -> None:
    edit = two_scenes()
    named = replace(edit, title=title, cuts=(replace(edit.cuts[0], title=title), *edit.cuts[1:]))
    given = handed(named, scene={"notes": title, "mode": Mode.SLATE, "card": title})
    row = table(write_csv(given, FOLDER))[0]
    safe = f"'{title}" if title[0] in "=+-@\t" else title
    assert (row["title"], row["notes"], row["action"]) == (safe, safe, safe)
    page = Page(write_html(given, FOLDER).decode())
    assert page.cells[0] == " ".join(title.split())
    assert title in page.cells[3]
    assert (title in page.cells[6], title in page.cells[9]) == (True, True)
    assert not any(tag == "script" for tag, _ in page.tags)


def test_a_page_with_pictures() -> None:
    jpeg = b"\xff\xd8not really"
    given = handed(two_scenes(), scene=SCENE, stills={"s00": jpeg})
    text = write_html(given, FOLDER).decode()
    page = Page(text)
    [image] = [told for tag, told in page.tags if tag == "img"]
    assert image["src"] == f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
    rows = [cell.strip() for cell in page.cells[1:]]
    assert len(rows) == 2 * 9
    assert rows[3] == "00:00:00:0000:00:01:121.5 s"
    assert rows[16] == "none yetveo (vertex)free"
    # Nothing of it is loaded from elsewhere, and nothing runs.
    assert not any("src" in told and not (told["src"] or "").startswith("data:") for _, told in page.tags)
    assert not any(key.startswith("on") or key == "href" for _, told in page.tags for key in told)
    assert "url(" not in text
    assert write_html(given, Path("/other")) == text.encode()
