"""Real saves on a real disk are seen, in whatever way an editor writes."""

from __future__ import annotations

import asyncio
from pathlib import Path

from veo_story.review.watching import Watched, changes_of


def test_saves_are_seen(tmp_path: Path) -> None:
    film = tmp_path / "walk.yaml"
    film.write_text("one", "utf-8")
    watched = Watched(film)

    async def watch() -> int:
        seen = 0
        async for _ in changes_of(watched.files):
            seen += 1
            if seen == 1:
                film.write_text("two, in place", "utf-8")
            elif seen == 2:
                (tmp_path / "walk.yaml~").write_text("three, by another name", "utf-8")
                (tmp_path / "walk.yaml~").replace(film)
            else:
                return seen
        return seen

    assert asyncio.run(asyncio.wait_for(watch(), 30)) == 3
