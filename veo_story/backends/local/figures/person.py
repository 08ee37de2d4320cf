"""Words about a member of the cast -> what they look like; what is unsaid follows from the name."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.figures.look import PersonLook
from veo_story.backends.local.lexicon.colours import colours_at, colours_in
from veo_story.backends.local.lexicon.vocabulary import contains, find, plain, seed_of, vocabulary
from veo_story.backends.local.world.tint import rgb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from veo_story.backends.local.script import Person

_NEAR = 34
"""How many letters before a word its colour stands at most."""
_BESIDE = 16
"""How many letters before a colour its own adjective stands at most."""
_HAIR_REACH = 26
_INNER = ("shirt", "tshirt", "sweater")
"""What is worn below another garment."""


@lru_cache(maxsize=256)
def look_of(person: Person) -> PersonLook:
    """The look of one member of the cast: the same for the same words."""
    table = vocabulary("figures")
    about, wears = person.about, person.wears
    both = f"{about}. {wears}"
    rng = np.random.default_rng(seed_of("look", person.id, person.name))
    creature = _named(f"{about} {person.name}", table["creature"])
    sex = _sex(f"{about} {person.name} {wears}", table["sex"], rng)
    age = _named(about, table["age"]) or "adult"
    if creature and not _is_person(about, creature, table):
        return _creature(creature, both, table["creature"][creature], rng)
    body = table["age"][age]
    build = table["build"][_named(about, table["build"]) or "middling"]
    # A few per cent of height tell two people of one kind apart.
    tall = float(body["tall"]) * float(build["tall"]) * (0.95 if sex == "woman" and age != "child" else 1.0)
    hair = _hair_colour(about, age, table, rng)
    upper, garment_colours = _garments(wears or about, table, rng)
    look = PersonLook(
        kind="person",
        sex=sex,
        age=age,
        tall=tall * (0.985 + 0.03 * float(rng.random())),
        head=float(body["head"]),
        broad=float(build["broad"]) * (1.0 if sex == "man" else 0.95),
        stoop=float(body["stoop"]),
        skin=_pick(about, table["skin"], rng),
        hair=hair,
        style=_style(about, sex, age, table, rng),
        parting=float(rng.choice([-1.0, -0.6, 0.6, 1.0])),
        beard=_named(about, table["beard"]) if sex == "man" else "",
        glasses=_named(both, table["glasses"]),
        freckles=contains(about, table["face"]["freckles"]),
        upper=upper,
        **garment_colours,
        carries=_named(both, table["held"]),
    )
    return _with_hat(look, both, table)


def _named(text: str, entries: Mapping[str, Any]) -> str:
    """The entry whose words stand first in the text, the longest where two begin together; "" for none."""
    found = []
    for name, entry in entries.items():
        for word in entry.get("words", ()):
            place = find(text, [word])
            if place is not None:
                # `short coat` ends where `coat` does: what says more wins.
                found.append((place, -len(word), name))
    ends: list[tuple[int, int, str]] = []
    for place, length, name in found:
        inside = any(
            p <= place and p - n >= place - length and (p, n) != (place, length) for p, n, _ in found
        )
        if not inside:
            ends.append((place, length, name))
    return min(ends, default=(0, 0, ""))[2]


def _sex(text: str, entries: Mapping[str, Any], rng: np.random.Generator) -> str:
    name = _named(text, entries)
    return name or ("woman" if rng.random() < 0.5 else "man")


def _is_person(about: str, creature: str, table: Mapping[str, Any]) -> bool:
    """Whether the text is about a human with that animal or machine beside them."""
    place = find(about, table["creature"][creature]["words"])
    human = find(about, [word for entry in table["sex"].values() for word in entry["words"] if len(word) > 3])
    return human is not None and (place is None or human < place)


def _creature(kind: str, text: str, entry: Mapping[str, Any], rng: np.random.Generator) -> PersonLook:
    colours = [colour for _, colour in colours_at(text)]
    own = str(entry["colours"][int(rng.integers(len(entry["colours"])))])
    # A red fox is as red as foxes are.
    red = colours_in("red")[0]
    colours = [str(entry["red"]) if colour == red and "red" in entry else colour for colour in colours]
    return PersonLook(
        kind=kind,
        sex="",
        age="adult",
        tall=float(entry["tall"]),
        head=0.2,
        broad=1.0,
        stoop=0.0,
        skin=colours[0] if colours else own,
        hair=colours[1] if len(colours) > 1 else str(entry.get("second", "#f0e8da")),
        style="",
        parting=0.0,
    )


def _pick(text: str, entries: Mapping[str, Any], rng: np.random.Generator) -> str:
    """The colour of the entry that the text names, else one of the usual ones."""
    name = _named(text, entries)
    usual = [str(entry["colour"]) for entry in entries.values() if entry.get("usual", True)]
    chosen = str(rng.choice(usual))
    return str(entries[name]["colour"]) if name else chosen


def _hair_colour(about: str, age: str, table: Mapping[str, Any], rng: np.random.Generator) -> str:
    text = plain(about)
    usual = str(rng.choice(table["grey" if age == "old" else "usual_hair"]["colours"]))
    best: tuple[int, str] | None = None
    for noun in table["hair_words"]["words"]:
        place = find(about, [noun])
        if place is None:
            continue
        for entry in table["hair_colour"].values():
            for word in entry["words"]:
                spot = _last(text, word, place + len(noun))
                if spot is not None and place - spot <= _HAIR_REACH and (best is None or spot > best[0]):
                    best = (spot, str(entry["colour"]))
    return best[1] if best else usual


def _last(text: str, word: str, before: int) -> int | None:
    """Where the word last begins before a place of the plain text."""
    begin = f" {plain(word.rstrip('*')).strip()}" + ("" if word.endswith("*") else " ")
    place = text.rfind(begin, 0, before + 2)
    return place if place >= 0 else None


def _style(about: str, sex: str, age: str, table: Mapping[str, Any], rng: np.random.Generator) -> str:
    usual = table["usual_style"].get(f"{age}_{sex}") or table["usual_style"][sex]
    chosen = str(rng.choice(usual))
    return _named(about, table["style"]) or chosen


def _garments(wears: str, table: Mapping[str, Any], rng: np.random.Generator) -> tuple[str, dict[str, str]]:
    """The upper garment's kind, and the colours of all that is worn."""
    upper = _named(wears, {k: v for k, v in table["upper"].items() if k != "shirt"}) or "shirt"
    entry = table["upper"][upper]
    cloth = str(rng.choice(table["usual_cloth"]["colours"]))
    legs = str(rng.choice(table["usual_legs"]["colours"]))
    spots = _spots(wears, table)

    def said(thing: Mapping[str, Any], otherwise: str) -> str:
        return _colour_of(wears, thing["words"], spots) or otherwise

    is_named = contains(wears, entry["words"])
    colour = said(entry, str(entry["colour"]) if is_named else cloth)
    inner = next(filter(None, (said(table["upper"][key], "") for key in _INNER if key != upper)), "")
    if entry.get("apron"):
        # Around an apron the shirt below is seen.
        colour, inner = inner or cloth, colour
    lower = _named(wears, table["lower"]) or ("skirt" if upper == "dress" else "trousers")
    neck = _named(wears, table["neck"])
    trim = (
        str(table["trim"]["colour"])
        if contains(wears, table["trim"]["words"])
        else str(entry.get("trim", ""))
    )
    return upper, {
        "upper_colour": colour,
        "under_colour": inner or "#ebe5d6",
        "lower": lower,
        "lower_colour": said(table["lower"][lower], colour if entry.get("whole") else legs),
        "shoes": said(table["shoes"], "#2e2622"),
        "trim": said(table["trim"], trim),
        "neck": neck,
        "neck_colour": said(table["neck"][neck], str(table["neck"][neck]["colour"])) if neck else "",
    }


def _spots(text: str, table: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Where any worn thing is named (begin and end in the plain text), in order."""
    names = {
        word
        for key in ("upper", "lower", "neck", "hat")
        for entry in table[key].values()
        for word in entry["words"]
    }
    found = [
        (place, place + len(plain(word.rstrip("*"))) - 1)
        for word in sorted(names | set(table["shoes"]["words"]) | set(table["trim"]["words"]))
        if (place := find(text, [word])) is not None
    ]
    # `pea coat` is one thing, not a coat behind another thing.
    return sorted(
        one for one in found if not any(o != one and o[0] <= one[0] and one[1] <= o[1] for o in found)
    )


def _colour_of(text: str, words: Iterable[str], spots: list[tuple[int, int]]) -> str:
    """The colour said of a thing: the last between the thing before and its word, else the next behind."""
    place = find(text, words)
    if place is None:
        return ""
    colours = colours_at(text)
    before = max((end for _, end in spots if end <= place + 1), default=-1)
    near = [
        (at, colour) for at, colour in colours if before <= at + 1 and at <= place and place - at <= _NEAR
    ]
    if near:
        at, colour = near[-1]
        return _shaded(colour, plain(text)[max(0, before, at - _BESIDE) : at + 1])
    # What follows is said of the next thing, if there is one.
    if any(begin > place for begin, _ in spots):
        return ""
    return next((colour for at, colour in colours if at > place), "")


def _shaded(colour: str, words: str) -> str:
    """The colour as the words before it have it: faded, pale, dark."""
    for entry in vocabulary("figures")["shade"].values():
        if contains(words, entry["words"]):
            into, share = rgb(str(entry["into"])), float(entry["share"])
            parts = (p + (q - p) * share for p, q in zip(rgb(colour), into, strict=True))
            return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
    return colour


def _with_hat(look: PersonLook, text: str, table: Mapping[str, Any]) -> PersonLook:
    hat = _named(text, table["hat"])
    if not hat:
        return look
    entry = table["hat"][hat]
    colour = _colour_of(text, entry["words"], _spots(text, table)) or str(entry["colour"])
    style = "cropped" if entry.get("covers") and look.style else look.style
    return replace(look, hat=hat, hat_colour=colour, style=style)
