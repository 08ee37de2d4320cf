from __future__ import annotations

import errno

import click
import pytest

from veo_story import errors
from veo_story.cli.exits import OutputClosedError, run_to_exit_code, worst


def raiser(error: BaseException):
    def action() -> None:
        raise error

    return action


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.StoryboardError, 3),
        (errors.ApprovalNeeded, 4),
        (errors.BudgetError, 5),
        (errors.ConfigError, 6),
        (errors.QuotaError, 7),
        (errors.FilteredError, 8),
        (errors.GenerationError, 9),
        (errors.OutcomeUnknown, 9),
        (errors.ExpiredError, 9),
        (errors.MediaError, 11),
        (errors.LedgerError, 12),
    ],
)
def test_an_error_shows_its_message_and_fix_and_no_traceback(
    kind: type[errors.VeoStoryError], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_to_exit_code(raiser(kind("it broke", hint="mend it"))) == code
    shown = capsys.readouterr()
    assert shown.err == "error: it broke\nfix: mend it\n"
    assert shown.out == ""


def test_a_bug_shows_its_traceback_and_where_to_report_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_to_exit_code(raiser(RuntimeError("oops"))) == 1
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "RuntimeError: oops" in err
    assert "report" in err


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EMFILE, errno.EIO])
def test_a_refusal_of_the_machine_is_no_bug(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_to_exit_code(raiser(OSError(number, "refused", "renders/film"))) == 6
    err = capsys.readouterr().err
    assert "renders/film: refused" in err
    assert "Traceback" not in err


def test_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_to_exit_code(raiser(KeyboardInterrupt())) == 130
    assert run_to_exit_code(raiser(click.Abort())) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_to_exit_code(raiser(click.UsageError("no such thing"))) == 2
    assert "error: no such thing" in capsys.readouterr().err


def test_what_a_command_returns_is_its_code() -> None:
    assert run_to_exit_code(lambda: 3) == 3
    assert run_to_exit_code(lambda: None) == 0


def test_an_escape_code_in_a_message_is_made_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    run_to_exit_code(raiser(errors.MediaError("bad \x1b[2J name\nsecond line")))
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "second line" in err


@pytest.mark.parametrize(
    ("codes", "code"),
    [([], 0), ([0, 0], 0), ([0, 3], 3), ([4, 3], 3), ([5, 9], 9), ([9, 12], 12), ([12, 130], 130)],
)
def test_the_worst_of_several_films_wins(codes: list[int], code: int) -> None:
    assert worst(codes) == code


def test_output_closed_is_an_exception_of_its_own() -> None:
    assert not issubclass(OutputClosedError, OSError)
