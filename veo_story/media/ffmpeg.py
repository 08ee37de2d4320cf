"""The ffmpeg program: where it is, and running a graph of ffmpeg-python with it.

There is no ffprobe beside it, so nothing calls ``ffmpeg.probe``;
:mod:`veo_story.media.probe` does that work.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veo_story.errors import ConfigError, MediaError
from veo_story.media.children import environ_of_child

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TAIL_LINES = 12


def find_ffmpeg(environ: Mapping[str, str] | None = None) -> str:
    """Path of the ffmpeg program: ``FFMPEG_BINARY`` of ``environ``, else the one that imageio-ffmpeg brings.

    Raises ConfigError when there is none.
    """
    chosen = (environ or {}).get("FFMPEG_BINARY")
    if chosen:
        return chosen
    import imageio_ffmpeg

    # Its own search tries the program out, with all keys of the environment: where there is one, that is it.
    brought = sorted(Path(imageio_ffmpeg.__file__).with_name("binaries").glob("ffmpeg-*"))
    if len(brought) == 1 and "IMAGEIO_FFMPEG_EXE" not in environ_of_child():
        return str(brought[0])
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise ConfigError(
            f"no ffmpeg program found: {error}",
            hint="Set FFMPEG_BINARY to one, or reinstall imageio-ffmpeg.",
        ) from error


def run_graph(graph: Any, *, environ: Mapping[str, str] | None = None) -> str:
    """Run an ffmpeg-python output node; existing files are overwritten. Returns what ffmpeg logged.

    Raises MediaError with the command and the end of the log, ConfigError when the program cannot be started.
    """
    return run_ffmpeg(graph.get_args(overwrite_output=True), environ=environ)


def run_ffmpeg(arguments: Sequence[str], *, environ: Mapping[str, str] | None = None) -> str:
    """Run ffmpeg with these arguments, as :func:`run_graph` does."""
    # Read by nobody, but a terminal's keys would stop ffmpeg: hence no stdin.
    command = [find_ffmpeg(environ), "-hide_banner", "-nostdin", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 (no shell; the program is the user's own)
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environ_of_child()
        )
    except OSError as error:
        raise ConfigError(
            f"cannot start {command[0]}: {error.strerror}", hint="Set FFMPEG_BINARY to an ffmpeg program."
        ) from error
    log = done.stderr.decode("utf-8", "replace")
    if done.returncode != 0:
        tail = "\n".join(log.strip().splitlines()[-_TAIL_LINES:])
        raise MediaError(f"ffmpeg failed with code {done.returncode}\n  {' '.join(command)}\n{tail}")
    return log
