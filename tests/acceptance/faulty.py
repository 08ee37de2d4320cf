"""Films rendered while one thing goes wrong: the paid code path, an emulator, and a rule of its faults."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from tests.support.command import ROOT
from veo_story import making
from veo_story.catalog.catalog import load_catalog
from veo_story.cli.exits import worst
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import running_emulator
from veo_story.errors import OutcomeUnknown, VeoStoryError
from veo_story.plan.check import check_storyboard
from veo_story.times import sped_up

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from veo_story.emulator.server import RunningEmulator
    from veo_story.engine.run import RunResult
    from veo_story.plan.model import Plan
    from veo_story.storyboard.model import Storyboard

Service = Literal["gemini", "vertex", "storage"]
SPEED = 100.0
_TODAY = date(2026, 9, 1)
SETTINGS = EmulatorSettings(picture="numbers", speed=SPEED, latency_s=(0, 0), processing_s=0, quotas=False)


@dataclass(frozen=True)
class Keeper:
    """``keeper.yaml`` planned for a service.

    ``begun`` is a film's folder with the free title card rendered, and with the film as it comes out when
    nothing goes wrong: a run that ends in the very same takes finds it finished.
    """

    service: Service
    storyboard: Storyboard
    plan: Plan
    begun: Path

    @property
    def platform(self) -> Literal["gemini", "vertex"]:
        return "gemini" if self.service == "gemini" else "vertex"

    @property
    def paid(self) -> list[str]:
        """The scenes that cost something."""
        return [step.scene_id for step in self.plan.steps() if step.expected_usd]


@dataclass
class Ended:
    """How a run ended: its exit code, the errors by scene, and whether it has the film.

    ``film`` is False for a film other than the one that comes out when nothing goes wrong.
    """

    code: int
    errors: Mapping[str, VeoStoryError] = field(default_factory=dict)
    film: bool = False


@dataclass
class Played:
    """A film's whole story: the run that met the fault, the next one without, and the bill of both."""

    first: Ended
    second: Ended | None
    charges: list[dict[str, Any]]
    struck: bool

    def paid(self, keeper: Keeper) -> Counter[str]:
        """How many generations were charged for each scene."""
        scene_of = {step.prompt: step.scene_id for step in keeper.plan.steps()}
        return Counter(scene_of[c["prompt"]] for c in self.charges if Decimal(c["usd"]) > 0)


def keeper_on(service: Service, folder: Path) -> Keeper:
    """Render the film once, with nothing going wrong."""
    platform = "gemini" if service == "gemini" else "vertex"
    path = ROOT / "storyboards" / "keeper.yaml"
    checked = check_storyboard(path, load_catalog(), today=_TODAY, backend=platform)
    assert checked.plan is not None and checked.storyboard is not None
    # The film's own cap would not bear what may have been paid for a clip that is gone, and the next one.
    budget = replace(checked.storyboard.budget, max_usd=Decimal(100))
    storyboard = replace(checked.storyboard, budget=budget)
    keeper = Keeper(service, storyboard, checked.plan, folder / service)
    whole = folder / f"{service}-whole"
    with running_emulator(SETTINGS) as emulator:
        asyncio.run(_render(keeper, emulator, keeper.begun, only={"card01"}))
        shutil.copytree(keeper.begun, whole)
        result = asyncio.run(_render(keeper, emulator, whole))
    assert making.is_complete(keeper.plan, result), result.failures
    making.cut(storyboard, keeper.plan, result.takes, whole)
    for file in whole.glob("film.*"):
        shutil.copy2(file, keeper.begun / file.name)
    shutil.rmtree(whole)
    return keeper


async def play(keeper: Keeper, rule: Mapping[str, Any], folder: Path) -> Played:
    """Render the film with a fault; if it does not end in the film, render it again without."""
    shutil.copytree(keeper.begun, folder)
    with running_emulator(SETTINGS) as emulator:
        emulator.set_faults([rule])
        first = await _ended(keeper, emulator, folder)
        struck = emulator.faults()[0]["seen"] >= rule["nth"]
        second = None
        if first.code:
            emulator.set_faults([])
            if any(isinstance(error, OutcomeUnknown) for error in first.errors.values()):
                await _made(emulator)
            second = await _ended(keeper, emulator, folder)
        charges = emulator.bill()["charges"]
    shutil.rmtree(folder)
    return Played(first, second, charges, struck)


async def _made(emulator: RunningEmulator) -> None:
    """Return when nothing is being made any more: only then does a look into Cloud Storage tell anything."""
    while any(charge["outcome"] == "running" for charge in emulator.bill()["charges"]):
        await asyncio.sleep(0.02)


async def _ended(keeper: Keeper, emulator: RunningEmulator, folder: Path) -> Ended:
    try:
        result = await _render(keeper, emulator, folder)
    except VeoStoryError as error:
        return Ended(error.exit_code, {"": error})
    film = False
    if making.is_complete(keeper.plan, result):
        report = await asyncio.to_thread(making.cut, keeper.storyboard, keeper.plan, result.takes, folder)
        film = not report.made
    errors = {failure.scene_id: failure.error for failure in result.failures}
    return Ended(worst(error.exit_code for error in errors.values()), errors, film)


async def _render(
    keeper: Keeper, emulator: RunningEmulator, folder: Path, only: set[str] | None = None
) -> RunResult:
    time = sped_up(SPEED, emulator.now())
    environ = await asyncio.to_thread(
        emulator.environ, keeper.platform, folder.parent / f"{folder.name}-keys"
    )
    settings = making.settings(
        folder,
        environ,
        service=making.Service("gs://bucket/keeper" if keeper.service == "storage" else None),
        time=time,
        today=_TODAY,
    )
    return await making.render(
        keeper.storyboard,
        keeper.plan,
        folder,
        open_backend=making.backends(settings),
        on_event=lambda _: None,
        clock=time.now,
        sleep=time.sleep,
        concurrency=2,
        only=only,
    )
