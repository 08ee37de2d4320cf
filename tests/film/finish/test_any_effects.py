"""Effects of any kind after one another: counts are right, or the scene is named."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.film.finish.scenes import a_clip, a_cut, effect, finished
from tests.storyboard.test_effects import CALLS, completed
from tests.support.clips import lumas_of, samples_of
from tests.support.soak import runs
from veo_story.errors import MediaError
from veo_story.plan.effects import faults, frames_after

if TYPE_CHECKING:
    from pathlib import Path

SIZE = (96, 64)
FRAMES = 24
MOST = 120


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_clip(tmp_path_factory.mktemp("any"), FRAMES, size=SIZE)


def some_effects(seed: int) -> list[dict[str, Any]]:
    """Up to four effects that fit into the clip."""
    random = Random(seed)
    while True:
        found = [completed(dict(call)) for call in random.sample(CALLS, random.randint(1, 4))]
        if not list(faults(found, FRAMES)) and frames_after(found, FRAMES) <= MOST:
            return found


@pytest.mark.parametrize("seed", range(runs(300, in_suite=8)))
def test_any_effects_after_one_another(clip: Path, tmp_path: Path, seed: int) -> None:
    calls = some_effects(seed)
    frames = frames_after(calls, FRAMES)
    effects = tuple(
        effect(call["name"], **{key: value for key, value in call.items() if key != "name"}) for call in calls
    )
    try:
        made, sound = finished(a_cut(clip, frames, effects, span=(0, FRAMES)), tmp_path, SIZE)
    except MediaError as error:
        # Some cut away what another needs: that is told in words.
        assert error.message.startswith("scene s1: ")
        return
    assert sum(1 for _ in lumas_of(made)) == frames
    assert sound is None or samples_of(sound).size == 2 * 2_000 * frames
