"""Joining clips of 8 s (720p): ours against plain ffmpeg and moviepy. ``python -m benchmarks.join``."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from benchmarks.measure import medians, python, run
from veo_story.media.ffmpeg import find_ffmpeg, run_ffmpeg
from veo_story.media.spans import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Cost
    from veo_story.film.edit import Edit
    from veo_story.media.mix import Mix
    from veo_story.media.spans import Stretch

COLUMNS = ("what", "time", "measured against", "peak memory", "joins")
CLIPS, MANY = 9, 225
_FRAMES = 192
_SIZE = (1280, 720)
_OVER = 12
_PROOFS = "proofs.json"
_LONG_S = 148
_QUIET = ("-y", "-loglevel", "error")
_SOUND = ("-c:a", "aac", "-b:a", "192k")
_FRONT = ("-movflags", "+faststart")
_Row = tuple[str, ...]


def rows(runs: int) -> list[_Row]:
    """One row a way, in :data:`COLUMNS`: medians of ``runs``; those that take very long run once."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _make_clips(folder)
        return [*_hard_cuts(folder, runs), *_dissolves(folder, runs), *_one_file(folder, runs), _many(folder)]


def _ours(way: str, folder: Path) -> list[str]:
    return python("-m", "benchmarks.join", way, folder)


def _row(name: str, cost: Cost, against: str, joins: str) -> _Row:
    return (name, f"{cost.wall_s:.2f} s", against, f"{cost.peak_mb:.0f} MB", joins)


def _times(cost: Cost, other: Cost, what: str) -> str:
    return f"{cost.wall_s / other.wall_s:.2f} x {what}"


def _hard_cuts(folder: Path, runs: int) -> list[_Row]:
    ways = {
        "copy": _copy(folder),
        "filter": _filter(folder),
        "join": _ours("join", folder),
        "first": _ours("first", folder),
        "film": _ours("film", folder),
    }
    costs = medians(ways, folder, runs)
    copy, filtered = costs["copy"], costs["filter"]
    against = {name: _times(cost, filtered, "the sound filter") for name, cost in costs.items()}
    moviepy = run(_ours("moviepy", folder), folder)
    return [
        _row("9 clips: `ffmpeg -f concat -c copy`", copy, "", "21 ms too long, a click each"),
        _row(
            "9 clips: `ffmpeg`, picture copied, sound through the concat filter",
            filtered,
            _times(filtered, copy, "the copy"),
            "exact",
        ),
        _row("9 clips: join", costs["join"], against["join"], "exact, faded where sound breaks off"),
        _row("9 clips: join and proof, clips never seen", costs["first"], against["first"], "the same"),
        _row("9 clips: join and proof, clips seen before", costs["film"], against["film"], "the same"),
        _row(
            "9 clips: moviepy, `concatenate_videoclips` (one run)",
            moviepy,
            _times(moviepy, filtered, "the sound filter"),
            "all encoded again",
        ),
    ]


def _dissolves(folder: Path, runs: int) -> list[_Row]:
    plain = run(_crossed(folder), folder)
    ours = medians({"ours": _ours("dissolves", folder)}, folder, runs)["ours"]
    return [
        _row("8 dissolves of 0.5 s: `ffmpeg`, xfade, veryfast (one run)", plain, "", "all encoded again"),
        _row("8 dissolves of 0.5 s: join", ours, _times(ours, plain, "that"), "only dissolves encoded"),
    ]


def _one_file(folder: Path, runs: int) -> list[_Row]:
    ways = {
        "copy": [
            *(find_ffmpeg(), *_QUIET, "-i", str(folder / "long.mp4"), "-c", "copy", *_FRONT),
            str(folder / "long-copied.mp4"),
        ],
        "join": _ours("long", folder),
    }
    costs = medians(ways, folder, runs)
    return [
        _row(f"{_LONG_S} s from one file: `ffmpeg -c copy`", costs["copy"], "", ""),
        _row(
            f"{_LONG_S} s from one file: join",
            costs["join"],
            _times(costs["join"], costs["copy"], "the copy"),
            "no join; picture and sound bit for bit",
        ),
    ]


def _many(folder: Path) -> _Row:
    cost = run(_ours("many", folder), folder)
    faster = MANY * _FRAMES / 24 / cost.wall_s
    return _row(
        f"{MANY} clips, 30 minutes: join and proof (one run)", cost, f"{faster:.0f} x realtime", "exact"
    )


def _make_clips(folder: Path) -> None:
    """Clips of moving shapes with a chord in pink noise: each many times over, and a long one."""
    _make_clip(_clip(folder, 0), 8, ("-preset", "veryfast"))
    # As the local backend writes its clips.
    groups = ("-g", "24", "-keyint_min", "24", "-sc_threshold", "0", "-bf", "0")
    _make_clip(_clip(folder, 0, "local"), 8, ("-preset", "ultrafast", "-qp", "19", *groups))
    for number in range(1, MANY):
        os.link(_clip(folder, 0), _clip(folder, number))
    for number in range(1, CLIPS):
        os.link(_clip(folder, 0, "local"), _clip(folder, number, "local"))
    whole, rest = divmod(_LONG_S * 24, _FRAMES)
    spans = [Span(_clip(folder, number), 0, _FRAMES) for number in range(whole)]
    _join([*spans, Span(_clip(folder, whole), 0, rest)], folder / "long.mp4")
    names = (f"file '{_clip(folder, number)}'\n" for number in range(CLIPS))
    (folder / "list.txt").write_text("".join(names), encoding="utf-8")


def _make_clip(into: Path, seconds: int, encoder: tuple[str, ...]) -> None:
    picture = f"testsrc2=size={_SIZE[0]}x{_SIZE[1]}:rate=24:duration={seconds}"
    sound = f"anoisesrc=color=pink:amplitude=0.2:sample_rate=48000:duration={seconds},tremolo=f=3:d=0.6"
    run_ffmpeg(
        [
            *("-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-f", "lavfi"),
            *("-i", f"sine=frequency=330:sample_rate=48000:duration={seconds}"),
            *("-filter_complex", "[1:a][2:a]amix=inputs=2,aformat=channel_layouts=stereo[a]"),
            *("-map", "0:v", "-map", "[a]", "-c:v", "libx264", *encoder, "-pix_fmt", "yuv420p"),
            *(*_SOUND, "-movie_timescale", "48000", str(into)),
        ]
    )


def _clip(folder: Path, number: int, kind: str = "clip") -> Path:
    return folder / f"{kind}{number}.mp4"


def _copy(folder: Path) -> list[str]:
    words = [*_QUIET, "-f", "concat", "-safe", "0", "-i", str(folder / "list.txt")]
    return [find_ffmpeg(), *words, "-c", "copy", *_FRONT, str(folder / "copied.mp4")]


def _inputs(folder: Path, kind: str = "clip") -> list[str]:
    return [word for number in range(CLIPS) for word in ("-i", str(_clip(folder, number, kind)))]


def _filter(folder: Path) -> list[str]:
    labels = "".join(f"[{number + 1}:a]" for number in range(CLIPS))
    return [
        *(find_ffmpeg(), *_QUIET, "-f", "concat", "-safe", "0", "-i", str(folder / "list.txt")),
        *_inputs(folder),
        *("-filter_complex", f"{labels}concat=n={CLIPS}:v=0:a=1[a]", "-map", "0:v", "-map", "[a]"),
        *("-c:v", "copy", *_SOUND, *_FRONT, str(folder / "filtered.mp4")),
    ]


def _crossed(folder: Path) -> list[str]:
    """Nine clips with dissolves between them, as one does it with ffmpeg alone."""
    steps = []
    for number in range(1, CLIPS):
        seen, heard = (f"[v{number - 1}]", f"[a{number - 1}]") if number > 1 else ("[0:v]", "[0:a]")
        offset = number * (_FRAMES - _OVER) / 24
        steps.append(f"{seen}[{number}:v]xfade=duration={_OVER / 24}:offset={offset}[v{number}]")
        steps.append(f"{heard}[{number}:a]acrossfade=d={_OVER / 24}:c1=qsin:c2=qsin[a{number}]")
    return [
        *(find_ffmpeg(), *_QUIET, *_inputs(folder, "local"), "-filter_complex", ";".join(steps)),
        *("-map", f"[v{CLIPS - 1}]", "-map", f"[a{CLIPS - 1}]", "-c:v", "libx264", "-preset", "veryfast"),
        *("-pix_fmt", "yuv420p", *_SOUND, *_FRONT, str(folder / "crossed.mp4")),
    ]


def _join(stretches: Sequence[Stretch], into: Path, sound: Mix | Literal["own"] = "own") -> None:
    from veo_story.media.join import join

    join(stretches, into, size=_SIZE, sound=sound)


def _make(way: str, folder: Path) -> None:
    """What a measured process of ours does, imports included."""
    film = folder / f"film-{way}.mp4"
    match way:
        case "moviepy":
            _moviepy(folder, film)
        case "first":
            (folder / _PROOFS).unlink(missing_ok=True)
            _assemble(folder, film, CLIPS)
        case "film":
            _assemble(folder, film, CLIPS)
        case "many":
            _assemble(folder, film, MANY)
        case "dissolves":
            _dissolve(folder, film)
        case "long":
            _join([Span(folder / "long.mp4", 0, _LONG_S * 24)], film)
        case _:
            _join([Span(_clip(folder, number), 0, _FRAMES) for number in range(CLIPS)], film)


def _edit(clips: list[Path], over: int = 0) -> Edit:
    """The cut list of a film of ours, with dissolves of ``over`` frames."""
    from veo_story.film.edit import Cut, Edit
    from veo_story.plan.model import HARD, Join

    cuts = (
        Cut(
            *(str(number), str(number), clip, "", 0, _FRAMES, number * (_FRAMES - over)),
            join=Join("dissolve", over) if number and over else HARD,
        )
        for number, clip in enumerate(clips)
    )
    return Edit("Film", _SIZE, tuple(cuts))


def _assemble(folder: Path, film: Path, count: int) -> None:
    from veo_story.film.assemble import assemble
    from veo_story.film.master import Master

    assemble(Master(_edit([_clip(folder, number) for number in range(count)])), film)


def _dissolve(folder: Path, film: Path) -> None:
    from veo_story.film.picture import stretches_of
    from veo_story.film.sound import mix_of
    from veo_story.storyboard.finish import Finish

    edit = _edit([_clip(folder, n, "local") for n in range(CLIPS)], _OVER)
    _join(stretches_of(edit), film, mix_of(edit, Finish()))


def _moviepy(folder: Path, film: Path) -> None:
    from moviepy import VideoFileClip, concatenate_videoclips

    clips = [VideoFileClip(str(_clip(folder, number))) for number in range(CLIPS)]
    concatenate_videoclips(clips).write_videofile(str(film), preset="veryfast", threads=2, logger=None)


def main() -> None:
    """Print the table."""
    for row in (COLUMNS, *rows(int(os.environ.get("RUNS", "5")))):
        print(" | ".join(row))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _make(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
