"""One thing goes wrong, at a random step of ``keeper.yaml``: 200 runs, each with its own seed.

The suite plays the first 72, ``make soak`` all. Every run ends in the finished film or in the documented
error and exit code; then the next run, with nothing going wrong, finishes it. Nothing is paid twice behind
anybody's back.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.faulty import Keeper, Played, Service, keeper_on, play
from tests.support.decoded import decode, lit
from tests.support.soak import runs
from veo_story.emulator.fault_kinds import KINDS, TRANSPORT
from veo_story.errors import (
    ConfigError,
    ExpiredError,
    FilteredError,
    GenerationError,
    OutcomeUnknown,
    VeoStoryError,
)

if TYPE_CHECKING:
    from pathlib import Path

ALL, A_CHUNK, SIDE_BY_SIDE = 200, 8, 4
RUNS = runs(ALL, in_suite=72)
_LATEST = {"submit": 9, "poll": 9, "file": 8, "download": 9, "upload": 1, "token": 1}
_ROUTES: dict[Service, tuple[str, ...]] = {
    "gemini": ("submit", "poll", "file", "download"),
    "vertex": ("submit", "poll", "token"),
    "storage": ("submit", "poll", "download", "upload", "token"),
}
_GENERATION = (
    "filtered",
    "filtered_audio",
    "partial_filter",
    "operation_error",
    "never_done",
    "provisioning",
)
_FINISHES, _SAME = "the next run finishes", "the next run says so again"


@dataclass(frozen=True)
class Expected:
    """How the first run may end: in the film (None) or in one of these errors; and what the next one does."""

    errors: tuple[type[VeoStoryError] | None, ...] = (None,)
    then: str = _FINISHES


@dataclass(frozen=True)
class Case:
    """One run: where, and what goes wrong."""

    service: Service
    on: str
    kind: str
    nth: int

    @property
    def rule(self) -> dict[str, Any]:
        return {"on": self.on, "fault": self.kind, "nth": self.nth}

    @property
    def expected(self) -> Expected:
        """What the pages say of it."""
        if self.kind == "expired":
            return self._when_expired()
        if self.kind in ("filtered", "partial_filter"):
            return Expected((FilteredError,))
        if self.kind == "operation_error":
            return Expected((GenerationError,))
        if self.kind == "never_done":
            return Expected((GenerationError,), _SAME)
        if self.kind == "retired":
            return Expected((ConfigError,))
        if self.on == "submit" and self.kind in ("error_500_before", "reset_before", "html_error"):
            return Expected((OutcomeUnknown,), _SAME)
        if self.on == "submit" and self.kind in ("error_500_after", "reset_after", "malformed_json"):
            # A place of its own in Cloud Storage tells that the request was accepted, and is its result.
            return Expected((OutcomeUnknown,), _FINISHES if self.service == "storage" else _SAME)
        return Expected()

    def _when_expired(self) -> Expected:
        if self.on != "submit":
            return Expected((ExpiredError,))
        if self.service == "gemini":
            # The parent is gone: only the author can say whether to pay for it again or to begin a new chain.
            return Expected((GenerationError,), _SAME) if self.nth > 1 else Expected((None, ExpiredError))
        return Expected((None, GenerationError))


@cache
def cases() -> tuple[Case, ...]:
    """All there is to go wrong, in a mixed order, until there are enough of them."""
    kinds = [
        (service, on, kind)
        for service, routes in _ROUTES.items()
        for on in routes
        for kind in KINDS
        if _can_happen(on, kind)
    ]
    random.Random(0).shuffle(kinds)
    found = []
    for seed in range(ALL):
        service, on, kind = kinds[seed % len(kinds)]
        found.append(Case(service, on, kind, random.Random(seed).randint(1, _LATEST[on])))
    return tuple(found)


def _can_happen(on: str, kind: str) -> bool:
    if kind in ("half_download", "wrong_length"):
        return on == "download"
    if kind == "malformed_json":
        return on != "download"
    if kind == "expired":
        return on in ("submit", "poll", "file", "download")
    if kind == "retired":
        return on == "submit"
    return kind in TRANSPORT or (kind in _GENERATION and on in ("submit", "poll"))


@pytest.fixture(scope="module")
def keepers(tmp_path_factory: pytest.TempPathFactory) -> dict[Service, Keeper]:
    folder = tmp_path_factory.mktemp("keepers")
    gemini, storage = keeper_on("gemini", folder), keeper_on("storage", folder)
    # Where clips lie at the service makes no other film of them.
    return {"gemini": gemini, "storage": storage, "vertex": replace(storage, service="vertex")}


def test_every_fault_is_among_the_runs() -> None:
    assert {case.kind for case in cases()[:RUNS]} == set(KINDS)
    assert len({(case.service, case.on, case.kind) for case in cases()}) < ALL == len(cases())


def test_what_comes_out_is_the_whole_film(keepers: dict[Service, Keeper]) -> None:
    gemini = decode(keepers["gemini"].begun / "film.mp4")
    assert lit(gemini.codes) == lit([*range(96), *range(192 + 8 * 168)])
    vertex = decode(keepers["vertex"].begun / "film.mp4")
    assert lit(vertex.codes) == lit([*range(96), *range(191 + 4 * 168), *range(192 + 3 * 168)])


@pytest.mark.parametrize("first", range(0, RUNS, A_CHUNK))
def test_each_run_ends_as_documented(keepers: dict[Service, Keeper], tmp_path: Path, first: int) -> None:
    chunk = cases()[first : first + A_CHUNK]

    async def played() -> list[Played]:
        free = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(number: int, case: Case) -> Played:
            async with free:
                return await play(keepers[case.service], case.rule, tmp_path / str(number))

        return await asyncio.gather(*(one(number, case) for number, case in enumerate(chunk)))

    wrong = [
        f"seed {first + number}: {case}: {told}"
        for number, (case, story) in enumerate(zip(chunk, asyncio.run(played()), strict=True))
        for told in _wrong(case, story, keepers[case.service])
    ]
    assert not wrong, "\n".join(wrong)


def _wrong(case: Case, story: Played, keeper: Keeper) -> list[str]:
    """What is not as it should be in one run's story."""
    told = [] if story.struck else ["nothing went wrong"]
    told += _wrong_end(case, story)
    told += _wrong_bill(story, keeper)
    return told


def _wrong_end(case: Case, story: Played) -> list[str]:
    first, second = story.first, story.second
    errors = list(first.errors.values())
    for error in errors:
        if not error.message.startswith("Scene ") or not error.hint:
            return [f"an error without a scene or a fix: {error.message!r}, {error.hint!r}"]
    if not errors:
        return (
            [] if first.film and None in case.expected.errors else [f"ended with {first.code} and no error"]
        )
    [error] = errors
    kinds = tuple(kind for kind in case.expected.errors if kind is not None)
    if not isinstance(error, kinds) or first.code != error.exit_code:
        return [f"ended with {first.code}: {type(error).__name__}: {error.message}"]
    assert second is not None
    if case.expected.then == _FINISHES:
        return [] if second.film else [f"the second run ended with {second.code}: {second.errors}"]
    return [] if second.code == 9 and not second.film else [f"the second run ended with {second.code}"]


def _wrong_bill(story: Played, keeper: Keeper) -> list[str]:
    paid = story.paid(keeper)
    # What was lost at the service after it was made can only be made anew, and the error says what it cost.
    lost = {scene for scene, error in story.first.errors.items() if isinstance(error, ExpiredError)}
    told = [f"{scene} was paid {n} times" for scene, n in paid.items() if n > 1 + (scene in lost)]
    ended = story.second or story.first
    if ended.film and (missing := set(keeper.paid) - set(paid)):
        told.append(f"{sorted(missing)} cost nothing")
    return told
