"""``reconcile`` at a terminal: it asks, attempt by attempt, and what is answered is done."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.cli.lossy import Film, film_on
from tests.cli.terminal import Terminal
from veo_story.making import read_stored
from veo_story.plan.takes import Attempt

MODULE = ("-m", "veo_story")
LETTERS = "[c]heck again, [a]dopt N or OPERATION, [r]ender again (may pay twice), [b]illed USD, [s]kip"


def asked(film: Film, folder: Path, *words: str) -> Terminal:
    return Terminal(folder, "reconcile", "paid.yaml", *words, program=MODULE, environ=film.environ)


def lost(film: Film) -> Attempt:
    (found,) = (a for a in read_stored(film.folder).attempts if a.scene_id == "a1")
    return found


def test_a_single_candidate_is_offered_by_number(folder: Path) -> None:
    with film_on("gemini", folder) as film:
        film.lose()
        (operation,) = film.strangers
        terminal = asked(film, folder)
        terminal.until("1 request has no known outcome, and may have cost 0.20 USD")
        terminal.until("a1: sent ")
        terminal.until(f"1  {operation}: finished, 1 clip")
        terminal.until(LETTERS)
        terminal.type("a\n")
        terminal.until("operation, or its number:")
        terminal.type("1\n")
        terminal.until(f"a1: answered by {operation}")
        terminal.until("go on with: veo-story render paid.yaml")
        assert terminal.end() == 0
        film.ends()
        assert film.generations == 2


def test_the_number_of_a_candidate_is_an_answer(folder: Path) -> None:
    with film_on("gemini", folder) as film:
        film.lose()
        terminal = asked(film, folder)
        terminal.until(LETTERS)
        terminal.type("1\n")
        terminal.until("a1: answered by ")
        assert terminal.end() == 0


def test_it_asks_until_it_is_answered(folder: Path) -> None:
    with film_on("gemini", folder) as film:
        film.lose()
        terminal = asked(film, folder)
        for typed, says in (
            ("x\n", "one of c, a, r, b, s"),
            ("c\n", "1  models/"),
            ("a models/veo/operations/nobody\n", "The service knows no operation"),
            ("7\n", "The service knows no operation"),
            ("b much\n", "'much' is not an amount of money"),
        ):
            terminal.until(LETTERS)
            terminal.type(typed)
            terminal.until(says)
        terminal.until(LETTERS)
        terminal.type("b 0.20\n")
        terminal.until("a1: settled at 0.20 USD")
        assert terminal.end() == 0
        assert lost(film).settled_usd == Decimal("0.20")


def test_paying_again_is_a_letter_and_skipping_is_enter(folder: Path) -> None:
    with film_on("inline", folder) as film:
        film.lose()
        terminal = asked(film, folder)
        terminal.until("nothing was found of it, which proves nothing")
        terminal.until(LETTERS)
        terminal.type("\n")
        assert terminal.end() == 0
        assert lost(film).is_open_question
        terminal = asked(film, folder)
        terminal.until(LETTERS)
        terminal.type("r\n")
        assert terminal.end() == 0
        film.ends(unknown="0.20")
        assert film.generations == 3


def test_a_flag_that_pays_again_names_the_sum_first(folder: Path) -> None:
    with film_on("inline", folder) as film:
        film.lose()
        for typed, code in (("n\n", 9), ("y\n", 0)):
            terminal = asked(film, folder, "--again")
            terminal.until("Send a1 again? 0.20 USD may be paid twice [y/N]:")
            terminal.type(typed)
            assert terminal.end() == code
            assert lost(film).is_open_question is (code != 0)


def test_ctrl_c_at_the_question_leaves_everything(folder: Path) -> None:
    with film_on("inline", folder) as film:
        film.lose()
        terminal = asked(film, folder)
        terminal.until(LETTERS)
        terminal.press_ctrl_c()
        assert terminal.end() == 130
        assert "Traceback" not in terminal.shown
        assert lost(film).is_open_question
        assert film.reconcile().code == 9
