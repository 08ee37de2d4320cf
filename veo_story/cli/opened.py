"""Opening a film on behalf of a command: its storyboard, its folder, and the plan that follows from both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story import making
from veo_story.cli.checking import sound_plan
from veo_story.cli.output import say
from veo_story.errors import StoryboardError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from veo_story.cli.checking import Wanted
    from veo_story.cli.shell import Shell
    from veo_story.plan.model import Plan
    from veo_story.storyboard.model import Storyboard


def open_film(
    file: Path,
    shell: Shell,
    wanted: Wanted,
    renders: Path,
    *,
    quiet: bool = False,
    but: frozenset[str] = frozenset(),
) -> making.Opened:
    """The film of a storyboard, with the promoted tiers and the pinned scenes of its folder in the plan.

    Scenes in ``but`` are planned as if they were not promoted. Errors and warnings are shown on stderr;
    ``quiet`` shows errors only. Raises StoryboardError when there are errors and LedgerError when the folder
    cannot be read.
    """

    def make_plan(tiers: Mapping[str, str]) -> tuple[Storyboard, Plan]:
        tiers = {scene: tier for scene, tier in tiers.items() if scene not in but}
        try:
            return sound_plan(file, shell, wanted, tiers=tiers, quiet=quiet)
        except StoryboardError as error:
            if tiers:  # the author sees another tier in the file
                named = ", ".join(f"{scene} ({tier})" for scene, tier in sorted(tiers.items()))
                error.hint = f"promoted scenes: {named}; veo-story promote FILE SCENES --undo takes that back"
            raise

    opened = making.open_film(file, renders, make_plan, variant=wanted.variant)
    if not quiet:
        for sentence in opened.left_out:
            say(f"warning: {sentence}")
    return opened
