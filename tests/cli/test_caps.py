"""``veo-story caps``, and what the caps of a user do to a render."""

from __future__ import annotations

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ledger.accounting import World, intend
from tests.support.cli import NOW, PAID, FakeBackend, run, write
from veo_story import api
from veo_story.cli.shell import Shell
from veo_story.errors import BudgetError, OutcomeUnknown
from veo_story.ledger.account import Account
from veo_story.ledger.model import Spent, UserCaps
from veo_story.ledger.opening import open_ledger

A1_USD = Decimal("0.20")  # 4 s on lite


@pytest.fixture
def account(state_folder: Path) -> Path:
    return state_folder / "account.sqlite"


def month(account: Path) -> Spent:
    with Account(account) as opened:
        return opened.standing(NOW).month


def test_nothing_is_capped_or_made_at_first(account: Path) -> None:
    ran = run("caps")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "          cap USD  spent  under way  unknown  left",
        "today        none   0.00       0.00     0.00     -",
        "December     none   0.00       0.00     0.00     -",
    ]
    assert str(account) in ran.err
    assert not account.parent.exists()


def test_caps_are_set_one_by_one_and_taken_away(account: Path) -> None:
    assert run("caps", "--day", "20", "--month", "99.995").code == 0
    assert run("caps", "--day", "7.5").code == 0
    with Account(account) as opened:
        assert opened.caps() == UserCaps(Decimal("7.5"), Decimal("99.995"))
    told = run("caps", "--month", "none", "--json").json
    assert told["day"]["cap_usd"] == told["day"]["left_usd"] == "7.5"
    assert (told["day"]["from"], told["day"]["until"]) == ("2026-12-01", "2026-12-02")
    assert (told["month"]["cap_usd"], told["month"]["left_usd"]) == (None, None)
    assert (told["month"]["from"], told["month"]["until"]) == ("2026-12-01", "2027-01-01")
    assert told["account"] == str(account)


@pytest.mark.parametrize("wrong", ["-1", "much", "nan", "None"])
def test_a_cap_that_is_no_amount(account: Path, wrong: str) -> None:
    ran = run("caps", "--day", wrong)
    assert ran.code == 2
    assert "is not an amount of money" in ran.err
    assert not account.exists()


def test_what_counts_is_shown(folder: Path, account: Path) -> None:
    world = World(folder)
    with open_ledger(world.folder(), account, is_alone=True) as ledger:
        for scene, usd in (("s01", "2"), ("s02", "1"), ("s03", "3.125"), ("s04", "8")):
            attempt = intend(ledger, scene, usd, now=NOW - timedelta(days=scene == "s04"))
            ledger.sent(attempt.id, now=NOW)
            if scene == "s01":
                ledger.lose(attempt.id, error="reset", now=NOW)
            if scene == "s02":
                ledger.answered(attempt.id, "op", now=NOW)
                ledger.fail(attempt.id, error="filtered", billed=Decimal("0.5"), now=NOW)
    ran = run("caps", "--day", "5")
    assert ran.out.splitlines()[1:] == [
        "today        5.00   0.50      3.125     2.00  0.00",
        "December     none   0.50      3.125     2.00     -",
    ]
    assert "note: nothing paid is sent any more today; veo-story caps --day USD allows more" in ran.err


def test_a_render_that_would_pass_a_cap_is_warned_of_and_refused(
    paid: Path, backend: FakeBackend, account: Path
) -> None:
    assert run("caps", "--month", "0.30").code == 0
    ran = run("render", paid.name, "--yes", backend=backend)
    assert ran.code == BudgetError.exit_code
    warning = (
        "warning: this run costs 0.40 USD and 0.30 is left of your cap for this month, 0.30; what does not "
        "fit is not sent (veo-story caps --month 0.40)"
    )
    assert warning in ran.err
    assert "$0.10 is left of your cap for this month, $0.30" in ran.err
    assert len(backend.sent) == 1
    assert month(account) == Spent(settled_usd=A1_USD)
    assert run("caps", "--month", "0.40").code == 0
    ran = run("render", paid.name, "--yes", backend=backend)
    assert (ran.code, "warning" in ran.err) == (0, False)
    assert month(account) == Spent(settled_usd=2 * A1_USD)


def test_the_tightest_cap_is_named(paid: Path, backend: FakeBackend) -> None:
    assert run("caps", "--month", "0.30", "--day", "0.25").code == 0
    ran = run("render", paid.name, "--yes", "--max-usd", "0.35", backend=backend)
    assert "0.25 is left of your cap for today, 0.25;" in ran.err
    assert ran.err.count("warning") == 1


def test_the_cap_of_a_film_may_be_the_tightest(paid: Path, backend: FakeBackend) -> None:
    assert run("caps", "--month", "0.35").code == 0
    ran = run("render", paid.name, "--yes", "--max-usd", "0.30", backend=backend)
    assert "0.30 is left of the cap of paid, 0.30; what does not fit is not sent (--max-usd 0.40)" in ran.err


def test_films_of_one_command_share_a_cap(paid: Path, backend: FakeBackend, account: Path) -> None:
    write(paid.parent / "other.yaml", PAID)
    assert run("caps", "--day", "0.60").code == 0
    ran = run("render", paid.name, "other.yaml", "--yes", backend=backend)
    assert ran.code == BudgetError.exit_code
    assert len(backend.sent) == 3
    assert month(account) == Spent(settled_usd=3 * A1_USD)


def test_what_may_have_been_paid_counts_for_the_user_too(
    paid: Path, backend: FakeBackend, account: Path
) -> None:
    backend.trouble["a1"] = OutcomeUnknown("reset")
    assert run("render", paid.name, "--yes", backend=backend).code == 9
    assert month(account) == Spent(settled_usd=A1_USD, unknown_usd=A1_USD)


def test_free_films_are_not_counted(cards: Path, account: Path) -> None:
    assert run("caps", "--day", "0").code == 0
    before = account.read_bytes()
    assert run("render", cards.name).code == 0
    assert account.read_bytes() == before


def test_rehearsals_are_not_counted(paid: Path, account: Path) -> None:
    assert run("rehearse", paid.name, "--picture", "numbers", "--quiet").code == 0
    assert not account.exists()


def test_a_program_may_keep_an_account_of_its_own_or_none(
    paid: Path, folder: Path, backend: FakeBackend, account: Path
) -> None:
    assert Shell().account == account  # what the library takes when nothing is said
    run("caps", "--month", "0")
    with pytest.raises(BudgetError, match="your cap for this month"):
        api.render_film(paid, open_backend=lambda _name: backend)
    done = api.render_film(paid, open_backend=lambda _name: backend, account=None)
    assert done.run.spent_usd == 2 * A1_USD
    api.render_film(paid, open_backend=lambda _name: backend, account=folder / "mine" / "a.sqlite")
    with Account(folder / "mine" / "a.sqlite") as mine, Account(account) as users:
        assert len(mine.bookings()) == 2  # it learnt what was paid before
        assert users.bookings() == ()


def test_the_account_lies_where_the_environment_says(folder: Path) -> None:
    assert Shell(environ={"VEO_STORY_STATE": str(folder)}).account == folder / "account.sqlite"
    assert Shell(environ={"VEO_STORY_STATE": "~/x"}).state_folder == Path("~/x").expanduser()
    assert Shell(environ={}).state_folder.name == "veo-story"
    assert "VEO_STORY_STATE" in os.environ
