"""Retakes that come out otherwise than they were ordered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from tests.cli.chain_film import CHAIN, Counting, rendered_chain, serving
from tests.support.cli import run, write
from veo_story.backends.base import Done, Operation, Status
from veo_story.errors import GenerationError


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


def test_an_order_goes_on_though_its_bridge_leads_nowhere_now(folder: Path) -> None:
    rendered_chain(folder)
    failing = Counting(trouble={"a3+bridge": GenerationError("no")})
    assert run("retake", "chain.yaml", "a2", "--bridge", backend=failing).code == 9
    write(folder / "chain.yaml", CHAIN.replace("black sand", "white sand"))
    service = Counting()
    refused = run("retake", "chain.yaml", "a2", "--bridge", backend=service)
    assert (refused.code, "a3 has no take that could stay" in refused.err) == (2, True)
    ran = run("retake", "chain.yaml", "a2", backend=service)
    assert (ran.code, service.asked) == (0, {}), ran.err
    assert serving()["a2"].endswith("-2")
    assert "not finished" not in run("status", "chain.yaml").out
