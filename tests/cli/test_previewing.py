"""Previewing while the author writes, with an artist of our own and saves that we time ourselves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import NOW
from tests.support.previews import CHAIN, SMALL, Numbers
from veo_story.cli.previewing import Wish, preview_once, watch_film
from veo_story.cli.shell import Shell

SHELL = Shell(environ={}, now=lambda: NOW)
SEA = CHAIN.replace("gemini", "local")


def live(folder: Path) -> Any:
    text = (folder / "renders" / "walk" / "preview" / "live.js").read_text("utf-8")
    return json.loads(text.removeprefix("veoStoryLive(").removesuffix(");\n"))


def watched(folder: Path, artist: Numbers, saves: list[Callable[[Path], None]]) -> list[tuple[Any, int]]:
    """Preview a film and save it so often; what the open page was told after each, and the clips drawn."""
    film = folder / "walk.yaml"
    film.write_text(SEA, "utf-8")
    told = []

    async def changes(files: Callable[[], frozenset[Path]]) -> AsyncIterator[None]:
        yield
        for save in saves:
            told.append((live(folder), len(artist.orders)))
            assert film in files()
            save(film)
            yield
        told.append((live(folder), len(artist.orders)))

    wish = Wish(renders=folder / "renders", watch=True, size=SMALL)
    asyncio.run(watch_film(film, wish, SHELL, artist, changes))
    return told


def saved(old: str, new: str) -> Callable[[Path], None]:
    return lambda film: film.write_text(SEA.replace(old, new), "utf-8") and None


def test_a_save_draws_what_changed_and_the_page_hears_of_it(tmp_path: Path) -> None:
    artist = Numbers()
    told = watched(tmp_path, artist, [saved("looks back", "looks up"), saved("", "")])
    assert [drawn for _, drawn in told] == [4, 5, 5]
    generations = [live["generation"] for live, _ in told]
    assert generations[0] != generations[1] and generations[2] == generations[0]
    assert all(live["watched"] and not live["problems"] for live, _ in told)


def test_a_broken_save_leaves_the_page_and_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = watched(tmp_path, Numbers(), [saved("action: A quiet", "acton: A quiet"), saved("", "")])
    whole, broken, mended = (live for live, _ in told)
    assert broken["generation"] == whole["generation"]
    [line] = broken["problems"]
    assert line.startswith("line 16: ") and "acton" in line
    assert mended == whole
    said = capsys.readouterr().err
    assert "VS010" in said and "watching; Ctrl-C ends it" in said


def test_it_may_begin_broken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = tmp_path / "walk.yaml"
    film.write_text("storyboard: 1\n", "utf-8")
    artist = Numbers()

    async def changes(_files: Callable[[], frozenset[Path]]) -> AsyncIterator[None]:
        yield
        film.write_text(SEA, "utf-8")
        yield

    wish = Wish(renders=tmp_path / "renders", watch=True, size=SMALL)
    asyncio.run(watch_film(film, wish, SHELL, artist, changes))
    assert len(artist.orders) == 4
    assert "4 scenes, 4 drawn now" in capsys.readouterr().out


def test_a_bible_is_watched_once_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text("storyboard_bible: 1\ncast: {bob: {is: a man}}\n", "utf-8")
    film = tmp_path / "walk.yaml"
    film.write_text(SEA.replace("storyboard: 1\n", "storyboard: 1\nbible: world.yaml\n"), "utf-8")
    seen: list[set[str]] = []

    async def changes(files: Callable[[], frozenset[Path]]) -> AsyncIterator[None]:
        seen.append({path.name for path in files()})
        yield
        seen.append({path.name for path in files()})

    wish = Wish(renders=tmp_path / "renders", watch=True, size=SMALL, quiet=True)
    asyncio.run(watch_film(film, wish, SHELL, Numbers(), changes))
    assert seen == [{"walk.yaml"}, {"walk.yaml", "world.yaml"}]


def test_json_tells_what_was_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = tmp_path / "walk.yaml"
    film.write_text(CHAIN, "utf-8")
    wish = Wish(renders=tmp_path / "renders", as_json=True, size=SMALL, only=("s02..s03",))
    asyncio.run(preview_once(film, wish, SHELL, Numbers()))
    data = json.loads(capsys.readouterr().out)
    assert data["film"] == "walk" and data["drawn"] == ["s02", "s03"] and data["missing"] == ["s01", "s04"]
    assert data["video"] is None and set(data["clips"]) == {"s02", "s03"}
    assert data["expected_usd"] == "2.20" and data["problems"]["error"] == 0
    assert Path(data["page"]).is_file()
