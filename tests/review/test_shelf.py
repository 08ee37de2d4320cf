"""The folder of a preview: whole files, old ones gone, one at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path

from veo_story.review.shelf import Shelf, held


def shelf_with(folder: Path, *names: str) -> Shelf:
    shelf = Shelf(folder)
    shelf.clips.mkdir(parents=True, exist_ok=True)
    for name in names:
        (shelf.clips / name).write_text(name, "utf-8")
    return shelf


def left(shelf: Shelf) -> set[str]:
    return {path.name for path in shelf.clips.iterdir()}


def test_the_last_two_generations_stay(tmp_path: Path) -> None:
    shelf = shelf_with(tmp_path, "a", "b", ".b.part.mp4")
    shelf.tidy([shelf.clips / "a", shelf.clips / "b"])
    assert left(shelf) == {"a", "b"}
    shelf = shelf_with(tmp_path, "c")
    shelf.tidy([shelf.clips / "a", shelf.clips / "c"])
    assert left(shelf) == {"a", "b", "c"}
    shelf.tidy([shelf.clips / "a", shelf.clips / "c"])  # the same again: nothing grows old
    assert left(shelf) == {"a", "b", "c"}
    shelf_with(tmp_path, "d")
    shelf.tidy([shelf.clips / "a", shelf.clips / "d"])
    assert left(shelf) == {"a", "c", "d"}


def test_a_record_that_is_not_ours_is_forgotten(tmp_path: Path) -> None:
    shelf = shelf_with(tmp_path, "a", "b")
    (tmp_path / "kept.json").write_text("{", "utf-8")
    shelf.tidy([shelf.clips / "a"])
    assert left(shelf) == {"a"}


def test_files_are_written_only_when_they_change(tmp_path: Path) -> None:
    shelf = shelf_with(tmp_path)
    assert shelf.write(shelf.page, "one") is True
    inode = shelf.page.stat().st_ino
    assert shelf.write(shelf.page, "one") is False
    assert shelf.page.stat().st_ino == inode
    assert shelf.write(shelf.page, "two") is True and shelf.read(shelf.page) == "two"
    shelf.live.write_bytes(b"\xff")
    assert shelf.read(shelf.live) is None


def test_the_second_waits_for_the_first_and_says_so(tmp_path: Path) -> None:
    happened: list[str] = []

    async def first(inside: asyncio.Event, done: asyncio.Event) -> None:
        async with held(Shelf(tmp_path)):
            inside.set()
            await done.wait()
            happened.append("first is done")

    async def second(done: asyncio.Event) -> None:
        def waiting() -> None:
            happened.append("waiting")
            done.set()

        async with held(Shelf(tmp_path), waiting):
            happened.append("second begins")

    async def both() -> None:
        inside, done = asyncio.Event(), asyncio.Event()
        one = asyncio.create_task(first(inside, done))
        await inside.wait()
        await second(done)
        await one

    asyncio.run(both())
    assert happened == ["waiting", "first is done", "second begins"]
