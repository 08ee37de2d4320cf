"""The film of a preview: every frame of every clip, in order, with chapters."""

from __future__ import annotations

from pathlib import Path

import av

from tests.support.clips import numbers_of
from tests.support.previews import CHAIN, Numbers, preview


def test_the_film_is_its_clips_in_a_row(tmp_path: Path) -> None:
    path = tmp_path / "walk.yaml"
    path.write_text(CHAIN, "utf-8")
    made = preview(path, Numbers())
    assert made.film is not None
    assert numbers_of(made.film) == [*range(96), *range(168), *range(168), *range(96)]
    with av.open(str(made.film)) as container:
        assert container.metadata["title"] == "A walk"
        chapters = [(c["metadata"]["title"], c["start"] * c["time_base"]) for c in container.chapters()]
        assert chapters == [("The gate", 0), ("s02", 4), ("s03", 11), ("s04", 18)]


def test_a_film_that_is_the_same_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "walk.yaml"
    path.write_text(CHAIN, "utf-8")
    artist = Numbers()
    film = preview(path, artist).shelf.film
    inode = film.stat().st_ino
    preview(path, artist)
    assert film.stat().st_ino == inode
    path.write_text(CHAIN.replace("A quiet", "A loud"), "utf-8")
    preview(path, artist)
    assert film.stat().st_ino != inode


def test_a_trimmed_scene_is_shorter_in_the_film(tmp_path: Path) -> None:
    path = tmp_path / "walk.yaml"
    path.write_text(CHAIN.replace("id: s04, duration: 4", "id: s04, duration: 4, trim: {out: 1}"), "utf-8")
    made = preview(path, Numbers())
    assert made.film is not None and made.facts.frames == 96 + 168 + 168 + 72
    assert numbers_of(made.film)[-1] == 71
