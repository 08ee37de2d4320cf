"""Power cuts while a film takes the place of another one: one of the two is there, whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.engine.platter import Platter
from tests.film.making import an_edit
from veo_story.film.cut_film import cut_film


def test_a_film_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    old = an_edit(tmp_path)
    new = replace(old, title="Another title")
    film, platter, left = tmp_path / "film", Platter(), []
    film.mkdir()
    cut_film(old, film, disk=platter.disk(lambda _: None))
    before = contents(film)

    def cut(when: str) -> None:
        for seed in range(4):
            left.append((f"{when}, seed {seed}", tmp_path / f"left{len(left)}"))
            platter.left(film, left[-1][1], seed)

    cut_film(new, film, disk=platter.disk(cut))
    after = contents(film)
    seen = set()
    for when, folder in left:
        assert contents(folder) in (before, (after[0], before[1]), after), when
        if contents(folder) not in seen:
            seen.add(contents(folder))
            assert cut_film(new, folder).frames == 48
            assert contents(folder)[0] == after[0]
    assert len(seen) == 3


def test_a_first_film_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    edit, film, platter = an_edit(tmp_path), tmp_path / "film", Platter()
    film.mkdir()
    found: set[tuple[bytes, bytes]] = set()

    def cut(_when: str) -> None:
        for seed in range(4):
            left = tmp_path / "left"
            platter.left(film, left, seed)
            found.add(contents(left))
            for file in left.iterdir():
                file.unlink()
            left.rmdir()

    cut_film(edit, film, disk=platter.disk(cut))
    whole = contents(film)
    assert found == {(b"", b""), (whole[0], b""), whole}


def contents(folder: Path) -> tuple[bytes, bytes]:
    """Film and record; empty where there is none."""
    found = [folder / name for name in ("film.mp4", "film.json")]
    film, record = (path.read_bytes() if path.exists() else b"" for path in found)
    return film, record
