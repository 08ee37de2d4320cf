"""What somebody's scratch voice is like: by the author's words, else by the name, the same in every scene."""

from __future__ import annotations

from dataclasses import dataclass

from veo_story.backends.local.lexicon.vocabulary import contains, seed_of, vocabulary


@dataclass(frozen=True, slots=True)
class Timbre:
    """A voice: ``pitch`` in Hz, ``size`` of the throat beside a grown man's, ``breath`` 0..1, ``loud`` in dB.

    ``lively`` is how far the pitch moves, ``tremble`` how much it shakes; ``seed`` is the speaker's own.
    """

    pitch: float
    size: float
    breath: float
    loud: float
    lively: float
    tremble: float
    seed: int


def voice_of(voice: str, about: str) -> str:
    """The description of somebody's voice, with what their looks tell of it where it names no pitch."""
    table = vocabulary("voices")["voice"]
    if any("pitch" in entry and contains(voice, entry["words"]) for entry in table.values()):
        return voice
    looks = [
        entry["words"][0] for entry in table.values() if "body" in entry and contains(about, entry["words"])
    ]
    return " ".join((voice, *looks)).strip()


def timbre(who: str, voice: str, manner: str) -> Timbre:
    """The voice of ``who``, whose description is ``voice``, who now speaks in ``manner``."""
    table = vocabulary("voices")
    usual, seed = table["usual"], seed_of(who)
    told = f"{voice}\n{manner}"
    named = [entry for entry in table["voice"].values() if contains(told, entry["words"])]
    share = seed % 1000 / 999
    side = seed >> 12 & 1
    pitches = [entry["pitch"] for entry in named if "pitch" in entry] or [usual["pitch"][side]]
    sizes = [entry["size"] for entry in named if "size" in entry] or [usual["size"][side]]
    pitch = sum(pitches) / len(pitches) * (0.92 + 0.16 * share)
    for entry in named:
        pitch *= entry.get("pitch_by", 1.0)
    return Timbre(
        pitch=pitch,
        size=sum(sizes) / len(sizes) * (0.97 + 0.06 * ((seed >> 16) % 100) / 99),
        breath=min(1.0, usual["breath"] + sum(entry.get("breath", 0.0) for entry in named)),
        loud=sum(entry.get("loud", 0.0) for entry in named),
        lively=max(0.3, usual["lively"] + sum(entry.get("lively", 0.0) for entry in named)),
        tremble=sum(entry.get("tremble", 0.0) for entry in named),
        seed=seed,
    )
