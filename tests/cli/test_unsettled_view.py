from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from veo_story.backends.base import Candidate
from veo_story.cli.unsettled_view import attempt_data, candidate_lines, heading, question, short_id
from veo_story.plan.takes import Attempt, AttemptState

NOON = datetime(2026, 11, 22, 12, 3, 11).astimezone()  # as the machine's own clock shows it
LOST = Attempt(
    "0123456789abcdef", "s04", "f", "gemini", "m", AttemptState.UNKNOWN, Decimal("3.2"),
    NOON - timedelta(seconds=9), sent_at=NOON,
)  # fmt: skip


def test_the_question_is_when_and_how_much() -> None:
    words = "s04: sent 12:03:11 (22 Nov), no confirmation, may have cost 3.20 USD"
    assert question(LOST) == words
    agreed = replace(LOST, again_at=NOON + timedelta(hours=1))
    assert question(agreed) == f"{words}; agreed to send it again 13:03:11 (22 Nov)"
    assert question(replace(LOST, sent_at=None)).startswith("s04: sent 12:03:02 (22 Nov)")


@pytest.mark.parametrize(
    ("attempts", "words"),
    [
        ([LOST], "1 request has no known outcome, and may have cost 3.20 USD"),
        ([LOST] * 3, "3 requests have no known outcome, and may have cost 9.60 USD"),
    ],
)
def test_the_heading_sums_them(attempts: list[Attempt], words: str) -> None:
    assert heading(attempts) == words


def test_candidates_are_numbered_and_tame() -> None:
    found = [Candidate(f"op{n}", n % 2 == 0) for n in range(9)] + [Candidate("op\x1b[2J", True, "made\nit")]
    lines = candidate_lines(found)
    assert lines[0] == "   1  op0: finished"
    assert lines[1] == "   2  op1: still running"
    assert lines[9] == "  10  op\ufffd[2J: made\ufffdit"


def test_programs_get_it_whole() -> None:
    told = attempt_data(LOST)
    assert (told["attempt"], told["may_have_cost_usd"], told["again_at"]) == (LOST.id, "3.2", None)
    assert datetime.fromisoformat(told["sent_at"]) == NOON
    assert LOST.id.startswith(short_id(LOST))
