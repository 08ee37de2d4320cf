"""The person at the gate: what is typed, one question at a time, and an end of all input."""

from __future__ import annotations

import asyncio
import os
import pty
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.test_progress import START, run, take
from veo_story.cli.gatekeeper import Gatekeeper, line_in_a_thread, parse, typed_line
from veo_story.cli.progress.live import LiveDisplay
from veo_story.engine.approvals import Answer


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("a\n", Answer("approve")),
        ("Approve", Answer("approve")),
        (" l \n", Answer("later")),
        ("later\n", Answer("later")),
        ("r\n", Answer("reject")),
        ("reject  too dark \n", Answer("reject", "too dark")),
        ("approve of it", None),
        ("\n", None),
        ("yes", None),
        ("al", None),
    ],
)
def test_what_is_typed(typed: str, answer: Answer | None) -> None:
    assert parse(typed) == answer


@given(st.text(max_size=20))
def test_nothing_is_approved_by_accident(typed: str) -> None:
    answer = parse(typed)
    if answer is not None and answer.verdict == "approve":
        assert typed.strip().lower() in ("a", "approve")


def keeper_of(*lines: str) -> tuple[Gatekeeper, list[str]]:
    """A gatekeeper that hears these lines, and what happens around it."""
    heard, told = list(lines), []

    async def read_line() -> str:
        told.append("asked")
        await asyncio.sleep(0)
        return heard.pop(0)

    @contextmanager
    def paused() -> Iterator[None]:
        told.append("down")
        yield
        told.append("up")

    return Gatekeeper(read_line, paused), told


def test_questions_come_one_after_the_other() -> None:
    async def scenario() -> list[Answer]:
        keeper, told = keeper_of("a\n", "hm\n", "r dark\n")
        answers = await asyncio.gather(keeper("film", take("s01")), keeper("film", take("s02")))
        assert told == ["down", "asked", "up", "down", "asked", "asked", "up"]
        return answers

    assert asyncio.run(scenario()) == [Answer("approve"), Answer("reject", "dark")]


def test_nobody_is_asked_after_the_end_of_the_input() -> None:
    async def scenario() -> None:
        keeper, told = keeper_of("")
        assert await keeper("film", take("s01")) == Answer("later")
        assert await keeper("film", take("s02")) == Answer("later")
        assert told == ["down", "asked", "up"]

    asyncio.run(scenario())


def test_a_line_of_a_terminal() -> None:
    main, other = pty.openpty()

    async def scenario() -> tuple[str, str]:
        with os.fdopen(other) as stream:
            first = asyncio.ensure_future(typed_line(stream))
            await asyncio.sleep(0)
            first.cancel()  # a question that a stop has ended takes nothing of what is typed later
            await asyncio.gather(first, return_exceptions=True)
            os.write(main, b"a\nr dark\n")
            return await typed_line(stream), await typed_line(stream)

    assert asyncio.run(scenario()) == ("a\n", "r dark\n")
    os.close(main)


def test_a_terminal_that_goes_away_is_the_end_of_the_input() -> None:
    main, other = pty.openpty()
    os.close(main)

    async def scenario() -> str:
        with os.fdopen(other) as stream:
            return await typed_line(stream)

    assert asyncio.run(scenario()) == ""


def test_a_line_where_no_terminal_can_be_watched() -> None:
    async def scenario() -> list[str]:
        read, wrote = os.pipe()
        os.write(wrote, b"a\n")
        os.close(wrote)
        with os.fdopen(read) as stream:
            return [await line_in_a_thread(stream), await line_in_a_thread(stream)]

    assert asyncio.run(scenario()) == ["a\n", ""]


def test_what_is_remarked_during_a_question_comes_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    display = LiveDisplay(lambda: START, width=80, colour=False)
    with display:
        display(run()[0])
        with display.paused():
            capsys.readouterr()
            display.remark("somebody says something")
            assert capsys.readouterr().err == ""
        assert "somebody says something" in capsys.readouterr().err


def test_a_run_that_begins_during_a_question_is_drawn_after_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # so that it draws although this is no terminal
    with LiveDisplay(lambda: START, width=80) as display:
        with display.paused():
            display(run()[0])
            assert capsys.readouterr().err == ""
        assert "\x1b[?25l" in capsys.readouterr().err  # the cursor is hidden: something is drawn
