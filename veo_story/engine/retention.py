"""How long a service keeps what it made, and what an extension does to that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from veo_story.catalog.model import Capabilities
    from veo_story.engine.inputs import Sources
    from veo_story.ledger.model import Ledger
    from veo_story.plan.model import Step
    from veo_story.plan.takes import Attempt


@dataclass(frozen=True, slots=True)
class Retention:
    """A service's habit: clips stay ``kept_s`` (None: nobody knows); extending one begins that time anew."""

    kept_s: int | None = None
    use_renews: bool = False

    @classmethod
    def of(cls, model: Capabilities) -> Retention:
        """What the catalog says of a model."""
        return cls(model.retention_s, model.use_renews)

    def until(self, moment: datetime) -> datetime | None:
        """When what was made or used at a moment is dropped."""
        return None if self.kept_s is None else moment + timedelta(seconds=self.kept_s)

    def renew(self, ledger: Ledger, attempt: Attempt, step: Step, sources: Sources) -> None:
        """Write down that the copy which an accepted extension was made from is kept longer now.

        The time counts from when the request was sent: the service took it no earlier. A tail is cut from the
        clip on this disk, so it uses no copy. May be called again; no deadline ever comes nearer.
        """
        if not self.use_renews or step.parent is None or step.window_frames is not None:
            return
        parent = sources.takes.get(step.parent)
        until = self.until(attempt.sent_at or attempt.created_at)
        if (
            parent is not None
            and until is not None
            and parent.expires_at is not None
            and parent.expires_at < until
        ):
            ledger.renew(parent.id, until)
