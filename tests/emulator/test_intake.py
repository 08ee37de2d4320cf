"""What several requests bring at once is there whole for each of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from veo_story.emulator.ask import Ask, Medium
from veo_story.emulator.intake import order_of

if TYPE_CHECKING:
    from pathlib import Path

REQUESTS, ROUNDS = 12, 8


def test_a_picture_that_many_requests_bring_is_never_half_there(tmp_path: Path) -> None:
    async def bring(data: bytes) -> bool:
        ask = Ask("vertex", "veo", image=Medium(data, mime="image/png"))
        place, _ = (await order_of(ask, tmp_path)).media["image"]
        return await asyncio.to_thread((tmp_path / place).read_bytes) == data

    async def use() -> list[bool]:
        whole = []
        for number in range(ROUNDS):
            data = bytes([number]) * 4_000_000
            whole += await asyncio.gather(*(bring(data) for _ in range(REQUESTS)))
        return whole

    assert all(asyncio.run(use()))
    assert len(list((tmp_path / "inputs").iterdir())) == ROUNDS
