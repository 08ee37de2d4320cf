"""From a scene's words to what is drawn: place, hour, weather, things and look.

What is spoken is not read: "the sea is not" makes no sea. Unknown words, of any script, give open country.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from veo_story.backends.local.lexicon.colours import colours_in
from veo_story.backends.local.lexicon.dyes import dyes_in
from veo_story.backends.local.lexicon.looks import looks_in
from veo_story.backends.local.lexicon.phrases import Hit, Phrases, without
from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.lexicon.standing import built_in, fits, plane_of
from veo_story.backends.local.lexicon.vocabulary import best, seed_of, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.script import Script

    Texts = Sequence[tuple[str, float]]

_MOST = 3
"""Things that are shown at most."""
_WEAK = 0.4
"""What a word says about the place when it names a thing, too, or only hints at it."""
_EARLY = 0.3
"""How much more the first word of a text says than its last: in English the place itself comes first."""
_OPEN = ("hills", "meadow", "coast", "lake")
"""Where scenes play whose words tell of no place."""
_NEEDS = {"water": "sea", "swim": "underwater"}
"""Where things are that can be nowhere else: by what they stand on."""


def read_setting(script: Script) -> Setting:
    """What a scene's words ask for. Never fails: what is unknown does not count."""
    texts = _texts(script)
    place = _place(script, texts)
    table = vocabulary("places")["place"][place]
    hours = [*texts, (script.when, 6.0), (script.look, 1.0), (_darkness(texts), 2.0)]
    sky, things = vocabulary("sky"), _things(texts, place)
    return Setting(
        place=place,
        time=best(hours, sky["time"], default=str(table.get("time", "day"))),
        weather=best([*texts, (script.when, 6.0)], sky["weather"], default="clear"),
        props=(*things, *_in_the_air(texts)),
        look=looks_in(script.look, " ".join(text for text, _ in texts)),
        palette=_palette(script.look),
        dyes=dyes_in((text for text, _ in texts), things),
    )


def read_change(script: Script, now: Setting) -> tuple[Setting, float] | None:
    """Where a scene that goes on from ``now`` gets to, and at which share of its words. None when it stays.

    Only what happens counts: a place that is looked at, heard or named for the style is not gone to, and a
    scene that says where it plays is there.
    """
    texts = _texts(script)[:2]
    reached = {hit.entry: hit.place for hit in _places().hits(texts[1][0]) if hit.entered and _is_strong(hit)}
    if any(_is_strong(hit) for hit in _places().hits(texts[0][0])):
        there = _place(script, texts[:1])
        if now.place in (there, _place(script, texts)):
            return None
    elif reached:
        scores = _scores(texts)
        there = max(reached, key=lambda name: scores[name])
    else:
        return None
    if there == now.place:
        return None
    hours, sky, things = [*texts, (script.when, 6.0)], vocabulary("sky"), vocabulary("props")
    # The most telling thing of the old place comes along: the car that one came in.
    named = [*_things(texts, there), *(name for name in now.props[:1] if name in things)]
    dyes = dict(now.dyes) | dict(dyes_in((text for text, _ in texts), named))
    moved = replace(
        now,
        place=there,
        time=best(hours, sky["time"], default=now.time),
        weather=best(hours, sky["weather"], default=now.weather),
        props=tuple(dict.fromkeys(name for name in named if fits(name, there))),
    )
    moved = replace(moved, dyes=tuple((name, dye) for name, dye in dyes.items() if name in moved.props))
    return moved, reached.get(there, 0.0)


def place_sounds(setting: Setting) -> tuple[str, ...]:
    """What weather and place sound like by themselves: names of ``sounds.toml``, the most telling first."""
    place = vocabulary("places")["place"][setting.place]
    weather = vocabulary("sky")["weather"][setting.weather]
    above = weather.get("heard_inside" if place.get("indoors") else "ambience", ())
    return tuple(dict.fromkeys((*above, *place.get("ambience", ()))))


def _texts(script: Script) -> Texts:
    """What is read, without what is spoken, and how much a word of it counts."""
    spoken = [line.text for line in script.lines]
    return [
        (without(script.place, ()), 6.0),
        (without(script.action, spoken), 3.0),
        (script.ambient, 1.0),
        (without(script.prompt, spoken), 1.0),
    ]


def _darkness(texts: Texts) -> str:
    """Where a place is called dark, the word for an hour that makes it so."""
    return "darkness" if any(hit.dark for text, _ in texts for hit in _places().hits(text)) else ""


def _place(script: Script, texts: Texts) -> str:
    scores = _scores(texts)
    top = max(scores, key=lambda name: scores[name])
    return top if scores[top] > 0 else _somewhere(script, texts)


def _scores(texts: Texts) -> dict[str, float]:
    """How much the texts say that one is at each place."""
    scores = dict.fromkeys(vocabulary("places")["place"], 0.0)
    for text, weight in texts:
        for hit in _places().hits(text):
            strong = _is_strong(hit)
            length = hit.words**1.5 if strong else 1.0
            share = weight * (1.0 if strong else _WEAK)
            scores[hit.entry] += share * length * hit.share * (1 + _EARLY * (1 - hit.place))
    return scores


def _is_strong(hit: Hit) -> bool:
    """Whether the word names a place, and does not name a thing or only hint at a place."""
    hints = vocabulary("places")["place"][hit.entry].get("hints", ())
    return hit.word not in _thing_words() and hit.word not in hints


def _somewhere(script: Script, texts: Texts) -> str:
    """A place for words that name none: small things are shown close, talk is in a room, all else outside."""
    things = [hit.entry for text, _ in texts for hit in _props().hits(text)]
    known, studio = vocabulary("props"), vocabulary("places")["place"]["studio"]
    if things and all(plane_of(known[name], studio) == "table" for name in things):
        return "studio"
    for needed, place in _NEEDS.items():
        if any(needed in known[name]["stands"] and len(known[name]["stands"]) == 1 for name in things):
            return place
    if script.lines and not things:
        return "living"
    return _OPEN[seed_of(script.place) % len(_OPEN)] if script.place else _OPEN[0]


def _things(texts: Texts, place: str) -> list[str]:
    scores: dict[str, float] = {}
    for text, weight in texts:
        # The action tells what is seen; a place's words mostly tell what it is called after.
        own = {6.0: 2.0, 3.0: 4.0}.get(weight, weight)
        for hit in _props().hits(_unnamed(text, place)):
            scores[hit.entry] = scores.get(hit.entry, 0.0) + own * (1 + _EARLY * (1 - hit.place))
    named = [name for name in scores if fits(name, place)]
    found = sorted(named, key=lambda name: -scores[name])[:_MOST]
    known, ground = vocabulary("props"), vocabulary("places")["place"][place]
    on_table = [
        name for name in found if plane_of(known[name], ground) == "table" and not built_in(name, ground)
    ]
    # Small things bring what they stand on.
    return [name for name in found if name != "table" or not on_table]


def _unnamed(text: str, place: str) -> str:
    """``text`` without the longer names of its place: a lamp room is no lamp."""
    names = {hit.word for hit in _places().hits(text) if hit.entry == place and hit.words > 1}
    lower = text.lower()
    for name in names - _thing_words():
        lower = lower.replace(name.rstrip("*"), " there ")
    return lower


def _in_the_air(texts: Texts) -> list[str]:
    """What flies in the air, of ``sky.toml``: the one that is named most."""
    name = best(texts, vocabulary("sky").get("air", {}), default="")
    return [name] if name else []


def _palette(look: str) -> tuple[str, ...]:
    """The author's colours: those that follow the word palette, or are written in digits."""
    _, found, behind = look.lower().partition("palette")
    return colours_in(behind if found else " ".join(word for word in look.split() if word.startswith("#")))


@cache
def _places() -> Phrases:
    places: dict[str, Any] = vocabulary("places")["place"]
    hints = frozenset(word for place in places.values() for word in place.get("hints", ()))
    return Phrases(
        {name: (*place["words"], *place.get("hints", ())) for name, place in places.items()}, hints
    )


@cache
def _props() -> Phrases:
    return Phrases({name: tuple(prop.get("words", ())) for name, prop in vocabulary("props").items()})


@cache
def _thing_words() -> frozenset[str]:
    return frozenset(word for prop in vocabulary("props").values() for word in prop.get("words", ()))
