"""A stretch of a prompt taken apart: its sentences, what is spoken in it, and its sounds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from veo_story.backends.local.lexicon.vocabulary import contains, vocabulary

_ENDS = r".!?…。！？"
_SENTENCE = re.compile(rf"(?<=[{_ENDS}])[\"'”’»)\]]*\s+|\n+")
_SOUND = re.compile(r"\b(SFX|Ambient noise|Ambient|Ambience|Music): *", re.IGNORECASE)
_HAND_OVER = re.compile(r"\bIn the last second, ")
_QUOTED = re.compile(r"[\"“](?P<text>[^\"”\n]*)[\"”]?")
MOST = 12
"""Of anything: a prompt that says more was not written to be seen in a few seconds."""


@dataclass(frozen=True, slots=True)
class Said:
    """Spoken words: ``manners`` stand behind the speaker's name, ``at`` is a time of their own."""

    name: str
    manners: tuple[str, ...]
    text: str
    at: float | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the prompt with what is heard taken out."""

    sentences: tuple[str, ...]
    said: tuple[Said, ...]
    sounds: tuple[tuple[str, str], ...]

    def heard(self, *labels: str) -> list[str]:
        """The sounds whose label begins so."""
        return [text for label, text in self.sounds if label.startswith(labels) and text][:MOST]


def read_passage(text: str) -> Passage:
    """Take ``text`` apart; what stands there for the model only is left out."""
    text = _HAND_OVER.split(text)[0]
    said, text = _speech_apart(text)
    sounds, text = _sounds_apart(text)
    left_out = vocabulary("script")["left_out"]
    sentences = (one.strip() for one in _SENTENCE.split(text))
    return Passage(tuple(s for s in sentences if s and not contains(s, left_out)), said, sounds)


@cache
def _speech() -> re.Pattern[str]:
    verbs = "|".join(vocabulary("script")["verbs"])
    name = rf"[^\s{_ENDS}:\"“”()\[\]][^{_ENDS}:;\"“”()\[\]\n]{{0,60}}?"
    return re.compile(
        rf"(?:(?<=[{_ENDS}\"”’»)\]])\s+|^\s*)(?:At (?P<at>\d{{1,4}}(?:\.\d+)?) seconds, )?(?P<who>{name})"
        rf"(?: \((?P<manner>[^()\n]{{1,200}})\))? (?P<verb>{verbs})(?:: ?|, (?=[\"“]))",
        re.MULTILINE | re.IGNORECASE,
    )


def _speech_apart(text: str) -> tuple[tuple[Said, ...], str]:
    """Spoken lines, and the text without them. A line goes on to the next speaker or sound."""
    marks = list(_speech().finditer(text))[:MOST]
    said, rest, at = [], "", 0
    for i, mark in enumerate(marks):
        if mark.start() < at:
            continue
        stop = marks[i + 1].start() if i + 1 < len(marks) else len(text)
        quoted = _QUOTED.match(text, mark.end())
        sound = _SOUND.search(text, mark.end(), stop)
        end = quoted.end() if quoted else sound.start() if sound else stop
        words = quoted["text"] if quoted else text[mark.end() : end]
        verb = mark["verb"].lower()
        manners = [*(mark["manner"] or "").split("; "), "" if verb == "says" else verb]
        wish = float(mark["at"]) if mark["at"] else None
        said.append(Said(mark["who"].strip(), tuple(filter(None, manners)), words.strip(), wish))
        rest += f"{text[at : mark.start()]} "
        at = end
    return tuple(one for one in said if one.text), rest + text[at:]


def _sounds_apart(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Sounds with their label, and the text without them. Each is one sentence."""
    sounds, rest, at = [], "", 0
    for mark in _SOUND.finditer(text):
        if mark.start() < at:
            continue
        end = _SENTENCE.search(text, mark.end())
        stop = end.start() if end else len(text)
        sounds.append((mark[1].lower(), text[mark.end() : stop].strip().rstrip(".。 ")))
        rest += text[at : mark.start()]
        at = stop
    return tuple(sounds), rest + text[at:]
