"""A retake that gives fewer takes than were ordered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from tests.cli.chain_film import Counting, rendered_chain, serving
from tests.support.cli import run
from veo_story.backends.base import Done, Operation, Status


@dataclass
class _Strict(Counting):
    """Withholds all clips of a request but the first."""

    async def status(self, operation: Operation) -> Status:
        status = await super().status(operation)
        if not isinstance(status, Done) or len(status.handles) == 1:
            return status
        cost = self.steps[operation.name].expected_usd
        return replace(status, handles=status.handles[:1], billed_usd=cost, withheld=("words",))


def test_a_clip_that_was_withheld_is_no_lost_answer(folder: Path) -> None:
    rendered_chain(folder)
    before = serving()
    words = ("retake", "chain.yaml", "a3", "--takes", "2", "--cut")
    ran = run(*words, backend=_Strict())
    assert (ran.code, "withheld" in ran.err, "reconcile" in ran.err) == (9, True, False)
    assert serving() == before
    service = Counting()
    ran = run(*words, backend=service)
    assert (ran.code, service.asked) == (0, {"a3": 1}), ran.err
    assert serving()["a3"].endswith("-3")
