"""Random mixes, whole: out of a cut list, through AAC, heard by FFmpeg's own meter."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import av
import numpy as np
import pytest

from tests.support.clips import samples_of
from tests.support.hearing import babble, band_noise, chord, click_db, heard_by_ffmpeg, write_wav
from tests.support.soak import runs
from veo_story.film.edit import Cut, Edit, Join
from veo_story.film.sound import Spoken, mix_of
from veo_story.media.aac import add_sound, encode_sound
from veo_story.media.mix import Mix
from veo_story.media.mixing import mixed, mixed_down
from veo_story.storyboard.finish import Finish, Music, Narration, Sound

_FRAME = 2_000
_LENGTH = 84
"""Frames of a clip."""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Clips' sounds, lines and music; with rates, channels and levels of all kinds."""
    folder, rng = tmp_path_factory.mktemp("sounds"), np.random.default_rng(6)
    samples = _LENGTH * _FRAME
    other = samples * 44_100 // 48_000
    sounds = {
        "wind": (0.02 * band_noise(rng, samples, 4_000), 48_000),
        "rain": (0.08 * band_noise(rng, samples, 16_000), 48_000),
        "talk": (0.5 * babble(rng, samples), 48_000),
        "hall": (0.9 * babble(rng, other, 44_100) + 0.01 * band_noise(rng, other, 5_000, 44_100), 44_100),
        "line": (0.7 * babble(rng, 2 * 48_000), 48_000),
        "music": (0.6 * chord(rng, 6 * 48_000), 48_000),
        "tone": (0.3 * np.sin(np.arange(samples) * 0.0288)[None] * np.ones((2, 1)), 48_000),
        "hum": (0.05 * band_noise(rng, samples, 2_000), 48_000),
    }
    return {name: write_wav(folder / f"{name}.wav", sound, rate) for name, (sound, rate) in sounds.items()}


def _film(rng: np.random.Generator, clips: list[Path]) -> Edit:
    """Three to six cuts with all that may stand between them."""
    cuts: list[Cut] = []
    end = 0
    for number in range(rng.integers(3, 7)):
        first, frames = int(rng.integers(14, 26)), int(rng.integers(26, 44))
        kind = str(rng.choice(["cut", "cut", "dissolve", "fade"])) if cuts else "cut"
        join = Join(kind, int(rng.integers(6, 14))) if kind != "cut" else Join()
        gap = int(rng.choice([0, 0, 0, 8])) if kind == "cut" and cuts else 0
        start = end - join.overlap + gap
        if kind == "fade":
            cuts[-1] = replace(cuts[-1], fade_out=join.frames // 2)
        cut = Cut(
            *(f"s{number}", "", clips[rng.integers(len(clips))], "", first, first + frames, start),
            join=join,
            fade_in=join.frames - join.frames // 2 if kind == "fade" else 0,
            gap=gap,
            hold=int(rng.choice([0, 0, 6])),
            lead=int(rng.choice([0, 5, 12])) if kind == "cut" and cuts else 0,
            tail=int(rng.choice([0, 5, 12])),
            gain_db=Decimal(int(rng.integers(-6, 4))),
            head=first,
            rest=_LENGTH - first - frames,
        )
        cuts.append(cut)
        end = cut.end_frame
    return Edit("random", (320, 180), tuple(cuts))


def _mix(rng: np.random.Generator, sources: dict[str, Path]) -> Mix:
    edit = _film(rng, [sources[name] for name in ("wind", "rain", "talk", "hall", "tone", "hum")])
    music = Music(
        sources["music"], Decimal(int(rng.integers(-22, -6))), Decimal(int(rng.integers(0, 14))), Decimal(1)
    )
    sound = Sound(
        music if rng.random() < 0.7 else None,
        Decimal(int(rng.integers(-6, 4))),
        Decimal(int(rng.integers(-24, -13))),
    )
    lines = [
        Spoken(f"n{number}", sources["line"], int(rng.integers(0, edit.frames - 10)) * _FRAME, 2 * 48_000)
        for number in range(rng.integers(0, 3))
    ]
    narration = Narration((), gain_db=Decimal(int(rng.integers(-4, 4))))
    return mix_of(edit, Finish(sound, narration), lines, [range(20, 50)])


def _encoded(mix: Mix, into: Path) -> Path:
    down = mixed_down(mix)
    assert down.remark is None
    with av.open(str(into), "w") as file:
        stream = add_sound(file)
        for packet in encode_sound(stream, down.chunks):
            file.mux(packet)
    return into


@pytest.mark.parametrize("seed", range(runs(20, in_suite=4)))
def test_a_random_mix_has_its_loudness_and_no_peak_over_the_mark(
    tmp_path: Path, sources: dict[str, Path], seed: int
) -> None:
    mix = _mix(np.random.default_rng(seed), sources)
    film = _encoded(mix, tmp_path / "film.mp4")
    assert mix.samples <= samples_of(film).shape[1] < mix.samples + 1_024
    lufs, dbtp = heard_by_ffmpeg(film)
    assert mix.loudness_lufs is not None
    assert abs(lufs - mix.loudness_lufs) <= 0.5
    assert dbtp < -1


def _clicks(mix: Mix, heard: np.ndarray) -> list[float]:
    """How far a click stands out at every place where a sound begins or ends."""
    edges = {edge for sounding in mix.soundings for edge in (sounding.at, sounding.until)}
    return [click_db(heard, edge) for edge in sorted(edges) if 6_000 < edge < mix.samples - 6_000]


@pytest.mark.parametrize("seed", range(runs(20, in_suite=2)))
def test_no_click_at_any_cut(tmp_path: Path, sources: dict[str, Path], seed: int) -> None:
    # Of sounds that have nothing above 4 kHz themselves: what is heard there comes from the cuts.
    even = [sources[name] for name in ("hum", "tone", "wind")]
    mix = mix_of(_film(np.random.default_rng(seed), even), Finish(Sound()))
    clean = _clicks(mix, np.concatenate(list(mixed(mix)), axis=1))
    assert clean
    assert max(clean) < 3
    # In the film there is the noise of AAC too, where the cut itself left nothing.
    assert max(_clicks(mix, samples_of(_encoded(mix, tmp_path / "film.mp4"))[:, : mix.samples])) < 25
    # And the measure would find a click: here they are all hard cuts.
    hard = replace(mix, soundings=tuple(replace(s, fade_in=0, fade_out=0) for s in mix.soundings))
    assert min(_clicks(hard, samples_of(_encoded(hard, tmp_path / "hard.mp4"))[:, : mix.samples])) > 25
