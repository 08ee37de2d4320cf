"""Settling lost answers on behalf of a command: looking, asking, writing down what was decided."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from veo_story import making
from veo_story.cli.gatekeeper import somebody_is_there
from veo_story.cli.output import error_line, result, result_json, say
from veo_story.cli.reconcile_desk import Case, Desk
from veo_story.cli.unsettled_view import (
    attempt_data,
    candidate_data,
    candidate_lines,
    heading,
    hint_of,
    question,
    short_id,
    total,
    under_way_line,
)
from veo_story.errors import OutcomeUnknown, VeoStoryError
from veo_story.money import usd
from veo_story.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from pathlib import Path

    from veo_story.cli.shell import Shell
    from veo_story.ledger.model import Ledger
    from veo_story.plan.takes import Attempt


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for. ``deed`` None: nothing in particular."""

    file: Path
    scenes: tuple[str, ...]
    deed: str | None
    adopt: str | None
    settle: Decimal | None
    attempt: str | None
    renders: Path
    gcs: str | None
    as_json: bool


def reconcile_film(wish: Wish, shell: Shell) -> int:
    """Do what was asked and return the exit code. Raises LedgerError, and UsageError for who is not meant."""
    from veo_story.engine.lock import held
    from veo_story.ledger.opening import open_ledger

    film = wish.file.stem
    folder = wish.renders / film
    if not (folder / making.LEDGER).exists():
        return _nothing(wish, f"nothing was rendered yet in {folder}")
    with ExitStack() as stack:
        stack.enter_context(held(folder))
        ledger = stack.enter_context(open_ledger(folder, shell.account, is_alone=True))
        desk = stack.enter_context(Desk(ledger, folder, shell, wish.gcs))
        found = desk.unsettled()
        if (named := _named(desk.under_way(), wish)) is not None:
            return _give_up(named, desk, wish)
        _list_overdue(desk.overdue(), wish)
        chosen = _chosen(ledger, found, wish)
        if not chosen:
            return _nothing(wish, f"{film}: no request of unknown outcome{_of(wish.scenes)}")
        cases = [Case(attempt) for attempt in chosen]
        _act(cases, desk, wish)
    return _conclude(cases, wish)


def _named(under_way: Sequence[Attempt], wish: Wish) -> Attempt | None:
    """The request under way that ``--attempt`` names, if it names one."""
    meant = [a for a in under_way if wish.attempt and a.id.startswith(wish.attempt)]
    meant = [a for a in meant if not wish.scenes or a.scene_id in wish.scenes]
    return meant[0] if len(meant) == 1 else None


def _give_up(attempt: Attempt, desk: Desk, wish: Wish) -> int:
    """Settle a request whose answer is known; nothing else can be done about it here."""
    if wish.settle is None:
        raise click.UsageError(
            f"{under_way_line(attempt)}; the next render brings it home. If it never does, --settle USD "
            "gives it up"
        )
    case = Case(attempt, outcome="answered")
    desk.settle(case, wish.settle)
    if wish.as_json:
        result_json(_data([case], wish))
    return 0


def _list_overdue(overdue: Sequence[Attempt], wish: Wish) -> None:
    for attempt in overdue:
        if not wish.scenes or attempt.scene_id in wish.scenes:
            say(f"{under_way_line(attempt)}; the service may have dropped it, and render looks for it")
            say(f"  if it never comes home: {hint_of(wish.file)} --attempt {short_id(attempt)} --settle USD")


def _nothing(wish: Wish, text: str) -> int:
    if wish.as_json:
        result_json(_data([], wish))
    else:
        say(text)
    return 0


def _of(scenes: Sequence[str]) -> str:
    return f" of {', '.join(scenes)}" if scenes else ""


def _chosen(ledger: Ledger, found: Sequence[Attempt], wish: Wish) -> list[Attempt]:
    """The requests that are meant. Raises UsageError when none can be, or more than one where one must be."""
    sent = list(dict.fromkeys(attempt.scene_id for attempt in ledger.attempts()))
    for scene in wish.scenes:
        if scene not in sent:
            near = nearest(scene, sent)
            hint = f"did you mean {near!r}?" if near else f"there are {', '.join(sent[:30])}"
            raise click.UsageError(f"nothing was ever sent of a scene {scene!r}; {hint}")
    meant = [a for a in found if not wish.scenes or a.scene_id in wish.scenes]
    if wish.attempt is not None:
        meant = [a for a in meant if wish.attempt and a.id.startswith(wish.attempt)]
        if not meant:
            raise click.UsageError(f"no request of unknown outcome is called {wish.attempt!r}")
    if wish.deed in ("adopt", "settle") and len(meant) > 1:
        named = ", ".join(f"{a.scene_id} (--attempt {short_id(a)})" for a in meant)
        raise click.UsageError(f"--{wish.deed} needs one request, and there are {named}")
    return meant


def _act(cases: Sequence[Case], desk: Desk, wish: Wish) -> None:
    match wish.deed:
        case "skip":
            for case in cases:
                case.is_left = True
        case "adopt":
            assert wish.adopt is not None
            desk.adopt(cases[0], wish.adopt)
        case "settle":
            assert wish.settle is not None
            desk.settle(cases[0], wish.settle)
        case "again":
            _send_again(cases, desk, wish)
        case _:
            for case in cases:
                desk.check(case)
            if wish.deed is None and not wish.as_json and somebody_is_there():
                _ask_all(cases, desk, wish)


def _send_again(cases: Sequence[Case], desk: Desk, wish: Wish) -> None:
    meant = [case for case in cases if case.is_open]
    scenes = ", ".join(case.attempt.scene_id for case in meant)
    sum_usd = usd(total(case.attempt for case in meant))
    if not meant:
        return
    words = f"Send {scenes} again? {sum_usd} USD may be paid twice"
    if not wish.as_json and somebody_is_there() and not click.confirm(words, err=True):
        return
    for case in meant:
        desk.again(case)


def _ask_all(cases: Sequence[Case], desk: Desk, wish: Wish) -> None:
    say(heading([case.attempt for case in cases]))
    for case in cases:
        if case.outcome == "unknown" and not case.is_open and wish.attempt is None:
            say(question(case.attempt))
        while case.outcome == "unknown" and not case.is_left and (case.is_open or wish.attempt is not None):
            _ask(case, desk)


def _ask(case: Case, desk: Desk) -> None:
    """Ask once what to do about a request, and do it; what cannot be done is said."""
    say(question(case.attempt))
    _say_checked(case)
    answer = click.prompt(
        "[c]heck again, [a]dopt N or OPERATION, [r]ender again (may pay twice), [b]illed USD, [s]kip",
        default="s", show_default=False, err=True,
    )  # fmt: skip
    word, _, rest = str(answer).strip().partition(" ")
    if word.isascii() and word.isdigit():  # the number of a candidate says enough
        word, rest = "adopt", word
    try:
        _answer(case, desk, word[:1].lower(), rest.strip())
    except VeoStoryError as error:
        say(error_line(error.message, error.hint))


def _answer(case: Case, desk: Desk, letter: str, rest: str) -> None:
    match letter:
        case "c":
            desk.check(case)
        case "a":
            desk.adopt(case, _operation(case, rest or click.prompt("operation, or its number", err=True)))
        case "r":
            desk.again(case)
        case "b":
            from veo_story.cli.param_types import Usd

            amount = rest or click.prompt("USD that it was billed", err=True)
            try:
                desk.settle(case, Usd().convert(amount, None, None))
            except click.BadParameter as error:
                say(error_line(error.format_message()))
        case "s":
            case.is_left = True
        case _:
            say("one of c, a, r, b, s")


def _operation(case: Case, written: str) -> str:
    """The operation that is meant: by the number of a candidate, else by its own name."""
    candidates = () if case.checked is None else case.checked.candidates
    if written.isascii() and written.isdigit() and 0 < int(written) <= len(candidates):
        return candidates[int(written) - 1].name
    return written


def _say_checked(case: Case) -> None:
    if case.trouble is not None:
        say(f"  it could not be looked for: {case.trouble.message}")
        if case.trouble.hint:
            say(f"  fix: {case.trouble.hint}")
    elif case.checked is not None and case.checked.candidates:
        say("  one of these may be the answer; nothing proves it:")
        for line in candidate_lines(case.checked.candidates):
            say(line)
    elif case.checked is not None:
        say("  nothing was found of it, which proves nothing")


def _conclude(cases: Sequence[Case], wish: Wish) -> int:
    """Say what is settled and what is not, and return the exit code."""
    left = [case for case in cases if case.is_open]
    code = OutcomeUnknown.exit_code if left else 0
    if wish.as_json:
        result_json(_data(cases, wish))
        return code
    for case in cases:
        if case.outcome == "unknown" and (wish.deed is not None or not somebody_is_there()):
            result(f"{question(case.attempt)} [{short_id(case.attempt)}]")
            _say_checked(case)
    if left:
        say(_ways_on(wish))
    elif any(case.outcome != "unknown" for case in cases):
        say(f"go on with: veo-story render {wish.file}")
    return code


def _ways_on(wish: Wish) -> str:
    return f"{hint_of(wish.file)} [SCENE] --check | --adopt OPERATION | --again | --settle USD"


def _data(cases: Sequence[Case], wish: Wish) -> dict[str, Any]:
    return {
        "film": wish.file.stem,
        "folder": str(wish.renders / wish.file.stem),
        "open": sum(case.is_open for case in cases),
        "requests": [
            {
                **attempt_data(case.attempt),
                "outcome": case.outcome,
                "operation": case.attempt.operation,
                "candidates": []
                if case.checked is None
                else list(map(candidate_data, case.checked.candidates)),
                "trouble": None if case.trouble is None else case.trouble.message,
            }
            for case in cases
        ],
    }
