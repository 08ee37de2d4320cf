"""What is known to be refused, found before anything is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.catalog.catalog import load_catalog
from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from veo_story.catalog.catalog import Catalog
    from veo_story.catalog.model import Capabilities
    from veo_story.plan.model import Step


def admit(
    steps: Sequence[Step],
    *,
    backend: str,
    today: date,
    is_default: bool,
    allow_retired: bool,
    catalog: Catalog | None = None,
) -> None:
    """Raise ConfigError when a step asks for a model that is switched off.

    Steps that go to a gateway or an emulator (``is_default`` False) are let through, and all when the author
    says so (``allow_retired``). A model whose date is only the earliest possible one may still be there, and
    one that no catalog knows may be new: the service has the last word on both.
    """
    if allow_retired or not is_default:
        return
    known = {model.model: model for model in (catalog or load_catalog()).models(backend)}
    gone = [
        model
        for name in dict.fromkeys(step.model for step in steps)
        if (model := known.get(name)) is not None and model.is_gone(today)
    ]
    if not gone:
        return
    named = " and ".join(f"{model.model} was switched off on {model.retired_on}" for model in gone)
    scenes = [step.scene_id for step in steps if any(step.model == model.model for model in gone)]
    raise ConfigError(
        f"{named}, and {_some(scenes)} would be asked of it. Nothing was sent.",
        hint=_instead(known.values(), today)
        + " If you know that it answers, say --allow-retired; a gateway's base URL lifts this, too.",
    )


def _instead(models: Iterable[Capabilities], today: date) -> str:
    left = [model.model for model in models if not model.is_gone(today)]
    if left:
        return f"Name another model: {', '.join(left)}."
    return "None of its models is left: render on Vertex AI (--backend vertex), or free (--backend local)."


def _some(scenes: Sequence[str]) -> str:
    shown = ", ".join(scenes[:5])
    return shown if len(scenes) <= 5 else f"{shown} and {len(scenes) - 5} more"
