"""Between the ledger's rows and the values of the plan."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from veo_story.ledger.model import Spent
from veo_story.plan.model import FileInput
from veo_story.plan.takes import Attempt, AttemptState, Pin, Retake, Take

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from veo_story.plan.model import Input, Step

INSERT_ATTEMPT = (
    "INSERT INTO attempts (id, scene_id, fingerprint, backend, model, state, expected_usd, reserved_usd,"
    " worst_usd, is_free, parents, picked_frames, request, created_at, changed_at, samples, storage,"
    " owner, why)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ADOPT_ATTEMPT = (
    "INSERT INTO attempts (id, scene_id, fingerprint, backend, model, state, expected_usd, reserved_usd,"
    " worst_usd, settled_usd, is_free, parents, picked_frames, request, created_at, changed_at,"
    " ended_at, samples)"
    " VALUES (?, ?, ?, ?, ?, 'stored', ?, ?, ?, ?, 0, ?, ?, '{}', ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET state = 'stored', settled_usd = excluded.settled_usd,"
    " error = NULL, changed_at = excluded.changed_at, ended_at = excluded.ended_at"
)
INSERT_TAKE = (
    "INSERT INTO takes (id, attempt_id, scene_id, fingerprint, number, clip, sha256, frames, new_start,"
    " new_end, faithful, backend, model, cost_usd, stored_at, parts, parents, picked_frames, approved,"
    " handle, expires_at, sample, rejected)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def as_json(value: object) -> str:
    """Compact JSON with sorted keys: equal values are equal text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def as_time(moment: datetime) -> str:
    """ISO 8601 in UTC. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be written down")
    return moment.astimezone(UTC).isoformat()


def as_decimal_text(amount: Decimal) -> str:
    """An amount in full digits, never in exponents. Raises ValueError below zero and for NaN."""
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"{amount} is no amount of money")
    return format(amount, "f")


def request_of(step: Step, parents: tuple[str, ...], picked_frames: Mapping[str, int]) -> dict[str, Any]:
    """All that is asked for by a step, as JSON data.

    In the ledger's row and in the take's ``request.json``.
    """
    p = step.parameters
    return {
        "scene_id": step.scene_id,
        "mode": step.mode.value,
        "backend": step.backend,
        "model": step.model,
        "prompt": step.prompt,
        "parameters": {
            "aspect": p.aspect,
            "resolution": p.resolution,
            "duration_s": str(p.duration_s),
            "audio": p.audio,
            "seed": p.seed,
            "people": p.people,
            "negative_prompt": p.negative_prompt,
        },
        "inputs": [_input(i) for i in step.inputs],
        "parent": step.parent,
        "new_frames": step.new_frames,
        "window_frames": step.window_frames,
        "fingerprint": step.fingerprint,
        "parts": dict(step.parts),
        "parents": list(parents),
        "picked_frames": dict(picked_frames),
        "expected_usd": as_decimal_text(step.expected_usd),
    }


def request_from(text: str) -> dict[str, Any]:
    """What :func:`request_of` wrote; empty where it cannot be read."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _input(item: Input) -> dict[str, Any]:
    if isinstance(item, FileInput):
        return {"role": item.role, "file": item.path.name, "sha256": item.sha256}
    at = item.frame.at_s
    return {"role": item.role, "frame_of": item.frame.scene_id, "at_s": None if at is None else str(at)}


def attempt_from(row: sqlite3.Row) -> Attempt:
    """An attempt from its row. Raises ValueError or KeyError where the row makes no sense."""
    return Attempt(
        id=row["id"],
        scene_id=row["scene_id"],
        fingerprint=row["fingerprint"],
        backend=row["backend"],
        model=row["model"],
        state=AttemptState(row["state"]),
        reserved_usd=Decimal(row["reserved_usd"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        operation=row["operation"],
        settled_usd=None if row["settled_usd"] is None else Decimal(row["settled_usd"]),
        error=row["error"],
        parents=tuple(json.loads(row["parents"])),
        picked_frames=MappingProxyType(json.loads(row["picked_frames"])),
        is_free=bool(row["is_free"]),
        samples=row["samples"],
        expected_usd=Decimal(row["expected_usd"]),
        worst_usd=Decimal(row["worst_usd"]),
        usage=row["usage"],
        owner=row["owner"],
        storage=row["storage"],
        sent_at=_moment(row["sent_at"]),
        answered_at=_moment(row["answered_at"]),
        ended_at=_moment(row["ended_at"]),
        expires_at=_moment(row["expires_at"]),
        again_at=_moment(row["again_at"]),
        why=row["why"],
    )


def spent_of(found: Iterable[sqlite3.Row]) -> Spent:
    """The money of attempts. Raises ArithmeticError where a row makes no sense."""
    settled = reserved = unknown = Decimal(0)
    with localcontext() as exact:
        exact.prec = 60
        for row in found:
            if row["settled_usd"] is not None:
                settled += Decimal(row["settled_usd"])
            elif row["state"] == AttemptState.UNKNOWN.value:
                unknown += Decimal(row["reserved_usd"])
            else:
                reserved += Decimal(row["reserved_usd"])
    return Spent(settled, reserved, unknown)


def pin_from(row: sqlite3.Row) -> Pin:
    """A pin from its row."""
    return Pin(row["scene_id"], row["take_id"], row["seam"])


def retake_from(row: sqlite3.Row) -> Retake:
    """A retake from its row. Raises ValueError where the row makes no sense."""
    return Retake(
        scene_id=row["scene_id"],
        fingerprint=row["fingerprint"],
        target=row["target"],
        seam=row["seam"],
        why=row["why"],
        ordered_at=datetime.fromisoformat(row["ordered_at"]),
    )


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def adopted_row(
    take: Take, attempt_id: str, *, samples: int, cost: Decimal, now: datetime
) -> tuple[object, ...]:
    """The values of :data:`ADOPT_ATTEMPT`: a take found on the disk and what its request cost."""
    moment = as_time(now)
    return (
        attempt_id,
        take.scene_id,
        take.fingerprint,
        take.backend,
        take.model,
        *([as_decimal_text(cost)] * 4),
        as_json(take.parents),
        as_json(dict(take.picked_frames)),
        moment,
        moment,
        moment,
        samples,
    )


def take_row(take: Take, attempt_id: str, folder: Path) -> tuple[object, ...]:
    """The values of :data:`INSERT_TAKE`. Raises ValueError when the clip is not below ``folder``."""
    return (
        take.id,
        attempt_id,
        take.scene_id,
        take.fingerprint,
        take.number,
        take.clip.relative_to(folder).as_posix(),
        take.sha256,
        take.frames,
        take.new_start,
        take.new_end,
        int(take.faithful),
        take.backend,
        take.model,
        as_decimal_text(take.cost_usd),
        as_time(take.stored_at),
        as_json(dict(take.parts)),
        as_json(take.parents),
        as_json(dict(take.picked_frames)),
        int(take.approved),
        take.handle,
        None if take.expires_at is None else as_time(take.expires_at),
        take.sample,
        take.rejected,
    )


def take_from(row: sqlite3.Row, folder: Path) -> Take:
    """A take from its row, its clip below ``folder``.

    Raises ValueError or KeyError like :func:`attempt_from`.
    """
    return Take(
        scene_id=row["scene_id"],
        fingerprint=row["fingerprint"],
        number=row["number"],
        clip=folder / row["clip"],
        sha256=row["sha256"],
        frames=row["frames"],
        new_start=row["new_start"],
        new_end=row["new_end"],
        faithful=bool(row["faithful"]),
        backend=row["backend"],
        model=row["model"],
        cost_usd=Decimal(row["cost_usd"]),
        stored_at=datetime.fromisoformat(row["stored_at"]),
        parts=MappingProxyType(json.loads(row["parts"])),
        parents=tuple(json.loads(row["parents"])),
        picked_frames=MappingProxyType(json.loads(row["picked_frames"])),
        approved=bool(row["approved"]),
        handle=row["handle"],
        expires_at=_moment(row["expires_at"]),
        attempt_id=row["attempt_id"],
        sample=row["sample"],
        rejected=row["rejected"],
        named=_named(row),
    )


def _named(row: sqlite3.Row) -> str | None:
    """The scene in a take's id, where the take has moved to another one."""
    made_for = str(row["id"]).partition("/")[0]
    return None if made_for == row["scene_id"] else made_for
