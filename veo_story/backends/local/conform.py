"""The author's own clip as a scene of the film: in its size, rate and length, with nothing written on it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import ffmpeg

from veo_story.backends.local.writer import GOP
from veo_story.media.ffmpeg import run_graph
from veo_story.media.opened import opened
from veo_story.media.probe import probe
from veo_story.media.sound import FRAME_SAMPLES, RATE
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.backends.local.order import RenderOrder
    from veo_story.media.probe import Probe


def conform(order: RenderOrder) -> None:
    """Fit the clip into the film's size with bars, at 24 frames a second, to exactly the planned frames.

    Longer clips are cut; of shorter ones the last frame is held and silence added. A clip without sound gets
    silence. Sound from before the first frame is left out. Raises
    :class:`~veo_story.errors.MediaError` when it cannot be read or ffmpeg fails.
    """
    clip = order.need("clip")
    measured = probe(clip)
    source = ffmpeg.input(str(clip))
    seconds = order.frames / FPS
    samples = order.frames * FRAME_SAMPLES
    graph = ffmpeg.output(
        _picture(source.video, order),
        _sound(_heard(source.audio, clip, measured) if order.audio else None, samples),
        str(order.into),
        format="mp4",
        vcodec="libx264",
        preset="veryfast",
        crf=18,
        pix_fmt="yuv420p",
        g=GOP,
        bf=0,
        sc_threshold=0,
        acodec="aac",
        audio_bitrate="192k",
        ar=RATE,
        ac=2,
        movflags="+faststart",
        color_range="tv",
        colorspace="bt709",
        color_primaries="bt709",
        color_trc="bt709",
        map_metadata=-1,
        map_chapters=-1,
        **{"frames:v": order.frames, "t": f"{seconds:.6f}"},
    )
    run_graph(graph, environ={"FFMPEG_BINARY": order.ffmpeg} if order.ffmpeg else None)


def _picture(video: Any, order: RenderOrder) -> Any:
    width, height = order.size
    held = order.frames / FPS + 1
    return (
        video.filter("setpts", "PTS-STARTPTS")
        .filter("fps", FPS)
        .filter("scale", "trunc(iw*sar/2)*2", "ih")
        .filter(
            "scale",
            width,
            height,
            force_original_aspect_ratio="decrease",
            force_divisible_by=2,
            out_color_matrix="bt709",
            out_range="tv",
        )
        .filter("setsar", 1)
        .filter("pad", width, height, "(ow-iw)/2", "(oh-ih)/2")
        .filter("tpad", stop_mode="clone", stop_duration=f"{held:.3f}")
        .filter("trim", end_frame=order.frames)
    )


def _heard(audio: Any, clip: Path, measured: Probe) -> Any:
    """The clip's sound at the times of its picture, None if it has none."""
    if measured.audio is None:
        return None
    # ffmpeg counts from the start of the file, which may be before that of the picture.
    with opened(clip) as container:
        late = measured.start_s - Fraction(container.start_time or 0, 1_000_000)
    audio = audio.filter("asetpts", f"PTS-{float(late):.6f}/TB")
    if measured.audio.channels == 1:
        # Not left to ffmpeg, which would make it 3 dB softer.
        audio = audio.filter("pan", "stereo|c0<c0|c1<c0")
    return audio


def _sound(audio: Any, samples: int) -> Any:
    if audio is None:
        audio = ffmpeg.input(f"anullsrc=r={RATE}:cl=stereo", format="lavfi").audio
    return (
        audio.filter("aresample", RATE, **{"async": 1, "first_pts": 0})
        .filter("aformat", channel_layouts="stereo")
        .filter("apad", whole_len=samples)
        .filter("atrim", end_sample=samples)
    )
