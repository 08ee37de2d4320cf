"""Joining nine clips of 8 s (720p, H.264, AAC): ours against plain ffmpeg. ``python -m benchmarks.join``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.measure import medians, python
from veo_story.media.ffmpeg import find_ffmpeg, run_ffmpeg

CLIPS = 9
COLUMNS = ("what", "time", "against `-c copy`", "against copy + sound filter", "peak memory", "seams")
_FRAMES = 192
_SIZE = (1280, 720)


def rows(runs: int) -> list[tuple[str, ...]]:
    """One row a way, in :data:`COLUMNS`: medians of ``runs``, all ways measured in turn in one session."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _make_clips(folder)
        ways = {
            "`ffmpeg -f concat -c copy`": _copy(folder),
            "`ffmpeg`: video copied, sound through the concat filter": _filter(folder),
            "join": python("-m", "benchmarks.join", "join", folder),
            "join, and proof by decoding (what `film` does)": python("-m", "benchmarks.join", "film", folder),
        }
        costs = medians(ways, folder, runs)
    copy, filtered, *_ = costs.values()
    clicks = ["21 ms too long, a click each", "exact", "exact, faded where sound breaks off", "the same"]
    return [
        (
            name,
            f"{cost.wall_s:.2f} s",
            f"{cost.wall_s / copy.wall_s:.1f} x",
            f"{cost.wall_s / filtered.wall_s:.2f} x",
            f"{cost.peak_mb:.0f} MB",
            seams,
        )
        for (name, cost), seams in zip(costs.items(), clicks, strict=True)
    ]


def _make_clips(folder: Path) -> None:
    """One clip of moving shapes with a chord in pink noise, nine times over."""
    picture = f"testsrc2=size={_SIZE[0]}x{_SIZE[1]}:rate=24:duration=8"
    sound = "anoisesrc=color=pink:amplitude=0.2:sample_rate=48000:duration=8,tremolo=f=3:d=0.6"
    run_ffmpeg(
        [
            *("-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-f", "lavfi"),
            *("-i", "sine=frequency=330:sample_rate=48000:duration=8"),
            *("-filter_complex", "[1:a][2:a]amix=inputs=2,aformat=channel_layouts=stereo[a]"),
            *("-map", "0:v", "-map", "[a]", "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", "-b:a", "192k", str(_clip(folder, 0))),
        ]
    )
    for number in range(1, CLIPS):
        _clip(folder, number).write_bytes(_clip(folder, 0).read_bytes())
    names = (f"file '{_clip(folder, number)}'\n" for number in range(CLIPS))
    (folder / "list.txt").write_text("".join(names), encoding="utf-8")


def _clip(folder: Path, number: int) -> Path:
    return folder / f"clip{number}.mp4"


def _copy(folder: Path) -> list[str]:
    words = ["-y", "-loglevel", "error", "-f", "concat", "-safe", "0", "-i", str(folder / "list.txt")]
    return [find_ffmpeg(), *words, "-c", "copy", "-movflags", "+faststart", str(folder / "copied.mp4")]


def _filter(folder: Path) -> list[str]:
    inputs = [word for number in range(CLIPS) for word in ("-i", str(_clip(folder, number)))]
    labels = "".join(f"[{number + 1}:a]" for number in range(CLIPS))
    return [
        find_ffmpeg(),
        *("-y", "-loglevel", "error", "-f", "concat", "-safe", "0", "-i", str(folder / "list.txt"), *inputs),
        *("-filter_complex", f"{labels}concat=n={CLIPS}:v=0:a=1[a]", "-map", "0:v", "-map", "[a]"),
        *("-c:v", "copy", "-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart"),
        str(folder / "filtered.mp4"),
    ]


def _ours(way: str, folder: Path) -> None:
    """What a measured process of ours does, imports included."""
    from veo_story.film.verify import verify
    from veo_story.media.join import join
    from veo_story.media.spans import Span

    film = folder / f"{way}.mp4"
    join([Span(_clip(folder, number), 0, _FRAMES) for number in range(CLIPS)], film, size=_SIZE)
    if way == "film":
        verify(film, frames=CLIPS * _FRAMES, size=_SIZE)


def main() -> None:
    """Print the table."""
    for row in (COLUMNS, *rows(5)):
        print(" | ".join(row))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _ours(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
