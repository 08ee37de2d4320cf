"""The script of a scene: from the plan's hints, or read back out of a prompt where there is nothing else.

A paid service, and so the emulator, gets the prompt alone. ``storyboard/prompt.py`` says what it looks like;
an author's own ``prompt:`` may be anything, so reading never fails.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from veo_story.backends.local.camerawork.words import says_camera
from veo_story.backends.local.lexicon.vocabulary import contains, plain, vocabulary
from veo_story.backends.local.passages import MOST, Passage, read_passage
from veo_story.backends.local.script import Beat, CameraWords, Line, Person, Script, Spot, read_script
from veo_story.errors import MediaError
from veo_story.plan.script import LEAD_S, SHORTEST_LINE_S, SHOT_LEAD_S, spread_lines
from veo_story.storyboard.model import FPS
from veo_story.storyboard.speech import speech_s

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_BEAT = re.compile(r"\[(\d{1,3}):(\d{2}(?:\.\d+)?)\s*[-–—]\s*(\d{1,3}):(\d{2}(?:\.\d+)?)\]")
_PERSON = re.compile(
    r"(?P<name>[^\W\d_]\w*(?: \w+){0,3}) (?:is|are) (?P<is>.+?)(?:, wearing (?P<wears>.+?))?\W*$"
)
_SETTING = re.compile(r"The setting is (.+?)\W*$")
_SPOT_LEAD_S = 0.3


def script_of(prompt: str, hints: Mapping[str, str], frames: int) -> Script:
    """The script of a clip of ``frames`` frames.

    Raises :class:`MediaError` when ``hints["script"]`` is there and is none; never for any prompt.
    """
    length = max(1, frames) / FPS
    parsed = _parsed(prompt, length)
    if "script" not in hints:
        return replace(
            parsed,
            place=hints.get("place", parsed.place),
            when=hints.get("when", parsed.when),
            look=hints.get("look", parsed.look),
            ambient=hints.get("ambient", parsed.ambient),
            music=hints.get("music", parsed.music),
        )
    try:
        written = _fitted(read_script(hints["script"]), length)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MediaError(
            "the script of the scene cannot be read", hint="plan the film again with this version"
        ) from error
    return _completed(replace(written, prompt=prompt), parsed)


def _fitted(script: Script, length: float) -> Script:
    """A plan that splits a chain may give a clip another length than its scene has."""
    kept = [beat for beat in script.beats if beat.start_s < length] or list(script.beats[:1])
    if not kept:
        raise ValueError("a script without beats")
    starts = [0.0, *(float(beat.start_s) for beat in kept[1:])]
    ends = [*starts[1:], length]
    beats = tuple(
        replace(beat, start_s=start, end_s=end) for beat, start, end in zip(kept, starts, ends, strict=True)
    )
    return replace(script, length_s=length, beats=beats)


def _completed(script: Script, parsed: Script) -> Script:
    """Where the author wrote the prompt by hand, the scene happens there."""
    if script.action or not parsed.action:
        return script
    bare = len(script.beats) == 1 and not script.beats[0].camera
    return replace(
        script,
        beats=parsed.beats
        if bare or len(parsed.beats) > 1
        else (replace(script.beats[0], action=parsed.action),),
        lines=script.lines or parsed.lines,
        spots=script.spots or parsed.spots,
        ambient=script.ambient or parsed.ambient,
        music=script.music or parsed.music,
        place=script.place or parsed.place,
    )


def _parsed(prompt: str, length: float) -> Script:
    head, timed, tail = _beats_apart(prompt, length)
    opening, closing = read_passage(head), read_passage(tail)
    people, rest = _people_apart(opening.sentences)
    place, rest, look = _place_apart(rest)
    if timed:
        end_place, left, end_look = _place_apart(closing.sentences)
        place, look = place or end_place, look or end_look or " ".join(left)
    else:
        rest = (*rest, *closing.sentences)
    if not look:
        look, rest = _look_apart(rest)
    camera, rest = _camera_apart(rest)
    action = " ".join(rest)
    passages = [(start, end, read_passage(text)) for start, end, text in timed]
    around = Passage((), (*opening.said, *closing.said), (*opening.sounds, *closing.sounds))
    spans = [(0.0, length, around, LEAD_S), *((s, e, one, SHOT_LEAD_S) for s, e, one in passages)]
    return Script(
        length_s=length,
        prompt=prompt,
        place=place,
        when=place.rpartition(", ")[2] if ", " in place else "",
        look=look,
        ambient=" ".join(around.heard("ambien")),
        music=" ".join(around.heard("music")),
        people=people,
        beats=_beats(action, camera, passages, length),
        lines=tuple(sorted(_lines(spans, people), key=lambda line: line.start_s)),
        spots=tuple(sorted(_spots(spans), key=lambda spot: spot.start_s)),
    )


def _beats_apart(prompt: str, length: float) -> tuple[str, list[tuple[float, float, str]], str]:
    """What stands before the first ``[00:00-00:03]``, the shots in time, and what follows the last line."""
    marks = list(_BEAT.finditer(prompt))
    if not marks:
        return prompt, [], ""
    last, _, tail = prompt[marks[-1].end() :].partition("\n")
    ends = [mark.start() for mark in marks[1:]]
    texts = [*(prompt[mark.end() : end] for mark, end in zip(marks, ends, strict=False)), last]
    timed: list[tuple[float, float, str]] = []
    for mark, text in zip(marks[:MOST], texts, strict=False):
        start, end = (float(mark[i]) * 60 + float(mark[i + 1]) for i in (1, 3))
        if start < min(end, length) and (not timed or start > timed[-1][0]):
            timed.append((start, min(end, length), text))
    return prompt[: marks[0].start()], timed, tail


def _beats(
    action: str, camera: str, passages: Sequence[tuple[float, float, Passage]], length: float
) -> tuple[Beat, ...]:
    whole = CameraWords(text=camera)
    made: list[tuple[float, str, CameraWords]] = []
    if not passages or passages[0][0] > 0:
        made.append((0.0, action, whole))
        action = ""
    for start, _, passage in passages:
        own, rest = _camera_apart(passage.sentences)
        made.append((start, " ".join(filter(None, (action, *rest))), CameraWords(text=own) if own else whole))
        action = ""
    ends = [*(start for start, _, _ in made[1:]), length]
    return tuple(Beat(start, end, text, words) for (start, text, words), end in zip(made, ends, strict=True))


def _people_apart(sentences: Sequence[str]) -> tuple[tuple[Person, ...], tuple[str, ...]]:
    people: dict[str, Person] = {}
    rest = []
    for one in sentences:
        person = _person(one)
        if person is None or len(people) >= MOST:
            rest.append(one)
        else:
            people.setdefault(person.id, person)
    return tuple(people.values()), tuple(rest)


def _person(sentence: str) -> Person | None:
    found = _PERSON.match(sentence)
    if found is None or not any(
        plain(found["is"]).startswith(f" {a} ") for a in ("a", "an", "the", "two", "one")
    ):
        return None
    words = found["name"].split()
    if words[0] in vocabulary("script")["nobody"] or any(word[0].islower() for word in words):
        return None
    name = " ".join(words)
    return Person("_".join(words).lower(), name, found["is"], found["wears"] or "")


def _camera_apart(sentences: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The camera's sentence and the others. It stays among them unless it tells of the camera alone."""
    for i, one in enumerate(sentences[:2]):
        if says_camera(one):
            pieces = [piece for piece in one.split(",") if piece.strip()]
            alone = all(says_camera(piece) and len(piece.split()) <= 6 for piece in pieces)
            return one, tuple(sentences[:i]) + tuple(sentences[i + alone :])
    told = [one for one in sentences if contains(one, ("the camera", "camera moves"))]
    return " ".join(told), tuple(sentences)


def _place_apart(sentences: Sequence[str]) -> tuple[str, tuple[str, ...], str]:
    """The place, the sentences before it, and the look, which follows it."""
    for i, one in enumerate(sentences):
        found = _SETTING.match(one)
        if found:
            return found[1], tuple(sentences[:i]), " ".join(sentences[i + 1 :])
    return "", tuple(sentences), ""


def _look_apart(sentences: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    if len(sentences) > 1 and contains(sentences[-1], vocabulary("script")["look"]):
        return sentences[-1], tuple(sentences[:-1])
    return "", tuple(sentences)


_Span = tuple[float, float, Passage, float]


def _lines(spans: Sequence[_Span], people: Sequence[Person]) -> Iterator[Line]:
    for start, end, passage, lead in spans:
        wanted = [(one.at, max(SHORTEST_LINE_S, float(speech_s(one.text)))) for one in passage.said]
        for one, (begin, length) in zip(passage.said, spread_lines(wanted, start, end, lead), strict=True):
            person = _speaker(one.name, people)
            yield Line(
                who=person.id if person else one.name,
                name=person.name if person else one.name,
                text=one.text,
                start_s=begin,
                length_s=length,
                **_voice(one.manners),
            )


def _speaker(name: str, people: Sequence[Person]) -> Person | None:
    """By name, or by what is told of somebody: "the old keeper"."""
    words = plain(name)
    named = [one for one in people if plain(one.name) == words]
    said = set(words.split()) - {"the", "a", "an"}
    told = [one for one in people if said and said <= set(plain(one.about).split())]
    return next(iter((*named, *told)), None)


def _voice(manners: Sequence[str]) -> dict[str, Any]:
    """The first is the cast's voice and the rest the manner, unless it does not sound like a voice."""
    voices = vocabulary("script")["voice"]
    first = manners[:1] if len(manners) > 1 or any(contains(one, voices) for one in manners[:1]) else ()
    if first and len(manners) == 2 and not contains(first[0], voices):
        first = ()
    return {"voice": " ".join(first), "manner": ", ".join(manners[len(first) :])}


def _spots(spans: Sequence[_Span]) -> Iterator[Spot]:
    for start, end, passage, _ in spans:
        sounds = passage.heard("sfx")
        for i, text in enumerate(sounds):
            begin = start + _SPOT_LEAD_S + (end - start) * i / len(sounds)
            yield Spot(text, min(round(begin, 3), end))
