from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import ROOT
from veo_story.storyboard.sounds import no_sound


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP picture"),
        (b"<!doctype html><title>404</title>", "a page of text"),
        (b"Everything begins with wind and patience, and so on and so forth, for long\n", "text"),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"ID3\x03\0\0\0\0\0\0", None),
        (b"\xff\xfb\x90\x64" + b"\0" * 60, None),
        (b"fLaC\0\0\0\x22", None),
        (b"OggS\0\x02", None),
        (b"\0\0\0\x20ftypM4A ", None),
        (b"#!AMR\n", None),
    ],
)
def test_what_is_no_sound(tmp_path: Path, head: bytes, told: str | None) -> None:
    file = tmp_path / "music.wav"
    file.write_bytes(head)
    assert no_sound(file) == told


def test_the_examples_are_sounds() -> None:
    found = [no_sound(path) for path in (ROOT / "storyboards" / "audio").iterdir()]
    assert found and not any(found)
