"""A film is decoded in parts, side by side, and no frame is missed or counted twice."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from av.video.frame import PictureType
from hypothesis import given, settings
from hypothesis import strategies as st

from veo_story.film.verify import decoded, divided


@settings(max_examples=25, deadline=None)
@given(
    lengths=st.lists(st.integers(4, 30), min_size=1, max_size=6),
    bframes=st.integers(0, 3),
    cores=st.integers(1, 4),
)
def test_a_film_in_parts_has_each_frame_once(lengths: list[int], bframes: int, cores: int) -> None:
    with TemporaryDirectory() as folder:
        film = _encoded(Path(folder) / "film.mp4", lengths, bframes)
        cuts = list(accumulate(lengths))
        frames = cuts[-1]
        starts = [0, *divided(frames, cuts, cores)]
        ends = [*starts[1:], None]
        found = [decoded(film, a, b) for a, b in zip(starts, ends, strict=True)]
        assert [part.first for part in found] == starts
        assert [part.count for part in found] == [
            (b or frames) - a for a, b in zip(starts, ends, strict=True)
        ]
        assert all(part.off is None and not part.damaged for part in found)


def _encoded(into: Path, lengths: list[int], bframes: int) -> Path:
    """A film whose clips begin with pictures that need none before them."""
    keys = set(accumulate(lengths, initial=0))
    with av.open(str(into), "w", format="mp4") as file:
        stream = file.add_stream("libx264", rate=24, options={"preset": "ultrafast", "forced-idr": "1"})
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        stream.codec_context.max_b_frames = bframes
        for number in range(sum(lengths)):
            picture = np.full((54, 64), (number * 37) % 200 + 20, np.uint8)
            picture[number % 36, :] = 255
            frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 24)
            if number in keys:
                frame.pict_type = PictureType.I
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return into


@given(frames=st.integers(1, 5000), cuts=st.lists(st.integers(0, 5000)), cores=st.integers(1, 64))
def test_a_film_is_divided_at_cuts_only(frames: int, cuts: list[int], cores: int) -> None:
    inside = divided(frames, cuts, cores)
    assert inside == sorted(set(inside))
    assert len(inside) < cores
    assert all(0 < cut < frames and cut in cuts for cut in inside)


def test_parts_are_about_equal() -> None:
    assert divided(1632, [96, 288, 456, 624, 792, 960, 1128, 1296, 1464, 1632], 2) == [792]
    assert divided(100, [90], 4) == [90]
    assert divided(100, [], 4) == []
