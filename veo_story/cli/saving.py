"""Plans that are saved, and paid for as they were saved or not at all."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from veo_story.cli.same_plan import same_plan
from veo_story.errors import ApprovalNeeded, StoryboardError
from veo_story.plan.document import NotADocument
from veo_story.plan.saved import Now, SavedOptions, SavedPlan, differences, save_plan
from veo_story.plan.saved_document import MARK, as_data, from_data
from veo_story.storyboard.paths import is_inside

if TYPE_CHECKING:
    from datetime import datetime

    from veo_story.cli.checking import Wanted
    from veo_story.ledger.model import Spent
    from veo_story.making import Opened
    from veo_story.storyboard.model import Storyboard

_BEGINS = re.compile(rf'\ufeff?\s*\{{\s*"{MARK}"')
_LONGEST = 20_000_000
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Asked:
    """A file that the command line names: a storyboard, or a saved plan with the storyboard that it names.

    ``wanted`` is how the storyboard is to be planned: a saved plan says that itself.
    """

    file: Path
    storyboard: Path
    wanted: Wanted
    saved: SavedPlan | None = None


def asked_of(file: Path, wanted: Wanted) -> Asked:
    """What a file is.

    Raises StoryboardError for a saved plan that makes no sense, UsageError for options that it has itself.
    """
    if not is_saved(file):
        return Asked(file, file, wanted)
    saved = _read(file)
    own = {"--backend": wanted.backend, "--tier": wanted.tier, "--local-result": wanted.returns}
    own["--variant"] = wanted.variant
    given = [option for option, value in own.items() if value is not None]
    if given:
        raise click.UsageError(f"{file} is a saved plan and says itself what {given[0]} is; save another one")
    storyboard = _beside(file, saved.storyboard, allow_outside=wanted.allow_outside)
    options = saved.options
    wanted = replace(wanted, backend=options.backend, tier=options.tier, returns=options.local_result)
    return Asked(file, storyboard, wanted, saved)


def is_saved(file: Path) -> bool:
    """Whether a file is meant to be a saved plan: it has its mark. All else is read as a storyboard."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return False
        with file.open("rb") as opened:
            text = opened.read(_LONGEST if file.suffix == ".json" else _HEAD).decode("utf-8", "replace")
    except (OSError, ValueError):
        return False
    return _BEGINS.match(text) is not None or (file.suffix == ".json" and f'"{MARK}"' in text)


def _read(file: Path) -> SavedPlan:
    try:
        if file.stat().st_size > _LONGEST:
            raise NotADocument("it is far too large")
        data = json.loads(
            file.read_text("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number, parse_float=str
        )
        return from_data(data)
    except RecursionError:
        told = "its blocks lie far too deep in each other"
    except NotADocument as error:
        told = str(error)
    except ValueError as error:  # neither UTF-8 nor JSON
        told = f"it is not JSON: {str(error)[:200]}"
    raise StoryboardError(
        f"{file} is a saved plan that cannot be read: {told}",
        hint=f"save it anew: veo-story plan FILE -o {file}",
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NotADocument(f"a key comes twice: {name[:40]!r}")
        found[name] = value
    return found


def _no_number(text: str) -> None:
    raise NotADocument(f"{text} is no number")


def _beside(file: Path, written: str, *, allow_outside: bool) -> Path:
    """The storyboard that a saved plan names, from its own folder."""
    path = file.parent / written
    if not allow_outside and not is_inside(path, file.parent):
        raise StoryboardError(
            f"{file} names a storyboard outside of its folder: {written!r}",
            hint="put the plan beside its storyboard, or pass --allow-outside if you trust it",
        )
    return path


def hold_saved(asked: Asked, opened: Opened, today: Storyboard) -> tuple[Storyboard, frozenset[str] | None]:
    """The storyboard with the cap of the saved plan, and the scenes that may be sent; None for all of them.

    Raises ApprovalNeeded, which lists what changed, when the plan is no longer the one that was saved.
    """
    saved = asked.saved
    if saved is None:
        return today, None
    now = now_of(opened)
    found = differences(saved, now)
    if found:
        words = same_plan(asked.storyboard, asked.wanted, opened.folder.parent)
        save_it = ["veo-story", "plan", *words, "-o", str(asked.file)]
        raise ApprovalNeeded(
            "\n".join((f"{asked.file} is not the plan of today, so nothing was sent:", *found)),
            hint=f"to pay for the plan of today, save it: {shlex.join(save_it)}",
        )
    cap = saved.cap(now)
    caps = [cap] if today.budget.max_usd is None else [cap, today.budget.max_usd]
    return replace(today, budget=replace(today.budget, max_usd=min(caps))), saved.sendable


def now_of(opened: Opened) -> Now:
    """A film's plan over what its folder knows."""
    return Now(opened.plan, opened.stored.statuses(opened.plan), _counted(opened.stored.spent))


def _counted(spent: Spent | None) -> Decimal:
    return Decimal(0) if spent is None else spent.counted_usd


def write_saved(into: Path, file: Path, opened: Opened, wanted: Wanted, made_at: datetime) -> SavedPlan:
    """Save a plan. Raises UsageError where the document would do harm or could not be read again."""
    from veo_story.media.files import sha256_of, write_whole

    if wanted.variant is not None:
        raise click.UsageError("the plan of a variant cannot be saved; render --variant asks first")
    if into.exists() and not is_saved(into):
        raise click.UsageError(f"{into} is there and is no saved plan; it is left as it is")
    if not wanted.allow_outside and not is_inside(file, into.absolute().parent):
        raise click.UsageError(
            f"{file} lies outside of the folder of {into}; save beside it, or pass --allow-outside"
        )
    saved = save_plan(
        now_of(opened),
        opened.storyboard.budget,
        SavedOptions(wanted.backend, wanted.tier, wanted.returns),
        storyboard=Path(os.path.relpath(file.absolute(), into.absolute().parent)).as_posix(),
        sha256=sha256_of(file),
        made_at=made_at,
    )
    write_whole(into, json.dumps(as_data(saved), indent=1).encode() + b"\n")
    return saved
