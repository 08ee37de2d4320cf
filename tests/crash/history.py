"""One film's history: rendered, killed, rendered, killed ... and then rendered to the end."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from tests.crash.films import SHAPES, Shape
from tests.crash.folder import Snapshot, take_snapshot
from tests.crash.moments import Moment, Trap, draw
from tests.crash.person import Person, Unknown
from tests.crash.phases import Phase, phase_of
from tests.crash.service import BEGAN, SPEED, Service, service
from tests.crash.victims import Victim, Victims
from veo_story.catalog.catalog import load_catalog
from veo_story.emulator.model import Platform
from veo_story.plan.check import check_storyboard
from veo_story.plan.model import Plan

Where = Literal["gemini", "vertex", "storage"]
_WHERE: tuple[Where, ...] = ("gemini", "storage", "gemini", "vertex")
_LATENCIES = ((0.0, 0.0), (0.0, 0.0), (20.0, 60.0), (45.0, 90.0))
_ROUNDS = 30
_EDITED = 0.8


@dataclass(frozen=True)
class History:
    """Everything that is decided before it begins. ``number`` counts the histories of a seed."""

    seed: int
    number: int
    kills: int

    @cached_property
    def choice(self) -> random.Random:
        return random.Random(f"{self.seed}:{self.number}")

    @cached_property
    def where(self) -> Where:
        return _WHERE[(self.number + self.seed) % len(_WHERE)]

    @property
    def platform(self) -> Platform:
        return "gemini" if self.where == "gemini" else "vertex"

    @cached_property
    def shape(self) -> Shape:
        return random.Random(f"shape {self.seed}:{self.number}").choice(list(SHAPES.values()))

    @cached_property
    def latency_s(self) -> tuple[float, float]:
        return random.Random(f"latency {self.seed}:{self.number}").choice(_LATENCIES)

    def __str__(self) -> str:
        low, high = self.latency_s
        return f"#{self.number} {self.shape.name} on {self.where}, {low:.0f} to {high:.0f} s a clip"


@dataclass(frozen=True)
class Death:
    moment: str
    phase: Phase


@dataclass
class Told:
    """What a history came to. ``wrong`` is empty when all is as it should be."""

    history: str
    deaths: list[Death] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    paid_twice: int = 0
    consented: int = 0
    clips_lost: int = 0
    other_film: bool = False
    other_cost: bool = False
    bill_usd: str = ""
    runs: int = 0
    seconds: float = 0.0


@dataclass
class Filming:
    """A film in its folder, with everything that was ever seen of it."""

    history: History
    victims: Victims
    service: Service
    home: Path
    told: Told
    edits: dict[str, int] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    rows: set[str] = field(default_factory=set)
    cut_of: str | None = None

    def __post_init__(self) -> None:
        self.write()
        self.person = Person(self.film, self.history.choice)

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
        self.text = self.history.shape.storyboard(self.edits)
        self.file.write_text(self.text, "utf-8")
        checked = check_storyboard(
            self.file, load_catalog(), today=BEGAN.date(), backend=self.history.platform
        )
        assert checked.plan is not None, checked.problems
        self.plan: Plan = checked.plan

    def edit(self) -> None:
        """The author writes a scene anew."""
        scene = self.history.choice.choice(self.history.shape.last)
        self.edits[scene] = self.edits.get(scene, 0) + 1
        self.write()

    def run(self, *words: str, moment: Moment | None = None) -> Victim:
        """Run a command to its end, or to its death at a moment."""
        self.told.runs += 1
        environ, began = self.service.environ, self.service.emulator.now()
        victim = self.victims.bear([*words], cwd=self.home, environ=environ, speed=SPEED, began=began)
        trap = None if moment is None else Trap(moment, self.film, victim.kill)
        self.service.begin(lambda event: trap is not None and trap.hear(event))
        victim.buried(None if trap is None else trap.watch)
        self.service.at_rest()
        return victim

    def render(self, moment: Moment | None = None) -> Victim:
        place = ("--gcs", "gs://bucket/films") if self.history.where == "storage" else ()
        words = ("render", "film.yaml", "--backend", self.history.platform, "--yes", "--quiet", *place)
        return self.run(*words, moment=moment)

    def look(self) -> Snapshot:
        """Look into the folder, and keep in mind what is there."""
        left = take_snapshot(self.film, self.folders)
        for name, digest in left.folders.items():
            self.folders.setdefault(name, digest)
        self.rows |= {take["id"] for take in left.takes}
        return left

    def is_complete(self, left: Snapshot) -> bool:
        """Whether every scene has all its takes."""
        there = Counter((take["scene_id"], take["fingerprint"]) for take in left.takes)
        return all(there[step.scene_id, step.fingerprint] >= step.takes for step in self.plan.steps())

    @property
    def is_cut(self) -> bool:
        """Whether the film of this very storyboard was made."""
        return self.cut_of == self.text


@contextmanager
def played(history: History, victims: Victims, folder: Path) -> Iterator[Filming]:
    """Play a history to its end; its service still runs in this block."""
    began = time.monotonic()
    latency_s, seed = history.latency_s, history.number
    with service(history.platform, folder, latency_s=latency_s, seed=seed) as running:
        home = folder / "home"
        home.mkdir(parents=True)
        filming = Filming(history, victims, running, home, Told(str(history)))
        for moment in _moments(filming):
            _one(filming, moment)
        _finish(filming)
        filming.told.unknowns = filming.person.answers
        filming.told.seconds = time.monotonic() - began
        yield filming


def _moments(filming: Filming) -> Iterator[Moment]:
    history = filming.history
    rounds = 0
    while len(filming.told.deaths) < history.kills:
        if filming.is_cut and not filming.look().is_open and history.choice.random() < _EDITED:
            filming.edit()
        yield draw(history.choice)
        rounds += 1
        assert rounds < _ROUNDS * history.kills, f"{history}: {history.kills} kills could not be had"


def _one(filming: Filming, moment: Moment) -> None:
    """Run, be killed or not, and answer what is asked."""
    victim = filming.render(moment)
    left = filming.look()
    hear(filming, victim)
    if victim.killed and victim.code == -9:
        if (filming.film / "film.json").exists() and _is_fresh(filming):
            filming.cut_of = filming.text
        complete, cut = filming.is_complete(left), filming.is_cut
        phase = phase_of(left, filming.film, filming.service.told, is_complete=complete, is_cut=cut)
        filming.told.deaths.append(Death(str(moment), phase))
    elif victim.code == 0:
        filming.cut_of = filming.text
    if not victim.killed and left.unknown:
        filming.person.answer(left, filming.service.charges())


def _is_fresh(filming: Filming) -> bool:
    return (filming.film / "film.json").stat().st_mtime_ns > filming.file.stat().st_mtime_ns


def _finish(filming: Filming) -> None:
    """Render until the film is there and no question is open."""
    for _ in range(_ROUNDS):
        victim = filming.render()
        left = filming.look()
        hear(filming, victim)
        if left.unknown:
            filming.person.answer(left, filming.service.charges())
        elif victim.code == 0:
            return
    filming.told.wrong.append("it never came to an end")


def hear(filming: Filming, victim: Victim) -> None:
    """What a command said and how it ended must be documented."""
    said = victim.said()
    if victim.code not in (0, 9, -9) or "Traceback" in said:
        filming.told.wrong.append(f"{victim.out.stem} ended with {victim.code}: {said[-3000:]}")
    if victim.code == -9 and not victim.killed:
        filming.told.wrong.append(f"{victim.out.stem} was killed by somebody else")
