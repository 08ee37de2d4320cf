"""A scene's words as cues: when everybody comes, goes, speaks, looks and acts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from veo_story.backends.local.figures.acting import RATE, Cue, Glance, Part, Way
from veo_story.backends.local.figures.actions import Deed, deeds_in
from veo_story.backends.local.figures.easing import EASE
from veo_story.backends.local.figures.person import look_of
from veo_story.backends.local.figures.speech import Said
from veo_story.backends.local.lexicon.vocabulary import contains, seed_of, vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veo_story.backends.local.figures.state import Standing
    from veo_story.backends.local.script import Beat, Line, Person, Script
    from veo_story.backends.local.world.stage import Stage

_WALK, _RUN = 0.85, 1.9
"""Heights a second."""
_ACROSS = 0.46
"""The share of a wide picture's width that one walks."""
_SETTLE = 18
"""Frames at a scene's end in which nothing begins: all has come to rest where the next clip takes over."""
_LISTEN, _ADDRESS, _AWAY, _AT_WORK = 46.0, 42.0, 56.0, 52.0
_FREE = {"", "sit", "stand", "kneel"}
"""What leaves the hands free to talk with."""
_POSTURE = {"sit", "stand", "kneel", "sleep", "carry"}
"""What goes on although one is given other things to do."""


@dataclass
class _Draft:
    """One figure's part while the scene is directed."""

    person: Person
    x: float
    home: float
    rest: float
    part: Part
    cues: list[Cue] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    glances: list[Glance] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    turns: list[tuple[int, float]] = field(default_factory=list)
    taken: list[tuple[int, str]] = field(default_factory=list)
    begin: int = 0
    """From when on the figure can act."""

    @property
    def facing(self) -> float:
        """The yaw one has turned to so far."""
        return self.turns[-1][1] if self.turns else self.part.yaw


def directed(
    script: Script,
    placed: Sequence[Standing],
    rests: Mapping[str, float],
    tall: Mapping[str, float],
    newcomers: set[str],
    stage: Stage,
    span: tuple[int, int],
) -> dict[str, Part]:
    """The part of everybody in a scene that shows the frames ``span`` of the chain (the last exclusive).

    ``placed`` is how everybody stands at its first frame; ``newcomers`` are not there yet.
    """
    first, end = span
    drafts = {}
    for one in placed:
        person = one.person
        seed = seed_of("acting", person.id, person.name)
        part = Part(
            seed, look_of(person), tall[person.id], one.x, one.yaw, one.action, one.mirrored, one.holds
        )
        drafts[person.id] = _Draft(person, one.x, one.home, rests[person.id], part, begin=first)
    scene = _Scene(script, drafts, newcomers, stage, first, end)
    scene.play()
    return {
        who: replace(
            draft.part,
            cues=tuple(draft.cues),
            ways=tuple(draft.ways),
            glances=tuple(draft.glances),
            said=tuple(draft.said),
            turns=tuple(sorted(draft.turns)),
            taken=tuple(draft.taken),
        )
        for who, draft in drafts.items()
    }


class _Scene:
    def __init__(
        self,
        script: Script,
        drafts: dict[str, _Draft],
        newcomers: set[str],
        stage: Stage,
        first: int,
        end: int,
    ) -> None:
        self._script, self._drafts, self._newcomers, self._stage = script, drafts, newcomers, stage
        self._first, self._end, self._opening = first, end, first == 0
        self._last = max(first, end - _SETTLE)
        self._actions = vocabulary("figures")["action"]

    def play(self) -> None:
        """Fill the drafts."""
        deeds = self._deeds()
        self._come(deeds)
        busy = {deed.who for _, _, deed in deeds} | {line.who for line in self._script.lines}
        for who, draft in self._drafts.items():
            self._begin(draft, who in busy)
        for start, beat, deed in deeds:
            self._do(start, beat, deed)
        for line in self._script.lines:
            self._say(line)

    def _frame(self, seconds: float) -> int:
        return self._first + round(seconds * RATE)

    def _deeds(self) -> list[tuple[int, Beat, Deed]]:
        """(frame, beat, deed) in order; those of a beat begin one after the other."""
        people = [draft.person for draft in self._drafts.values()]
        in_scene = {person.id for person in self._script.people}
        people.sort(key=lambda person: person.id not in in_scene)
        sexes = {who: draft.part.look.sex for who, draft in self._drafts.items()}
        found: list[tuple[int, Beat, Deed]] = []
        latest = ""
        for beat in self._script.beats:
            deeds = deeds_in(beat.action, people, sexes, latest)
            orders = sorted({deed.order for deed in deeds})
            for deed in deeds:
                share = orders.index(deed.order) / max(1, len(orders))
                begin = beat.start_s + (beat.end_s - beat.start_s) * share
                found.append((self._frame(begin), beat, deed))
                latest = deed.who
        return found

    def _come(self, deeds: Sequence[tuple[int, Beat, Deed]]) -> None:
        """Bring in who is new, or who the words say comes in."""
        for who, draft in self._drafts.items():
            coming = next(
                (
                    (frame, kind)
                    for frame, _, d in deeds
                    if d.who == who and (kind := self._move(d)) in ("enter", "rise")
                ),
                None,
            )
            if who in self._newcomers or (self._opening and coming):
                frame, kind = coming or (self._first, "enter")
                self._arrive(draft, max(self._first + 5, frame), kind)

    def _move(self, deed: Deed) -> str:
        return str(self._actions[deed.action].get("move", ""))

    def _arrive(self, draft: _Draft, frame: int, kind: str) -> None:
        frame = min(frame, max(self._first + 5, self._last - 40))
        latest = max(frame + 6, self._last)
        if kind == "rise":
            end = min(frame + 58, latest)
            draft.ways.append(Way("rise", frame, end, draft.home, draft.home))
        else:
            side = 1.0 if draft.home > 0 or (draft.home == 0 and draft.part.seed % 2) else -1.0
            begin = side * (self._stage.aspect / 2 + draft.part.tall * 0.35)
            heights = abs(begin - draft.home) / draft.part.tall
            end = min(frame + max(20, round(heights / _WALK * RATE)), latest)
            draft.ways.append(Way("walk", frame, end, begin, draft.home))
        draft.part = replace(draft.part, shown=frame, x=draft.ways[-1].begin)
        draft.x, draft.begin = draft.home, end

    def _begin(self, draft: _Draft, busy: bool) -> None:
        """Turn back to rest from what went on in the clip before, where that is over."""
        action = draft.part.action
        if action and busy and action not in _POSTURE:
            draft.cues.append(Cue("stand", self._first + 1, self._first + 1, stays=True))
            action = ""
        if (not action or action in _POSTURE) and draft.part.yaw != draft.rest:
            draft.turns.append((self._first + 1, draft.rest))

    def _do(self, start: int, beat: Beat, deed: Deed) -> None:
        draft, entry = self._drafts[deed.who], self._actions[deed.action]
        move = self._move(deed)
        start = max(start, draft.begin)
        if deed.holds and move not in ("leave", "enter", "rise"):
            draft.taken.append((start if self._opening else max(start, self._first + 1), deed.holds))
        if move in ("walk", "run"):
            self._go(draft, beat, start, move)
        elif move == "leave":
            self._leave(draft, start)
        elif not move:
            at_once = self._opening and start == self._first and entry.get("stays")
            begin = self._first - EASE * 2 if at_once else min(max(start, self._first + 1), self._last - 2)
            self._act(draft, beat, deed, begin)

    def _act(self, draft: _Draft, beat: Beat, deed: Deed, start: int) -> None:
        entry = self._actions[deed.action]
        stays = bool(entry.get("stays"))
        end = min(start + round(float(entry.get("for_s", 3.0)) * RATE) + EASE, self._end - 1)
        towards = self._towards(draft, str(entry.get("turn", "")))
        if stays and towards is not None:
            draft.turns.append((start, towards))
            towards = None
        leads_left = (draft.facing if towards is None else towards) > 0
        draft.cues.append(Cue(deed.action, start, end, stays, towards, leads_left))
        if entry.get("look") == "aside":
            draft.glances.append(Glance(start, end, self._aside(draft, beat)))

    def _towards(self, draft: _Draft, turn: str) -> float | None:
        if not turn:
            return None
        sign = 1.0 if draft.rest >= 0 else -1.0
        things = self._stage.things.values()
        if turn == "thing" and things:
            nearest = min(things, key=lambda mark: abs(mark.x - draft.x))
            if 0.05 < abs(nearest.x - draft.x) < 0.8:
                sign = 1.0 if nearest.x > draft.x else -1.0
        return sign * (_AT_WORK if turn == "thing" else 62.0)

    def _aside(self, draft: _Draft, beat: Beat) -> float:
        """The yaw of a look: at somebody who is named, else away from the others."""
        for who, other in self._drafts.items():
            if who != draft.person.id and contains(
                beat.action, [f"at {other.person.name}", f"to {other.person.name}"]
            ):
                return _LISTEN if other.x > draft.x else -_LISTEN
        sign = 1.0 if draft.rest >= 0 else -1.0
        return _AWAY * (sign if len(self._drafts) == 1 else -sign)

    def _go(self, draft: _Draft, beat: Beat, start: int, move: str) -> None:
        length = self._reach(beat, draft.part.tall)
        words = f"{beat.action} {beat.camera.move} {beat.camera.text}"
        side = -1.0 if contains(words, ("left", "leftwards")) else 1.0
        opening = self._opening and start == self._first and not draft.ways
        start = start - 10 if opening else max(start, self._first + 5)
        end = min(max(start + 24, self._frame(beat.end_s) - 8), self._last)
        if end - start < 16:
            return
        if opening:
            begin, target = draft.home - side * length * 0.55, draft.home + side * length * 0.45
            draft.part = replace(draft.part, x=begin)
        else:
            begin = draft.x
            edge = self._stage.aspect * 0.46
            target = begin + side * length if abs(begin + side * length) <= edge else begin - side * length
        slow = 0.4 if move == "run" else 0.2
        end = min(end, start + max(24, round(abs(target - begin) / draft.part.tall / slow * RATE)))
        draft.ways.append(Way(move, start, end, begin, target))
        draft.x, draft.begin = target, end

    def _reach(self, beat: Beat, tall: float) -> float:
        """How far one walks under a camera that close; picture heights."""
        size = f"{beat.camera.size} {beat.camera.text}"
        if contains(size, ("close", "close-up", "macro", "detail")):
            return 0.5 * tall
        if contains(size, ("wide", "long", "establishing", "aerial")):
            return _ACROSS * self._stage.aspect
        # Nothing said, or medium: as far as a camera that frames them at the end still sees them begin.
        return min(_ACROSS * self._stage.aspect, 1.15 * tall)

    def _leave(self, draft: _Draft, start: int) -> None:
        side = 1.0 if draft.x > 0 or (draft.x == 0 and draft.part.seed % 2) else -1.0
        target = side * (self._stage.aspect / 2 + draft.part.tall * 0.35)
        start = max(start, self._first + 5)
        frames = round(abs(target - draft.x) / draft.part.tall / _WALK * RATE)
        start = max(self._first + 5, min(start, self._last - frames))
        end = min(start + frames, self._last)
        if end - start < 16:
            return
        draft.ways.append(Way("walk", start, end, draft.x, target))
        draft.part = replace(draft.part, hidden=end)

    def _say(self, line: Line) -> None:
        start = max(self._frame(line.start_s), self._first + 1)
        end = min(self._frame(line.end_s), self._end - 1)
        speaker = self._drafts.get(line.who) or next(
            (d for d in self._drafts.values() if line.name and d.person.name.lower() == line.name.lower()),
            None,
        )
        if speaker is None or end - start < 3:
            return
        speaker.said.append(Said(line.text, start, end))
        until = min(end + 14, self._end - 1)
        others = [d for d in self._drafts.values() if d is not speaker]
        if others:
            to = min(others, key=lambda d: abs(d.x - speaker.x))
            speaker.glances.append(Glance(start, until, _ADDRESS if to.x > speaker.x else -_ADDRESS))
        for other in others:
            other.glances.append(Glance(start + 4, until, _LISTEN if speaker.x > other.x else -_LISTEN))
        doing = [cue.name for cue in speaker.cues if cue.stays] or [speaker.part.action]
        acting = any(not cue.stays and cue.start < end and start < cue.end for cue in speaker.cues)
        if doing[-1] in _FREE and end - start > 24 and not acting:
            speaker.cues.append(Cue("talk", start + 2, until, mirrored=speaker.facing > 0))
