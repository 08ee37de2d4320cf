"""What only a real process shows: signals, pipes, colour, and what is imported."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import CARDS, PAID, FakeBackend, run, write
from tests.support.command import command, environment, veo_story

ENDLESS = Path(__file__).with_name("endless.py")
HEAVY = {
    *("PIL", "asyncio", "av", "cryptography", "cv2", "google.auth", "httpx", "numpy", "rich", "sqlite3"),
    *("starlette", "uharfbuzz", "uvicorn"),
}


def start(way: str, *words: str, folder: Path) -> subprocess.Popen[str]:
    """A render that never ends by itself, once its request is sent."""
    process = subprocess.Popen(
        [sys.executable, ENDLESS, way, "render", "paid.yaml", "--yes", "--json", *words],
        cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "step_started":
            return process
    raise AssertionError(process.communicate()[1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_stops_and_leaves_what_was_sent_in_flight(
    number: int, paid: Path, folder: Path
) -> None:
    process = start("polite", "-j", "1", folder=folder)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "stopping; press again to leave at once" in err
    assert "paid: stopped" in err
    assert "Traceback" not in err
    ended = [json.loads(line) for line in out.splitlines()][-1]
    assert (ended["event"], ended["stopped"]) == ("run_ended", True)
    status = run("status", "paid.yaml", "--json").json
    assert [scene["state"] for scene in status["scenes"]] == ["in flight", "to render"]
    assert [request["state"] for request in status["requests"]] == ["answered"]
    assert status["spent"]["reserved_usd"] != "0"
    assert "a1 answered since" in run("status", "paid.yaml").out


def test_the_second_signal_leaves_at_once(paid: Path, folder: Path) -> None:
    process = start("deaf", folder=folder)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    while "press again" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err


def test_two_renders_of_one_film_do_not_meet(paid: Path, folder: Path) -> None:
    process = start("polite", folder=folder)
    try:
        ran = run("render", "paid.yaml", "--yes", backend=FakeBackend())
        assert ran.code == 12
        assert f"pid {process.pid}" in ran.err
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    read, wrote = os.pipe()
    os.close(read)
    process = subprocess.Popen(
        command("explain"), cwd=folder, env=environment(), stdout=wrote, stderr=subprocess.PIPE, text=True
    )
    os.close(wrote)
    _out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (141, "")


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_letters_that_the_terminal_lacks_are_no_crash(words: list[str], folder: Path) -> None:
    write(folder / "odd.yaml", CARDS.replace("duration: 1}", "duration: 灯台🗼}"))
    done = subprocess.run(
        command("check", "odd.yaml", *words),
        cwd=folder,
        env=environment() | {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (3, "")
    assert "\\u706f" in done.stdout
    assert not words or "灯台🗼" in json.loads(done.stdout)[0]["message"]


def test_completion_completes(folder: Path) -> None:
    def complete(*words: str) -> list[str]:
        asked = {
            "_VEO_STORY_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": str(len(words) - 1),
        }
        done = subprocess.run(
            command(), cwd=folder, env=environment() | asked, capture_output=True, text=True, check=True
        )  # fmt: skip
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert complete("veo-story", "pl") == ["plan"]
    assert "--local-result" in complete("veo-story", "plan", "--lo")


def test_a_full_disk_is_told_in_words(cards: Path, folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("plan", "cards.yaml"), cwd=folder, env=environment(), stdout=full, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 6
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def on_a_terminal(folder: Path, words: list[str | Path], typed: str = "", **environ: str) -> tuple[int, str]:
    """The exit code of a command and what it shows on a terminal where ``typed`` is typed."""
    main, other = pty.openpty()
    process = subprocess.Popen(
        words,
        cwd=folder,
        env=environment() | {"NO_COLOR": "", "TERM": "xterm-256color"} | environ,
        stdin=other,
        stdout=other,
        stderr=other,
        close_fds=True,
    )
    os.close(other)
    os.write(main, typed.encode())
    shown = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:  # Linux says so when the last writer has gone
            break
        if not part:
            break
        shown += part
    os.close(main)
    return process.wait(timeout=60), shown.decode()


def test_colour_only_on_a_terminal_and_never_with_no_color(broken: Path, folder: Path) -> None:
    words = command("check", "broken.yaml")
    assert "\x1b[31m" in on_a_terminal(folder, words)[1]
    assert "\x1b" not in on_a_terminal(folder, words, NO_COLOR="1")[1]
    assert "\x1b" not in on_a_terminal(folder, words, TERM="dumb")[1]
    assert "\x1b" not in veo_story("check", "broken.yaml", cwd=folder).out


def test_the_live_display_leaves_the_cursor_and_the_result(cards: Path, folder: Path) -> None:
    code, shown = on_a_terminal(folder, command("render", "cards.yaml"))
    assert code == 0
    assert "renders/cards/film.mp4" in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") > 0


def test_a_no_at_the_terminal_sends_nothing(folder: Path) -> None:
    write(folder / "paid.yaml", PAID.replace("confirm_over_usd: 0.5", "confirm_over_usd: 0.1"))
    words = [sys.executable, str(ENDLESS), "polite", "render", "paid.yaml"]
    code, shown = on_a_terminal(folder, words, "n\n")
    assert code == 4
    assert "Spend 0.40 USD" in shown
    assert "nothing was sent" in shown
    assert not (folder / "renders").exists()


def modules(folder: Path, *words: str) -> set[str]:
    """The heavy modules that a command imports."""
    code = (
        "import sys, json\n"
        "from veo_story.cli.main import program\n"
        "try:\n    program(sys.argv[1:], prog_name='veo-story')\n"
        "except SystemExit as end:\n    code = end.code\n"
        f"print(json.dumps([code, sorted({HEAVY!r} & set(sys.modules))]), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    code, found = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    return set(found)


def test_quick_commands_import_nothing_heavy(folder: Path) -> None:
    write(folder / "paid.yaml", PAID)
    for words in (
        ["--help"],
        ["check", "paid.yaml"],
        ["plan", "paid.yaml"],
        ["prompt", "paid.yaml"],
        ["models"],
    ):
        assert modules(folder, *words) == set(), words


def test_a_render_with_nothing_to_do_imports_no_media(folder: Path) -> None:
    write(folder / "cards.yaml", CARDS)
    assert run("render", "cards.yaml").code == 0
    for words in (["render", "cards.yaml"], ["film", "cards.yaml"], ["status", "cards.yaml"]):
        assert modules(folder, *words) <= {"asyncio", "sqlite3"}, words
