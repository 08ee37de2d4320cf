from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from veo_story.media.files import fsync_file, fsync_folder, sha256_of, write_whole


def test_a_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000
    (tmp_path / "clip").write_bytes(data)
    assert sha256_of(tmp_path / "clip") == hashlib.sha256(data).hexdigest()


def test_a_file_is_written_whole_over_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    path.mkdir()
    (path / "inside").write_text("")
    with pytest.raises(OSError, match="directory"):
        write_whole(path, b"new")
    assert list(tmp_path.iterdir()) == [path]


def test_syncing_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        fsync_file(tmp_path / "gone")
    with pytest.raises(FileNotFoundError):
        fsync_folder(tmp_path / "gone")
