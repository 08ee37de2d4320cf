"""A film as it stands: its plan, what was made of it, and what a person has chosen. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from veo_story.plan.diff import diff
from veo_story.plan.splice import splice
from veo_story.plan.takes import SceneState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from veo_story.plan.model import Plan
    from veo_story.plan.takes import Attempt, Pin, SceneStatus, Take

V = TypeVar("V")

_NO_PICKS: Mapping[str, str] = MappingProxyType({})
_NO_PINS: Mapping[str, Pin] = MappingProxyType({})
_MANY = 10_000


@dataclass(frozen=True, slots=True)
class Choice:
    """Picks and pins to be set, by scene; None takes one back. What is not named stays."""

    picks: Mapping[str, str | None]
    pins: Mapping[str, Pin | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """``plan`` is as it was compiled, before any pin; ``picks`` and ``pins`` go by scene."""

    plan: Plan
    takes: tuple[Take, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    picks: Mapping[str, str] = field(default_factory=lambda: _NO_PICKS)
    pins: Mapping[str, Pin] = field(default_factory=lambda: _NO_PINS)

    def spliced(self) -> Plan:
        """The plan with the pins in it: what is rendered and cut."""
        return splice(self.plan, self.pins, self.takes)

    def statuses(self) -> dict[str, SceneStatus]:
        """What each scene of the spliced plan needs, bridges included."""
        return diff(self.spliced(), self.takes, self.attempts, self.picks)

    def missing(self) -> dict[str, int]:
        """How many takes are to be asked for, by scene; scenes that want none are left out."""
        found = self.statuses().values()
        return {status.scene_id: status.missing_takes for status in found if status.missing_takes}

    def chosen(self, choice: Choice) -> Standing:
        """The film after a choice."""
        return replace(self, picks=_set(self.picks, choice.picks), pins=_set(self.pins, choice.pins))

    def unpinned(self, scene_ids: Collection[str]) -> Standing:
        """The film without the pins of these scenes."""
        return replace(self, pins={s: pin for s, pin in self.pins.items() if s not in scene_ids})

    def wanting(self, scene_id: str, takes: int) -> Standing:
        """The film with so many takes wanted of a scene."""
        chains = tuple(
            replace(
                chain,
                steps=tuple(replace(s, takes=takes) if s.scene_id == scene_id else s for s in chain.steps),
            )
            for chain in self.plan.chains
        )
        return replace(self, plan=replace(self.plan, chains=chains))

    def held_takes(self, scene_id: str) -> int:
        """How many takes of a scene fit, or are to come from requests that were sent."""
        return _MANY - self.wanting(scene_id, _MANY).statuses()[scene_id].missing_takes

    def fitting(self, scene_id: str) -> tuple[Take, ...]:
        """The takes that may serve a scene as things stand, oldest first."""
        step, statuses = self.spliced().step(scene_id), self.statuses()
        parents = tuple(t.id for need in step.needs if (t := statuses[need].take) is not None)
        mine = (t for t in self.takes if t.scene_id == scene_id and t.fingerprint == step.fingerprint)
        found = [t for t in mine if t.rejected is None and t.parents == parents]
        return tuple(sorted(found, key=lambda t: (t.stored_at, t.number)))

    def is_kept(self, scene_id: str) -> bool:
        """Whether a take serves for the scene."""
        return self.statuses()[scene_id].state is SceneState.KEPT

    def after(self, scene_ids: Collection[str]) -> tuple[str, ...]:
        """The scenes that hang on these ones, directly or not, whatever is pinned; without themselves.

        In the order of the film.
        """
        needs = {step.scene_id: step.needs for step in self.plan.steps()}
        found = set(scene_ids)
        order = [placed.scene_id for placed in self.plan.placements]
        for scene_id in order:  # what a scene needs comes before it
            if found & set(needs[scene_id]):
                found.add(scene_id)
        return tuple(scene_id for scene_id in order if scene_id in found and scene_id not in scene_ids)

    def hanging(self, scene_ids: Collection[str]) -> tuple[str, ...]:
        """The scenes that are made directly from these ones, whatever is pinned; without themselves."""
        steps = (step for step in self.plan.steps() if set(step.needs) & set(scene_ids))
        return tuple(step.scene_id for step in steps if step.scene_id not in scene_ids)

    def next_of(self, scene_id: str) -> str | None:
        """The scene that follows in the film, None after the last one."""
        order = [placed.scene_id for placed in self.plan.placements]
        at = order.index(scene_id) + 1
        return order[at] if at < len(order) else None


def _set(old: Mapping[str, V], new: Mapping[str, V | None]) -> dict[str, V]:
    kept = {name: value for name, value in old.items() if name not in new}
    return kept | {name: value for name, value in new.items() if value is not None}
