"""Whom or what a beat is about: the people or the thing that its camera frames."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from veo_story.backends.local.lexicon.vocabulary import contains, find, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from veo_story.backends.local.script import Beat, Script
    from veo_story.backends.local.world.stage import Mark, Stage

EYES = 0.90
"""How high up the eyes of a person are, 1 the crown."""

_BESIDE = 0.9
"""Parallax from which on a thing is beside the cast."""
_SHOULDERS = 0.30
"""Width of a person in their heights, arms and all."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is framed, in picture heights from the left of the middle and from the top, as seen from home.

    ``look`` is the row that the camera looks at, ``tall`` the height of the tallest, ``faces`` -1 or 1 for
    somebody who looks left or right, ``is_person`` false for a thing, ``who`` is the id of one person alone.
    """

    left: float
    right: float
    crown: float
    look: float
    tall: float
    parallax: float = 1.0
    faces: int = 0
    is_person: bool = True
    at_eyes: bool = True
    who: str = ""

    @property
    def middle(self) -> float:
        """The column between left and right."""
        return (self.left + self.right) / 2


def subject_of(script: Script, beat: Beat, stage: Stage, size: str | None) -> Subject | None:
    """What the beat frames at that size of ``camera.toml``; None when it is the place itself."""
    thing = _thing(beat, stage, eager=size == "insert" or not stage.people)
    people, meant = _people(script, beat, stage)
    if thing is not None and (size == "insert" or not people or _camera_names(thing, beat, script)):
        return _as_thing(stage.things[thing], float(vocabulary("props").get(thing, {}).get("wide", 1.0)))
    if not people:
        return None
    most = int(vocabulary("camera")["sizes"][size or "medium"]["people"])
    # Sizes for a person or two are about whom the words name; larger ones show everybody.
    count = most if most > 2 else min(most, max(1, meant))
    chosen = people[:count]
    if len(chosen) > 1:
        return _as_people([stage.people[who] for who in chosen], stage, None)
    return replace(_as_people([stage.people[chosen[0]]], stage, _part(beat)), who=chosen[0])


def with_things(subject: Subject, stage: Stage) -> Subject:
    """People together with the things that stand beside them, and with what is above their heads."""
    if not subject.is_person:
        return subject
    left, right, crown = subject.left, subject.right, subject.crown
    for name, mark in stage.things.items():
        half = mark.tall * float(vocabulary("props").get(name, {}).get("wide", 1.0)) / 2
        crown = max(0.02, min(crown, mark.foot - mark.tall))
        if mark.parallax >= _BESIDE and mark.tall < subject.tall and half * 2 < stage.aspect * 0.6:
            left, right = min(left, mark.x - half), max(right, mark.x + half)
    return replace(subject, left=left, right=right, crown=crown)


def _people(script: Script, beat: Beat, stage: Stage) -> tuple[list[str], int]:
    """Everybody that the beat may be about: who is named first, who speaks, the scene's cast, then the rest.

    And how many of them it means. Nobody, where some only stand there still from earlier scenes.
    """
    there = [who for who in stage.people if who]
    names = {person.id: person.name for person in script.people}
    camera = " . ".join((beat.camera.text, beat.camera.size, beat.camera.move))
    places = {who: _first_place((camera, beat.action), (names.get(who, who), who)) for who in there}
    speakers = [line.who for line in script.lines if beat.start_s <= line.start_s < beat.end_s]

    def rank(who: str) -> tuple[bool, int, int, bool]:
        place = places[who]
        spoken = speakers.index(who) if who in speakers else len(speakers)
        return (place is None, place or 0, spoken, who not in names)

    named = sum(place is not None for place in places.values())
    cast = sum(who in names for who in there)
    meant = named or len(set(speakers) & set(there)) or cast
    if not meant and not contains(f"{camera} . {beat.action}", vocabulary("camera")["anybody"]["words"]):
        return [], 0
    meant = meant or len(there)
    return sorted(there, key=rank), meant


def _first_place(texts: Iterable[str], words: Sequence[str]) -> int | None:
    before = 0
    for text in texts:
        place = find(text, [word.replace("_", " ") for word in words if word])
        if place is not None:
            return before + place
        before += 10_000
    return None


def _thing(beat: Beat, stage: Stage, *, eager: bool) -> str | None:
    """The thing that the words name first; where something has to be framed, any that is there."""
    camera = " . ".join((beat.camera.text, beat.camera.size))
    places = {name: _first_place((camera, beat.action), _words(name)) for name in stage.things}
    named = [name for name, place in places.items() if place is not None]
    if named:
        return min(named, key=lambda name: places[name] or 0)
    return next(iter(stage.things), None) if eager else None


def _words(name: str) -> tuple[str, ...]:
    entry: Mapping[str, Any] = vocabulary("props").get(name, {})
    return (name.replace("_", " "), *entry.get("words", ()))


def _camera_names(name: str, beat: Beat, script: Script) -> bool:
    """Whether the camera's own words are about the thing.

    `A girl reads a book, close-up` is about the girl.
    """
    words = " . ".join((beat.camera.text, beat.camera.size))
    place = find(words, _words(name))
    people = [*vocabulary("camera")["anybody"]["words"], *vocabulary("figures")["unnamed"]["nouns"]]
    person = find(words, [*people, *(person.name for person in script.people)])
    # "On her hands, then the letter": who is only meant there comes behind.
    return place is not None and (person is None or place < person or not beat.action)


def _part(beat: Beat) -> Mapping[str, Any] | None:
    """The part of a person that the camera's own words name: "push-in on her hands"."""
    words = " . ".join((beat.camera.text, beat.camera.size, beat.camera.move))
    parts = vocabulary("camera")["parts"].values()
    return next((part for part in parts if contains(words, part["words"])), None)


def _as_thing(mark: Mark, wide: float) -> Subject:
    half = mark.tall * wide / 2
    top = mark.foot - mark.tall
    return Subject(
        left=mark.x - half,
        right=mark.x + half,
        crown=top,
        look=mark.foot - mark.tall / 2,
        tall=mark.tall,
        parallax=mark.parallax,
        is_person=False,
        at_eyes=False,
    )


def _as_people(marks: Sequence[Mark], stage: Stage, part: Mapping[str, Any] | None) -> Subject:
    at = EYES if part is None else float(part["at"])
    first = marks[0]
    return Subject(
        left=min(mark.x - mark.tall * (mark.wide or _SHOULDERS) / 2 for mark in marks),
        right=max(mark.x + mark.tall * (mark.wide or _SHOULDERS) / 2 for mark in marks),
        crown=min(mark.foot - mark.tall for mark in marks),
        look=min(mark.foot - at * mark.tall for mark in marks),
        tall=max(mark.tall for mark in marks),
        parallax=first.parallax,
        faces=_faces(first, stage) if len(marks) == 1 else 0,
        at_eyes=at == EYES,
    )


def _faces(mark: Mark, stage: Stage) -> int:
    """People look at those beside them, else into the picture."""
    others = [other.x - mark.x for other in stage.people.values() if other != mark]
    towards = min(others, key=abs) if others else -mark.x
    if abs(towards) < 0.1:
        return 0
    return 1 if towards > 0 else -1
