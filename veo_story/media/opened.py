"""Open a media file for reading; what FFmpeg dislikes about it becomes a MediaError naming the file."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from veo_story.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.stream import Stream
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
    """The picture of an open file. Raises MediaError when it has none that FFmpeg knows."""
    stream = picture_stream(container)
    if stream is None:
        raise MediaError(f"{path}: has no video")
    return stream


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The picture of an open file, None when it has none that FFmpeg knows; the cover of a record is none."""
    for stream in container.streams.video:
        cover = stream.disposition & type(stream.disposition).attached_pic
        if not cover and _is_known(stream):
            return stream
    return None


def audio_stream(container: InputContainer) -> AudioStream | None:
    """The sound of an open file, None when it has none that FFmpeg knows."""
    return next((stream for stream in container.streams.audio if _is_known(stream)), None)


def _is_known(stream: Stream) -> bool:
    # PyAV's types do not say so, but a stream in an unknown codec has no context.
    return getattr(stream, "codec_context", None) is not None
