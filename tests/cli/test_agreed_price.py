"""A film that another program changes between the price that is shown and the first request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.cli.chain_film import Clock, Counting, at, rendered_chain, serving
from veo_story.cli.choosing import deciding


@dataclass
class _Meddling(Clock):
    """Has a take rejected at the second look: when the price was shown, and nothing was looked up yet."""

    take: str = ""

    def __call__(self) -> datetime:
        moment = super().__call__()
        if self.looks == 2:
            with deciding(Path("renders/chain")) as ledger:
                ledger.reject(self.take, "meanwhile")
        return moment


def test_nothing_is_sent_that_was_not_in_the_price(folder: Path) -> None:
    rendered_chain(folder)
    service = Counting()
    words = ("render", "chain.yaml", "--yes")
    ran = at(_Meddling(take=serving()["a2"]), *words, backend=service, environ={})
    assert ran is not None
    assert (ran.code, service.asked) == (4, {})
    assert "would cost $0.80, and $0.00 was shown" in ran.err
    ran = at(Clock(), *words, backend=service, environ={})
    assert ran is not None
    assert (ran.code, service.asked) == (0, {"a2": 1, "a3": 1})
