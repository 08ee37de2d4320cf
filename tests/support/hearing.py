"""Sounds to mix, and ears that are not ours: FFmpeg's own meter, and a measure of clicks."""

from __future__ import annotations

import re
import wave
from pathlib import Path

import numpy as np

RATE = 48_000


def write_wav(path: Path, sound: np.ndarray, rate: int = RATE) -> Path:
    """``(channels, samples)`` as 16 bit WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(sound))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1).T * 32_767).astype("<i2").tobytes())
    return path


def band_noise(rng: np.random.Generator, samples: int, most_hz: float, rate: int = RATE) -> np.ndarray:
    """Pink noise in stereo below ``most_hz``, its standard deviation 1."""
    at = np.fft.rfftfreq(samples, 1 / rate)
    lines = np.fft.rfft(rng.standard_normal((2, samples)))
    lines[:, 1:] /= np.sqrt(at[1:])
    lines[:, (at > most_hz) | (at < 40)] = 0
    sound = np.fft.irfft(lines, samples)
    return sound / sound.std()


def babble(rng: np.random.Generator, samples: int, rate: int = RATE) -> np.ndarray:
    """Something like speech: a buzzing voice in syllables and pauses, ``(1, samples)``, peaks at 1."""
    time = np.arange(samples) / rate
    pitch = 110 + 30 * np.sin(2 * np.pi * 0.7 * time + rng.random() * 6)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    buzz = sum(np.sin(n * phase) / n**1.3 for n in range(1, 30))
    knots = np.arange(0, samples + rate // 8, rate // 8)
    loud = rng.choice([0.0, 0.3, 0.7, 1.0], len(knots), p=[0.3, 0.2, 0.3, 0.2])
    syllables = np.interp(np.arange(samples), knots, loud)
    sound = (buzz + 0.2 * band_noise(rng, samples, 9_000, rate)[0]) * syllables
    return (sound / np.abs(sound).max())[None]


def chord(rng: np.random.Generator, samples: int, rate: int = RATE) -> np.ndarray:
    """Plucked chords, ``(2, samples)``, peaks at 1."""
    time = np.arange(samples) / rate
    tones = sum(
        np.sin(2 * np.pi * note * 2**octave * time + rng.random() * 6) / (1 + octave)
        for note in rng.choice([110.0, 130.8, 146.8, 164.8, 196.0], 3, replace=False)
        for octave in range(3)
    )
    sound = tones * (0.25 + np.exp(-3 * (time % 0.75)))
    return np.tile(sound / np.abs(sound).max(), (2, 1))


def heard_by_ffmpeg(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP of a file, by FFmpeg's own ``ebur128``."""
    from veo_story.media.ffmpeg import run_ffmpeg

    meter = ["-map", "0:a", "-af", "ebur128=peak=true", "-f", "null", "-"]
    told = run_ffmpeg(["-nostats", "-i", str(path), *meter]).split("Summary:")[1]
    return _figure(r"I: +(\S+) LUFS", told), _figure(r"Peak: +(\S+) dBFS", told)


def _figure(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found is not None
    return float(found[1])


def click_db(sound: np.ndarray, at: int) -> float:
    """How far what is above 6 kHz stands out in the 5 ms around a sample, in dB over the 0.2 s around it."""
    size = 240

    def high(first: int) -> float:
        part = sound[:, first : first + size] * np.hanning(size)
        power = np.abs(np.fft.rfft(part)) ** 2
        return float(power[:, np.fft.rfftfreq(size, 1 / RATE) > 6_000].sum())

    here = max(high(at - size // 2 + moved) for moved in (-60, 0, 60))
    around = [high(at + moved) for moved in range(-4_800, 4_800, 240) if abs(moved + size // 2) > 720]
    return float(10 * np.log10((here + 1e-9) / (np.median(around) + 1e-9)))
