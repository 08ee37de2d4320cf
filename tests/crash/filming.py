"""A film in its folder: the commands that are run on it, and everything that was ever seen of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tests.crash.films import Shape
from tests.crash.folder import Snapshot, take_snapshot
from tests.crash.moments import Moment, Trap
from tests.crash.phases import phase_of
from tests.crash.service import BEGAN, SPEED, Service
from tests.crash.told import Death, Told
from tests.crash.victims import Victim, Victims
from veo_story.catalog.catalog import load_catalog
from veo_story.emulator.model import Platform
from veo_story.plan.check import check_storyboard
from veo_story.plan.model import Plan

Wish = tuple[Literal["edit", "retake"], str]
STORAGE = "gs://bucket/films"


@dataclass
class Filming:
    """``asked`` counts the takes of each prompt that a person asked for, ``consents`` those that they risked.

    ``folders`` and ``rows`` are the takes that were ever seen: digests by folder, and the ledger's ids.
    ``lost`` are the attempts whose answer was lost, and their scenes; ``wishes`` what the author wanted.
    """

    shape: Shape
    platform: Platform
    storage: bool
    victims: Victims
    service: Service
    home: Path
    told: Told
    edits: dict[str, int] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    rows: set[str] = field(default_factory=set)
    lost: dict[str, str] = field(default_factory=dict)
    wishes: list[Wish] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    consents: Counter[str] = field(default_factory=Counter)
    retaking: str | None = None
    cut_of: str | None = None

    def __post_init__(self) -> None:
        self.write()

    @property
    def file(self) -> Path:
        return self.home / "film.yaml"

    @property
    def film(self) -> Path:
        return self.home / "renders" / "film"

    @property
    def cut(self) -> Path:
        """The film that comes out in the end."""
        return self.film / "film.mp4"

    def write(self) -> None:
        """Write the storyboard as it stands."""
        self.text = self.shape.storyboard(self.edits)
        self.file.write_text(self.text, "utf-8")
        checked = check_storyboard(self.file, load_catalog(), today=BEGAN.date(), backend=self.platform)
        assert checked.plan is not None, checked.problems
        self.plan: Plan = checked.plan
        for step in self.plan.steps():
            self.asked.setdefault(step.prompt, step.takes)

    def wish(self, wish: Wish) -> None:
        """The author writes a scene anew, or wants another take of it and will say so until it is there."""
        what, scene = wish
        self.wishes.append(wish)
        if what == "edit":
            self.edits[scene] = self.edits.get(scene, 0) + 1
            self.write()
        else:
            self.retaking = scene
            self.asked[self.plan.step(scene).prompt] += 1
            self.told.retakes += 1

    def work(self, moment: Moment | None = None) -> Victim:
        """Render the film, or go on with the retake that was ordered."""
        left = self.look()
        victim = self._work(moment)
        if self.retaking is not None and self._is_retaken(left, self.look(), victim):
            self.retaking = None
        if victim.code == 0:
            self.cut_of = self.text
        return victim

    def _work(self, moment: Moment | None) -> Victim:
        spending = ("--backend", self.platform, "--yes", "--quiet", *self.place)
        if self.retaking is None:
            return self.run("render", "film.yaml", *spending, moment=moment)
        return self.run("retake", "film.yaml", self.retaking, "--cut", *spending, moment=moment)

    def _is_retaken(self, before: Snapshot, after: Snapshot, victim: Victim) -> bool:
        """Whether an order is done. Who dies between its end and the exit cannot say so; the ledger can."""
        if victim.code == 0:
            return True
        was = before.orders or after.count(self.retaking) > before.count(self.retaking)
        return bool(was) and not after.orders

    def ask(self, *words: str) -> Any:
        """What a command says as JSON."""
        victim = self.run(words[0], *words[1:], "--json")
        assert victim.code in (0, 9), victim.said()
        return json.loads(victim.out.read_text("utf-8"))

    @property
    def place(self) -> Sequence[str]:
        return ("--gcs", STORAGE) if self.storage else ()

    def run(self, *words: str, moment: Moment | None = None) -> Victim:
        """Run a command to its end, or to its death at a moment."""
        self.told.runs += 1
        environ, began = self.service.environ, self.service.emulator.now()
        victim = self.victims.bear([*words], cwd=self.home, environ=environ, speed=SPEED, began=began)
        told: Counter[str] = Counter()

        def kill() -> None:
            told.update(self.service.told)
            victim.kill()

        trap = None if moment is None else Trap(moment, self.film, kill)
        self.service.begin(lambda event: trap is not None and trap.hear(event))
        victim.buried(None if trap is None else trap.watch)
        self.service.at_rest()
        self.hear(victim)
        if victim.killed and victim.code == -9:
            self.told.deaths.append(self._death(words[0], moment, told))
        return victim

    def hear(self, victim: Victim) -> None:
        """What a command said and how it ended must be documented."""
        said = victim.said()
        if victim.code not in (0, 9, -9) or "Traceback" in said:
            self.told.wrong.append(f"{victim.out.stem} ended with {victim.code}: {said[-3000:]}")
        if victim.code == -9 and not victim.killed:
            self.told.wrong.append(f"{victim.out.stem} was killed by somebody else")

    def look(self) -> Snapshot:
        """Look into the folder, and keep in mind what is there."""
        left = take_snapshot(self.film, self.folders)
        for name, digest in left.folders.items():
            self.folders.setdefault(name, digest)
        self.rows |= {take["id"] for take in left.takes}
        self.lost |= {a["id"]: a["scene_id"] for a in left.in_state("sent", "unknown")}
        return left

    @property
    def is_cut(self) -> bool:
        """Whether the film of this very storyboard was made, with all that was asked for."""
        return self.cut_of == self.text and self.retaking is None

    def _death(self, command: str, moment: Moment | None, told: Counter[str]) -> Death:
        left = self.look()
        record = self.film / "film.json"
        if record.exists() and record.stat().st_mtime_ns > self.file.stat().st_mtime_ns:
            self.cut_of = self.text
        if command == "reconcile":
            return Death(str(moment), "settling a question")
        complete = self._is_complete(left)
        phase = phase_of(left, self.film, told, is_complete=complete, is_cut=self.is_cut)
        return Death(str(moment), phase)

    def _is_complete(self, left: Snapshot) -> bool:
        """Whether every scene has all its takes."""
        there = Counter((take["scene_id"], take["fingerprint"]) for take in left.takes)
        steps = self.plan.steps()
        return not left.orders and all(there[s.scene_id, s.fingerprint] >= s.takes for s in steps)
