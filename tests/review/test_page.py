"""The page as a browser's parser sees it."""

from __future__ import annotations

import json
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import ROOT
from tests.support.previews import CHAIN, Numbers, preview
from veo_story.review.page import live_text
from veo_story.review.preview import Preview

NASTY = "</script><b onclick=x>\\\"' {{ 7 * 7 }} &amp;"


class Page(HTMLParser):
    """Tags with their attributes, and the text within each."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self._open[-1] if self._open else "", " ".join(data.split())))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def words(self) -> str:
        return " ".join(text for tag, text in self.texts if tag not in ("script", "style"))

    def script(self) -> Any:
        return json.loads(next(text for tag, text in self.texts if tag == "script"))


def made(folder: Path, text: str = CHAIN, **how: Any) -> Preview:
    path = folder / "walk.yaml"
    path.write_text(text, "utf-8")
    return preview(path, Numbers(), **how)


def page_of(one: Preview) -> Page:
    return Page(one.shelf.page.read_text("utf-8"))


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Preview:
    return made(tmp_path_factory.mktemp("walk"))


def test_every_scene_has_a_card_a_chapter_and_a_block(walk: Preview) -> None:
    page = page_of(walk)
    cards = [card["id"] for card in page.all("article")]
    assert cards == [f"scene-{scene}" for scene in ("s01", "s02", "s03", "s04")]
    assert len({card["id"] for card in page.all("article")}) == 4
    blocks = [d["style"] for d in page.all("div") if str(d.get("class", "")).startswith("block")]
    frames = 96 + 168 + 168 + 96
    assert blocks[1] == f"left: {round(96 / frames * 100, 4)}%; width: {round(168 / frames * 100, 4)}%"
    starts = [scene["start"] for scene in page.script()["scenes"]]
    assert starts == [0, 96, 264, 432] and page.script()["frames"] == frames


def test_its_facts_are_told(walk: Preview) -> None:
    words = page_of(walk).words()
    for expected in (
        "A walk", "Two people and a dog.", "The gate", "0:22:00", "4 scenes", "gemini", "2.20", "18 of 148 s",
        "2 of 20 extensions", "goes on from s01", "of 1024 tokens", "Ann walks along the sea in the rain",
        "Nobody there.", "0.8 s of speech in 7 s", "VS250",
    ):  # fmt: skip
        assert expected in words, expected


def test_its_media_lie_beside_it_and_nothing_comes_from_elsewhere(walk: Preview) -> None:
    page = page_of(walk)
    named = [str(a[k]) for tag, a in page.tags for k in ("src", "data-src", "poster") if a.get(k)]
    assert len(named) > 4 * 4
    for url in named:
        assert (walk.shelf.folder / url.partition("?")[0]).is_file(), url
    text = walk.shelf.page.read_text("utf-8")
    assert not re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?\s*(?:https?:|//)""", text)
    assert "default-src 'none'" in text


def test_what_an_author_writes_stays_text(tmp_path: Path) -> None:
    text = CHAIN.replace("title: A walk", f'title: "{NASTY}"').replace("title: The gate", f'title: "{NASTY}"')
    text = text.replace("Nobody there.", f'"{NASTY}"').replace("looks back", "looks </script><i>back")
    one = made(tmp_path, text)
    page = page_of(one)
    plain = NASTY.replace("\\", "")
    assert "7 * 7" in page.words() and plain in page.words()
    assert page.script()["scenes"][0]["title"] == plain
    allowed = {tag for tag, _ in page_of(made(tmp_path)).tags}
    assert {tag for tag, _ in page.tags} == allowed
    assert not any("onclick" in attributes for _, attributes in page.tags)
    assert len(page.all("script")) == 2


@pytest.mark.parametrize("title", ["سائق القطار", "雪の夜 ❄️", "Ünïcödé"])
def test_titles_in_any_script(title: str, tmp_path: Path) -> None:
    page = page_of(made(tmp_path, CHAIN.replace("A walk", title), only=("s04",)))
    assert title in page.words()
    assert page.all("h1")[0]["dir"] == "auto"


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    page = page_of(made(tmp_path, only=("s04",)))
    assert "3 still missing" in page.words() and page.words().count("Not drawn yet") == 3
    assert not [video for video in page.all("video") if video.get("id") == "film"]


def test_a_film_that_its_backend_refuses_says_so(tmp_path: Path) -> None:
    words = page_of(made(tmp_path, CHAIN.replace("tier: fast", "tier: fast, resolution: 4k"))).words()
    assert "the backend would refuse this film as it is" in words and "error" in words


def test_notes_stand_at_their_scene(tmp_path: Path) -> None:
    long = "word " * 40
    one = made(tmp_path, CHAIN.replace("Nobody there.", f'"{long}"'))
    [scene] = [scene for scene in one.facts.scenes if scene.id == "s02"]
    assert scene.fit is not None and scene.fit.verdict == "over"
    assert any("line" in note.place for note in scene.notes)
    assert all(note not in one.facts.notes for note in scene.notes)


def test_a_page_of_other_words_has_another_generation(tmp_path: Path, walk: Preview) -> None:
    mine = walk.shelf.page.read_text("utf-8")
    other = made(tmp_path, CHAIN.replace("The gate", "The door")).shelf.page.read_text("utf-8")
    assert told(live_text(mine, is_watched=False)) != told(live_text(other, is_watched=False))
    assert walk.shelf.live.read_text("utf-8") == live_text(mine, is_watched=False)


def test_its_parts_ship() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    shipped = settings["package-data"]["veo_story.review"]
    for path in (ROOT / "veo_story" / "review").iterdir():
        assert path.is_dir() or path.suffix == ".py" or f"*{path.suffix}" in shipped, path


def test_problems_reach_an_open_page(walk: Preview) -> None:
    text = live_text(walk.shelf.page.read_text("utf-8"), is_watched=True, problems=["line 3: </script>"])
    assert "</script>" not in text
    assert told(text)["problems"] == ["line 3: </script>"] and told(text)["watched"] is True


def told(text: str) -> Any:
    return json.loads(text.removeprefix("veoStoryLive(").removesuffix(");\n"))
