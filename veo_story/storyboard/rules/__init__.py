"""What a storyboard must make sense of beyond its shape. A rule takes a draft and yields problems.

``LOCAL`` rules look at one scene or one name at a time, so they hold even when other scenes are broken;
``WHOLE`` rules need the film to be complete.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.storyboard.rules import (
    cast,
    craft,
    effects,
    finishing,
    frames,
    mixing,
    modes,
    speech,
    times,
    world,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from veo_story.errors import Problem
    from veo_story.storyboard.build import Draft

    Rule = Callable[[Draft], Iterator[Problem]]

LOCAL: tuple[Rule, ...] = (
    *cast.RULES,
    *modes.RULES,
    *times.RULES,
    *effects.RULES,
    *speech.RULES,
    *craft.RULES,
)
WHOLE: tuple[Rule, ...] = (
    *frames.RULES,
    *modes.WHOLE,
    *times.WHOLE,
    *mixing.WHOLE,
    *world.RULES,
    *finishing.RULES,
)


def run_rules(draft: Draft) -> Iterator[Problem]:
    """Everything that the rules find; those for whole films only when the film is whole."""
    for rule in (*LOCAL, *WHOLE) if draft.is_whole else LOCAL:
        yield from rule(draft)
