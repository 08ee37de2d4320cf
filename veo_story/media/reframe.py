"""A film in another shape: a part of its picture, encoded once, with everything else of it copied."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np

from veo_story.errors import MediaError
from veo_story.media.ahead import ahead
from veo_story.media.blend import new_frame, planes_of
from veo_story.media.camera import way
from veo_story.media.files import copy_file
from veo_story.media.opened import opened, video_stream
from veo_story.media.packets import scan
from veo_story.media.repicture import repictured
from veo_story.media.saliency import look
from veo_story.media.shapes import FOLLOW, Crop, crop_of, rest_of
from veo_story.media.source import FPS

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    Plane = NDArray[np.uint8]

_CRF, _KEYFRAMES = "18", 48
"""Fine enough not to be told from the film; a player can enter every two seconds."""
_AHEAD = 3
"""Frames that are cropped while others are encoded."""


def reframe(
    film: Path,
    into: Path,
    *,
    aspect: str,
    focus: str = "center",
    cuts: Sequence[int] = (),
    level: Collection[int] = (),
) -> Crop:
    """Write ``film`` in another shape. ``focus`` is one of the nine places, or ``follow``.

    At the frames ``cuts`` another shot begins: there a camera that follows begins anew, and there the file
    has key frames. In shots that begin at a frame of ``level`` it stays in the middle: titles are set
    there. Sound, captions, chapters and words about the film are copied. A film that has the
    shape already is written as it is. Raises MediaError when the film cannot be read or ``into`` not written.
    """
    with opened(film) as container:
        table = scan(container, film)
        context = video_stream(container, film).codec_context
        crop = crop_of((context.width, context.height), aspect)
    if not crop.slack:
        copy_file(film, into)
        return crop
    shots = sorted({0, *(cut for cut in cuts if 0 < cut < len(table))})
    if focus == FOLLOW:
        places = ways(film, crop, shots, len(table), frozenset(level))
    else:
        places = np.full(len(table), float(rest_of(crop, focus)))

    def stream_of(container: Any) -> VideoStream:
        return _stream(container, film, crop)

    def packets_of(stream: VideoStream) -> Generator[Packet[Any]]:
        keys = frozenset(shots)
        with opened(film) as source, ahead(_frames(source, film, crop, places), _AHEAD) as frames:
            for number, frame in enumerate(frames):
                key = number in keys
                frame.pict_type = av.video.frame.PictureType.I if key else av.video.frame.PictureType.NONE
                frame.pts, frame.time_base = number, Fraction(1, FPS)
                yield from stream.encode(frame)
            yield from stream.encode(None)

    repictured(film, into, stream_of, packets_of)
    return crop


def ways(
    film: Path, crop: Crop, shots: Sequence[int], frames: int, level: frozenset[int] = frozenset()
) -> NDArray[np.float64]:
    """Where a crop that follows begins along its axis, for every frame; shots begin at ``shots``.

    Those that begin at a frame of ``level`` are shown from the middle. Where the picture changes
    altogether within a shot another begins there too: models like to cut by themselves.
    """
    looks = look(film, across=crop.across)
    begins = sorted({*shots, *looks.breaks_but(shots)})
    length, extent = crop.length, crop.length + crop.slack
    found = []
    for start, end in pairwise((*begins, frames)):
        is_level = max(shot for shot in shots if shot <= start) in level
        within = [] if is_level else looks.within(start, end)
        at = [looks.frames[index] for index in within]
        found.append(way(at, looks.seen[within], start=start, end=end, length=length, extent=extent))
    return np.concatenate(found)


def _stream(container: Any, film: Path, crop: Crop) -> VideoStream:
    stream: VideoStream = container.add_stream("libx264", rate=FPS)
    context = stream.codec_context
    with opened(film) as source:
        given = video_stream(source, film).codec_context
        context.color_range, context.colorspace = given.color_range, given.colorspace
        context.color_primaries, context.color_trc = given.color_primaries, given.color_trc
    context.width, context.height = crop.size
    context.pix_fmt = "yuv420p"
    context.time_base = stream.time_base = Fraction(1, FPS)
    context.options = {
        "preset": "veryfast",
        "crf": _CRF,
        "forced-idr": "1",
        "x264-params": f"keyint={_KEYFRAMES}:min-keyint=1:open-gop=0",
    }
    return stream


def _frames(
    container: InputContainer, film: Path, crop: Crop, places: Iterable[float]
) -> Iterator[VideoFrame]:
    stream = video_stream(container, film)
    stream.thread_type = "AUTO"
    decoded = container.decode(stream)
    for place in places:
        frame = next(decoded, None)
        if frame is None:
            raise MediaError(f"{film}: ends before its last frame")
        yield cropped(frame, crop, place)


def cropped(frame: VideoFrame, crop: Crop, place: float) -> VideoFrame:
    """The part of a frame that begins at ``place`` along the crop's axis, as large as the crop says."""
    if frame.format.name not in ("yuv420p", "yuvj420p"):
        frame = frame.reformat(format="yuv420p")
    made, views = new_frame(crop.size)
    for view, source, half in zip(views, planes_of(frame), (1, 2, 2), strict=True):
        _fill(view, source, (crop.width // half, crop.height // half), place / half, across=crop.across)
    return made


def _fill(view: Plane, source: Plane, part: tuple[int, int], place: float, *, across: bool) -> None:
    """Fill ``view`` with a part of a plane. Whole pixels that keep their size are the plane's own."""
    (wide, high), (x, y) = part, (place, 0.0) if across else (0.0, place)
    if place == int(place):
        piece = source[int(y) : int(y) + high, int(x) : int(x) + wide]
        if view.shape == piece.shape:
            view[:] = piece
        else:
            cv2.resize(piece, view.shape[::-1], dst=view, interpolation=cv2.INTER_CUBIC)
        return
    across_by, down_by = wide / view.shape[1], high / view.shape[0]
    turned = np.array(
        [[across_by, 0, x + across_by / 2 - 0.5], [0, down_by, y + down_by / 2 - 0.5]], np.float64
    )
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    cv2.warpAffine(source, turned, view.shape[::-1], dst=view, flags=flags, borderMode=cv2.BORDER_REPLICATE)
