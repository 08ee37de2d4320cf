from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from tests.support.clips import Recipe, make
from veo_story.errors import MediaError
from veo_story.media.align import find_repeat
from veo_story.media.join import join
from veo_story.media.spans import Span

_FRAMES = 60


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("parent") / "parent.mp4", Recipe(_FRAMES, seed=21))


def _combined(path: Path, start: int, end: int, gain: float = 1.0, crf: str = "20") -> Path:
    return make(path, Recipe(end - start, first=start, seed=21, gain=gain, x264=(("crf", crf),)))


@pytest.mark.parametrize("expected", [48, 59, 60, 61, 72])
def test_the_join_is_found_wherever_it_was_expected(tmp_path: Path, parent: Path, expected: int) -> None:
    child = _combined(tmp_path / "child.mp4", 0, 100)
    found = find_repeat(parent, 0, _FRAMES, child, expected)
    assert found.join_frame == _FRAMES
    assert found.error < 0.02
    assert not found.faithful
    if expected != _FRAMES:
        assert found.error_expected > 10 * found.error


def test_darker_and_coarser_is_still_the_same(tmp_path: Path, parent: Path) -> None:
    child = _combined(tmp_path / "child.mp4", 0, 100, gain=0.8, crf="38")
    assert find_repeat(parent, 0, _FRAMES, child, _FRAMES - 2).join_frame == _FRAMES


def test_a_shifted_repeat(tmp_path: Path, parent: Path) -> None:
    """The service dropped three frames at the start: the join moves with them."""
    child = _combined(tmp_path / "child.mp4", 3, 100)
    assert find_repeat(parent, 0, _FRAMES, child, _FRAMES).join_frame == _FRAMES - 3


def test_a_window_of_the_parent(tmp_path: Path, parent: Path) -> None:
    child = _combined(tmp_path / "child.mp4", 40, 100)
    assert find_repeat(parent, 40, _FRAMES, child, 20).join_frame == 20
    tiny = _combined(tmp_path / "tiny.mp4", 57, 80)
    assert find_repeat(parent, 57, _FRAMES, tiny, 3).join_frame == 3


def test_a_still_scene_joins_where_it_is_expected(tmp_path: Path) -> None:
    parent = make(tmp_path / "parent.mp4", Recipe(48, seed=22, still=True))
    child = make(tmp_path / "child.mp4", Recipe(90, seed=22, still=True, x264=(("crf", "30"),)))
    for expected in (40, 48, 55):
        assert find_repeat(parent, 0, 48, child, expected).join_frame == expected


def test_another_clip_is_refused(tmp_path: Path, parent: Path) -> None:
    other = make(tmp_path / "other.mp4", Recipe(100, seed=23))
    with pytest.raises(MediaError, match="does not contain its parent"):
        find_repeat(parent, 0, _FRAMES, other, _FRAMES)


def test_a_repeat_too_far_off_is_refused(tmp_path: Path, parent: Path) -> None:
    child = _combined(tmp_path / "child.mp4", 20, 120)
    with pytest.raises(MediaError, match="does not contain its parent"):
        find_repeat(parent, 0, _FRAMES, child, _FRAMES)


def test_too_short_and_nothing_new(tmp_path: Path, parent: Path) -> None:
    with pytest.raises(MediaError, match="too few"):
        find_repeat(parent, 0, _FRAMES, _combined(tmp_path / "short.mp4", 0, 10), _FRAMES)
    with pytest.raises(MediaError, match="too few"):
        find_repeat(parent, 0, _FRAMES, _combined(tmp_path / "half.mp4", 0, 40), _FRAMES)
    with pytest.raises(MediaError, match="adds nothing"):
        find_repeat(parent, 0, _FRAMES, parent, _FRAMES)


def _remuxed(parent: Path, tail: Path, into: Path) -> Path:
    """A combined file as a service makes it that keeps the parent's packets."""
    join([Span(parent, 0, _FRAMES), Span(tail, 0, 30, continuous=True)], into, size=(320, 180))
    return into


def test_the_parents_own_packets_are_faithful(tmp_path: Path, parent: Path) -> None:
    tail = make(tmp_path / "tail.mp4", Recipe(30, first=_FRAMES, seed=21))
    child = _remuxed(parent, tail, tmp_path / "child.mp4")
    found = find_repeat(parent, 0, _FRAMES, child, _FRAMES)
    assert (found.join_frame, found.faithful) == (_FRAMES, True)
    assert found.error == 0
    grandchild = tmp_path / "grandchild.mp4"
    more = make(tmp_path / "more.mp4", Recipe(24, first=_FRAMES + 30, seed=21))
    join([Span(child, 0, 90), Span(more, 0, 24)], grandchild, size=(320, 180))
    assert find_repeat(child, 0, 90, grandchild, 90).faithful


def test_one_other_packet_is_not_faithful(tmp_path: Path, parent: Path) -> None:
    tail = make(tmp_path / "tail.mp4", Recipe(30, first=_FRAMES, seed=21))
    child = tmp_path / "child.mp4"
    join(
        [Span(parent, 0, _FRAMES - 1), Span(parent, _FRAMES - 2, _FRAMES - 1), Span(tail, 0, 30)],
        child,
        size=(320, 180),
    )
    found = find_repeat(parent, 0, _FRAMES, child, _FRAMES)
    assert not found.faithful


def test_other_codecs_are_measured_but_never_faithful(tmp_path: Path) -> None:
    parent = make(tmp_path / "parent.mp4", Recipe(30, seed=24, codec="mpeg4"))
    child = tmp_path / "child.mp4"
    with av.open(str(parent)) as source, av.open(str(child), "w") as file:
        stream = file.add_stream_from_template(source.streams.video[0])
        first = [packet for packet in source.demux(video=0) if packet.dts is not None]
        for number, packet in enumerate([*first, *first]):
            again = av.Packet(bytes(packet))
            again.stream, again.time_base = stream, Fraction(1, 24)
            again.pts = again.dts = number
            again.is_keyframe = packet.is_keyframe
            file.mux(again)
    found = find_repeat(parent, 0, 30, child, 30)
    assert (found.join_frame, found.faithful) == (30, False)
