"""Single sounds out of a few parts: struck things, bursts of noise, gliding voices, and rows of them.

A part is an entry of the vocabulary with a ``kind``:

* ``struck``: ``hz`` and ``modes`` of ``[ratio, dB, ring]`` (seconds to a third), hit with a ``click`` in dB;
* ``burst``: noise through ``curve`` (turning into ``curve_to``), with ``attack``, ``hold`` and ``decay``
  seconds, ``rough`` times a second uneven, or made of ``per_s`` strokes;
* ``glide``: a voice along ``pitch`` of ``[seconds, Hz]`` with overtones ``fall`` dB an octave, ``vibrato = [a
  second, cents]``, ``pulse = [a second, depth]``, ``breath`` dB of noise through ``curve``;
* ``row``: ``of`` a part ``count`` times ``every`` seconds, ``jitter`` uneven, each ``pace`` times as far as
  the one before, growing by ``grow`` dB.

``at`` is when a part begins, ``db`` how loud it is beside the others, each brought to the same peak first.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.soundtrack.grid import RATE, amplitude
from veo_story.backends.local.soundtrack.spectra import shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from veo_story.backends.local.soundtrack.grid import Floats

    Part = Mapping[str, Any]

_FINE = 256
_EASY = 1 << 13
"""Transforms of multiples of this length are quick."""
_RINGS = 7.0
"""After so many rings a tone is 60 dB softer, and gone."""
_LONGEST = 7 * RATE


def stroke(parts: Sequence[Part], seed: int) -> Floats:
    """The sound of ``parts`` together, mono, with a peak of 1."""
    rng = np.random.default_rng(seed)
    made = [(round(part.get("at", 0.0) * RATE), _part(part, rng)) for part in parts]
    return _peaked(_placed(made))


def far_away(sound: Floats, seed: int) -> Floats:
    """``sound`` as it comes from far off: dull, and with the echo of the open land."""
    room = round(1.4 * RATE)
    length = -(-(len(sound) + room) // _EASY) * _EASY
    t = np.arange(room, dtype=np.float32) / RATE
    noise = np.random.default_rng(seed).standard_normal(room, dtype=np.float32)
    echo = noise * np.exp(-t * 4) * 0.02
    echo[0] = 1.0
    dull = shape(((60, -6), (150, 0), (900, 0), (2500, -12), (8000, -36)), length)
    heard = np.fft.irfft(np.fft.rfft(sound, length) * np.fft.rfft(echo, length) * dull, length)
    return _peaked(_ended(heard[: len(sound) + room].astype(np.float32), 0.2))


def modes(length: int, hz: Sequence[float], peaks: Sequence[float], rings: Sequence[float]) -> Floats:
    """Sines that die away, together: ``rings`` are the seconds to a third of the strength.

    A number that turns over n samples is the one over whole steps times the one over the rest: a table of two
    short sides instead of a sine a sample. What has died away is left out.
    """
    out = np.zeros((-(-length // _FINE), _FINE), np.float32)
    for f, peak, ring in zip(hz, peaks, rings, strict=True):
        speed = 2j * np.pi * f / RATE - 1 / (ring * RATE)
        rows = min(len(out), round(ring * _RINGS * RATE) // _FINE + 1)
        coarse = np.exp(speed * (np.arange(rows) * _FINE)) * peak
        fine = np.exp(speed * np.arange(_FINE))
        out[:rows] += coarse.imag.astype(np.float32)[:, None] * fine.real.astype(np.float32)
        out[:rows] += coarse.real.astype(np.float32)[:, None] * fine.imag.astype(np.float32)
    return out.reshape(-1)[:length]


def _part(part: Part, rng: np.random.Generator) -> Floats:
    return _peaked(_MAKERS[part["kind"]](part, rng)) * np.float32(amplitude(part.get("db", 0.0)))


def _placed(made: Sequence[tuple[int, Floats]]) -> Floats:
    length = min(_LONGEST, max(at + len(sound) for at, sound in made))
    total = np.zeros(length, np.float32)
    for at, sound in made:
        total[at : at + len(sound)] += sound[: max(0, length - at)]
    return _ended(total, 0.02)


def _ended(sound: Floats, seconds: float) -> Floats:
    """Faded out over its last ``seconds``, so that it never breaks off."""
    last = min(len(sound), round(seconds * RATE))
    sound[-last:] *= np.linspace(1, 0, last, dtype=np.float32)
    return sound


def _peaked(sound: Floats) -> Floats:
    return np.asarray(sound / max(1e-9, float(np.abs(sound).max())), np.float32)


def _struck(part: Part, rng: np.random.Generator) -> Floats:
    tune = rng.uniform(0.985, 1.015)
    ratios, levels, rings = zip(*part["modes"], strict=True)
    hz = [min(18_000.0, part["hz"] * ratio * tune) for ratio in ratios]
    peaks = [amplitude(db + rng.normal(0, 1.0)) for db in levels]
    length = min(_LONGEST, round(max(rings) * _RINGS * RATE))
    sound = modes(length, hz, peaks, rings)
    rise = min(length, round(part.get("attack", 0.0008) * RATE) + 1)
    sound[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    if "click" in part:
        curve = part.get("curve", ((part["hz"], -6), (3000, 0), (7000, -6)))
        hit = _noise(round(0.03 * RATE), curve, rng) * _envelope(round(0.03 * RATE), 0.0005, 0.001, 0.004)
        sound = _peaked(sound)
        sound[: len(hit)] += (_peaked(hit) * amplitude(part["click"]))[:length]
    return _ended(sound, 0.02)


def _burst(part: Part, rng: np.random.Generator) -> Floats:
    attack, hold, decay = part.get("attack", 0.002), part.get("hold", 0.0), part.get("decay", 0.1)
    length = min(_LONGEST, round((attack + hold + decay * 5) * RATE))
    sound = _noise(length, part["curve"], rng, part.get("per_s"))
    if "curve_to" in part:
        share = np.linspace(0, 1, length, dtype=np.float32) ** 0.7
        sound = sound * (1 - share) + _noise(length, part["curve_to"], rng, part.get("per_s")) * share
    if "rough" in part:
        steps = max(4, round(part["rough"] * length / RATE))
        heights = rng.random(steps) ** 1.5
        sound = sound * np.interp(np.linspace(0, steps - 1, length), np.arange(steps), heights)
    return (sound * _envelope(length, attack, hold, decay)).astype(np.float32)


def _noise(length: int, curve: Any, rng: np.random.Generator, per_s: float | None = None) -> Floats:
    room = -(-length // _EASY) * _EASY if length > _EASY else 1 << max(8, (length - 1).bit_length())
    if per_s is None:
        begin = int(rng.integers(len(_white()) - room + 1))
        raw = _white()[begin : begin + room]
    else:
        raw = np.zeros(room, np.float32)
        count = max(1, int(per_s * room / RATE))
        raw[rng.integers(room, size=count)] = rng.lognormal(0.0, 0.8, count)
    return _peaked(np.fft.irfft(np.fft.rfft(raw) * shape(curve, room), room)[:length].astype(np.float32))


@lru_cache(maxsize=1)
def _white() -> Floats:
    return np.random.default_rng(7).standard_normal(_LONGEST + 8 * _EASY, dtype=np.float32)


def _envelope(length: int, attack: float, hold: float, decay: float) -> Floats:
    t = np.arange(length, dtype=np.float32) / RATE
    fall = np.exp(-np.maximum(0, t - attack - hold) / np.float32(max(1e-4, decay)))
    return np.asarray(np.minimum(1, t / np.float32(max(1e-4, attack))) * fall, np.float32)


def _glide(part: Part, rng: np.random.Generator) -> Floats:
    pitch = part["pitch"]
    seconds = float(pitch[-1][0])
    length = min(_LONGEST, round(seconds * RATE))
    t = np.arange(length, dtype=np.float64) / RATE
    hz = np.exp(np.interp(t, [at for at, _ in pitch], [np.log(value) for _, value in pitch]))
    hz *= rng.uniform(0.97, 1.03)
    if "vibrato" in part:
        times, cents = part["vibrato"]
        hz *= 2 ** (cents / 1200 * np.sin(2 * np.pi * times * t + rng.random() * 6))
    sound = _cycle(part, float(hz.max()))[((np.cumsum(hz) / RATE % 1.0) * 2048).astype(int)]
    if "breath" in part:
        sound = sound + _noise(length, part["curve"], rng) * amplitude(part["breath"])
    if "pulse" in part:
        times, depth = part["pulse"]
        sound = sound * (1 - depth * (0.5 + 0.5 * np.cos(2 * np.pi * times * t)))
    attack, decay = part.get("attack", 0.02), part.get("decay", 0.05)
    ends = np.minimum(1, np.minimum(t / attack, (seconds - t) / decay))
    return np.asarray(sound * np.sin(np.clip(ends, 0, 1) * np.pi / 2), np.float32)


def _cycle(part: Part, highest: float) -> Floats:
    """One turn of the tone: its overtones, none above what can be heard."""
    count = max(1, min(24, int(16_000 / highest)))
    order = np.arange(1, count + 1)
    peaks = 10 ** (-part.get("fall", 9.0) * np.log2(order) / 20)
    if part.get("odd"):
        peaks[1::2] *= 0.15
    turn = np.outer(order, np.arange(2048)) * (2 * np.pi / 2048)
    return np.asarray(peaks @ np.sin(turn), np.float32)


def _row(part: Part, rng: np.random.Generator) -> Floats:
    at, step, made = 0.0, float(part["every"]), []
    for number in range(part["count"]):
        jitter = part.get("jitter", 0.0) * step * rng.uniform(-1, 1)
        force = amplitude(number * part.get("grow", 0.0) + rng.normal(0, part.get("uneven", 1.0)))
        sounds = [_part(inner, rng) for inner in part["of"]]
        begin = round(max(0.0, at + jitter) * RATE)
        made += [
            (begin + round(inner.get("at", 0.0) * RATE), sound * np.float32(force))
            for inner, sound in zip(part["of"], sounds, strict=True)
        ]
        at, step = at + step, step * part.get("pace", 1.0)
    return _placed(made)


_MAKERS: dict[str, Callable[[Part, np.random.Generator], Floats]] = {
    "struck": _struck,
    "burst": _burst,
    "glide": _glide,
    "row": _row,
}
