from __future__ import annotations

from pathlib import Path

import ffmpeg
import pytest

from tests.support.clips import numbers_of
from veo_story.errors import ConfigError, MediaError
from veo_story.media.ffmpeg import find_ffmpeg, run_graph


def test_a_graph_is_run(tmp_path: Path, clips: dict[str, Path]) -> None:
    into = tmp_path / "flipped.mp4"
    graph = ffmpeg.input(str(clips["plain"])).video.filter("trim", start_frame=3, end_frame=9)
    for _ in range(2):  # the second one writes over the first
        run_graph(graph.setpts("PTS-STARTPTS").output(str(into), crf=20, preset="ultrafast"))
    assert numbers_of(into) == list(range(3, 9))


def test_a_failure_names_the_command_and_the_reason(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"nothing")
    with pytest.raises(MediaError) as caught:
        run_graph(ffmpeg.input(str(broken)).output(str(tmp_path / "out.mp4")))
    assert str(tmp_path / "out.mp4") in caught.value.message
    assert "Invalid data found" in caught.value.message


def test_the_program_can_be_chosen(tmp_path: Path) -> None:
    ours = find_ffmpeg()
    assert Path(ours).is_file()
    assert find_ffmpeg({"FFMPEG_BINARY": ""}) == ours
    absent = str(tmp_path / "no-such-ffmpeg")
    assert find_ffmpeg({"FFMPEG_BINARY": absent}) == absent
    with pytest.raises(ConfigError, match="no-such-ffmpeg"):
        run_graph(ffmpeg.input("a").output("b"), environ={"FFMPEG_BINARY": absent})
