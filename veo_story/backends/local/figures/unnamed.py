"""People whom a scene's words name without a place in the cast: `two children run`, `an old fisherman`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from veo_story.backends.local.lexicon.vocabulary import contains, plain, seed_of, vocabulary
from veo_story.backends.local.script import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.script import Script

_STOPS = re.compile(r"[.;,:!?—]|\bthe\b|\bwith\b|\bas\b|\bwhile\b|\band\b|\bof\b", re.IGNORECASE)
_WEARS = re.compile(r"^\W*(?:\w+ing\b\W+)?(?:in|with|wearing|dressed in)\b([^.;]*)", re.IGNORECASE)
_VESSELS = {"ship", "boat", "hat", "coat", "arm", "suit", "dog", "car", "market", "house"}
"""What is called after people, besides the things of the vocabulary."""
_NUMBERS = 3
"""How many words before a noun its number and its adjectives stand at most."""


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Those found in a scene's words, and whether a crowd is behind them."""

    people: tuple[Person, ...]
    crowd: bool


def unnamed_people(script: Script, known: Sequence[Person]) -> Unnamed:
    """People and animals of a scene's words who are none of ``known`` (the cast and who is on the stage)."""
    table = vocabulary("figures")["unnamed"]
    text = script.action or script.prompt
    crowd = contains(f"{text} {script.place}", table["crowd"])
    if known and not _new_ones(text, known):
        return Unnamed((), crowd)
    found: dict[str, Person] = {}
    for noun, start, end in _nouns(text):
        if any(contains(f"{person.name} {person.about}", [noun]) for person in known):
            continue
        for person in _persons(text, noun, start, end):
            if len(found) < int(table["most"]):
                found.setdefault(person.id, person)
    return Unnamed(tuple(found.values()), crowd)


def _usual(noun: str) -> str:
    """What people of that trade wear; a blank for animals, whose colours are their own."""
    figures = vocabulary("figures")
    if any(contains(noun, entry["words"]) for entry in figures["creature"].values()):
        return " "
    return str(figures["unnamed"]["dress"].get(noun, ""))


def _new_ones(text: str, known: Sequence[Person]) -> bool:
    """Whether the words bring somebody in beside those who are there: `a deckhand`, not `the man`."""
    generic = {
        "man",
        "men",
        "woman",
        "women",
        "figure",
        "person",
        "people",
        "boy",
        "girl",
        "child",
        "somebody",
    }
    return any(
        noun not in generic
        and re.search(r"\b(a|an|two|three|another)\s+(\w+\s+){0,2}$", text[:start].lower())
        for noun, start, _ in _nouns(text)
        if not any(contains(f"{person.name} {person.about}", [noun]) for person in known)
    )


def _nouns(text: str) -> list[tuple[str, int, int]]:
    """The nouns of the table in a text, in its order, each once; a longer one hides what lies in it."""
    spots: list[tuple[int, int, str]] = []
    for noun in vocabulary("figures")["unnamed"]["nouns"]:
        found = re.search(rf"(?<![\w'-]){re.escape(noun)}(?:s|es)?(?![\w'-])", text.lower())
        if found:
            spots.append((found.start(), found.end(), noun))
    kept = [one for one in spots if not any(o[0] <= one[0] and one[1] <= o[1] and o != one for o in spots)]
    # A pirate ship is no pirate, and a robot arm no robot.
    people = [one for one in kept if not _names_a_thing(text[one[1] :])]
    return [(noun, start, end) for start, end, noun in sorted(people)]


def _names_a_thing(behind: str) -> bool:
    """Whether what follows a noun at once is a thing."""
    words = plain(behind).split()[:1]
    return behind.startswith(" ") and bool(words) and words[0] in _thing_words()


@cache
def _thing_words() -> frozenset[str]:
    words = {word for prop in vocabulary("props").values() for word in prop.get("words", ())}
    return frozenset(words | _VESSELS) - frozenset(vocabulary("figures")["unnamed"]["nouns"])


def _persons(text: str, noun: str, start: int, end: int) -> list[Person]:
    table = vocabulary("figures")["unnamed"]
    before = _STOPS.split(text[:start])[-1].split()[-_NUMBERS:]
    said = _WEARS.match(text[end:])
    worn = said[1] if said else ""
    number = max((int(table["numbers"].get(word.lower(), 1)) for word in before), default=1)
    if noun in table["pairs"]:
        number = max(number, 2)
    elif number == 1 and plain(text[start:end]).strip() != noun:
        number = 2
    about = " ".join([*before, text[start:end]])
    pair = noun in ("couple", "lovers", "family")
    clothes, first = table["clothes"], seed_of(noun)
    usual = _usual(noun)
    if usual and worn:
        # A knight with a lantern is still dressed as one.
        worn = f"{worn}, {usual}"
    persons = []
    for count in range(number):
        sex = (" woman", " man")[count % 2] if pair else ""
        wears = worn or usual or clothes[(first + count) % len(clothes)]
        persons.append(Person(f"{noun}{count or ''}", noun, f"{about}{sex}", wears))
    return persons
