from __future__ import annotations

import numpy as np
from av import VideoFrame

from veo_story.film.finish.layers import Layer, overlaid
from veo_story.lettering.plates import WHITE, Pane
from veo_story.media.blend import planes_of


def a_layer(start: int, end: int, fade: int = 0) -> Layer:
    pane = Pane(8, 8)
    pane.paint(np.full((8, 8), 255, np.uint8), WHITE)
    return Layer(pane.plate().at(4, 4), start, end, fade, (4, 4, 12, 12))


def grey() -> VideoFrame:
    return VideoFrame.from_numpy_buffer(np.full((24, 16), 100, np.uint8), "yuv420p")


def test_it_is_seen_in_its_time_only() -> None:
    frames = [grey() for _ in range(6)]
    made = list(overlaid(frames, [a_layer(2, 4)]))
    assert [made[n] is frames[n] for n in range(6)] == [True, True, False, False, True, True]
    assert [int(planes_of(frame)[0][6, 6]) for frame in made] == [100, 100, 228, 228, 100, 100]
    assert planes_of(frames[2])[0][6, 6] == 100, "what it is laid over stays"
    assert planes_of(made[2])[0][0, 0] == 100


def test_it_comes_and_goes() -> None:
    layer = a_layer(0, 12, fade=4)
    seen = [layer.share(n) for n in range(12)]
    assert seen == seen[::-1]
    assert seen[:4] == sorted(set(seen[:4])) and 0 < seen[0] < 0.2
    assert seen[4:8] == [1.0] * 4
    assert a_layer(0, 3).share(0) == 1
