from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from veo_story.cli.progress.board import Board, duration
from veo_story.cli.progress.jsonl import JsonLines
from veo_story.cli.progress.live import LiveDisplay
from veo_story.cli.progress.plain import PlainLines
from veo_story.engine.events import (
    Event,
    RunEnded,
    RunStarted,
    StepFailed,
    StepKept,
    StepProgress,
    StepRemark,
    StepRetried,
    StepSkipped,
    StepStarted,
    StepStored,
)
from veo_story.errors import FilteredError
from veo_story.plan.takes import Take
from veo_story.storyboard.model import Mode

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def take(scene: str) -> Take:
    return Take(
        scene_id=scene,
        fingerprint="ab" * 32,
        number=1,
        clip=Path("takes") / scene / "clip.mp4",
        sha256="0" * 64,
        frames=192,
        new_start=0,
        new_end=192,
        faithful=True,
        backend="fake",
        model="m",
        cost_usd=Decimal("0.8"),
        stored_at=START,
        parts={},
    )


def run() -> list[Event]:
    """Two chains: a1, a2 are made (a2 takes longer), b1 is withheld and b2 therefore skipped."""
    free, paid = Decimal(0), Decimal("0.80")
    a = {"film": "keeper", "chain_id": "a"}
    b = {"film": "keeper", "chain_id": "b"}
    return [
        RunStarted(
            film="keeper",
            at=at(0),
            cost_usd=free,
            scenes=5,
            to_do=4,
            expected_usd=paid * 4,
            chains=(("a", 2), ("b", 2), ("c", 0)),
        ),
        StepKept(**a, at=at(0), cost_usd=free, scene_id="a0", take=take("a0")),
        StepStarted(
            **a,
            at=at(0),
            cost_usd=free,
            scene_id="a1",
            mode=Mode.OPEN,
            new_frames=192,
            expected_usd=paid,
            resumed=False,
        ),
        StepStarted(
            **b,
            at=at(0),
            cost_usd=free,
            scene_id="b1",
            mode=Mode.OPEN,
            new_frames=96,
            expected_usd=free,
            resumed=True,
        ),
        StepProgress(**a, at=at(2), cost_usd=free, scene_id="a1", progress=0.5),
        StepStored(**a, at=at(4), cost_usd=paid, scene_id="a1", take=take("a1")),
        StepFailed(
            **b, at=at(5), cost_usd=paid, scene_id="b1", error=FilteredError("withheld", hint="rewrite it")
        ),
        StepSkipped(**b, at=at(5), cost_usd=paid, scene_id="b2", because="b1 failed"),
        StepStarted(
            **a,
            at=at(5),
            cost_usd=paid,
            scene_id="a2",
            mode=Mode.EXTEND,
            new_frames=168,
            expected_usd=paid,
            resumed=False,
        ),
        StepProgress(**a, at=at(6), cost_usd=paid, scene_id="a2", progress=0.5),
        StepStored(**a, at=at(8), cost_usd=paid * 2, scene_id="a2", take=take("a2")),
        RunEnded(
            film="keeper",
            at=at(8),
            cost_usd=paid * 2,
            run_usd=paid * 2,
            stored=2,
            kept=1,
            failed=1,
            skipped=1,
            sent=3,
            stopped=False,
        ),
    ]


def test_the_board_follows_each_chain() -> None:
    board, events = Board(), run()
    for event in events[:6]:
        board.take(event)
    assert [(row.chain_id, row.done, row.doing) for row in board.rows.values()] == [
        ("a", 1, None),
        ("b", 0, "b1"),
    ]
    assert board.cost_usd == Decimal("0.80")
    # One of four steps took 4 s.
    assert board.left_s(at(4)) == pytest.approx(12)
    for event in events[6:]:
        board.take(event)
    assert (board.done, board.steps) == (2, 4)
    assert board.left_s(at(8)) == 0
    assert all(row.over for row in board.rows.values())


def test_no_estimate_is_made_from_nothing() -> None:
    board = Board()
    assert board.left_s(START) is None
    for event in run()[:4]:
        board.take(event)
    assert board.left_s(at(60)) is None


def test_plain_lines_tell_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    with PlainLines() as reporter:
        for event in run():
            reporter(event)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == [
        "keeper: 4 of 5 scenes to render",
        "keeper: a1 started (open, 8 s, 0.80 USD)",
        "keeper: b1 picked up again (open, 4 s)",
        "keeper: a1 done in 4.0 s",
        "keeper: b1 failed",
        "error: withheld",
        "fix: rewrite it",
        "keeper: b2 skipped: b1 failed",
        "keeper: a2 started (extend, 7 s, 0.80 USD)",
        "keeper: a2 done in 3.0 s",
        "keeper: 2 made, 1 failed, 1 skipped, 1 kept, 1.60 USD now, 1.60 USD in all",
    ]


def on_the_way() -> list[Event]:
    """What can happen to a step between its start and its take."""
    step = {"film": "keeper", "chain_id": "a", "scene_id": "a1", "cost_usd": Decimal(0)}
    return [
        StepRetried(**step, at=at(1), because="the sound was withheld", after_s=5.0),
        StepRemark(**step, at=at(2), text="1 of 2 clips was withheld"),
    ]


@pytest.mark.parametrize("kind", ["plain", "live"])
def test_what_happens_on_the_way_is_told(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    reporter = PlainLines() if kind == "plain" else LiveDisplay(lambda: START)
    with reporter:
        for event in on_the_way():
            reporter(event)
    assert capsys.readouterr().err.splitlines() == [
        "keeper: a1 is asked for again: the sound was withheld",
        "keeper: a1: 1 of 2 clips was withheld",
    ]


def test_json_lines_are_one_object_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    with JsonLines() as reporter:
        for event in run():
            reporter(event)
        reporter.remark("beside")
    shown = capsys.readouterr()
    lines = [json.loads(line) for line in shown.out.splitlines()]
    assert [line["event"] for line in lines][:3] == ["run_started", "step_kept", "step_started"]
    assert lines[2]["scene"] == "a1"
    assert lines[2]["chain"] == "a"
    assert lines[2]["expected_usd"] == "0.80"
    assert lines[0]["chains"] == [["a", 2], ["b", 2], ["c", 0]]
    failed = next(line for line in lines if line["event"] == "step_failed")
    assert failed["error"] == {
        "kind": "FilteredError",
        "message": "withheld",
        "fix": "rewrite it",
        "exit_code": 8,
    }
    assert next(line for line in lines if line["event"] == "step_stored")["take"]["id"] == "a1/abababab-1"
    assert shown.err == "beside\n"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_live_picture_fits_its_width(width: int) -> None:
    display = LiveDisplay(lambda: at(6))
    for event in run()[1:10]:
        display(event)
    out = io.StringIO()
    Console(file=out, width=width, no_color=True).print(display.picture())
    lines = out.getvalue().splitlines()
    assert all(len(line) <= width for line in lines)
    assert "a" in lines[0]
    assert "0.80 USD" in "".join(lines) or width < 60


def test_hundreds_of_chains_do_not_flood_the_terminal() -> None:
    display = LiveDisplay(lambda: at(6))
    for number in range(300):
        display(
            StepStarted(
                film="f",
                at=START,
                cost_usd=Decimal(0),
                chain_id=f"c{number}",
                scene_id="s",
                mode=Mode.OPEN,
                new_frames=1,
                expected_usd=Decimal(0),
                resumed=False,
            )
        )
    out = io.StringIO()
    Console(file=out, width=80, no_color=True).print(display.picture())
    assert len(out.getvalue().splitlines()) < 20
    assert "288 more chains" in out.getvalue()


@pytest.mark.parametrize(
    ("length_s", "shown"),
    [
        (0.0, "0.0 s"),
        (2, "2 s"),
        (9.94, "9.9 s"),
        (48.2, "48 s"),
        (59.9, "1:00"),
        (185, "3:05"),
        (3723, "1:02:03"),
    ],
)
def test_duration(length_s: float, shown: str) -> None:
    assert duration(length_s) == shown


def test_a_scene_with_several_takes_is_one_scene_on_the_board() -> None:
    board = Board()
    a = {"film": "keeper", "chain_id": "a", "cost_usd": Decimal(0)}
    begun = {"mode": Mode.OPEN, "new_frames": 96, "expected_usd": Decimal(0), "resumed": False}
    board.take(
        RunStarted(
            film="keeper", at=at(0), cost_usd=Decimal(0), scenes=1, to_do=1, expected_usd=Decimal(0),
            chains=(("a", 1),),
        )
    )  # fmt: skip
    for n in range(3):
        board.take(StepStarted(**a, at=at(n), scene_id="a1", **begun))
        assert board.done == 0
        board.take(StepStored(**a, at=at(n + 1), scene_id="a1", take=take("a1")))
        assert (board.done, board.steps) == (1, 1)
