from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from veo_story.backends.veo.kept import KeptClips, operation_of
from veo_story.errors import MediaError

NAME = "projects/p/locations/l/publishers/google/models/m/operations/1"


def test_a_kept_clip_is_copied_as_often_as_asked(tmp_path: Path) -> None:
    async def run() -> list[bytes]:
        kept = KeptClips(lambda: tmp_path)
        handles = [await kept.keep(NAME, n, f"clip {n}".encode()) for n in range(2)]
        assert handles == [f"{NAME}#0", f"{NAME}#1"]
        take = tmp_path / "take"
        take.mkdir()
        copies = []
        for handle in (*handles, handles[0]):
            assert await kept.copy(handle, take / "clip.mp4")
            copies.append((take / "clip.mp4").read_bytes())
            assert [path.name for path in take.iterdir()] == ["clip.mp4"]
        assert not await kept.copy(f"{NAME}#2", take / "clip.mp4")
        return copies

    assert asyncio.run(run()) == [b"clip 0", b"clip 1", b"clip 0"]


def test_a_disk_that_fails_is_said(tmp_path: Path) -> None:
    async def run() -> None:
        kept = KeptClips(lambda: tmp_path)
        handle = await kept.keep(NAME, 0, b"clip")
        with pytest.raises(MediaError, match="cannot be written"):
            await kept.copy(handle, tmp_path / "nowhere" / "clip.mp4")
        with pytest.raises(MediaError, match="cannot be written"):
            await KeptClips(lambda: tmp_path / "nowhere").keep(NAME, 0, b"clip")

    asyncio.run(run())


@pytest.mark.parametrize(
    ("handle", "read"),
    [
        (f"{NAME}#0", (NAME, 0)),
        (f"{NAME}#12", (NAME, 12)),
        ("gs://bucket/1/sample_0.mp4", None),
        ("#0", None),
        ("a#", None),
        ("a#x", None),
        ("a#²", None),
        ("", None),
    ],
)
def test_handles_name_operations(handle: str, read: tuple[str, int] | None) -> None:
    assert operation_of(handle) == read
