"""From a plan to a film on disk: what the command line and the library share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.errors import ConfigError
from veo_story.stored import LEDGER, Opened, Stored, open_film, read_stored

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Collection, Mapping
    from datetime import date, datetime
    from pathlib import Path
    from typing import Literal

    from veo_story.backends.base import Backend
    from veo_story.backends.registry import BackendSettings
    from veo_story.engine.approvals import Terms
    from veo_story.engine.events import Event
    from veo_story.engine.run import RunResult
    from veo_story.engine.stop import StopSignal
    from veo_story.film.cut_film import FilmReport
    from veo_story.film.edit import Edit
    from veo_story.film.receipts import Receipt
    from veo_story.plan.model import Plan
    from veo_story.plan.takes import Take
    from veo_story.storyboard.model import Storyboard
    from veo_story.times import Time

__all__ = [
    "LEDGER",
    "Once",
    "Opened",
    "Service",
    "Stored",
    "backends",
    "cut",
    "edit_of",
    "is_complete",
    "open_film",
    "read_receipts",
    "read_stored",
    "render",
    "require_backends",
    "settings",
]

_NO_TAKES: Mapping[str, Take] = MappingProxyType({})
_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")
_MOST_LABELS = 64

_LONGEST_CUT_S = 10.0
"""So long another run that holds the folder is waited for: it may be cutting the very same film."""


@dataclass(frozen=True, slots=True)
class Service:
    """What a paid service is told besides the steps.

    ``storage`` (``gs://bucket/prefix``) is where inputs and results may lie, ``labels`` go with every
    request for the bill, ``allow_retired`` asks models that are known to be switched off. Raises ConfigError
    for a place or a label that cannot be one.
    """

    storage: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    allow_retired: bool = False

    def __post_init__(self) -> None:
        if self.storage is not None:
            from veo_story.backends.veo.places import storage_of

            storage_of(self.storage)
        for key, value in self.labels.items():
            _check_label(key, value)
        if len(self.labels) > _MOST_LABELS:
            raise ConfigError(
                f"{len(self.labels)} labels; a request takes at most {_MOST_LABELS}", hint="leave some out"
            )


def _check_label(key: str, value: str) -> None:
    if not _LABEL_KEY.fullmatch(key):
        raise ConfigError(
            f"{key!r} is no name of a label",
            hint="a small letter first, then small letters, digits, - and _, at most 63 of them",
        )
    if not _LABEL_VALUE.fullmatch(value):
        raise ConfigError(
            f"{value!r} is no value of a label", hint="small letters, digits, - and _, at most 63 of them"
        )


class Once:
    """Says each text once, however often it is told."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._said: set[str] = set()

    def __call__(self, text: str) -> None:
        """Say it, unless it was said before."""
        if text not in self._said:
            self._said.add(text)
            self._say(text)


def settings(
    folder: Path,
    environ: Mapping[str, str],
    *,
    workers: int = 2,
    returns: Literal["tail", "combined"] | None = None,
    service: Service | None = None,
    time: Time | None = None,
    today: date | None = None,
    remark: Callable[[str], None] | None = None,
    stop: StopSignal | None = None,
) -> BackendSettings:
    """What the backends of one film get to know. ``remark`` takes words for a person."""
    from veo_story.backends.registry import BackendSettings
    from veo_story.times import REAL_TIME

    service = service or Service()
    return BackendSettings(
        folder=folder,
        workers=workers,
        returns=returns or "tail",
        environ=environ,
        time=time or REAL_TIME,
        today=today,
        allow_retired=service.allow_retired,
        storage=service.storage,
        labels=service.labels,
        remark=remark or (lambda _text: None),
        is_stopping=lambda: stop is not None and stop.is_set,
    )


def backends(settings: BackendSettings) -> Callable[[str], Backend]:
    """The registry's door for one film: opens a backend by its name."""
    from veo_story.backends.registry import open_backend

    return lambda name: open_backend(name, settings)


def require_backends(names: Collection[str]) -> None:
    """Raise ConfigError for a backend that nothing here offers, before anybody is asked for money."""
    if not names:
        return
    from veo_story.backends.registry import backend_names

    known = backend_names()
    for name in sorted(set(names) - set(known)):
        raise ConfigError(
            f"nothing installed here renders on '{name}'",
            hint=f"installed: {', '.join(known)}; preview with --backend local",
        )


async def render(
    storyboard: Storyboard,
    plan: Plan,
    folder: Path,
    *,
    open_backend: Callable[[str], Backend],
    on_event: Callable[[Event], None],
    clock: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]],
    concurrency: int,
    account: Path | None = None,
    only: Collection[str] | None = None,
    stop: StopSignal | None = None,
    semaphore: asyncio.Semaphore | None = None,
    why: str | None = None,
    terms: Terms | None = None,
) -> RunResult:
    """Make the takes that the plan misses. See :func:`veo_story.engine.run.render`."""
    from veo_story.engine import run

    return await run.render(
        plan,
        folder,
        budget=storyboard.budget,
        open_backend=open_backend,
        on_event=on_event,
        clock=clock,
        sleep=sleep,
        concurrency=concurrency,
        account=account,
        semaphore=semaphore,
        only=None if only is None else frozenset(only),
        stop=stop,
        why=why,
        terms=terms,
    )


def is_complete(plan: Plan, result: RunResult) -> bool:
    """Whether a run left every scene of the film with a take, so that it can be cut."""
    return result.ok and all(placement.scene_id in result.takes for placement in plan.placements)


def edit_of(opened: Opened) -> Edit:
    """The cut list of a film as its takes are now. Raises MediaError when a scene has none."""
    from veo_story.film.make_edit import make_edit, scenes_of

    return make_edit(opened.plan, opened.stored.serving(opened.plan), scenes_of(opened.storyboard))


def cut(
    storyboard: Storyboard,
    plan: Plan,
    takes: Mapping[str, Take],
    folder: Path,
    *,
    stand_ins: Mapping[str, Take] = _NO_TAKES,
    environ: Mapping[str, str] | None = None,
) -> FilmReport:
    """Cut ``film.mp4``, unless the one that is there is the same. Chapters are called what the author did.

    Then the files that the storyboard wants besides are made, those that changed. ``stand_ins`` serve scenes
    that have no take; with any the film is ``partial.mp4``, and the real one is left alone. ``environ`` may
    name an FFmpeg (``FFMPEG_BINARY``). Raises LedgerError when another run holds the folder for long,
    MediaError when a file cannot be used.
    """
    from veo_story.engine.lock import held
    from veo_story.film.cut_film import cut_film
    from veo_story.film.make_edit import make_edit, scenes_of

    # A run that begins now may find every take there and cut too: one after the other.
    with held(folder, wait_s=_LONGEST_CUT_S):
        edit = make_edit(plan, {**stand_ins, **takes}, scenes_of(storyboard), placeholders=stand_ins)
        name = "partial" if stand_ins else "film"
        report = cut_film(edit, folder, storyboard, name=name, receipts=read_receipts(folder))
        if stand_ins:
            return report
        from veo_story.delivery import deliver_all

        outputs = deliver_all(edit, storyboard, report, takes.values(), environ=environ)
        return replace(report, outputs=outputs)


def read_receipts(folder: Path) -> tuple[Receipt, ...]:
    """What a film's requests have cost, for its record; none where there is no ledger. Raises LedgerError."""
    path = folder / LEDGER
    if not path.exists():
        return ()
    from veo_story.film.receipts import receipts
    from veo_story.ledger.sqlite import SqliteLedger

    with SqliteLedger(path) as ledger:
        return receipts(ledger.attempts(), ledger.takes(gone=True))
