"""Open a media file for reading; what FFmpeg dislikes about it becomes a MediaError naming the file."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from veo_story.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.container import InputContainer
    from av.video.stream import VideoStream


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """The file as a PyAV container. FFmpeg errors in the body are turned into MediaError too."""
    import av

    # A FIFO or a device would block for ever.
    if not path.is_file():
        raise MediaError(f"{path}: no such file" if not path.exists() else f"{path}: not a regular file")
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            yield container
    except (av.FFmpegError, OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MediaError(f"{path}: cannot be read as a media file: {reason}") from error


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The picture of an open file. Raises MediaError when it has none."""
    for stream in container.streams.video:
        if not stream.disposition & type(stream.disposition).attached_pic:
            return stream
    raise MediaError(f"{path}: has no video")
