"""A saved plan as a document: JSON, versioned, described by ``schemas/plan.v1.schema.json``. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from veo_story.plan.document import At, NotADocument
from veo_story.plan.saved import SavedModel, SavedOptions, SavedPlan, SavedScene

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

MARK = "veo_story_plan"
"""The key that says that a document is a saved plan; its value is the version of the format."""

VERSION = 1

_MOST_TAKES = 1000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def as_data(saved: SavedPlan) -> dict[str, Any]:
    """The document. Money is a decimal string in USD; the key that names the format comes first."""
    return {
        MARK: VERSION,
        "storyboard": {"path": saved.storyboard, "sha256": saved.sha256},
        "film": saved.film,
        "made_at": saved.made_at.isoformat(),
        "options": {
            "backend": saved.options.backend,
            "tier": saved.options.tier,
            "local_result": saved.options.local_result,
        },
        "basis": saved.basis,
        "caps": {"max_usd": _money(saved.max_usd), "per_scene_usd": _money(saved.per_scene_usd)},
        "counted_usd": _money(saved.counted_usd),
        "to_pay": {"expected_usd": _money(saved.expected_usd), "worst_usd": _money(saved.worst_usd)},
        "models": [
            {
                "backend": model.backend,
                "model": model.model,
                "prices_from": None if model.prices_from is None else model.prices_from.isoformat(),
                "sources": dict(model.sources),
            }
            for model in saved.models
        ],
        "scenes": [_scene_data(scene) for scene in saved.scenes],
    }


def _scene_data(scene: SavedScene) -> dict[str, Any]:
    return {
        "scene": scene.scene_id,
        "mode": scene.mode,
        "backend": scene.backend,
        "model": scene.model,
        "expected_usd": _money(scene.expected_usd),
        "worst_usd": _money(scene.worst_usd),
        "takes": scene.takes,
        "missing_takes": scene.missing,
        "take": scene.take,
        "made_from": list(scene.made_from),
        "pinned": scene.pinned,
        "fingerprint": scene.fingerprint,
        "parts": dict(scene.parts),
    }


def from_data(data: object) -> SavedPlan:
    """The plan of a document.

    Raises :class:`~veo_story.plan.document.NotADocument`, which says where and why, for anything else.
    """
    top = At("", data).keys(
        MARK, "storyboard", "film", "made_at", "options", "basis", "caps", "counted_usd", "to_pay", "models",
        "scenes",
    )  # fmt: skip
    if top[MARK].value != VERSION or isinstance(top[MARK].value, bool):
        raise NotADocument(f"{MARK}: this program reads version {VERSION}, not {top[MARK].shown}")
    board = top["storyboard"].keys("path", "sha256")
    caps = top["caps"].keys("max_usd", "per_scene_usd")
    scenes = tuple(_scene(at) for at in top["scenes"].rows())
    saved = SavedPlan(
        storyboard=board["path"].text(),
        sha256=board["sha256"].digest(),
        film=top["film"].text(),
        made_at=_moment(top["made_at"]),
        options=_options(top["options"]),
        basis=top["basis"].one_of("new", "assembled"),
        max_usd=caps["max_usd"].maybe(At.money),
        per_scene_usd=caps["per_scene_usd"].maybe(At.money),
        counted_usd=top["counted_usd"].money(),
        models=tuple(_model(at) for at in top["models"].rows()),
        scenes=scenes,
    )
    _hold_sums(saved, top["to_pay"].keys("expected_usd", "worst_usd"))
    return saved


def _hold_sums(saved: SavedPlan, told: Mapping[str, At]) -> None:
    ids = [scene.scene_id for scene in saved.scenes]
    for scene_id in ids:
        if ids.count(scene_id) > 1:
            raise NotADocument(f"scenes: {scene_id} comes twice")
    for name, sum_ in (("expected_usd", saved.expected_usd), ("worst_usd", saved.worst_usd)):
        if told[name].money() != sum_:
            raise NotADocument(
                f"to_pay.{name}: {told[name].shown} is not what its scenes add up to, {sum_:f}"
            )


def _scene(at: At) -> SavedScene:
    row = at.keys(
        "scene", "mode", "backend", "model", "expected_usd", "worst_usd", "takes", "missing_takes", "take",
        "made_from", "pinned", "fingerprint", "parts",
    )  # fmt: skip
    return SavedScene(
        scene_id=row["scene"].text(),
        mode=row["mode"].text(),
        backend=row["backend"].text(),
        model=row["model"].text(),
        fingerprint=row["fingerprint"].digest(),
        parts={name: part.digest() for name, part in row["parts"].entries()},
        expected_usd=row["expected_usd"].money(),
        worst_usd=row["worst_usd"].money(),
        takes=row["takes"].whole(_MOST_TAKES),
        missing=row["missing_takes"].whole(_MOST_TAKES),
        take=row["take"].maybe(At.text),
        made_from=tuple(parent.text() for parent in row["made_from"].rows()),
        pinned=row["pinned"].maybe(At.text),
    )


def _model(at: At) -> SavedModel:
    row = at.keys("backend", "model", "prices_from", "sources")
    return SavedModel(
        backend=row["backend"].text(),
        model=row["model"].text(),
        prices_from=row["prices_from"].maybe(_day),
        sources={name: source.text() for name, source in row["sources"].entries()},
    )


def _options(at: At) -> SavedOptions:
    row = at.keys("backend", "tier", "local_result")
    return SavedOptions(
        row["backend"].maybe(At.text), row["tier"].maybe(At.text), row["local_result"].maybe(_result)
    )


def _result(at: At) -> Literal["tail", "combined"]:
    return "tail" if at.one_of("tail", "combined") == "tail" else "combined"


def _moment(at: At) -> datetime:
    try:
        if _MOMENT.fullmatch(text := at.text()):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise NotADocument(f"{at.place}: {at.shown} is not a moment with its time zone")


def _day(at: At) -> date:
    try:
        if _DAY.fullmatch(text := at.text()):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise NotADocument(f"{at.place}: {at.shown} is not a day")


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
