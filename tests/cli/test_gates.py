"""``render --gate``: what waits is listed with the way on, and a person at a terminal is asked."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.cli.test_saving import CHAIN
from tests.support.cli import FakeBackend, Ran, run, write
from veo_story.errors import FilteredError

TWO = f"{CHAIN}  - {{id: t01, mode: open, action: Rain falls over a dark forest at night}}\n"


@pytest.fixture
def chain(folder: Path) -> Path:
    return write(folder / "chain.yaml", CHAIN)


def render(backend: FakeBackend, *words: str) -> Ran:
    return run("render", "chain.yaml", "--yes", *words, backend=backend)


def approve(*words: str) -> None:
    ran = run("approve", "chain.yaml", *words)
    assert ran.code == 0, ran.err


def test_unattended_a_scene_gate_ends_with_4_and_the_way_on(chain: Path, backend: FakeBackend) -> None:
    ran = render(backend, "--gate", "scene")
    assert (ran.code, ran.out, backend.sent) == (4, "", ["s01"])
    assert "error: chain: 1 take waits for your approval, s02 not sent" in ran.err
    (clip,) = Path("renders/chain/takes/s01").glob("*/clip.mp4")
    assert f"  s01 take 1  s01/{clip.parent.name}  {clip}" in ran.err
    assert "fix: look at the clips, then: veo-story approve chain.yaml s01" in ran.err
    assert "Traceback" not in ran.err
    assert render(backend, "--gate", "scene").code == 4
    assert backend.sent == ["s01"]
    for scene, code in (("s01", 4), ("s02", 0)):
        approve(scene)
        assert render(backend, "--gate", "scene").code == code
    assert backend.sent == ["s01", "s02", "s03"]
    assert Path("renders/chain/film.mp4").exists()
    status = run("status", "chain.yaml", "--json").json
    assert [scene["approved"] for scene in status["scenes"]] == [True, True, False]


def test_the_way_on_names_the_options_of_the_plan(chain: Path, backend: FakeBackend) -> None:
    ran = render(backend, "--gate", "scene", "--tier", "standard", "--renders", "my films")
    assert "approve chain.yaml s01 --renders 'my films' --tier standard" in ran.err


def test_programs_get_the_list_as_an_event(chain: Path, backend: FakeBackend) -> None:
    ran = render(backend, "--gate", "scene", "--json")
    assert ran.code == 4
    told = ran.lines[-1]
    assert (told["event"], told["film"], told["held"]) == ("approval_needed", "chain", ["s02"])
    (take,) = told["waiting"]
    assert (take["scene"], take["number"], take["rejected"]) == ("s01", 1, None)
    assert Path(take["clip"]).exists()


def test_what_is_worse_decides_the_exit_code(chain: Path, backend: FakeBackend) -> None:
    write(chain, TWO)
    backend.trouble["t01"] = FilteredError("no")
    assert render(backend, "--gate", "scene").code == 8
    assert sorted(backend.sent) == ["s01", "t01"]


def test_a_film_gate_cuts_the_film_and_then_waits(chain: Path, backend: FakeBackend) -> None:
    ran = render(backend, "--gate", "film")
    assert ran.code == 4
    assert "renders/chain/film.mp4" in ran.out
    assert "chain: 3 takes wait for your approval" in ran.err
    assert "veo-story approve chain.yaml s01 s02 s03" in ran.err
    approve("s01", "s02", "s03")
    assert render(backend, "--gate", "film").code == 0


def test_an_edited_scene_needs_another_approval(chain: Path, backend: FakeBackend) -> None:
    render(backend, "--gate", "scene")
    approve("s01")
    write(chain, CHAIN.replace("A small boat", "A big boat"))
    ran = render(backend, "--gate", "scene")
    assert (ran.code, backend.sent) == (4, ["s01", "s01"])


def test_a_rejected_take_is_made_again(chain: Path, backend: FakeBackend) -> None:
    render(backend, "--gate", "scene")
    assert run("reject", "chain.yaml", "s01").code == 0
    ran = render(backend, "--gate", "scene")
    assert (ran.code, backend.sent) == (4, ["s01", "s01"])
    assert "s01 take 2" in ran.err


def test_a_chain_gate_that_only_leaves_scenes_out_says_which(chain: Path, backend: FakeBackend) -> None:
    write(chain, TWO)
    ran = render(backend, "--gate", "chain", "--only", "t01")
    assert (ran.code, backend.sent) == (4, [])
    assert "error: chain: t01 not sent" in ran.err


def gated(folder: Path, *words: str) -> Terminal:
    return Terminal(folder, "render", "chain.yaml", "--yes", *words)


def sent() -> list[str]:
    return [take["scene"] for take in run("takes", "chain.yaml", "--json").json]


def test_a_person_is_asked_while_the_run_goes_on(chain: Path, folder: Path) -> None:
    terminal = gated(folder, "--gate", "scene")
    terminal.until("[a]pprove, [r]eject (and why), [l]ater: ")
    assert "chain: s01 take 1: renders/chain/takes/s01/" in terminal.shown
    terminal.type("what?\n")
    terminal.until("[l]ater: ")
    terminal.type("a\n")
    terminal.until("s02 take 1: ")
    terminal.until("[l]ater: ")
    terminal.type("approve\n")
    assert terminal.end() == 0, terminal.shown
    assert "renders/chain/film.mp4" in terminal.shown
    assert [scene["approved"] for scene in run("takes", "chain.yaml", "--json").json] == [True, True, False]


def test_the_display_is_down_while_a_question_stands(chain: Path, folder: Path) -> None:
    """Nothing is drawn over the question, and the cursor is there to type at."""
    terminal = gated(folder, "--gate", "scene")
    terminal.until("[l]ater: ")
    before = terminal.shown
    assert before.count("\x1b[?25l") == before.count("\x1b[?25h") > 0
    assert before.endswith("[l]ater: ")
    terminal.type("l\n")
    assert terminal.end() == 4
    assert terminal.shown.count("\x1b[?25l") == terminal.shown.count("\x1b[?25h")


def test_later_and_an_ended_input_leave_the_list(chain: Path, folder: Path) -> None:
    for typed in ("later\n", "\x04"):
        terminal = gated(folder, "--gate", "scene")
        terminal.until("[l]ater: ")
        terminal.type(typed)
        assert terminal.end() == 4, terminal.shown
        assert "veo-story approve chain.yaml s01" in terminal.shown
    assert sent() == ["s01"]


def test_a_no_with_a_reason_is_kept(chain: Path, folder: Path) -> None:
    terminal = gated(folder, "--gate", "scene")
    terminal.until("[l]ater: ")
    terminal.type("r the boat is too small\n")
    assert terminal.end() == 4, terminal.shown
    assert "chain: s01 take 1 was rejected, s02 not sent" in terminal.shown
    assert "render again: another take is made" in terminal.shown
    assert "the boat is too small" in json.dumps(run("takes", "chain.yaml", "--json").json)


def test_ctrl_c_ends_a_question(chain: Path, folder: Path) -> None:
    terminal = gated(folder, "--gate", "scene")
    terminal.until("[l]ater: ")
    terminal.type("\x03")
    assert terminal.end() == 130, terminal.shown
    assert "the same command goes on from here" in terminal.shown
    assert sent() == ["s01"]


def test_a_signal_ends_the_question_about_a_film(chain: Path, folder: Path) -> None:
    terminal = gated(folder, "--gate", "film")
    terminal.until("is to be approved take by take")
    terminal.until("[l]ater: ")
    terminal.type("a\n")
    terminal.until("s02 take 1: ")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130, terminal.shown
    assert [take["approved"] for take in run("takes", "chain.yaml", "--json").json] == [True, False, False]


def test_a_film_is_approved_take_by_take(chain: Path, folder: Path) -> None:
    terminal = gated(folder, "--gate", "film")
    for scene in ("s01", "s02", "s03"):
        terminal.until(f"{scene} take 1: ")
        terminal.until("[l]ater: ")
        terminal.type("a\n")
    assert terminal.end() == 0, terminal.shown


@pytest.mark.parametrize("words", [["--quiet"], ["--json"]])
def test_who_wants_silence_or_json_is_not_asked(words: list[str], chain: Path, folder: Path) -> None:
    terminal = gated(folder, "--gate", "scene", *words)
    assert terminal.end() == 4, terminal.shown
    assert "[a]pprove" not in terminal.shown
