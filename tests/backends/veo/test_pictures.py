from __future__ import annotations

from pathlib import Path

import pytest

from veo_story.backends.veo.pictures import MOST_BYTES, read_picture, suffix_of
from veo_story.errors import MediaError

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


@pytest.mark.parametrize(
    ("data", "mime", "suffix"), [(PNG, "image/png", ".png"), (JPEG, "image/jpeg", ".jpg")]
)
def test_the_bytes_say_what_it_is(tmp_path: Path, data: bytes, mime: str, suffix: str) -> None:
    path = tmp_path / "picture.gif"
    path.write_bytes(data)
    medium = read_picture(path)
    assert (medium.mime, medium.data, medium.uri) == (mime, data, None)
    assert suffix_of(medium.mime) == suffix


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"GIF89a" + bytes(20), "neither PNG nor JPEG"),
        (b"", "neither PNG nor JPEG"),
        (None, "cannot be read"),
    ],
)
def test_what_is_not_sent(tmp_path: Path, data: bytes | None, said: str) -> None:
    path = tmp_path / "nowhere.png"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(MediaError, match=f"nowhere.png: .*{said}"):
        read_picture(path)


def test_the_limit_is_the_service_s(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(PNG + bytes(MOST_BYTES - len(PNG)))
    assert len(read_picture(path).data or b"") == MOST_BYTES
    with path.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(MediaError, match=r"large.png: is larger than the 20 MB"):
        read_picture(path)
