from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.backends.contract import step
from veo_story.backends.veo.admit import admit
from veo_story.errors import ConfigError
from veo_story.plan.model import Step

GONE = date(2026, 10, 22)
GEMINI = "veo-3.1-fast-generate-preview"


def asking(model: str, scene_id: str = "s01") -> Step:
    from dataclasses import replace

    return replace(step(scene_id), model=model)


def test_a_model_that_is_gone_is_refused() -> None:
    steps = [asking(GEMINI, f"s{n:02d}") for n in range(1, 8)]
    with pytest.raises(ConfigError) as caught:
        admit(steps, backend="gemini", today=GONE, is_default=True, allow_retired=False)
    assert caught.value.message.startswith(f"{GEMINI} was switched off on 2026-10-22")
    assert "s01, s02, s03, s04, s05 and 2 more" in caught.value.message
    assert "--backend vertex" in str(caught.value.hint)
    assert "--allow-retired" in str(caught.value.hint)


def test_other_models_are_named_where_there_are_some() -> None:
    with pytest.raises(ConfigError) as caught:
        admit(
            [asking("veo-2.0-generate-001")],
            backend="vertex",
            today=GONE,
            is_default=True,
            allow_retired=False,
        )
    assert "veo-3.1-fast-generate-001" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("backend", "model", "today", "is_default", "allow_retired"),
    [
        ("gemini", GEMINI, GONE - timedelta(days=1), True, False),
        ("gemini", GEMINI, GONE, False, False),
        ("gemini", GEMINI, GONE, True, True),
        # "2026-11-17 or later": only the service knows.
        ("vertex", "veo-3.1-fast-generate-001", date(2027, 1, 1), True, False),
        ("vertex", "veo-9-of-next-year", date(2027, 1, 1), True, False),
        ("vertex", GEMINI, GONE, True, False),
    ],
)
def test_what_may_be_there_is_asked_for(
    backend: str, model: str, today: date, is_default: bool, allow_retired: bool
) -> None:
    admit([asking(model)], backend=backend, today=today, is_default=is_default, allow_retired=allow_retired)


def test_nothing_to_ask_is_fine() -> None:
    admit([], backend="gemini", today=GONE, is_default=True, allow_retired=False)
