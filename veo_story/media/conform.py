"""Frames of a clip as a film can use them: at 24 a second, in the film's size, colours and upright."""

from __future__ import annotations

from typing import TYPE_CHECKING

from av.filter import Graph

from veo_story.errors import MediaError
from veo_story.media.frames import decode_range
from veo_story.media.opened import opened, video_stream

if TYPE_CHECKING:
    from collections.abc import Generator

    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from veo_story.media.source import Colour, Source

_MATRICES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020nc"}
FULL_RANGE = 2
"""FFmpeg's code for colours that use all 256 levels."""
_TURNS = {90: ("transpose=cclock",), 180: ("hflip", "vflip"), 270: ("transpose=clock",)}


def own_frames(source: Source, start: int, end: int) -> Generator[VideoFrame]:
    """Film frames ``start`` to ``end`` (exclusive) of a clip, unchanged. A frame shown twice comes twice.

    One thread decodes: whoever uses the frames (an encoder, another clip's decoder) keeps the other cores
    busy, and every thread holds frames of its own.
    """
    numbers = [source.source_frame(frame) for frame in range(start, end)]
    at = 0
    with opened(source.path) as container:
        video_stream(container, source.path).codec_context.thread_count = 1
        for number, frame in decode_range(container, source.table, numbers[0], numbers[-1] + 1):
            while at < len(numbers) and numbers[at] == number:
                yield frame
                at += 1


def conformed_frames(
    source: Source, start: int, end: int, size: tuple[int, int], colour: Colour
) -> Generator[VideoFrame]:
    """The same, turned upright, scaled into ``size`` with black borders, in the colours of the film."""
    graph: Graph | None = None
    last: VideoFrame | None = None
    made: VideoFrame | None = None
    for frame in own_frames(source, start, end):
        if frame is not last:
            if graph is None:
                with opened(source.path) as container:
                    stream = video_stream(container, source.path)
                    graph = _graph(stream, size, colour, round(frame.rotation) % 360)
            graph.vpush(frame)
            made = graph.vpull()
            last = frame
        if made is None:
            raise MediaError(f"{source.path}: cannot be brought to {size[0]}x{size[1]}")
        yield made


def _graph(stream: VideoStream, size: tuple[int, int], colour: Colour, rotation: int) -> Graph:
    width, height = size
    matrix = _MATRICES.get(colour.matrix)
    steps = [
        *_TURNS.get(rotation, ()),
        "scale=trunc(iw*if(gt(sar\\,0)\\,sar\\,1)/2)*2:ih",
        f"scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2"
        f":out_range={'pc' if colour.range == FULL_RANGE else 'tv'}"
        + (f":out_color_matrix={matrix}" if matrix else ""),
        f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2",
        "setsar=1",
        "format=yuv420p",
    ]
    graph = Graph()
    nodes = [graph.add_buffer(template=stream)]
    for step in steps:
        name, _, arguments = step.partition("=")
        nodes.append(graph.add(name, arguments) if arguments else graph.add(name))
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    return graph
