"""Who stands where: marks, ways in and out, and what everybody does in a scene."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from veo_story.backends.local.figures.acting import Part, place_at
from veo_story.backends.local.figures.direction import directed
from veo_story.backends.local.figures.person import look_of
from veo_story.backends.local.figures.state import CastState, Standing, cast_of
from veo_story.backends.local.figures.unnamed import unnamed_people
from veo_story.backends.local.lexicon.vocabulary import seed_of, vocabulary
from veo_story.backends.local.world.stage import Mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veo_story.backends.local.script import Person, Script
    from veo_story.backends.local.world.stage import Stage

__all__ = ["Acting", "CastState", "Standing", "cast_of", "stage_cast"]

_GAP = 0.55
_TIGHT = 0.42
"""How far apart people stand, in heights of a grown-up: in wide pictures and in upright ones."""
_BEAST = 1.7
"""How much longer than high an animal on four legs is, tail and all."""
_FACING, _APART = 32.0, 18.0
"""How far one turns towards others, and alone, in degrees."""


@dataclass(frozen=True, slots=True)
class Acting:
    """A scene's cast: ``stage`` with their marks, what each does by id, and who is there at its ``end``."""

    stage: Stage
    parts: Mapping[str, Part]
    end: CastState
    crowd: bool
    seed: int

    def where(self, who: str, frame: int) -> Mark | None:
        """Where one stands at a frame of the chain; None while not on the stage."""
        part = self.parts.get(who)
        if part is None or not part.is_there(frame):
            return None
        return replace(self.stage.people[who], x=place_at(part, frame))


def stage_cast(
    script: Script, before: CastState | None, stage: Stage, first_frame: int, frames: int, seed: int
) -> Acting:
    """Direct the scene that shows ``frames`` frames of its chain from ``first_frame`` on.

    ``before`` is how the clip before left the stage, None at a chain's first clip. Nothing is painted.
    """
    there = before.standing if before else ()
    known = [*(one.person for one in there), *script.people]
    extra = unnamed_people(script, known)
    # What the place shows as a thing does not come as a figure, too.
    strangers = [person for person in extra.people if look_of(person).kind not in stage.things]
    new = _new(script, there, strangers, before is None)
    homes = _homes(there, new, stage)
    everyone = [*(one.person for one in there), *new]
    tall = {person.id: stage.tall * look_of(person).tall for person in everyone}
    standing = {one.person.id: one for one in there}
    rests = {person.id: _rest(person, homes, tall) for person in everyone}
    placed = [
        standing.get(person.id)
        or Standing(
            person,
            homes[person.id],
            homes[person.id],
            rests[person.id],
            holds=look_of(person).carries,
        )
        for person in everyone
    ]
    parts = directed(
        script,
        placed,
        rests,
        tall,
        {person.id for person in new} if before else set(),
        stage,
        (first_frame, first_frame + frames),
    )
    crowd = extra.crowd or bool(before and before.crowd)
    end = CastState(
        tuple(_left(one, parts[one.person.id]) for one in placed if parts[one.person.id].hidden is None),
        crowd,
    )
    marks = {
        one.person.id: Mark(
            _last_x(parts[one.person.id]), stage.foot, tall[one.person.id], wide=breadth_of(one.person)
        )
        for one in placed
    }
    return Acting(replace(stage, people=marks), parts, end, crowd, seed)


def shown_by_cast(script: Script) -> frozenset[str]:
    """The things that a scene's people bring: an umbrella in the hand, or a fox that comes as one of them."""
    people = [*script.people, *unnamed_people(script, script.people).people]
    looks = [look_of(person) for person in people]
    creatures = vocabulary("figures")["creature"]
    called = {word for look in looks if look.kind != "person" for word in creatures[look.kind]["words"]}
    alike = {name for name, prop in vocabulary("props").items() if called & set(prop.get("words", ()))}
    return frozenset(alike | {look.carries for look in looks})


def breadth_of(person: Person) -> float:
    """How wide one is over their height; 0 for people, whose arms hang down."""
    entry = vocabulary("figures")["creature"].get(look_of(person).kind, {})
    return _BEAST if entry.get("form") == "beast" else 0.0


def _new(script: Script, there: Sequence[Standing], extra: Sequence[Person], opening: bool) -> list[Person]:
    """Who has to come onto the stage. Always in the order of their ids, so that left stays left."""
    taken = {one.person.id for one in there}
    named = sorted((p for p in script.people if p.id not in taken), key=lambda person: person.id)
    # Words of an extension that name a stranger mostly mean one who is there already.
    strangers = [p for p in extra if p.id not in taken] if opening or not there else list(extra)
    return [*named, *(p for p in strangers if p.id not in taken)][: max(0, 6 - len(there))]


def _homes(there: Sequence[Standing], new: Sequence[Person], stage: Stage) -> dict[str, float]:
    """A mark for everybody: those who have one keep it, the others stand around the middle or beside them."""
    gap = stage.tall * (_GAP if stage.aspect > 1 else _TIGHT)
    homes = {one.person.id: one.home for one in there}
    if not there:
        middle = (len(new) - 1) / 2
        return {person.id: (n - middle) * gap for n, person in enumerate(new)}
    for person in new:
        left, right = min(homes.values()), max(homes.values())
        after = sum(other < person.id for other in homes) * 2 >= len(homes)
        beside = right + gap if after else left - gap
        other = left - gap if after else right + gap
        limit = stage.aspect / 2 + gap / 2
        homes[person.id] = beside if abs(beside) <= limit or abs(beside) <= abs(other) else other
    return homes


def _rest(person: Person, homes: Mapping[str, float], tall: Mapping[str, float]) -> float:
    """Where one faces when nothing else is asked: towards the others, else a little aside."""
    others = [x for who, x in homes.items() if who != person.id]
    if not others:
        return _APART if seed_of("side", person.id) % 2 else -_APART
    own = homes[person.id]
    pull = sum(others) / len(others) - own
    if abs(pull) < 1e-6:
        return _APART / 2
    return _FACING if pull > 0 else -_FACING


def _last_x(part: Part) -> float:
    return part.ways[-1].target if part.ways else part.x


def _left(one: Standing, part: Part) -> Standing:
    """How a scene leaves somebody."""
    yaw = part.turns[-1][1] if part.turns else part.yaw
    staying = [cue for cue in part.cues if cue.stays]
    action, mirrored = (staying[-1].name, staying[-1].mirrored) if staying else (part.action, part.mirrored)
    if action == "stand":
        action, mirrored = "", False
    return replace(
        one, x=_last_x(part), yaw=yaw, action=action, mirrored=mirrored, holds=part.held_at(part.last_hold)
    )
