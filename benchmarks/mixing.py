"""The sound of nine clips with music that ducks, at -16 LUFS: ``python -m benchmarks.mixing``."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import medians, python
from veo_story.media.ffmpeg import run_ffmpeg

if TYPE_CHECKING:
    from veo_story.media.mix import Mix

COLUMNS = ("what", "time", "against the encoder alone", "peak memory")
_CLIPS, _LONG, _SECONDS = 9, 225, 8
_SAMPLES = _SECONDS * 48_000
_QUIET = ("-y", "-loglevel", "error")
_AAC = ("-c:a", "aac", "-aac_coder", "fast", "-b:a", "192k")


def rows(runs: int) -> list[tuple[str, ...]]:
    """One row a way, in :data:`COLUMNS`: medians of ``runs``."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _make(folder)
        names = {
            "encoder": "AAC alone, of sound that is ready",
            "own": "the clips' own sound, in a row",
            "loud": "at -16 LUFS",
            "whole": "with music that ducks, at -16 LUFS",
        }
        ways = {way: python("-m", "benchmarks.mixing", way, folder) for way in names}
        names["ffmpeg"] = "`ffmpeg`: concat, sidechaincompress, loudnorm in two passes"
        ways["ffmpeg"] = python("-m", "benchmarks.mixing", "ffmpeg", folder)
        costs = medians(ways, folder, runs)
        long = medians({"long": python("-m", "benchmarks.mixing", "long", folder)}, folder, 1)["long"]
    floor = costs["encoder"].wall_s
    found = [
        (
            name,
            f"{costs[way].wall_s:.2f} s",
            f"{costs[way].wall_s / floor:.2f} x",
            f"{costs[way].peak_mb:.0f} MB",
        )
        for way, name in names.items()
    ]
    faster = _LONG * _SECONDS / long.wall_s
    return [
        *found,
        (
            f"{_LONG} clips, 30 minutes, the same",
            f"{long.wall_s:.1f} s",
            f"{faster:.0f} x realtime",
            f"{long.peak_mb:.0f} MB",
        ),
    ]


def _make(folder: Path) -> None:
    """Clips' sounds and music."""
    for number in range(_CLIPS):
        noise = f"anoisesrc=color=pink:amplitude=0.2:seed={number}:sample_rate=48000:duration={_SECONDS}"
        run_ffmpeg(
            [
                *_QUIET,
                "-f",
                "lavfi",
                "-i",
                f"{noise},tremolo=f=3:d=0.6",
                "-ac",
                "2",
                *_AAC,
                str(_clip(folder, number)),
            ]
        )
    run_ffmpeg(
        [
            *_QUIET,
            "-f",
            "lavfi",
            "-i",
            "sine=frequency=220:sample_rate=48000:duration=30",
            "-ac",
            "2",
            str(_music(folder)),
        ]
    )
    whole = [word for number in range(_CLIPS) for word in ("-i", str(_clip(folder, number)))]
    run_ffmpeg(
        [
            *_QUIET,
            *whole,
            "-filter_complex",
            f"concat=n={_CLIPS}:v=0:a=1",
            "-c:a",
            "pcm_f32le",
            str(folder / "ready.wav"),
        ]
    )


def _clip(folder: Path, number: int) -> Path:
    return folder / f"clip{number % _CLIPS}.m4a"


def _music(folder: Path) -> Path:
    return folder / "music.wav"


def _mix(folder: Path, way: str) -> Mix:
    from veo_story.media.mix import MICRO_FADE, Bed, Duck, Mix, Sounding

    clips = {"encoder": 0, "long": _LONG}.get(way, _CLIPS)
    parts = tuple(
        Sounding(_clip(folder, n), 0, _SAMPLES, n * _SAMPLES, fade_in=MICRO_FADE, fade_out=MICRO_FADE)
        for n in range(clips)
    )
    if way == "encoder":
        return Mix(_CLIPS * _SAMPLES, (Sounding(folder / "ready.wav", 0, _CLIPS * _SAMPLES, 0),))
    bed = None
    if way in ("whole", "long"):
        ducks = tuple(Duck(n * _SAMPLES, n * _SAMPLES + 96_000) for n in range(1, clips, 2))
        bed = Bed(_music(folder), 0.2, 96_000, 0.4, ducks)
    return Mix(clips * _SAMPLES, parts, bed, None if way == "own" else -16.0)


def _run(way: str, folder: Path) -> None:
    """What a measured process does, imports included."""
    into = folder / f"{way}.m4a"
    if way == "ffmpeg":
        _by_ffmpeg(folder, into)
        return
    import av

    from veo_story.media.aac import add_sound, encode_sound
    from veo_story.media.mixing import mixed

    with av.open(str(into), "w", format="mp4") as film:
        stream = add_sound(film)
        for packet in encode_sound(stream, mixed(_mix(folder, way), folder)):
            film.mux(packet)


def _by_ffmpeg(folder: Path, into: Path) -> None:
    """As one does it with ffmpeg alone: the first pass measures, the second encodes."""
    clips = [word for number in range(_CLIPS) for word in ("-i", str(_clip(folder, number)))]
    music = ("-stream_loop", "-1", "-i", str(_music(folder)))
    mix = (
        f"concat=n={_CLIPS}:v=0:a=1,asplit[voice][key];[{_CLIPS}:a]volume=0.2[music];"
        "[music][key]sidechaincompress=threshold=0.05:ratio=6[bed];[voice][bed]amix=inputs=2:duration=first"
    )
    for passes, end in (("measured", ("-f", "null", "-")), ("encoded", (*_AAC, "-ar", "48000", str(into)))):
        known = (
            ":measured_I=-20:measured_TP=-5:measured_LRA=3:measured_thresh=-30" if passes == "encoded" else ""
        )
        graph = f"{mix},loudnorm=I=-16:TP=-1.5{known}[out]"
        run_ffmpeg([*_QUIET, *clips, *music, "-filter_complex", graph, "-map", "[out]", *end])


def main() -> None:
    """Print the table."""
    for row in (COLUMNS, *rows(int(os.environ.get("RUNS", "5")))):
        print(" | ".join(row))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _run(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
