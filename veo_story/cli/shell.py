"""What the commands take from the machine: environment, clock, and the door to the backends."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from veo_story.times import Time


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Shell:
    """Passed to every command as click's context object; tests pass their own.

    ``open_backend`` replaces the registry's door when given; ``now`` is the clock, with its time zone;
    ``tempo`` is how to wait by it (None: as the machine does).
    """

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    now: Callable[[], datetime] = _now
    open_backend: Callable[..., Any] | None = None
    tempo: Time | None = None

    @property
    def today(self) -> date:
        """The date that retirement and price tables are read at: ``VEO_STORY_TODAY`` or the clock's (UTC)."""
        written = self.environ.get("VEO_STORY_TODAY")
        if not written:
            return self.now().date()
        try:
            return date.fromisoformat(written)
        except ValueError:
            raise ConfigError(
                f"VEO_STORY_TODAY: {written!r} is not a date", hint="write it like 2026-11-22, or unset it"
            ) from None

    @property
    def state_folder(self) -> Path:
        """Where things of the user are kept: ``VEO_STORY_STATE``, else where this system has them."""
        written = self.environ.get("VEO_STORY_STATE")
        if written:
            return Path(written).expanduser()
        from platformdirs import user_state_path

        return user_state_path("veo-story")

    @property
    def account(self) -> Path:
        """The file of the user's account: what all films cost, and what they may."""
        from veo_story.ledger.opening import ACCOUNT

        return self.state_folder / ACCOUNT

    @property
    def time(self) -> Time:
        """The clock with its way of waiting."""
        from veo_story.times import REAL_TIME

        return self.tempo or replace(REAL_TIME, now=self.now)

    @property
    def wants_colour(self) -> bool:
        """Whether colour is allowed at all; a stream that is no terminal gets none anyhow."""
        return not self.environ.get("NO_COLOR") and self.environ.get("TERM") != "dumb"
