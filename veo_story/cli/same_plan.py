"""The words by which another command finds the same plan, for the messages that name one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veo_story.cli.checking import Wanted


def same_plan(storyboard: Path, wanted: Wanted, renders: Path = Path("renders")) -> list[str]:
    """The storyboard, and after it the options that shape its plan, as ``plan`` and ``approve`` take them."""
    named = {"--renders": None if renders == Path("renders") else str(renders), "--for": wanted.backend}
    named |= {"--tier": wanted.tier, "--variant": wanted.variant, "--local-result": wanted.returns}
    outside = ["--allow-outside"] if wanted.allow_outside else []
    given = [word for name, value in named.items() if value is not None for word in (name, value)]
    return [str(storyboard), *given, *outside]
