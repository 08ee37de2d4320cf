"""Images as they go into a request: PNG or JPEG, whole, and not larger than the services take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.backends.veo.wire.model import Medium
from veo_story.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 20_000_000
"""What both services take of one image."""

_HEADS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg"}


def read_picture(path: Path) -> Medium:
    """The bytes of an image with their type, which is told by its first bytes and not by its name.

    Raises MediaError when the file is not there, is neither PNG nor JPEG, or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise MediaError(f"{path}: cannot be read: {error.strerror or error}") from error
    mime = next((mime for head, mime in _HEADS if data.startswith(head)), None)
    if mime is None:
        raise MediaError(
            f"{path}: is neither PNG nor JPEG, and the service takes no other images",
            hint="Convert it, for example: ffmpeg -i IMAGE image.png",
        )
    if len(data) > MOST_BYTES:
        raise MediaError(
            f"{path}: is larger than the {MOST_BYTES // 1_000_000} MB that the service takes",
            hint="Save it as JPEG, or in a smaller size.",
        )
    return Medium(mime, data=data)


def suffix_of(mime: str | None) -> str:
    """How the name of a file with this content ends; videos are MP4."""
    return _SUFFIXES.get(mime or "", ".mp4")
