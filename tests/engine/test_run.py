from __future__ import annotations

import asyncio
from pathlib import Path

from tests.engine.fakes import FakeBackend, chain_of, frames_of, plan_of, run


def test_a_chain_is_rendered_and_kept(tmp_path: Path) -> None:
    backend = FakeBackend()
    plan = plan_of(chain_of(3))
    result = asyncio.run(run(plan, tmp_path / "film", backend))
    assert result.ok, result
    assert backend.sent == ["s01", "s02", "s03"]
    again = asyncio.run(run(plan, tmp_path / "film", backend))
    assert again.ok and again.sent == 0
    assert again.takes == result.takes
